//! The rows of `check`, compared.

use super::Summary;
use crate::group::{Pair, Row, Series};
use crate::model::{BenchmarkId, Class, Sample, Unit};
use crate::stats::{self, Confidence, Estimate, Interval, PValue};
use indexmap::IndexMap;

/// Counting units that never varied are compared exactly from this many samples per side: one sample cannot show that a
/// count does not vary.
const CONSTANT_FROM: usize = 2;

/// One benchmark in one unit, compared.
#[derive(Debug, Clone)]
pub struct Compared<'g> {
    /// The benchmark.
    pub id: BenchmarkId<'g>,
    /// The unit, as Go prints it.
    pub unit: &'g Unit,
    /// What its samples say.
    pub contrast: Contrast,
}

/// Two samples, or the one there is.
#[derive(Debug, Clone)]
pub enum Contrast {
    /// Both sides have a sample.
    Both(Comparison),
    /// Only base has one.
    BaseOnly(Summary),
    /// Only new has one.
    NewOnly(Summary),
}

/// Two samples, compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// The base sample.
    pub base: Summary,
    /// The new sample.
    pub new: Summary,
    /// By how much new differs from base, with its 95 % interval.
    pub effect: Effect,
    /// The two-sided Mann-Whitney p-value of this row alone.
    pub p: PValue,
    /// How sure the effect is.
    pub certainty: Certainty,
}

/// By how much new differs from base.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Effect {
    /// new / base, by Hodges-Lehmann on logarithms: continuous units with positive values.
    Ratio(Estimate),
    /// new - base in the unit itself: for counting units the difference of the medians with the Hodges-Lehmann interval,
    /// for continuous units that touch zero the Hodges-Lehmann shift.
    Shift(Estimate),
}

/// How sure an effect is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Certainty {
    /// A count that is the same in every sample of each side: nothing to test.
    Exact,
    /// Tested, among others.
    Tested {
        /// The p-value after Holm over all tested rows of the same unit.
        adjusted: PValue,
        /// How many rows that is.
        family: usize,
    },
    /// Too few samples to conclude anything.
    TooFew,
}

/// Compares every row. Rows with fewer than `min_samples` on a side are not tested; the p-values of the tested ones are
/// adjusted over each unit. O(rows · n1·n2·log), see [`stats::mann_whitney`] for the exact test.
pub fn compare<'g>(rows: &[Row<'g, Pair<Series<'g>>>], min_samples: usize) -> Vec<Compared<'g>> {
    let contrast = |row: &Row<'g, Pair<Series<'g>>>| match row.data {
        Pair::Both { base, new } => {
            Contrast::Both(Comparison::new(&sample(base), &sample(new), row.unit.class(), min_samples))
        }
        Pair::BaseOnly(base) => Contrast::BaseOnly(Summary::new(&sample(base), row.unit.class())),
        Pair::NewOnly(new) => Contrast::NewOnly(Summary::new(&sample(new), row.unit.class())),
    };
    let mut compared: Vec<Compared<'g>> =
        rows.iter().map(|row| Compared { id: row.id, unit: row.unit, contrast: contrast(row) }).collect();
    adjust(&mut compared);
    compared
}

fn sample(series: Series) -> Sample {
    Sample::new(series.values).expect("a dataset holds finite values only, and no series is empty")
}

impl Comparison {
    fn new(base: &Sample, new: &Sample, class: Class, min_samples: usize) -> Comparison {
        let test = stats::mann_whitney(base.ascending(), new.ascending()).expect("a sample is never empty");
        let p = test.two_sided();
        let fewest = base.len().min(new.len());
        let constant = class == Class::Counting && base.is_constant() && new.is_constant();
        let certainty = if constant && fewest >= CONSTANT_FROM {
            Certainty::Exact
        } else if fewest < min_samples {
            Certainty::TooFew
        } else {
            Certainty::Tested { adjusted: p, family: 1 }
        };
        Comparison {
            base: Summary::new(base, class),
            new: Summary::new(new, class),
            effect: Effect::new(base, new, class),
            p,
            certainty,
        }
    }
}

impl Effect {
    fn new(base: &Sample, new: &Sample, class: Class) -> Effect {
        let (x, y) = (base.ascending(), new.ascending());
        let shift = || stats::hodges_lehmann(x, y, Confidence::P95).expect("a sample is never empty");
        let medians = new.median() - base.median();
        match class {
            Class::Counting if base.is_constant() && new.is_constant() => {
                let interval = Interval::Bounded { low: medians, high: medians, confidence: 1.0 };
                Effect::Shift(Estimate { value: medians, interval })
            }
            Class::Counting => Effect::Shift(Estimate { value: medians, ..shift() }),
            Class::Continuous => match stats::hodges_lehmann_ratio(x, y, Confidence::P95) {
                Some(ratio) => Effect::Ratio(ratio),
                None => Effect::Shift(shift()),
            },
        }
    }
}

