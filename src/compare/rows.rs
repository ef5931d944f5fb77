//! Compares the rows of `check`: each by itself, then all rows of a unit together.

use super::comparison::{Certainty, Comparison};
use super::estimate::Replication;
use super::paired::{self, Enough, PairedRow};
use super::pairwise;
use super::suite::SuiteStats;
use super::{SampleSummary, family};
use crate::group::{Pair, Row, Series};
use crate::model::hash::IndexMap;
use crate::model::{BenchmarkId, Class, LearnedNoise, RunNoise, SamplingPlan, Shard, Unit};
use crate::stats::{self, PValue, Tails};
use rayon::prelude::*;

/// All rows, compared, and statistics of the suite.
#[derive(Debug, Clone)]
pub struct Comparisons<'g> {
    /// In the order of the pairs.
    pub rows: Vec<Compared<'g>>,
    /// One per continuous unit with at least one tested row, in order of first appearance.
    pub suites: Vec<SuiteStats<'g>>,
    /// How the samples were taken.
    pub plan: SamplingPlan,
}

/// One benchmark in one unit, compared.
#[derive(Debug, Clone)]
pub struct Compared<'g> {
    /// The benchmark.
    pub id: BenchmarkId<'g>,
    /// The unit, as Go prints it.
    pub unit: &'g Unit,
    /// The result.
    pub contrast: Contrast,
    /// The samples.
    pub series: Pair<Series<'g>>,
}

/// The comparison of two samples, or the only sample.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "nearly every row is of the largest")]
pub enum Contrast {
    /// Both sides have a sample.
    Both(Comparison),
    /// Only base has one.
    BaseOnly(SampleSummary),
    /// Only new has one.
    NewOnly(SampleSummary),
}

impl Compared<'_> {
    /// The rank test of a ratio: new is divided by the shift of the suite, and the p-values by the share of the look. `None` for other
    /// rows. Computed only when a verdict needs it. O(n1·n2), see [`stats::mann_whitney`].
    pub fn ranks(&self) -> Option<RankCheck> {
        let (Contrast::Both(comparison), Pair::Both { base, new }) = (&self.contrast, self.series) else {
            return None;
        };
        let Certainty::Calibrated(row) = &comparison.certainty else { return None };
        let replication = Replication::of(base, new);
        let (base, new) = (replication.independent(base), replication.independent(new));
        let factor = stats::exp(-row.calibration.shift); // 1 without a shift
        let new: Vec<f64> = new.iter().map(|value| value * factor).collect();
        let tails = stats::mann_whitney(&base, &new)?.tails();
        let smallest = stats::smallest_p(base.len(), new.len());
        Some(RankCheck { tails: family::divide_by_share(tails, row.share), smallest })
    }
}

/// The rank test of a ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankCheck {
    /// Its p-values.
    pub tails: Tails,
    /// The smallest p-value of so many samples: of samples that do not overlap.
    pub smallest: PValue,
}

