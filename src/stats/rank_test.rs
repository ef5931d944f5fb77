//! The two-sided Mann-Whitney test with the switch points of Go's benchmark tools.

use super::{PValue, mann_whitney};
use std::f64::consts::SQRT_2;

/// What a two-sided rank test says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RankTest {
    /// All values of both samples are the same: there is nothing to test.
    AllEqual,
    /// The p-value.
    P(PValue),
}

/// Tests whether one of two samples in ascending order tends to be larger: exactly up to 50 values on either side (25 if
/// there are ties), above by the normal approximation with tie and continuity correction, as
/// `golang.org/x/perf/benchmath` switches. The p-values agree with that of [`mann_whitney`], which is exact for longer,
/// to the approximation's error. `None` if a sample is empty.
pub fn rank_test(x: &[f64], y: &[f64]) -> Option<RankTest> {
    let (first, last) = (x.first()?.min(*y.first()?), x.last()?.max(*y.last()?));
    if first == last {
        return Some(RankTest::AllEqual);
    }
    let pooled = Pooled::of(x, y);
    let exact_up_to = if pooled.ties > 0.0 { 25 } else { 50 };
    if x.len().max(y.len()) <= exact_up_to {
        return mann_whitney(x, y).map(|test| RankTest::P(test.two_sided()));
    }
    let (n1, n2) = (x.len() as f64, y.len() as f64);
    let all = n1 + n2;
    let deviation = (n1 * n2 * ((all + 1.0) - pooled.ties / (all * (all - 1.0))) / 12.0).sqrt();
    let distance = ((pooled.below - n1 * n2 / 2.0).abs() - 0.5).max(0.0);
    Some(RankTest::P(PValue::new(libm::erfc(distance / deviation / SQRT_2))))
}

/// Two samples merged.
struct Pooled {
    /// Σ t³ - t over the groups of t equal values.
    ties: f64,
    /// The number of pairs in which the value of `x` is the larger one, ties counting one half.
    below: f64,
}

impl Pooled {
    fn of(mut x: &[f64], mut y: &[f64]) -> Pooled {
        let mut pooled = Pooled { ties: 0.0, below: 0.0 };
        let mut y_before = 0.0;
        while let Some(value) = smaller(x.first(), y.first()) {
            let of_x = cut(&mut x, value);
            let of_y = cut(&mut y, value);
            let size = of_x + of_y;
            pooled.ties += size * size * size - size;
            pooled.below += of_x * (y_before + of_y / 2.0);
            y_before += of_y;
        }
        pooled
    }
}

fn smaller(a: Option<&f64>, b: Option<&f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(*b)),
        (one, None) | (None, one) => one.copied(),
    }
}

/// Takes the values equal to this one off the front, and counts them.
fn cut(values: &mut &[f64], value: f64) -> f64 {
    let count = values.iter().take_while(|&&it| it == value).count();
    *values = &values[count..];
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(x: &[f64], y: &[f64]) -> f64 {
        match rank_test(x, y).expect("neither is empty") {
            RankTest::P(p) => p.get(),
            RankTest::AllEqual => panic!("not all are equal"),
        }
    }

    fn line(n: usize, from: f64) -> Vec<f64> {
        (0..n).map(|i| i as f64 + from).collect()
    }

    #[test]
    fn beyond_the_switch_points_it_is_normal() {
        for (x, y, want) in [
            (line(51, 0.0), line(51, 0.5), 0.867120090828166),
            (line(60, 0.0), line(60, 10.5), 0.00256688794352418),
            (line(30, 0.0), line(30, 3.0), 0.20870011734931732),
            (line(100, 0.0), line(100, 500.0), 2.562143669163465e-34),
        ] {
            assert!((p(&x, &y) / want - 1.0).abs() < 1e-9, "{}", p(&x, &y));
            assert_eq!(p(&x, &y), p(&y, &x));
        }
    }

    #[test]
    fn below_it_is_exact() {
        let got = p(&[10.0, 10.0, 11.0, 12.0, 12.0, 13.0], &[11.0, 12.0, 13.0, 13.0, 14.0, 15.0]);
        assert!((got - 0.08008658008658008).abs() < 1e-15, "{got}");
        assert_eq!(p(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]), 0.1);
    }

    #[test]
    fn equal_values_are_no_question() {
        assert_eq!(rank_test(&[2.0; 3], &[2.0; 60]), Some(RankTest::AllEqual));
        assert_eq!(rank_test(&[], &[1.0]), None);
    }
}
