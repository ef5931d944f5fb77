//! Compares what two policies tolerate over many commits: `[anchor]` with its waivers, and `[history]`.

use super::diff::{LooserSetting, diff_of_a_change, listed, rule, units, waivers};
use super::{HistorySettings, Policy, Setting};
use std::collections::BTreeSet;
use std::fmt::Display;

/// Lists everything that `new` tolerates and `old` did not: in one change, since an anchor, and over a history. What cannot be compared
/// is listed too.
pub fn diff(old: &Policy, new: &Policy) -> Vec<LooserSetting> {
    let mut found = diff_of_a_change(old, new);
    found.extend(over_time(old, new));
    found
}

/// What `new` tolerates since an anchor or over a history and `old` did not. Another anchor is listed, as it cannot be compared.
fn over_time(old: &Policy, new: &Policy) -> Vec<LooserSetting> {
    let mut found = history(&old.history, &new.history);
    let Some(was) = &old.anchor else { return found };
    let Some(is) = &new.anchor else {
        found.push(looser("[anchor]", &was.rev.value, "none".to_string()));
        return found;
    };
    if was.rev.value != is.rev.value {
        found.push(looser("[anchor] rev", &was.rev.value, with_line(&is.rev)));
    }
    let (old_rules, new_rules) = (old.since(""), new.since(""));
    for unit in units(&old_rules, &new_rules) {
        let keys = rule(&old_rules.unit_rule(&unit), &new_rules.unit_rule(&unit));
        // What `[unit]` made looser is listed there.
        let of_unit = rule(&old.unit_rule(&unit), &new.unit_rule(&unit));
        let own = keys.into_iter().filter(|it| !of_unit.contains(it));
        found.extend(listed(&format!("[anchor.unit.\"{unit}\"]"), &unit, own));
    }
    let anchors: BTreeSet<&str> = new.anchor_waivers.iter().map(|it| it.anchor.as_str()).collect();
    for anchor in anchors {
        let of_anchor = waivers(&old.since(anchor), &new.since(anchor)).into_iter();
        found.extend(
            of_anchor.map(|it| LooserSetting { what: format!("{} (anchor {anchor})", it.what), ..it }),
        );
    }
    found
}

fn history(was: &HistorySettings, is: &HistorySettings) -> Vec<LooserSetting> {
    let all = [
        (is.alpha.value < was.alpha.value)
            .then(|| looser("[history] alpha", was.alpha.value, with_line(&is.alpha))),
        (is.points.value > was.points.value)
            .then(|| looser("[history] points", was.points.value, with_line(&is.points))),
        (is.least_percent.value > was.least_percent.value).then(|| {
            looser("[history] least-percent", was.least_percent.value, with_line(&is.least_percent))
        }),
    ];
    all.into_iter().flatten().collect()
}

fn looser(what: &str, from: impl Display, to: String) -> LooserSetting {
    LooserSetting { what: what.to_string(), from: from.to_string(), to }
}

fn with_line<T: Display>(setting: &Setting<T>) -> String {
    format!("{} ({})", setting.value, setting.origin)
}

#[cfg(test)]
mod tests {
    use crate::policy::{Policy, diff};

    const ANCHOR: &str = "[anchor]\nrev = \"latest-tag\"\nunit.\"B/op\".tolerance = { percent = 5 }\n";

    fn looser(old: &str, new: &str) -> Vec<String> {
        let policy = |name: &str, text: &str| Policy::parse(name, text).expect("a valid policy");
        diff(&policy("old", old), &policy("new", new)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_looser_over_time_is_listed() {
        let waiver = "[[waiver]]\nbench = \"A\"\nunit = \"B/op\"\nup-to = 9\nexpires = 2027-01-31\nreason = \"r\"\nanchor = \"v1\"\n";
        for (old, new, want) in [
            (ANCHOR.to_string(), String::new(), "[anchor]: latest-tag → none"),
            (ANCHOR.to_string(), ANCHOR.replace("latest-tag", "v2"), "[anchor] rev: latest-tag → v2 (new:2)"),
            (
                ANCHOR.to_string(),
                ANCHOR.replace("= 5", "= 9"),
                "[anchor.unit.\"B/op\"] tolerance B/op: tolerance 5% → tolerance 9% (new:3)",
            ),
            (String::new(), "[history]\nalpha = 0.01\n".to_string(), "[history] alpha: 0.05 → 0.01 (new:2)"),
            (String::new(), "[history]\npoints = 9\n".to_string(), "[history] points: 5 → 9 (new:2)"),
            (
                String::new(),
                "[history]\nleast-percent = 2.5\n".to_string(),
                "[history] least-percent: 1 → 2.5 (new:2)",
            ),
            (
                ANCHOR.to_string(),
                format!("{ANCHOR}{waiver}"),
                "waiver `A` B/op (anchor v1): none → up to 9 until 2027-01-31 (new:5)",
            ),
        ] {
            assert_eq!(looser(&old, &new), [want], "{old}\n{new}");
            assert_eq!(
                looser(&new, &old).len(),
                usize::from(want.contains(" rev:")),
                "the reverse of {want}"
            );
        }
    }
}