/// Compares all rows in two steps: each by itself, then all rows of a unit together. Rows without
/// enough samples are not tested. Noise is that of the shard of a row: each has a machine of its own. If the plan says interleaved, but most rows have several samples of one process, they are
/// not compared as interleaved; looks count all the same. `learned` is the noise between runs that earlier runs have shown; it takes the
/// place of that of the suite. O(rows · n1·n2·log), see [`crate::stats::mann_whitney`] for the
/// exact test.
pub fn compare<'g>(
    rows: &[Row<'g, Pair<Series<'g>>>],
    plan: &SamplingPlan,
    enough: impl Fn(&Unit) -> Enough,
    learned: &LearnedNoise,
) -> Comparisons<'g> {
    let mut units: IndexMap<&Unit, Vec<(Series, Series)>> = IndexMap::default();
    let mut known: IndexMap<&Unit, Vec<Known>> = IndexMap::default();
    for row in rows {
        if let Pair::Both { base, new } = row.data {
            units.entry(row.unit).or_default().push((base, new));
            known.entry(row.unit).or_default().push((learned.get(row.id, row.unit), row.shard));
        }
    }
    let mut suites = Vec::new();
    let mut compared: IndexMap<&Unit, std::vec::IntoIter<Comparison>> = IndexMap::default();
    for (unit, series) in units {
        let known = known.get(unit).map(Vec::as_slice).unwrap_or_default();
        let (comparisons, suite) = one_unit(unit, (&series, known), plan, enough(unit));
        suites.extend(suite);
        compared.insert(unit, comparisons.into_iter());
    }
    let summary = |series, unit: &Unit| SampleSummary::new(&paired::sample(series), unit.class());
    let mut contrast = |row: &Row<'g, Pair<Series<'g>>>| match row.data {
        Pair::Both { .. } => {
            let next = compared.get_mut(row.unit).and_then(Iterator::next);
            Contrast::Both(next.expect("every pair was added to its unit"))
        }
        Pair::BaseOnly(base) => Contrast::BaseOnly(summary(base, row.unit)),
        Pair::NewOnly(new) => Contrast::NewOnly(summary(new, row.unit)),
    };
    let rows = rows
        .iter()
        .map(|row| Compared { id: row.id, unit: row.unit, contrast: contrast(row), series: row.data })
        .collect();
    Comparisons { rows, suites, plan: plan.clone() }
}

/// What is known of a row besides its samples: the noise that earlier runs have shown, and the shard that measured it.
type Known = (Option<RunNoise>, Option<Shard>);

