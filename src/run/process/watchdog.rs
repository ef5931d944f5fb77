//! Ends our programs when this process is killed and cannot do so itself: a shell that waits for the end of a pipe.
//!
//! The system closes our end of the pipe however we end. The shell then kills the process groups that are on its list.

use rustix::process::Pid;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

/// Keeps a list of process groups, and kills them at the end of its input. It has a process group of its own, so that a signal to
/// ours does not end it first.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
groups=
while read -r change group; do
    rest=
    for known in $groups; do
        [ "$known" = "$group" ] || rest="$rest $known"
    done
    groups=$rest
    [ "$change" = add ] && groups="$groups $group"
done
for group in $groups; do
    kill -s KILL -- "-$group"
done
"#;

/// The input of the shell; `None` if there is no shell, and a killed run leaves its programs behind.
static INPUT: LazyLock<Option<Mutex<ChildStdin>>> = LazyLock::new(|| {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", SCRIPT]).process_group(0).current_dir("/");
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().ok()?.stdin.take().map(Mutex::new)
});

/// Begins to watch a process group.
pub(super) fn add(group: Pid) {
    tell("add", group);
}

/// Ends that, because the group has ended: its number may become that of another one.
pub(super) fn remove(group: Pid) {
    tell("remove", group);
}

fn tell(change: &str, group: Pid) {
    if let Some(input) = &*INPUT {
        let mut input = input.lock().unwrap_or_else(PoisonError::into_inner);
        // In one piece. If the shell has been killed, the write fails, and nothing is left to do.
        let _ = input.write_all(format!("{change} {}\n", group.as_raw_nonzero()).as_bytes());
    }
}
