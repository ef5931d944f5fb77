//! Which process made a temporary folder, so that it is known whether that still goes on. A process number alone may be that of
//! another process by now.

use std::fs;
use std::path::Path;
use std::process;

/// A process: its number, and what tells it from others that have had that number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    process: u32,
    /// When the system was started, as its boot id. Empty where the system has none.
    boot: String,
    /// When the process was started.
    start: String,
}

impl Owner {
    /// This process.
    pub fn this() -> Option<Owner> {
        Owner::of(process::id())
    }

    /// The process with this number; `None` if there is none.
    fn of(process: u32) -> Option<Owner> {
        let start = match Path::new("/proc/self/stat").exists() {
            true => start_by_proc(&fs::read_to_string(format!("/proc/{process}/stat")).ok()?)?,
            false => start_by_ps(process)?,
        };
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        Some(Owner { process, boot: boot.trim().to_string(), start })
    }

    /// As it is written beside a worktree.
    pub fn to_text(&self) -> String {
        format!("process: {}\nboot: {}\nstart: {}\n", self.process, self.boot, self.start)
    }

    /// Reads that again.
    pub fn read(text: &str) -> Option<Owner> {
        let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
        Some(Owner {
            process: value("process")?.parse().ok()?,
            boot: value("boot").unwrap_or_default().to_string(),
            start: value("start")?.to_string(),
        })
    }

    /// Whether it still goes on.
    pub fn is_running(&self) -> bool {
        Owner::of(self.process).as_ref() == Some(self)
    }
}

/// The start time in ticks since the system was started: the 22nd field. The 2nd is the name of the program in parentheses, which
/// may contain blanks and parentheses.
fn start_by_proc(stat: &str) -> Option<String> {
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(19).map(String::from)
}

/// The date and time of the start, on systems without /proc.
fn start_by_ps(process: u32) -> Option<String> {
    let mut ps = process::Command::new("ps");
    ps.args(["-o", "lstart=", "-p", &process.to_string()]).env("LC_ALL", "C").env("TZ", "UTC");
    let output = ps.stderr(process::Stdio::null()).output().ok()?;
    let start = String::from_utf8_lossy(&output.stdout).trim().to_string();
    (output.status.success() && !start.is_empty()).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_told_from_others_with_its_number() {
        let this = Owner::this().expect("we go on");
        assert_eq!(Owner::read(&this.to_text()), Some(this.clone()));
        assert!(this.is_running());
        for other in [
            Owner { process: 4_000_000_000, ..this.clone() },
            Owner { boot: "another".to_string(), ..this.clone() },
            Owner { start: "1".to_string(), ..this.clone() },
        ] {
            assert!(!other.is_running(), "{other:?}");
        }
        assert_eq!(Owner::read("17"), None, "only a number");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_name_of_a_program_may_contain_anything() {
        let stat = "17 (a) b) S 1 17 17 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 4711 9 9";
        assert_eq!(start_by_proc(stat).as_deref(), Some("4711"));
        assert_eq!(start_by_proc("nonsense"), None);
    }
}