/// Compares all rows of one unit.
fn one_unit<'g>(
    unit: &'g Unit,
    (series, known): (&[(Series, Series)], &[Known]),
    plan: &SamplingPlan,
    enough: Enough,
) -> (Vec<Comparison>, Option<SuiteStats<'g>>) {
    let test = |(&(base, new), &(noise, _)): (&(Series, Series), &Known)| {
        pairwise::test(base, new, unit, enough).with_noise(noise)
    };
    let measured: Vec<PairedRow> = series.par_iter().zip(known).map(test).collect();
    let shards: Vec<Option<Shard>> = known.iter().map(|&(_, shard)| shard).collect();
    let (comparisons, calibration) =
        family::test_family(&measured.iter().collect::<Vec<_>>(), &shards, plan, unit);
    let suite = calibration
        .filter(|_| unit.class() == Class::Continuous)
        .map(|calibration| SuiteStats::of(unit, calibration, series, &comparisons));
    (comparisons, suite)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Effect;
    use crate::model::{Design, DesignSource};
    use crate::stats::PValue;
    use crate::{group, parse};

    const PLAN: SamplingPlan = SamplingPlan {
        design: Design::Block,
        design_source: DesignSource::Assumed,
        looks: None,
        options: None,
    };

    fn compared(base: &str, new: &str) -> Vec<(String, Comparison, Option<RankCheck>)> {
        let (base, new) = (parse::text("b", base.as_bytes()), parse::text("n", new.as_bytes()));
        let (base, new) = (group::Side::new(&base), group::Side::new(&new));
        let rows = group::pair(&base, &new).expect("something in common").rows;
        let both = |row: Compared| match row.contrast {
            Contrast::Both(comparison) => {
                Some((format!("{} {}", row.id.name.full(), row.unit), comparison, row.ranks()))
            }
            Contrast::BaseOnly(_) | Contrast::NewOnly(_) => None,
        };
        compare(&rows, &PLAN, |_| Enough { samples: 5, apart: true }, &LearnedNoise::default())
            .rows
            .into_iter()
            .filter_map(both)
            .collect()
    }

    /// One result per process.
    fn lines(name: &str, values: &[&str]) -> String {
        values.iter().map(|value| format!("pkg: p\nBenchmark{name} 100 {value}\n")).collect()
    }

    #[test]
    fn constant_counts_are_exact_and_need_no_ratio() {
        let got = compared(&lines("A", &["0 allocs/op"; 3]), &lines("A", &["2 allocs/op"; 3]));
        let Effect::Shift(shift) = got[0].1.effect else { panic!("there is no ratio to zero") };
        assert_eq!((shift.value, got[0].1.certainty), (2.0, Certainty::Exact));
        let once = compared(&lines("A", &["0 allocs/op"]), &lines("A", &["2 allocs/op"]));
        assert_eq!(once[0].1.certainty, Certainty::TooFew);
    }

    #[test]
    fn times_are_compared_by_ratio_and_tested_as_one_family() {
        let (slow, fast) = (
            ["20 ns/op", "21 ns/op", "22 ns/op", "23 ns/op", "24 ns/op"],
            ["10 ns/op", "10.5 ns/op", "11 ns/op", "11.5 ns/op", "12 ns/op"],
        );
        let got = compared(
            &[lines("A", &fast), lines("B", &fast), lines("C", &["7 ns/op"; 2])].concat(),
            &[lines("A", &slow), lines("B", &fast), lines("C", &["7 ns/op"; 9])].concat(),
        );
        let Effect::Ratio(ratio) = got[0].1.effect else { panic!("all values are positive") };
        assert!((ratio.value - 2.0).abs() < 1e-12, "{ratio:?}");
        let Certainty::Calibrated(row) = got[0].1.certainty else { panic!("five against five") };
        assert_eq!(row.family, 2, "C has too few samples to be tested");
        let ranks = got[0].2.expect("it is a ratio");
        assert!((ranks.tails.greater.get() - 1.0 / 252.0).abs() < 1e-12, "{ranks:?}");
        assert_eq!(ranks.smallest, stats::smallest_p(5, 5));
        assert!((row.adjusted.greater.get() / row.alone.greater.get() - 2.0).abs() < 1e-12, "{row:?}");
        assert_eq!(got[1].1.p, PValue::ONE);
        assert_eq!(got[2].1.certainty, Certainty::TooFew);
    }

    #[test]
    fn one_process_of_a_small_suite_is_not_tested() {
        let all = |values: [&str; 5]| values.map(|value| format!("BenchmarkA 100 {value}\n")).concat();
        let fast = all(["10 ns/op", "10.5 ns/op", "11 ns/op", "11.5 ns/op", "12 ns/op"]);
        let got = compared(&format!("pkg: p\n{fast}"), &format!("pkg: p\n{}", fast.replace("1", "3")));
        assert_eq!(got[0].1.certainty, Certainty::FewProcesses(1));
    }

    #[test]
    fn a_count_that_varies_is_tested_and_its_change_is_the_difference_of_the_medians() {
        let varying = ["10 B/op", "10 B/op", "16 B/op", "40 B/op", "90 B/op"];
        for (base, new, want) in [(["10 B/op"; 5], varying, 6.0), (varying, ["10 B/op"; 5], -6.0)] {
            let got = compared(&lines("A", &base), &lines("A", &new));
            assert!(matches!(got[0].1.certainty, Certainty::Ranked(_)), "{got:?}");
            let Effect::Shift(shift) = got[0].1.effect else { panic!("counts have a shift") };
            assert_eq!(shift.value, want);
        }
        // Here the median of all differences is a different number.
        let got = compared(
            &lines("A", &["0 B/op", "0 B/op", "4 B/op", "20 B/op", "20 B/op"]),
            &lines("A", &["0 B/op", "5 B/op", "9 B/op", "9 B/op", "9 B/op"]),
        );
        let Effect::Shift(shift) = got[0].1.effect else { panic!("counts have a shift") };
        assert_eq!(shift.value, 5.0);
    }

    #[test]
    fn a_metric_with_zeros_has_a_shift() {
        let got = compared(&lines("A", &["0 misses"; 5]), &lines("A", &["3 misses"; 5]));
        let Effect::Shift(shift) = got[0].1.effect else { panic!("there is no ratio to zero") };
        assert_eq!(shift.value, 3.0);
    }
}
