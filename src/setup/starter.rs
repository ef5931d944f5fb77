//! The first policy of a project.

use crate::policy::{MeasuredRow, Policy, draft};
use crate::words::{clean, counted};

/// A first policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starter {
    /// The text of `allocgate.toml`.
    pub text: String,
    /// How many budgets it has.
    pub budgets: usize,
    /// Rows that vary too much for a maximum: their names, units and ranges.
    pub left_out: Vec<String>,
}

/// What is written above the budgets.
const HEAD: &str = "\
# The policy of allocgate for this module. It changes the built-in policy, key by key; `allocgate policy show` prints all of it.
#
# Compared with base, more allocs/op or B/op fail, and slower ns/op only warns: times depend on how busy a machine is. To let
# times fail too, remove the `#` of these lines:
#
# [unit.\"ns/op\"]
# level = \"fail\"
# tolerance = { percent = 10 }
#
# Each [[budget]] is a maximum, whatever base has. Delete those that you do not need. `allocgate budget tighten FILE` lowers them
# when the code gets better, and `allocgate budget loosen NAME --to N --reason TEXT` raises one. They hold for results with the same or
# a longer -benchtime: set-up is divided by b.N.
";

/// Writes a commented policy with a budget for each benchmark whose counts are stable; `note` says what was measured. O(n log n).
pub fn starter(measured: &[MeasuredRow<'_>], policy: &Policy, note: &str) -> Starter {
    let (stable, unstable): (Vec<_>, Vec<_>) = measured.iter().cloned().partition(|it| it.is_stable(policy));
    let left_out: Vec<String> = unstable.iter().map(range).collect();
    let budgets = draft(&stable, policy, "");
    let mut text = format!("{HEAD}#\n# {note}\n{budgets}");
    if !left_out.is_empty() {
        text += "\n# No maximum, because the values differ too much from process to process:\n";
        text.extend(left_out.iter().map(|it| format!("# {it}\n")));
    }
    Starter { budgets: budgets.matches("[[budget]]").count(), text, left_out }
}

/// `Get in example.com/cache: 120 … 400 B/op in 3 samples`
fn range(row: &MeasuredRow<'_>) -> String {
    let (low, high) = row.range.unwrap_or((row.value, row.value));
    let pkg = if row.id.pkg.is_empty() { String::new() } else { format!(" in {}", row.id.pkg) };
    let samples = counted(row.n, "sample");
    clean(format!("{}{pkg}: {low} … {high} {} in {samples}", row.id.name.without_procs(), row.unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BenchmarkId, Name, Unit};
    use crate::policy::Platform;

    fn row<'g>(name: &'g str, unit: &'g Unit, (low, high): (f64, f64)) -> MeasuredRow<'g> {
        let id = BenchmarkId { pkg: "example.com/p".into(), name: Name::new(name.as_bytes()) };
        let (platform, range) = (Platform::default(), Some((low, high)));
        MeasuredRow { id, unit, platform, value: high, range, n: 3, processes: 3, iterations: 1_000_000 }
    }

    #[test]
    fn stable_counts_get_budgets_and_others_are_named() {
        let (allocs, bytes) = (Unit::new("allocs/op"), Unit::new("B/op"));
        let measured = [
            row("Get-8", &allocs, (1.0, 1.0)),
            row("Get-8", &bytes, (16.0, 17.0)),
            row("Put-8", &allocs, (2.0, 9.0)),
            row("Put-8", &bytes, (100.0, 104.0)),
        ];
        let starter = starter(&measured, &Policy::builtin(), "Measured.");
        assert_eq!(starter.budgets, 2);
        assert_eq!(starter.left_out, ["Put in example.com/p: 2 … 9 allocs/op in 3 samples"]);
        let policy = Policy::parse("p.toml", &starter.text).expect("a policy");
        let max = |name: &str, unit: &Unit| {
            let id = BenchmarkId { pkg: "example.com/p".into(), name: Name::new(name.as_bytes()) };
            policy
                .rules(id, &Platform::default())
                .expect("for all platforms")
                .unit(unit)
                .max
                .map(|it| it.value)
        };
        assert_eq!([max("Get-8", &allocs), max("Get-8", &bytes)], [Some(1.0), Some(25.0)]);
        assert_eq!([max("Put-8", &allocs), max("Put-8", &bytes)], [None, Some(112.0)]);
    }

    #[test]
    fn the_lines_that_let_times_fail_are_a_policy_without_their_marks() {
        let lines = HEAD.lines().skip_while(|line| !line.starts_with("# [unit")).take(3);
        let text: String = lines.map(|line| format!("{}\n", line.trim_start_matches("# "))).collect();
        let policy = Policy::parse("p.toml", &text).expect("a policy");
        assert_eq!(policy.unit_rule(&Unit::new("ns/op")).tolerance.value.percent(), Some(10.0));
    }
}
