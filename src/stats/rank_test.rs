//! The two-sided Mann-Whitney test with the switch points of Go's benchmark tools.

use super::PValue;
use super::mann_whitney::MidRanks;
use std::f64::consts::SQRT_2;

/// The result of a two-sided rank test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RankTest {
    /// All values of both samples are equal: there is nothing to test.
    AllEqual,
    /// The p-value.
    P(PValue),
}

/// Tests whether one of two ascending samples tends to be larger. Exact up to 50 values on either side (25 with ties); above
/// that the normal approximation with tie and continuity correction, as in `golang.org/x/perf/benchmath`. The p-values
/// differ from those of [`mann_whitney`](super::mann_whitney()) by the error of the approximation at most. `None` if a
/// sample is empty. As fast as `mann_whitney`.
pub fn rank_test(x: &[f64], y: &[f64]) -> Option<RankTest> {
    let (first, last) = (x.first()?.min(*y.first()?), x.last()?.max(*y.last()?));
    if first == last {
        return Some(RankTest::AllEqual);
    }
    let ranks = MidRanks::of(x, y);
    let exact = match x.len().max(y.len()) {
        ..=25 => true,
        26..=50 => ranks.ties == 0.0,
        _ => false,
    };
    let p = if exact { ranks.two_sided(x, y) } else { normal(&ranks, x.len() as f64, y.len() as f64) };
    Some(RankTest::P(PValue::new(p)))
}

/// The normal approximation, in the order of operations of Go's tools.
fn normal(ranks: &MidRanks, n1: f64, n2: f64) -> f64 {
    let all = n1 + n2;
    let deviation = (n1 * n2 * ((all + 1.0) - ranks.ties / (all * (all - 1.0))) / 12.0).sqrt();
    let distance = ((ranks.u(n2 as usize) - n1 * n2 / 2.0).abs() - 0.5).max(0.0);
    libm::erfc(distance / deviation / SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::super::mann_whitney;
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
    fn beyond_the_switch_points_the_test_is_normal() {
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
    fn below_the_switch_points_the_test_is_exact() {
        let got = p(&[10.0, 10.0, 11.0, 12.0, 12.0, 13.0], &[11.0, 12.0, 13.0, 13.0, 14.0, 15.0]);
        assert!((got - 0.08008658008658008).abs() < 1e-15, "{got}");
        assert_eq!(p(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]), 0.1);
    }

    #[test]
    fn without_ties_it_is_the_mann_whitney_test() {
        for (n1, n2, shift) in
            [(1, 1, 0.5), (5, 7, 2.5), (7, 5, 2.5), (5, 7, -1.5), (20, 25, 4.5), (50, 50, 7.5)]
        {
            let (x, y) = (line(n1, 0.0), line(n2, shift));
            let want = mann_whitney(&x, &y).expect("neither is empty").two_sided().get();
            assert!((p(&x, &y) / want - 1.0).abs() < 1e-12, "{n1} {n2} {shift}: {want}");
        }
    }

    #[test]
    fn equal_values_are_not_tested() {
        assert_eq!(rank_test(&[2.0; 3], &[2.0; 60]), Some(RankTest::AllEqual));
        assert_eq!(rank_test(&[], &[1.0]), None);
    }
}
