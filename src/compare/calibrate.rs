//! What a suite says of its own noise.

use crate::model::Design;
use crate::stats::{self, MAD_TO_SIGMA, Studentized};

/// A suite smaller than this cannot say how noisy its run was.
const SMALLEST_SUITE: usize = 10;

/// The run-to-run noise that is assumed of suites too small to tell: 2 %.
const ASSUMED_NOISE: f64 = 0.02;

/// No run is quieter than this, whatever its samples say: 0.5 %.
const LEAST_NOISE: f64 = 0.005;

/// Benchmarks further from the suite than this many standard deviations are set aside: they may be real changes.
const TRIM: f64 = 3.5;

/// How often the suite is looked at anew without them.
const ROUNDS: usize = 10;

/// In the estimate of the noise no change counts for more than one of this many standard deviations.
const WINSOR: f64 = 2.0;

/// The mean square of a standard normal number that counts for [`WINSOR`] at most.
const WINSORIZED_SQUARE: f64 = 0.920_536_925_66;

/// Each benchmark is worth so many degrees of freedom of the noise: fewer than one, since some benchmarks are noisier than
/// others.
const NOISE_FREEDOM: f64 = 0.25;

/// What the suite knows of the scatter of a benchmark counts for so much of what theory gives it.
const TRUST: f64 = 0.5;

/// A scatter below this is as good as none.
const LEAST_SCATTER: f64 = 1e-6;

/// The standard error of a median over that of a mean, √(π/2).
const MEDIAN_ERROR: f64 = 1.2533;

/// Where the run-to-run noise of a unit is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// From the samples themselves: base and new were interleaved.
    Interleaved,
    /// From the scatter of the suite around its common shift.
    Measured,
    /// It is not: the suite is too small.
    Assumed,
}

/// How far the whole suite moved in one unit, and how much its benchmarks differ from run to run beyond what the scatter
/// within a run explains. All in natural logarithms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// Where it comes from.
    pub basis: Basis,
    /// The shift that the benchmarks have in common: changes are judged relative to it.
    pub shift: f64,
    /// The variance of that shift.
    pub shift_variance: f64,
    /// The standard deviation of the noise from run to run.
    pub noise: f64,
    /// The degrees of freedom of the noise; `None` where it is not an estimate.
    pub freedom: Option<f64>,
}

/// The change of one benchmark by its own samples alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RowEstimate {
    /// ln(new / base).
    pub change: f64,
    /// Its standard error.
    pub error: f64,
    /// The degrees of freedom of that.
    pub freedom: f64,
}

impl Calibration {
    /// Calibrates a suite. In the block design, shift and noise are an empirical null (Efron, *Large-scale simultaneous
    /// hypothesis testing: the choice of a null hypothesis*, J. Amer. Statist. Assoc. 99, 2004): the centre and the excess
    /// scatter of all changes, of which most are none. Both are robust, and outliers are set aside, so that up to a third
    /// of the suite may really change. O(suite).
    pub(super) fn of(suite: &[RowEstimate], design: Design) -> Calibration {
        let quiet =
            |basis, noise| Calibration { basis, shift: 0.0, shift_variance: 0.0, noise, freedom: None };
        match design {
            Design::Interleaved => quiet(Basis::Interleaved, LEAST_NOISE),
            Design::Block if suite.len() < SMALLEST_SUITE => quiet(Basis::Assumed, ASSUMED_NOISE),
            Design::Block => Calibration::measured(suite),
        }
    }

    fn measured(suite: &[RowEstimate]) -> Calibration {
        let kept = typical(suite);
        let (shift, _) = center(&kept);
        let noise = excess(&kept, shift);
        let changes: Vec<f64> = kept.iter().map(|own| own.change).collect();
        let deviation = stats::robust_deviation(&changes).expect("half of the suite at least is kept");
        let freedom = (noise > LEAST_NOISE).then(|| NOISE_FREEDOM * (kept.len() - 1) as f64);
        Calibration {
            basis: Basis::Measured,
            shift,
            shift_variance: square(MEDIAN_ERROR * deviation) / kept.len() as f64,
            noise: noise.max(LEAST_NOISE),
            freedom,
        }
    }

