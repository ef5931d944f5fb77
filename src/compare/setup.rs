//! The setup cost of a benchmark: paid once per process, and divided by b.N.

use crate::stats;

/// Pairs of results whose numbers of iterations differ by less than 2 % are not used.
const MIN_DISTANCE: f64 = 0.02;

/// A cost that a process pays once. Go divides it by b.N. So the count changes with b.N, and b.N changes with speed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SetupCost {
    /// The cost, in the unit times iterations: positive.
    pub cost: f64,
    /// The difference of the medians without it.
    pub shift: f64,
}

/// Estimates the setup cost as the slope of the count on 1/b.N within each side. Points are (1/b.N, count). `None` if the
/// slope is not positive. O(n²), see [`stats::theil_sen`].
pub(super) fn estimate(base: &[(f64, f64)], new: &[(f64, f64)]) -> Option<SetupCost> {
    let cost = stats::theil_sen(&[base, new], MIN_DISTANCE).filter(|&cost| cost > 0.0)?;
    let without = |points: &[(f64, f64)]| {
        let mut values: Vec<f64> = points.iter().map(|&(share, value)| value - cost * share).collect();
        stats::select_median(&mut values)
    };
    Some(SetupCost { cost, shift: without(new)? - without(base)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slower_benchmark_divides_the_same_setup_cost_by_fewer_iterations() {
        let counts = |iterations: [f64; 5]| iterations.map(|n| (1.0 / n, (10.0 + 112_000.0 / n).floor()));
        let base = counts([10_000.0, 10_400.0, 10_800.0, 11_200.0, 9_600.0]);
        let new = counts([5_000.0, 4_900.0, 5_200.0, 5_400.0, 4_700.0]);
        let found = estimate(&base, &new).expect("the counts fall with b.N");
        assert!((90_000.0..130_000.0).contains(&found.cost), "{found:?}");
        assert!(found.shift.abs() < 2.0, "the difference of 11 bytes is setup cost: {found:?}");
    }

    #[test]
    fn counts_that_do_not_fall_with_b_n_have_no_setup_cost() {
        let rising = [(0.001, 5.0), (0.002, 4.0), (0.003, 3.0)];
        assert_eq!(estimate(&rising, &rising), None);
        assert_eq!(estimate(&[(0.001, 5.0); 5], &[(0.001, 9.0); 5]), None, "b.N is constant");
    }
}
