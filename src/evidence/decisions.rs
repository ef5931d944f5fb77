//! What the compiler decides otherwise than the policy demands.

use super::NAMES;
use crate::pinned::Broken;
use crate::policy::{ConditionKind, Level, Policy};
use crate::words::{clean, counted};
use std::fmt;

/// Entries of the policy that do not hold for functions of new.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BrokenDecisions {
    /// The highest level of the entries.
    level: Level,
    /// The first of them.
    broken: Vec<String>,
    /// How many more there are.
    more: usize,
}

impl BrokenDecisions {
    pub(super) fn of(broken: &[Broken]) -> Option<BrokenDecisions> {
        let level = broken.iter().map(|it| it.level).max()?;
        // Those that matter most first; the sort is stable.
        let mut sorted: Vec<&Broken> = broken.iter().collect();
        sorted.sort_by_key(|it| std::cmp::Reverse(it.level));
        let first: Vec<String> = sorted.iter().take(NAMES).map(|it| clean(it.to_string())).collect();
        Some(BrokenDecisions { level, more: broken.len() - first.len(), broken: first })
    }

    /// That of the condition, and not more than that of the entries.
    pub(super) fn level(&self, policy: &Policy) -> Level {
        policy.level(ConditionKind::BrokenDecisions).min(self.level)
    }

    pub(super) fn title(&self) -> String {
        counted(self.broken.len() + self.more, "broken decision")
    }
}

/// `wire/wire.go:12: func example.com/hot/wire.Sum: cannot be inlined: cost 93 exceeds budget 80 (policy allocgate.toml:12)`
impl fmt::Display for BrokenDecisions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.broken.join("; "))?;
        if self.more > 0 { write!(f, "; and {} more", self.more) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pinned::Break;
    use crate::policy::Origin;

    fn broken(level: Level, line: u32) -> Broken {
        let (file, function) = ("a.go".to_string(), "m.F".to_string());
        let what = Break::Inlined { cost: Some(3) };
        Broken {
            file,
            line,
            function,
            what,
            level,
            origin: Origin { source: "p.toml".into(), line: Some(2) },
        }
    }

    #[test]
    fn the_level_is_the_lower_of_the_condition_and_the_highest_entry() {
        let policy = |level: &str| {
            let text = format!("[evidence]\nbroken-decisions = \"{level}\"\n");
            Policy::parse("p.toml", &text).expect("a policy")
        };
        let of = |levels: &[Level]| {
            let list: Vec<Broken> =
                levels.iter().zip(1..).map(|(level, line)| broken(*level, line)).collect();
            BrokenDecisions::of(&list).expect("there are some")
        };
        let (warned, both) = (of(&[Level::Warn]), of(&[Level::Warn, Level::Fail]));
        assert_eq!((warned.level(&policy("fail")), both.level(&policy("fail"))), (Level::Warn, Level::Fail));
        assert_eq!(both.level(&policy("warn")), Level::Warn);
        assert!(BrokenDecisions::of(&[]).is_none());
        let said = both.to_string();
        assert!(
            said.starts_with("a.go:2: func m.F: can be inlined, which inline = false forbids: cost 3 (policy p.toml:2); a.go:1:"),
            "{said}"
        );
        let many = of(&[Level::Fail; 8]);
        assert_eq!((many.title().as_str(), many.more), ("8 broken decisions", 3));
    }
}
