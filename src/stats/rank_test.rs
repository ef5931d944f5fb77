//! The two-sided Mann-Whitney test with the switch points of Go's benchmark tools.

use super::{PValue, mann_whitney};
use std::collections::HashMap;
use std::f64::consts::SQRT_2;

/// What a two-sided rank test says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RankTest {
    /// All values of both samples are the same: there is nothing to test.
    AllEqual,
    /// The p-value.
    P(PValue),
}

/// Two-sided rank tests of many pairs of samples. Without ties the null distribution depends on the sizes alone: it is
/// computed once for each pair of sizes.
#[derive(Debug, Default)]
pub struct RankTests {
    /// By the two sizes, the smaller one first: how many relabellings have U ≤ u, for every u.
    without_ties: HashMap<(usize, usize), Vec<f64>>,
}

impl RankTests {
    /// Tests whether one of two samples in ascending order tends to be larger: exactly up to 50 values on either side (25
    /// if there are ties), above by the normal approximation with tie and continuity correction, as
    /// `golang.org/x/perf/benchmath` switches. The p-values agree with that of [`mann_whitney`], which is exact for
    /// longer, to the approximation's error. `None` if a sample is empty. O(n) for sizes that have been met, without ties;
    /// otherwise as [`mann_whitney`].
    pub fn test(&mut self, x: &[f64], y: &[f64]) -> Option<RankTest> {
        let (first, last) = (x.first()?.min(*y.first()?), x.last()?.max(*y.last()?));
        if first == last {
            return Some(RankTest::AllEqual);
        }
        let pooled = Pooled::of(x, y);
        let (tied, largest) = (pooled.ties > 0.0, x.len().max(y.len()));
        let p = match largest {
            ..=25 if tied => mann_whitney(x, y)?.two_sided(),
            ..=50 if !tied => self.exact(x.len(), y.len(), pooled.below),
            _ => pooled.normal(x.len() as f64, y.len() as f64),
        };
        Some(RankTest::P(p))
    }

    fn exact(&mut self, n1: usize, n2: usize, u: f64) -> PValue {
        let sizes = (n1.min(n2), n1.max(n2));
        let below = self.without_ties.entry(sizes).or_insert_with(|| relabellings(sizes.0, sizes.1));
        let all = below[n1 * n2]; // one entry for every possible U
        // Without ties U is a whole number.
        let smaller = (u as usize).min(n1 * n2 - u as usize);
        PValue::new(2.0 * below[smaller] / all)
    }
}

/// How many of the ways to choose `k` of `k + m` ranks have a U of at most 0, 1, …, k·m: ranks are added one by one to what
/// could be chosen so far. Exact as long as all of them together are below 2^53. O((k + m)·k·k·m).
fn relabellings(k: usize, m: usize) -> Vec<f64> {
    let most = k * m;
    // By how many are chosen, and by their U.
    let mut ways = vec![vec![0.0; most + 1]; k + 1];
    ways[0][0] = 1.0;
    for rank in 0..k + m {
        for chosen in (0..k.min(rank + 1)).rev() {
            // Above as many of the others as there are below it and not chosen.
            let others = rank - chosen;
            if others <= m {
                for u in others..=most {
                    let added = ways[chosen][u - others];
                    ways[chosen + 1][u] += added;
                }
            }
        }
    }
    let mut sum = 0.0;
    ways[k]
        .iter()
        .map(|count| {
            sum += count;
            sum
        })
        .collect()
}

/// Two samples merged.
struct Pooled {
    /// Σ t³ - t over the groups of t equal values.
    ties: f64,
    /// The number of pairs in which the value of `x` is the larger one, ties counting one half.
    below: f64,
}

impl Pooled {
    /// The normal approximation, with tie and continuity correction.
    fn normal(&self, n1: f64, n2: f64) -> PValue {
        let all = n1 + n2;
        let deviation = (n1 * n2 * ((all + 1.0) - self.ties / (all * (all - 1.0))) / 12.0).sqrt();
        let distance = ((self.below - n1 * n2 / 2.0).abs() - 0.5).max(0.0);
        PValue::new(libm::erfc(distance / deviation / SQRT_2))
    }

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
        match RankTests::default().test(x, y).expect("neither is empty") {
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
    fn without_ties_it_is_the_mann_whitney_test_whatever_was_tested_before() {
        let mut tests = RankTests::default();
        for (n1, n2, shift) in
            [(1, 1, 0.5), (5, 7, 2.5), (7, 5, 2.5), (5, 7, -1.5), (20, 25, 4.5), (50, 50, 7.5)]
        {
            let (x, y) = (line(n1, 0.0), line(n2, shift));
            let want = mann_whitney(&x, &y).expect("neither is empty").two_sided().get();
            let Some(RankTest::P(got)) = tests.test(&x, &y) else { panic!("not all are equal") };
            assert!((got.get() / want - 1.0).abs() < 1e-12, "{n1} {n2} {shift}: {got:?} {want}");
        }
        assert_eq!(tests.without_ties.len(), 4);
    }

    #[test]
    fn equal_values_are_no_question() {
        let mut tests = RankTests::default();
        assert_eq!(tests.test(&[2.0; 3], &[2.0; 60]), Some(RankTest::AllEqual));
        assert_eq!(tests.test(&[], &[1.0]), None);
    }
}