    /// A change relative to the suite's, with all that is uncertain about it. The degrees of freedom are those of
    /// Satterthwaite (*An approximate distribution of estimates of variance components*, Biometrics Bulletin 2, 1946), but
    /// no more than the better known of the two parts has.
    pub(super) fn apply(&self, own: RowEstimate) -> Studentized {
        let (scatter, noise) = (square(own.error), square(self.noise));
        let of_noise = self.freedom.map_or(0.0, |freedom| square(noise) / freedom);
        let satterthwaite = square(scatter + noise) / (square(scatter) / own.freedom + of_noise);
        Studentized {
            value: own.change - self.shift,
            error: (scatter + noise + self.shift_variance).sqrt(),
            freedom: satterthwaite.min(self.freedom.map_or(own.freedom, |freedom| freedom.max(own.freedom))),
        }
    }
}

/// The suite without the benchmarks that stand out, once nothing changes any more.
fn typical(suite: &[RowEstimate]) -> Vec<RowEstimate> {
    let mut kept = suite.to_vec();
    for _ in 0..ROUNDS {
        let (shift, noise) = center(&kept);
        let fits = |own: &&RowEstimate| {
            (own.change - shift).abs() <= TRIM * (square(own.error) + square(noise)).sqrt().max(1e-6)
        };
        let fitting: Vec<RowEstimate> = suite.iter().filter(fits).copied().collect();
        if fitting.len() < 5.max(suite.len().div_ceil(2)) || fitting == kept {
            break;
        }
        kept = fitting;
    }
    kept
}

/// The median change; and the noise with which half of the changes, less that, are within their 50 % interval: the root of
/// the median of (change / 0.6745)² - error², or 0 if the errors explain it all.
fn center(suite: &[RowEstimate]) -> (f64, f64) {
    let mut changes: Vec<f64> = suite.iter().map(|own| own.change).collect();
    let shift = stats::select_median(&mut changes).expect("a suite is not empty");
    let excess = |own: &RowEstimate| square((own.change - shift) * MAD_TO_SIGMA) - square(own.error);
    let mut excess: Vec<f64> = suite.iter().map(excess).collect();
    let noise = stats::select_median(&mut excess).expect("a suite is not empty").max(0.0).sqrt();
    (shift, noise)
}

/// The noise of a suite around its shift: with it, the mean square of all changes over their errors, none beyond
/// [`WINSOR`], is what it is for normal numbers (Huber, *Robust Statistics*, 1981, §5.2); 0 if the errors explain it all.
fn excess(suite: &[RowEstimate], shift: f64) -> f64 {
    let farthest = suite.iter().map(|own| square(own.change - shift)).fold(0.0, f64::max);
    let too_little = |noise: f64| {
        let counts = |own: &RowEstimate| {
            (square(own.change - shift) / (square(own.error) + noise)).min(square(WINSOR))
        };
        suite.iter().map(counts).sum::<f64>() > WINSORIZED_SQUARE * suite.len() as f64
    };
    let (mut low, mut high) = (0.0, farthest / WINSORIZED_SQUARE);
    // Halved this often, what is left is less than the error of a clock.
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if too_little(middle) { low = middle } else { high = middle }
    }
    high.sqrt()
}

/// Errors that know of one another: the variance of each benchmark drawn towards the typical one of the suite, the more so
/// the more alike they are (Smyth, *Linear models and empirical Bayes methods for assessing differential expression*, Stat.
/// Appl. Genet. Mol. Biol. 3, 2004; the prior by the moments of log variances, trigamma by its series). A benchmark whose
/// few samples lie together by chance is no longer proof, and one with a stray sample no longer lost. The suite never
/// counts for more than the benchmark itself; suites too small to be typical of anything are left as they are.
pub(super) fn moderate(suite: &[RowEstimate]) -> Vec<RowEstimate> {
    let count = suite.len() as f64;
    if suite.len() < SMALLEST_SUITE {
        return suite.to_vec();
    }
    let log_variance = |own: &RowEstimate| 2.0 * stats::ln(own.error.max(LEAST_SCATTER));
    let mean = |of: &dyn Fn(&RowEstimate) -> f64| suite.iter().map(of).sum::<f64>() / count;
    let center = mean(&log_variance);
    let spread = mean(&|own| square(log_variance(own) - center)) * count / (count - 1.0);
    let of_sampling = mean(&|own| 2.0 / own.freedom + 2.0 / square(own.freedom));
    let real = spread - of_sampling;
    let prior = if real > 0.0 { TRUST * (1.0 + (1.0 + 2.0 * real).sqrt()) / real } else { f64::INFINITY };
    let of_freedom = mean(&|own| own.freedom.recip());
    let moderate = |own: &RowEstimate| {
        let weight = prior.min(own.freedom);
        let typical = stats::exp(center + of_freedom - weight.recip());
        let freedom = own.freedom + weight;
        let variance = (weight * typical + own.freedom * square(own.error)) / freedom;
        RowEstimate { error: variance.sqrt(), freedom, ..*own }
    };
    suite.iter().map(moderate).collect()
}

