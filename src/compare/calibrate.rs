//! Estimates the noise of a run from the benchmarks of its suite.

use super::estimate::{Replication, RowEstimate};
use crate::model::{Design, RunNoise};
use crate::stats::{self, MAD_TO_SIGMA, Studentized};

/// A suite needs this many benchmarks for an estimate of the noise.
pub const SMALLEST_SUITE: usize = 10;

/// The least noise between runs that is assumed for any suite: 0.5 %.
const LEAST_NOISE: f64 = 0.005;

/// The least noise between runs of instructions, which other programs do not disturb: 0.3 %. The medians of one commit that was linked
/// twice differ by about that much.
const LEAST_NOISE_OF_COUNTER: f64 = 0.003;

/// Benchmarks further from the suite than this many standard deviations are left out: they may be real changes.
const TRIM: f64 = 3.5;

/// How many times outliers are removed, at most.
const ROUNDS: usize = 10;

/// The estimate of the noise cuts changes off at this many standard deviations.
const WINSOR: f64 = 2.0;

/// The mean square of a standard normal number that is cut off at [`WINSOR`].
const WINSORIZED_SQUARE: f64 = 0.920_536_925_66;

/// The degrees of freedom that each benchmark adds to the estimate of the noise: fewer than one, because some benchmarks are
/// noisier than others.
const NOISE_FREEDOM: f64 = 0.25;

/// The weight of the suite's typical scatter, as a part of the weight that theory gives it.
const TRUST: f64 = 0.5;

/// The weight for rows of so few degrees of freedom, of which the scatter says next to nothing: 3 samples against 3.
const FEW_FREEDOM: f64 = 4.0;
const TRUST_OF_FEW: f64 = 2.0;

/// A suite of so few rows has a typical scatter.
const SMALLEST_TYPICAL: usize = 3;

/// A scatter below this counts as this.
const LEAST_SCATTER: f64 = 1e-6;

/// The standard error of a median divided by that of a mean, √(π/2).
const MEDIAN_ERROR: f64 = 1.2533;

/// How the noise between processes is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Basis {
    /// From the samples: base and new were interleaved, and each sample comes from its own process.
    Interleaved,
    /// From the samples of several processes per side, in a suite that is too small for its scatter to tell.
    Replicated,
    /// From the scatter of the suite around its common shift.
    Measured,
    /// From the history: each benchmark has its own.
    Learned,
    /// It is not known: a side has one or two processes, and the suite is too small. Nothing is tested.
    Unknown,
}

/// The common shift of a suite in one unit, and the noise between runs: the scatter of its benchmarks that the scatter within
/// a run does not explain. All numbers are natural logarithms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// How the noise is known.
    pub basis: Basis,
    /// The common shift of all benchmarks. Changes are judged relative to it.
    pub shift: f64,
    /// The variance of that shift.
    pub shift_variance: f64,
    /// The standard deviation of the noise between runs.
    pub noise: f64,
    /// The degrees of freedom of the noise; `None` if it is not an estimate.
    pub freedom: Option<f64>,
}

impl Calibration {
    /// Calibrates a suite. In the block design, shift and noise are an empirical null (Efron, *Large-scale simultaneous
    /// hypothesis testing: the choice of a null hypothesis*, J. Amer. Statist. Assoc. 99, 2004): the centre and the excess
    /// scatter of all changes, on the assumption that most benchmarks did not change. Both estimates are robust, and outliers
    /// are left out, so that up to a third of the suite may really change. O(suite).
    ///
    /// A suite is interleaved only if most of its rows have one sample of each process: the processes count, not what a file
    /// says.
    pub(super) fn of(suite: &[RowEstimate], design: Design) -> Calibration {
        let rows = |is: fn(Replication) -> bool| suite.iter().filter(|row| is(row.replication)).count();
        let one_each = rows(|it| it == Replication::OneEach);
        if design == Design::Interleaved && 2 * one_each > suite.len() {
            Calibration::quiet(Basis::Interleaved)
        } else if suite.len() >= SMALLEST_SUITE {
            Calibration::measured(suite)
        } else if rows(|it| it.too_few().is_none()) > 0 {
            Calibration::replicated(suite, design)
        } else {
            Calibration::quiet(Basis::Unknown)
        }
    }

    /// The same for instructions that were counted in interleaved processes, which show all noise that there is.
    pub(super) fn of_counter(self) -> Calibration {
        match self.basis {
            Basis::Interleaved => Calibration { noise: LEAST_NOISE_OF_COUNTER, ..self },
            Basis::Replicated | Basis::Measured | Basis::Learned | Basis::Unknown => self,
        }
    }