/// One family per unit: what a reader of one column takes as one claim.
fn adjust(rows: &mut [Compared]) {
    let mut families: IndexMap<&Unit, Vec<&mut Comparison>> = IndexMap::new();
    for row in rows {
        if let Contrast::Both(comparison) = &mut row.contrast
            && matches!(comparison.certainty, Certainty::Tested { .. })
        {
            families.entry(row.unit).or_default().push(comparison);
        }
    }
    for family in families.into_values() {
        let p: Vec<PValue> = family.iter().map(|comparison| comparison.p).collect();
        let size = family.len();
        for (comparison, adjusted) in family.into_iter().zip(stats::holm(&p)) {
            comparison.certainty = Certainty::Tested { adjusted, family: size };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{group, parse};

    fn compared(base: &str, new: &str) -> Vec<(String, Comparison)> {
        let (base, new) = (parse::text("b", base.as_bytes()), parse::text("n", new.as_bytes()));
        let (base, new) = (group::Side::new(&base), group::Side::new(&new));
        let rows = group::pair(&base, &new).expect("something in common").rows;
        let both = |row: Compared| match row.contrast {
            Contrast::Both(comparison) => Some((format!("{} {}", row.id.name.full(), row.unit), comparison)),
            Contrast::BaseOnly(_) | Contrast::NewOnly(_) => None,
        };
        compare(&rows, 5).into_iter().filter_map(both).collect()
    }

    fn lines(name: &str, values: &[&str]) -> String {
        values.iter().map(|value| format!("Benchmark{name} 100 {value}\n")).collect()
    }

    #[test]
    fn constant_counts_are_exact_from_two_samples_and_need_no_ratio() {
        let got = compared(&lines("A", &["0 allocs/op"; 2]), &lines("A", &["2 allocs/op"; 3]));
        let Effect::Shift(shift) = got[0].1.effect else { panic!("no ratio on zero") };
        assert_eq!((shift.value, got[0].1.certainty), (2.0, Certainty::Exact));
        let once = compared(&lines("A", &["0 allocs/op"]), &lines("A", &["2 allocs/op"]));
        assert_eq!(once[0].1.certainty, Certainty::TooFew);
    }

    #[test]
    fn times_are_compared_by_their_ratio_and_tested_as_one_family() {
        let (slow, fast) = (
            ["20 ns/op", "21 ns/op", "22 ns/op", "23 ns/op", "24 ns/op"],
            ["10 ns/op", "10.5 ns/op", "11 ns/op", "11.5 ns/op", "12 ns/op"],
        );
        let got = compared(
            &[lines("A", &fast), lines("B", &fast), lines("C", &["7 ns/op"; 4])].concat(),
            &[lines("A", &slow), lines("B", &fast), lines("C", &["7 ns/op"; 9])].concat(),
        );
        let Effect::Ratio(ratio) = got[0].1.effect else { panic!("all values are positive") };
        assert!((ratio.value - 2.0).abs() < 1e-12, "{ratio:?}");
        let Certainty::Tested { adjusted, family } = got[0].1.certainty else { panic!("five against five") };
        assert_eq!(family, 2, "C has too few samples to be tested");
        assert!((adjusted.get() - 4.0 / 252.0).abs() < 1e-12, "{adjusted:?}");
        assert_eq!(got[1].1.p, PValue::ONE);
        assert_eq!(got[2].1.certainty, Certainty::TooFew);
    }

    #[test]
    fn a_count_that_varies_on_one_side_is_tested_and_its_change_is_that_of_the_medians() {
        let varying = ["10 B/op", "10 B/op", "16 B/op", "40 B/op", "90 B/op"];
        for (base, new, want) in [(["10 B/op"; 5], varying, 6.0), (varying, ["10 B/op"; 5], -6.0)] {
            let got = compared(&lines("A", &base), &lines("A", &new));
            assert!(matches!(got[0].1.certainty, Certainty::Tested { .. }), "{got:?}");
            let Effect::Shift(shift) = got[0].1.effect else { panic!("counts have a shift") };
            assert_eq!(shift.value, want);
        }
        // Here the median of all differences is another number.
        let got = compared(
            &lines("A", &["0 B/op", "0 B/op", "4 B/op", "20 B/op", "20 B/op"]),
            &lines("A", &["0 B/op", "5 B/op", "9 B/op", "9 B/op", "9 B/op"]),
        );
        let Effect::Shift(shift) = got[0].1.effect else { panic!("counts have a shift") };
        assert_eq!(shift.value, 5.0);
    }

    #[test]
    fn a_metric_that_touches_zero_has_a_shift() {
        let got = compared(&lines("A", &["0 misses"; 5]), &lines("A", &["3 misses"; 5]));
        let Effect::Shift(shift) = got[0].1.effect else { panic!("no ratio on zero") };
        assert_eq!(shift.value, 3.0);
    }
}