/// Not `powi`, which may round differently from machine to machine.
fn square(x: f64) -> f64 {
    x * x
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As many changes as there are numbers, each in percent, all with an error of 1 %.
    fn suite(percent: impl Iterator<Item = f64>) -> Vec<RowEstimate> {
        percent.map(|percent| RowEstimate { change: percent / 100.0, error: 0.01, freedom: 18.0 }).collect()
    }

    /// -`reach` … +`reach`, evenly.
    fn even(count: usize, reach: f64) -> impl Iterator<Item = f64> {
        (0..count).map(move |i| reach * (2.0 * i as f64 / (count - 1) as f64 - 1.0))
    }

    #[test]
    fn a_quiet_suite_has_the_least_noise() {
        let found = Calibration::of(&suite(even(20, 0.5)), Design::Block);
        assert_eq!((found.basis, found.noise, found.freedom), (Basis::Measured, LEAST_NOISE, None));
        assert!(found.shift.abs() < 1e-12);
    }

    #[test]
    fn what_the_scatter_within_a_run_does_not_explain_is_noise() {
        let found = Calibration::of(&suite(even(101, 10.0)), Design::Block);
        // The standard deviation of such a range is 5.8 %; a normal one that looks like it within 2 deviations, a bit more.
        assert!((found.noise - 0.06).abs() < 2e-3, "{found:?}");
        assert_eq!(found.freedom, Some(25.0));
    }

    #[test]
    fn a_slow_machine_is_a_shift_and_real_changes_are_set_aside() {
        let moved = even(70, 2.0).map(|percent| percent + 10.0).chain(std::iter::repeat_n(40.0, 30));
        let found = Calibration::of(&suite(moved), Design::Block);
        assert!((found.shift - 0.1).abs() < 1e-3 && found.noise < 0.015, "{found:?}");
    }

    #[test]
    fn small_and_interleaved_suites_are_not_shifted() {
        let moved = || suite(even(9, 1.0).map(|percent| percent + 10.0));
        let small = Calibration::of(&moved(), Design::Block);
        assert_eq!((small.basis, small.shift, small.noise), (Basis::Assumed, 0.0, ASSUMED_NOISE));
        let interleaved = Calibration::of(&moved(), Design::Interleaved);
        assert_eq!((interleaved.basis, interleaved.shift), (Basis::Interleaved, 0.0));
    }

    #[test]
    fn errors_that_differ_by_chance_are_drawn_together_and_others_hardly() {
        let errors = |errors: [f64; 12]| {
            let own = errors.map(|error| RowEstimate { change: 0.0, error: error / 100.0, freedom: 18.0 });
            moderate(&own).into_iter().map(|own| (100.0 * own.error, own.freedom)).collect::<Vec<_>>()
        };
        let alike = errors([1.0, 1.1, 0.9, 1.0, 1.2, 0.8, 1.0, 1.0, 1.1, 0.9, 1.0, 1.3]);
        assert!(alike.iter().all(|&(_, freedom)| freedom == 36.0), "the suite counts for as much: {alike:?}");
        assert!((0.85..1.0).contains(&alike[5].0) && (1.0..1.2).contains(&alike[11].0), "{alike:?}");
        let apart = errors([0.1, 10.0, 0.3, 3.0, 1.0, 0.2, 5.0, 0.5, 2.0, 0.1, 10.0, 1.0]);
        assert!(apart.iter().all(|&(_, freedom)| freedom < 19.0), "{apart:?}");
        assert!(apart[1].0 > 9.5, "{apart:?}");
        let few = [RowEstimate { change: 0.0, error: 0.01, freedom: 18.0 }; 9];
        assert_eq!(moderate(&few), few);
    }

    #[test]
    fn equal_changes_without_any_error_are_no_trouble() {
        let equal = vec![RowEstimate { change: 0.3, error: 0.0, freedom: 8.0 }; 12];
        let found = Calibration::of(&equal, Design::Block);
        assert_eq!((found.shift, found.noise), (0.3, LEAST_NOISE));
        let applied = found.apply(equal[0]);
        assert!(applied.error > 0.0 && applied.freedom > 0.0, "{applied:?}");
    }
}
