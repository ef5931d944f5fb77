//! Straight lines through points, by least squares.

use super::{Confidence, Estimate, Interval, Studentized};

/// A straight line through points (x, y), fitted by least squares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// How many points.
    points: f64,
    /// The mean of x.
    x: f64,
    /// The mean of y.
    y: f64,
    /// Σ (x - mean)².
    spread: f64,
    /// The slope.
    slope: f64,
    /// Σ (y - line)².
    residual: f64,
}

/// Two lines with a common slope.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parallel {
    first: Line,
    second: Line,
    /// The common slope, with its error.
    pub slope: Studentized,
    /// The variance of a point around its line.
    variance: f64,
}

impl Line {
    /// The line through points. `None` if there are fewer than 3, or all have the same x. O(n).
    pub fn through(points: &[(f64, f64)]) -> Option<Line> {
        let count = points.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
        let (x, y) = (mean(|it| it.0), mean(|it| it.1));
        let sum = |of: &dyn Fn(f64, f64) -> f64| points.iter().map(|it| of(it.0 - x, it.1 - y)).sum::<f64>();
        let spread = sum(&|dx, _| dx * dx);
        if points.len() < 3 || spread <= 0.0 {
            return None;
        }
        let slope = sum(&|dx, dy| dx * dy) / spread;
        let residual = sum(&|dx, dy| (dy - slope * dx) * (dy - slope * dx));
        Some(Line { points: count, x, y, spread, slope, residual })
    }

    /// The slope with its error. `least_variance` is the least variance of a point around the line, for values that were rounded.
    pub fn slope(&self, least_variance: f64) -> Studentized {
        let freedom = self.points - 2.0;
        let variance = (self.residual / freedom).max(least_variance);
        Studentized { value: self.slope, error: (variance / self.spread).sqrt(), freedom }
    }

    /// Both lines with a common slope (the analysis of covariance; Fisher, *Statistical Methods for Research Workers*, 1932, §49.1).
    pub fn parallel(self, second: Line, least_variance: f64) -> Parallel {
        let spread = self.spread + second.spread;
        let common = (self.slope * self.spread + second.slope * second.spread) / spread;
        let off = |line: &Line| line.residual + (line.slope - common) * (line.slope - common) * line.spread;
        let freedom = self.points + second.points - 3.0;
        let variance = ((off(&self) + off(&second)) / freedom).max(least_variance);
        let slope = Studentized { value: common, error: (variance / spread).sqrt(), freedom };
        Parallel { first: self, second, slope, variance }
    }
}

impl Parallel {
    /// By how much the second line is above the first one, at the same x, with its interval. The interval includes the error of the
    /// slope over the distance between the points of the two lines.
    pub fn distance(&self, confidence: Confidence) -> Estimate {
        let (first, second) = (&self.first, &self.second);
        let apart = second.x - first.x;
        let value = second.y - first.y - self.slope.value * apart;
        let of_means = self.variance * (first.points.recip() + second.points.recip());
        let error = (of_means + self.slope.error * self.slope.error * apart * apart).sqrt();
        let (low, high) = Studentized { value, error, freedom: self.slope.freedom }.interval(confidence);
        Estimate { value, interval: Interval::Bounded { low, high, confidence: confidence.get() } }
    }

    /// Where each line meets x = 0, with the error of that.
    pub fn at_zero(&self) -> [Studentized; 2] {
        [self.first, self.second].map(|line| {
            let error =
                (self.variance / line.points + self.slope.error * self.slope.error * line.x * line.x).sqrt();
            Studentized { value: line.y - self.slope.value * line.x, error, freedom: self.slope.freedom }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(got: f64, want: f64) {
        assert!((got - want).abs() < 1e-9 * want.abs().max(1.0), "{got} {want}");
    }

    const POINTS: [(f64, f64); 5] = [(1.0, 2.1), (2.0, 3.9), (3.0, 6.2), (4.0, 7.8), (5.0, 10.1)];

    #[test]
    fn the_slope_and_its_error_are_those_of_scipy() {
        // scipy.stats.linregress: slope 1.99, stderr 0.059721576223897795
        let slope = Line::through(&POINTS).expect("a line").slope(0.0);
        near(slope.value, 1.99);
        near(slope.error, 0.059_721_576_223_897_795);
        assert_eq!(slope.freedom, 3.0);
    }

    #[test]
    fn there_is_no_line_through_too_few_points() {
        assert_eq!(Line::through(&POINTS[..2]), None);
        assert_eq!(Line::through(&[(1.0, 2.0); 5]), None, "all have the same x");
    }

    #[test]
    fn parallel_lines_have_a_distance() {
        let above = POINTS.map(|(x, y)| (x + 10.0, y + 20.0 + 7.0)); // on a line of slope 2, and 7 above
        let lines = Line::through(&POINTS).expect("a line");
        let both = lines.parallel(Line::through(&above).expect("a line"), 0.0);
        near(both.slope.value, 1.99);
        let distance = both.distance(Confidence::P95);
        near(distance.value, 7.1);
        let (low, high) = distance.interval.ends().expect("bounded");
        assert!(low < 7.0 && 7.0 < high, "{low} {high}");
        let [first, second] = both.at_zero();
        near(second.value - first.value, 7.1);
    }

    #[test]
    fn values_that_fit_perfectly_keep_the_error_of_rounding() {
        let exact = [(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)];
        let slope = Line::through(&exact).expect("a line").slope(1.0 / 12.0);
        near(slope.error, (1.0 / 24.0_f64).sqrt());
    }
}
