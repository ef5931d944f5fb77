//! Whether one sample falls into two clusters.

/// The fewest values that can show two clusters.
const FEWEST: usize = 5;

/// The smallest share of the values that is a cluster and not a few outliers.
const SHARE: f64 = 0.15;

/// How many of the lowest of the values are a cluster, if all others are another one. `None` if the sample has only one.
///
/// The values are split at the largest gap that leaves at least 2 and 15 % of them on either side. The two parts are clusters if
/// the gap is at least 5.5 + 45 / (n - 2)² times the standard deviation within them (pooled). The limit is from simulation: of
/// samples of one normal, uniform, exponential, log-normal or Student distribution at most about 2 % have such a gap, for any n;
/// of mixtures of two normal distributions 13 standard deviations apart at least 95 % have it for n ≥ 8.
///
/// `ascending` must be sorted. O(n).
pub fn two_clusters(ascending: &[f64]) -> Option<usize> {
    let n = ascending.len();
    if n < FEWEST {
        return None;
    }
    let fewest = ((n as f64 * SHARE).ceil() as usize).max(2);
    let gap = |split: usize| ascending[split] - ascending[split - 1];
    let split = (fewest..=n - fewest).max_by(|&a, &b| gap(a).total_cmp(&gap(b)))?;
    let (low, high) = ascending.split_at(split);
    let within = ((squares(low) + squares(high)) / (n - 2) as f64).sqrt();
    let limit = 5.5 + 45.0 / ((n - 2) as f64).powi(2);
    (gap(split) > 0.0 && gap(split) >= limit * within).then_some(split)
}

/// The sum of the squared differences from the mean.
fn squares(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{exp, ln, normal_quantile};
    use fastrand::Rng;

    const SAMPLES: usize = 4_000;

    /// The share of samples of n values that have two clusters.
    fn share(n: usize, mut value: impl FnMut(&mut Rng) -> f64) -> f64 {
        let mut random = Rng::with_seed(7);
        let has_two = |_: &usize| {
            let mut values: Vec<f64> = (0..n).map(|_| value(&mut random)).collect();
            values.sort_by(f64::total_cmp);
            two_clusters(&values).is_some()
        };
        (0..SAMPLES).filter(has_two).count() as f64 / SAMPLES as f64
    }

    fn uniform(random: &mut Rng) -> f64 {
        1.0 - random.f64() // never 0
    }

    fn normal(random: &mut Rng) -> f64 {
        normal_quantile(uniform(random))
    }

    #[test]
    fn noise_of_one_kind_has_one_cluster() {
        for n in [5, 6, 8, 10, 15, 30] {
            for (name, share) in [
                ("normal", share(n, normal)),
                ("log-normal", share(n, |random| exp(normal(random)))),
                ("exponential", share(n, |random| -ln(uniform(random)))),
                ("uniform", share(n, uniform)),
            ] {
                assert!(share <= 0.025, "{name}, n={n}: {share}");
            }
        }
    }

    #[test]
    fn two_kinds_of_samples_have_two_clusters() {
        for n in [8, 10, 20, 60] {
            // Logarithms of 100 and 130, each with 2 % noise; the second kind is every third one.
            let mut count = 0;
            let share = share(n, |random| {
                count += 1;
                ln(if count % 3 == 0 { 130.0 } else { 100.0 }) + 0.02 * normal(random)
            });
            assert!(share >= 0.95, "n={n}: {share}");
        }
    }

    #[test]
    fn a_cluster_is_more_than_an_outlier() {
        let ten = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0];
        assert_eq!(two_clusters(&ten), Some(8));
        assert_eq!(two_clusters(&ten[..9]), None, "one of nine");
        assert_eq!(two_clusters(&[1.0, 1.0, 2.0, 2.0]), None, "too few");
        assert_eq!(two_clusters(&[1.0; 10]), None);
        let twenty: Vec<f64> = [1.0; 18].into_iter().chain([2.0; 2]).collect();
        assert_eq!(two_clusters(&twenty), None, "10 % of the values");
    }
}