    /// From the processes of a small suite. Where base was measured first, what moved between the halves of each side is noise as well.
    /// A random walk moves twice as far, in squares, from the middle of one side to the middle of the other as from half to half.
    fn replicated(suite: &[RowEstimate], design: Design) -> Calibration {
        let it = Calibration::quiet(Basis::Replicated);
        let drift = 2.0 * suite.iter().map(|row| row.drift).sum::<f64>() / suite.len() as f64;
        match design {
            Design::Interleaved => it,
            Design::Block => Calibration { noise: drift.max(square(LEAST_NOISE)).sqrt(), ..it },
        }
    }

    /// No more noise than the samples show.
    fn quiet(basis: Basis) -> Calibration {
        Calibration { basis, shift: 0.0, shift_variance: 0.0, noise: LEAST_NOISE, freedom: None }
    }

    /// The same for one row: with its own noise, if earlier runs have shown it, unless interleaved samples show that of this run.
    pub(super) fn of_row(&self, row: &RowEstimate) -> Calibration {
        match row.learned.filter(|_| self.basis != Basis::Interleaved) {
            Some(RunNoise { noise, freedom, .. }) => Calibration {
                basis: Basis::Learned,
                noise: noise.max(LEAST_NOISE),
                freedom: Some(freedom),
                ..*self
            },
            None => *self,
        }
    }

    /// What is said of a suite: if at least half of its rows have a noise of their own, the median of those.
    pub(super) fn summary(&self, suite: &[RowEstimate]) -> Calibration {
        let of_rows = suite.iter().map(|row| self.of_row(row)).filter(|it| it.basis == Basis::Learned);
        let mut noise: Vec<f64> = of_rows.map(|it| it.noise).collect();
        let is_learned = !noise.is_empty() && 2 * noise.len() >= suite.len();
        match stats::select_median(&mut noise).filter(|_| is_learned) {
            Some(noise) => Calibration { basis: Basis::Learned, noise, ..*self },
            None => *self,
        }
    }

    /// How many processes a row has, if neither they nor the suite show its error.
    pub(super) fn too_few_processes(&self, row: &RowEstimate) -> Option<usize> {
        let is_known = matches!(self.of_row(row).basis, Basis::Measured | Basis::Learned);
        row.replication.too_few().filter(|_| !is_known)
    }

    fn measured(suite: &[RowEstimate]) -> Calibration {
        let kept = without_outliers(suite);
        let (shift, _) = center(&kept);
        let noise = excess(&kept, shift);
        let changes: Vec<f64> = kept.iter().map(|row| row.change).collect();
        let deviation = stats::robust_deviation(&changes).expect("at least half of the suite is kept");
        let freedom = (noise > LEAST_NOISE).then(|| NOISE_FREEDOM * (kept.len() - 1) as f64);
        Calibration {
            basis: Basis::Measured,
            shift,
            shift_variance: square(MEDIAN_ERROR * deviation) / kept.len() as f64,
            noise: noise.max(LEAST_NOISE),
            freedom,
        }
    }

    /// A change relative to the shift of the suite. Its error includes the noise and the uncertainty of the shift. The degrees
    /// of freedom are those of Satterthwaite (*An approximate distribution of estimates of variance components*, Biometrics
    /// Bulletin 2, 1946), but at most those of the better known part.
    pub(super) fn apply(&self, row: RowEstimate) -> Studentized {
        let (scatter, noise) = (square(row.error), square(self.noise));
        let of_noise = self.freedom.map_or(0.0, |freedom| square(noise) / freedom);
        let satterthwaite = square(scatter + noise) / (square(scatter) / row.freedom + of_noise);
        Studentized {
            value: row.change - self.shift,
            error: (scatter + noise + self.shift_variance).sqrt(),
            freedom: satterthwaite.min(self.freedom.map_or(row.freedom, |freedom| freedom.max(row.freedom))),
        }
    }
}

/// The suite without outliers. Repeats until no benchmark is removed or added.
fn without_outliers(suite: &[RowEstimate]) -> Vec<RowEstimate> {
    let mut kept = suite.to_vec();
    for _ in 0..ROUNDS {
        let (shift, noise) = center(&kept);
        let fits = |row: &&RowEstimate| {
            (row.change - shift).abs() <= TRIM * (square(row.error) + square(noise)).sqrt().max(1e-6)
        };
        let fitting: Vec<RowEstimate> = suite.iter().filter(fits).copied().collect();
        if fitting.len() < 5.max(suite.len().div_ceil(2)) || fitting == kept {
            break;
        }
        kept = fitting;
    }
    kept
}

