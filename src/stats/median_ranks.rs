//! The interval of a median as Go's benchmark tools choose it.

use super::memo::Memo;
use std::f64::consts::{PI, SQRT_2};

/// Up to this count the binomial distribution is summed; above it a normal distribution approximates it.
const EXACT_UP_TO: usize = 30;

/// The ranks `(low, high)`, from 1, of the two order statistics that bound the median of `n` values at this confidence
/// level in [0, 1]: 0 stands for minus infinity, n + 1 for infinity (David & Nagaraja, *Order Statistics*, 2003, §7.1).
///
/// The interval grows from the middle by the more probable neighbour, and can be asymmetric by one rank, as in
/// `golang.org/x/perf/benchmath`. [`median_interval`](super::median_interval) is symmetric. O(1) for a count that
/// occurred before.
pub fn median_ranks(n: usize, confidence: f64) -> (usize, usize) {
    thread_local! {
        static MEMO: Memo<(usize, u64), (usize, usize)> = const { Memo::new() };
    }
    let ranks = || match n {
        _ if confidence >= 1.0 => (0, n + 1),
        ..=EXACT_UP_TO => grown(n, confidence),
        _ => approximated(n, confidence),
    };
    MEMO.with(|memo| memo.get((n, confidence.to_bits()), ranks))
}

/// The order in which benchmath takes the neighbours for 21 to 30 values. Where both neighbours are equally probable,
/// rounding decides: benchmath computes these binomial coefficients by logarithms.
const LOGARITHMIC: [&[u8]; 10] = [
    b"RLRLRRLLRLRRLLRRLLRLR",
    b"RLLRLRRLLRLRRLLRRLLRLR",
    b"RLRLRLRRLLRLRRLLRRLLRLR",
    b"RLLRLRLRRLLRLRRLLRRLLRLR",
    b"RLRRLLRLRRLLRLRRLLRRLLRLR",
    b"LRLRRLLRLRRLLRLRRLLRRLLRLR",
    b"RLRRLRLLRLRRLLRLRRLLRRLLRLR",
    b"RLRLLRRLLRLRRLLRLRRLLRRLLRLR",
    b"RRLLRLRRLLRLRRLRLRLRLLRRLLRLR",
    b"RLRLLRLRRLLRRLRLRLRLRLLRRLLRLR",
];

/// Extends [l, r) from the middle, one order statistic at a time.
fn grown(n: usize, confidence: f64) -> (usize, usize) {
    let step = |i: usize| match n {
        21..=EXACT_UP_TO => LOGARITHMIC[n - 21][i],
        n if n.is_multiple_of(2) == i.is_multiple_of(2) => b'L',
        _ => b'R',
    };
    let middle = (n + 2) / 2 - 1;
    let (mut left, mut right) = (middle, middle + 1);
    let mut covered = probability(n, middle);
    for i in 0..n {
        if covered >= confidence {
            break;
        }
        let taken = match step(i) {
            b'L' => {
                left -= 1; // as many L as there are to the left
                left
            }
            _ => {
                right += 1;
                right - 1
            }
        };
        covered += probability(n, taken);
    }
    (left, right.min(n + 1))
}

/// C(n, k) / 2ⁿ for n up to 30: exact.
fn probability(n: usize, k: usize) -> f64 {
    let ways = (0..k as u64).fold(1, |ways, i| ways * (n as u64 - i) / (i + 1));
    ways as f64 / (1u64 << n) as f64
}

/// By the normal distribution with half a rank of continuity correction.
fn approximated(n: usize, confidence: f64) -> (usize, usize) {
    let middle = n as f64 / 2.0;
    let deviation = (n as f64 / 4.0).sqrt();
    let lower = normal_quantile((1.0 - confidence) / 2.0) * deviation + middle;
    let upper = 2.0 * middle - lower;
    let left = ((lower - 0.5).floor() + 0.5).floor() + 1.0;
    let right = ((upper - 0.5).ceil() + 0.5).floor() + 1.0;
    let below = |rank: f64| normal_cdf((rank - 0.5 - middle) / deviation);
    let covered = |right: f64| below(right) - below(left);
    let narrower = covered(right - 1.0) >= confidence && covered(right - 1.0) < covered(right);
    let right = if narrower { right - 1.0 } else { right };
    let rank = |rank: f64| rank.clamp(0.0, (n + 1) as f64) as usize;
    (rank(left), rank(right))
}

fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z / SQRT_2)
}

/// The quantile of the standard normal distribution for p in [0, ½]: Acklam's rational approximation (2003), refined by one
/// step of Halley's method. −∞ at 0.
fn normal_quantile(p: f64) -> f64 {
    const TAIL: f64 = 0.02425;
    const A: [f64; 6] = [
        -39.69683028665376,
        220.9460984245205,
        -275.9285104469687,
        138.357751867269,
        -30.66479806614716,
        2.506628277459239,
    ];
    const B: [f64; 6] = [
        -54.47609879822406,
        161.5858368580409,
        -155.6989798598866,
        66.80131188771972,
        -13.28068155288572,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784894002430293e-3,
        -0.3223964580411365,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783,
    ];
    const D: [f64; 5] = [7.784695709041462e-3, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1.0];
    let polynomial = |terms: &[f64], x: f64| terms.iter().fold(0.0, |sum, term| sum * x + term);
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let x = if p < TAIL {
        let q = (-2.0 * libm::log(p)).sqrt();
        polynomial(&C, q) / polynomial(&D, q)
    } else {
        let q = p - 0.5;
        let square = q * q;
        polynomial(&A, square) * q / polynomial(&B, square)
    };
    let error = normal_cdf(x) - p;
    let step = error * (2.0 * PI).sqrt() * libm::exp(x * x / 2.0);
    x - step / (1.0 + x * step / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ranks_are_those_of_benchmath() {
        for (confidence, want) in [
            (
                0.95,
                &[
                    (1, 0, 2),
                    (2, 0, 3),
                    (5, 0, 5),
                    (6, 1, 6),
                    (8, 1, 7),
                    (10, 2, 9),
                    (11, 2, 9),
                    (20, 6, 15),
                    (21, 6, 16),
                    (24, 8, 18),
                    (29, 9, 20),
                    (30, 10, 21),
                    (31, 10, 22),
                    (43, 15, 29),
                    (50, 18, 32),
                    (100, 40, 60),
                    (150, 63, 88),
                    (1000, 469, 532),
                    (10_000, 4902, 5099),
                ][..],
            ),
            (0.90, &[(5, 1, 5), (8, 2, 7), (24, 8, 17), (29, 11, 20), (40, 15, 26)]),
            (0.99, &[(7, 0, 7), (8, 1, 8), (22, 5, 18), (30, 8, 23), (40, 12, 29)]),
            (1.0, &[(1, 0, 2), (40, 0, 41)]),
            (0.0, &[(1, 0, 1), (2, 1, 2)]),
        ] {
            for &(n, low, high) in want {
                assert_eq!(median_ranks(n, confidence), (low, high), "{n} at {confidence}");
            }
        }
    }

    #[test]
    fn every_order_of_growth_reaches_both_ends() {
        for (i, order) in LOGARITHMIC.iter().enumerate() {
            let n = 21 + i;
            assert_eq!(order.len(), n);
            assert_eq!(order.iter().filter(|&&step| step == b'L').count(), (n + 2) / 2 - 1, "{n}");
        }
        for n in 1..=30 {
            assert_eq!(median_ranks(n, 1.0 - 1e-15).0, 0, "{n}");
        }
    }
}
