//! `[history]`: how steps and drift are found; and waivers that name an anchor.

use super::checker::Checker;
use super::file::HistoryFile;
use super::{Setting, Waiver};
use toml::Spanned;

/// How `allocgate history` finds steps and drift.
#[derive(Debug, Clone, PartialEq)]
pub struct HistorySettings {
    /// The largest expected share of false steps among those of noisy units, strictly between 0 and 1.
    pub alpha: Setting<f64>,
    /// The least number of commits on both sides of a step of a noisy unit: at least 3.
    pub points: Setting<usize>,
    /// The smallest step of a noisy unit, in percent.
    pub least_percent: Setting<f64>,
}

/// A waiver that applies while the anchor is one revision.
#[derive(Debug, Clone)]
pub struct AnchorWaiver {
    /// That revision.
    pub anchor: String,
    /// What it accepts.
    pub waiver: Waiver,
}

impl Default for HistorySettings {
    fn default() -> HistorySettings {
        HistorySettings {
            alpha: Setting::fallback(0.05),
            points: Setting::fallback(5),
            least_percent: Setting::fallback(1.0),
        }
    }
}

impl Checker {
    /// Overrides the settings of `[history]`.
    pub(super) fn history(&mut self, history: &mut HistorySettings, file: HistoryFile) {
        let HistoryFile { alpha, points, least_percent } = file;
        if let Some(alpha) = self.checked(alpha, |it| *it > 0.0 && *it < 1.0, "alpha must be between 0 and 1")
        {
            history.alpha = alpha;
        }
        if let Some(points) = self.checked(points, |it| *it >= 3, "points must be at least 3") {
            history.points = points;
        }
        let is_valid = |it: &f64| it.is_finite() && *it >= 0.0;
        if let Some(least) =
            self.checked(least_percent, is_valid, "least-percent must be a finite number of at least 0")
        {
            history.least_percent = least;
        }
    }

    fn checked<T: std::fmt::Display>(
        &mut self,
        written: Option<Spanned<T>>,
        is_valid: impl Fn(&T) -> bool,
        expected: &str,
    ) -> Option<Setting<T>> {
        let written = written?;
        if is_valid(written.get_ref()) {
            return Some(self.setting(written));
        }
        let title = format!("{expected}, got {}", written.get_ref());
        self.problem("history", written.span(), title, "remove the key for the default");
        None
    }
}