/// The median change, and the noise with which half of the changes are within their 50 % interval around it: the square root
/// of the median of (deviation / 0.6745)² - error², or 0 if the errors explain all scatter.
fn center(suite: &[RowEstimate]) -> (f64, f64) {
    let mut changes: Vec<f64> = suite.iter().map(|row| row.change).collect();
    let shift = stats::select_median(&mut changes).expect("a suite is not empty");
    let excess = |row: &RowEstimate| square((row.change - shift) * MAD_TO_SIGMA) - square(row.error);
    let mut excess: Vec<f64> = suite.iter().map(excess).collect();
    let noise = stats::select_median(&mut excess).expect("a suite is not empty").max(0.0).sqrt();
    (shift, noise)
}

/// The noise of a suite around its shift: with this noise, the mean square of all changes over their errors, cut off at
/// [`WINSOR`], equals that of normal numbers (Huber, *Robust Statistics*, 1981, §5.2). 0 if the errors explain all scatter.
fn excess(suite: &[RowEstimate], shift: f64) -> f64 {
    let farthest = suite.iter().map(|row| square(row.change - shift)).fold(0.0, f64::max);
    let too_little = |noise: f64| {
        let counts = |row: &RowEstimate| {
            (square(row.change - shift) / (square(row.error) + noise)).min(square(WINSOR))
        };
        suite.iter().map(counts).sum::<f64>() > WINSORIZED_SQUARE * suite.len() as f64
    };
    let (mut low, mut high) = (0.0, farthest / WINSORIZED_SQUARE);
    // After 60 halvings the interval is far below the resolution of a clock.
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if too_little(middle) { low = middle } else { high = middle }
    }
    high.sqrt()
}

/// Moderates the standard errors: moves the variance of each benchmark towards the typical variance of the suite, the more so
/// the more similar they are (Smyth, *Linear models and empirical Bayes methods for assessing differential expression*, Stat.
/// Appl. Genet. Mol. Biol. 3, 2004; the prior by the moments of log variances, trigamma by its series). Without this, a few
/// samples that are close together by chance look like proof, and one outlier hides a change. The suite has no more weight than the
/// benchmark itself, unless that has only 3 samples per side. Small suites of more samples are not changed.
pub(super) fn moderate(suite: &[RowEstimate]) -> Vec<RowEstimate> {
    let count = suite.len() as f64;
    let is_few = |row: &RowEstimate| row.freedom <= FEW_FREEDOM;
    let smallest = if suite.iter().all(is_few) { SMALLEST_TYPICAL } else { SMALLEST_SUITE };
    if suite.len() < smallest {
        return suite.to_vec();
    }
    let log_variance = |row: &RowEstimate| 2.0 * stats::ln(row.error.max(LEAST_SCATTER));
    let mean = |of: &dyn Fn(&RowEstimate) -> f64| suite.iter().map(of).sum::<f64>() / count;
    let center = mean(&log_variance);
    let spread = mean(&|row| square(log_variance(row) - center)) * count / (count - 1.0);
    let of_sampling = mean(&|row| 2.0 / row.freedom + 2.0 / square(row.freedom));
    let real = spread - of_sampling;
    let prior = if real > 0.0 { (1.0 + (1.0 + 2.0 * real).sqrt()) / real } else { f64::INFINITY };
    let of_freedom = mean(&|row| row.freedom.recip());
    let moderate = |row: &RowEstimate| {
        let weight = match is_few(row) {
            true => (TRUST_OF_FEW * prior).min(count * row.freedom),
            false => (TRUST * prior).min(row.freedom),
        };
        let typical = stats::exp(center + of_freedom - weight.recip());
        let freedom = row.freedom + weight;
        let variance = (weight * typical + row.freedom * square(row.error)) / freedom;
        RowEstimate { error: variance.sqrt(), freedom, ..*row }
    };
    suite.iter().map(moderate).collect()
}

