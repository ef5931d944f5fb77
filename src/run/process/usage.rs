//! The CPU time of programs that have ended.

use std::time::Duration;

/// The CPU time, user and system, of all programs that this process has waited for, as `wait4` reports it; `None` where the system
/// does not tell. The difference of two values is that of the programs in between.
#[cfg(unix)]
pub(super) fn cpu_of_children() -> Option<Duration> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeVal;
    let duration = |time: TimeVal| {
        let micros = u64::try_from(time.tv_usec()).ok()?;
        Some(Duration::from_secs(u64::try_from(time.tv_sec()).ok()?) + Duration::from_micros(micros))
    };
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    Some(duration(usage.user_time())? + duration(usage.system_time())?)
}

#[cfg(not(unix))]
pub(super) fn cpu_of_children() -> Option<Duration> {
    None
}