/// Not `powi`, which can round differently on other machines.
fn square(x: f64) -> f64 {
    x * x
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(change: f64, error: f64, freedom: f64) -> RowEstimate {
        RowEstimate { change, error, freedom, replication: Replication::Single, drift: 0.0, learned: None }
    }

    /// One row per change in percent, each with an error of 1 %.
    fn suite(percent: impl Iterator<Item = f64>) -> Vec<RowEstimate> {
        percent.map(|percent| row(percent / 100.0, 0.01, 18.0)).collect()
    }

    /// `count` numbers from -`reach` to +`reach`, evenly spaced.
    fn even(count: usize, reach: f64) -> impl Iterator<Item = f64> {
        (0..count).map(move |i| reach * (2.0 * i as f64 / (count - 1) as f64 - 1.0))
    }

    #[test]
    fn only_interleaved_counts_have_less_noise_than_times() {
        let quiet = Calibration::quiet(Basis::Interleaved);
        assert_eq!(quiet.of_counter().noise, LEAST_NOISE_OF_COUNTER);
        let block = Calibration::of(&suite(even(20, 0.5)), Design::Block);
        assert_eq!(block.of_counter(), block);
    }

    #[test]
    fn a_quiet_suite_has_the_least_noise() {
        let found = Calibration::of(&suite(even(20, 0.5)), Design::Block);
        assert_eq!((found.basis, found.noise, found.freedom), (Basis::Measured, LEAST_NOISE, None));
        assert!(found.shift.abs() < 1e-12);
    }

    #[test]
    fn scatter_beyond_the_scatter_within_a_run_is_noise() {
        let found = Calibration::of(&suite(even(101, 10.0)), Design::Block);
        // The standard deviation of such a range is 5.8 %. A normal distribution that matches it within 2 deviations has a
        // slightly larger one.
        assert!((found.noise - 0.06).abs() < 2e-3, "{found:?}");
        assert_eq!(found.freedom, Some(25.0));
    }

    #[test]
    fn a_slow_machine_is_a_shift_and_real_changes_are_left_out() {
        let moved = even(70, 2.0).map(|percent| percent + 10.0).chain(std::iter::repeat_n(40.0, 30));
        let found = Calibration::of(&suite(moved), Design::Block);
        assert!((found.shift - 0.1).abs() < 1e-3 && found.noise < 0.015, "{found:?}");
    }

    #[test]
    fn small_and_interleaved_suites_are_not_shifted() {
        let moved = |replication| {
            let rows = suite(even(9, 1.0).map(|percent| percent + 10.0));
            rows.into_iter().map(|row| RowEstimate { replication, ..row }).collect::<Vec<_>>()
        };
        for (replication, design, want) in [
            (Replication::Single, Design::Block, Basis::Unknown),
            (Replication::Single, Design::Interleaved, Basis::Unknown),
            (Replication::Several(2), Design::Interleaved, Basis::Unknown),
            (Replication::Several(3), Design::Interleaved, Basis::Replicated),
            (Replication::OneEach, Design::Block, Basis::Replicated),
            (Replication::OneEach, Design::Interleaved, Basis::Interleaved),
        ] {
            let found = Calibration::of(&moved(replication), design);
            assert_eq!((found.basis, found.shift), (want, 0.0), "{replication:?} {design}");
        }
    }

    #[test]
    fn a_claim_that_the_processes_contradict_is_not_believed() {
        let rows: Vec<RowEstimate> = suite(even(20, 5.0))
            .into_iter()
            .map(|row| RowEstimate { replication: Replication::Several(2), ..row })
            .collect();
        assert_eq!(Calibration::of(&rows, Design::Interleaved).basis, Basis::Measured);
    }

    #[test]
    fn similar_errors_are_moderated_and_different_ones_hardly() {
        let errors = |errors: [f64; 12]| {
            let rows = errors.map(|error| row(0.0, error / 100.0, 18.0));
            moderate(&rows).into_iter().map(|row| (100.0 * row.error, row.freedom)).collect::<Vec<_>>()
        };
        let alike = errors([1.0, 1.1, 0.9, 1.0, 1.2, 0.8, 1.0, 1.0, 1.1, 0.9, 1.0, 1.3]);
        assert!(
            alike.iter().all(|&(_, freedom)| freedom == 36.0),
            "the suite has the same weight: {alike:?}"
        );
        assert!((0.85..1.0).contains(&alike[5].0) && (1.0..1.2).contains(&alike[11].0), "{alike:?}");
        let apart = errors([0.1, 10.0, 0.3, 3.0, 1.0, 0.2, 5.0, 0.5, 2.0, 0.1, 10.0, 1.0]);
        assert!(apart.iter().all(|&(_, freedom)| freedom < 19.0), "{apart:?}");
        assert!(apart[1].0 > 9.5, "{apart:?}");
        let few = [row(0.0, 0.01, 18.0); 9];
        assert_eq!(moderate(&few), few);
    }

    #[test]
    fn equal_changes_without_an_error_work() {
        let equal = vec![row(0.3, 0.0, 8.0); 12];
        let found = Calibration::of(&equal, Design::Block);
        assert_eq!((found.shift, found.noise), (0.3, LEAST_NOISE));
        let applied = found.apply(equal[0]);
        assert!(applied.error > 0.0 && applied.freedom > 0.0, "{applied:?}");
    }
}
