//! Whether something on this machine disturbs measurements.

use super::Warning;
use super::build::cache_folder;
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::Path;

/// The state of this machine; `None` where the system does not tell.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Machine {
    /// The number of cores.
    pub cores: usize,
    /// How many cores the control group may use.
    pub quota: Option<f64>,
    /// The environment variable GOMAXPROCS.
    pub gomaxprocs: Option<usize>,
    /// Processes that wanted to run during the last minute, on average.
    pub load: Option<f64>,
    /// The governor of the CPU frequency, if it is not `performance`.
    pub governor: Option<String>,
    /// Whether turbo boost is on.
    pub turbo: Option<bool>,
    /// Whether a battery is discharging.
    pub on_battery: bool,
    /// The process of another run.
    pub other_run: Option<String>,
}

impl Machine {
    /// Reads it from the files that Linux has below `root`; other systems lack most of them.
    pub fn read(root: &Path) -> Machine {
        let text = |path: &str| fs::read_to_string(root.join(path)).ok().map(|text| text.trim().to_string());
        let number = |path: &str| text(path)?.parse::<i64>().ok();
        let governors = below(root, "sys/devices/system/cpu", "cpufreq/scaling_governor");
        let no_turbo = number("sys/devices/system/cpu/intel_pstate/no_turbo").map(|off| off == 0);
        Machine {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            quota: text("sys/fs/cgroup/cpu.max").as_deref().and_then(quota),
            gomaxprocs: std::env::var("GOMAXPROCS").ok().and_then(|it| it.parse().ok()),
            load: text("proc/loadavg").and_then(|text| text.split(' ').next()?.parse().ok()),
            governor: governors.into_iter().find(|governor| governor != "performance"),
            turbo: no_turbo.or(number("sys/devices/system/cpu/cpufreq/boost").map(|on| on != 0)),
            on_battery: below(root, "sys/class/power_supply", "status").iter().any(|it| it == "Discharging"),
            other_run: None,
        }
    }
}

/// The content of a file in each subfolder of a folder.
fn below(root: &Path, folder: &str, file: &str) -> Vec<String> {
    let entries = fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
    let texts = entries.filter_map(|entry| fs::read_to_string(entry.path().join(file)).ok());
    texts.map(|text| text.trim().to_string()).collect()
}

/// `max 100000` is no limit, `150000 100000` is one and a half cores.
fn quota(text: &str) -> Option<f64> {
    let (most, period) = text.split_once(' ')?;
    Some(most.parse::<f64>().ok()? / period.parse::<f64>().ok()?)
}

/// What may disturb the measurement. It makes no verdict wrong, because both sides are measured in turn; it makes them undecided
/// more often.
pub(crate) fn warnings(machine: &Machine) -> Vec<Warning> {
    let cores = machine.cores;
    let procs = machine.gomaxprocs.unwrap_or(cores);
    let is_busy = |load: &f64| *load > 0.5 * cores as f64;
    [
        machine.load.filter(is_busy).map(|load| Warning::Busy { load, cores }),
        machine.other_run.clone().map(Warning::OtherRun),
        machine.governor.clone().map(Warning::FrequencyScaling),
        (machine.turbo == Some(true)).then_some(Warning::Turbo),
        machine.on_battery.then_some(Warning::Battery),
        (procs > cores).then_some(Warning::TooManyProcs { procs, cores }),
        machine.quota.filter(|&quota| quota < procs as f64).map(|quota| Warning::CpuQuota { quota, procs }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Locks the machine until the file is dropped, so that other runs see that this one is measuring. If one is already, that goes on
/// as well, and its process is returned.
pub(crate) fn lock() -> (Option<File>, Option<String>) {
    let Some(folder) = cache_folder().filter(|folder| fs::create_dir_all(folder).is_ok()) else {
        return (None, None);
    };
    lock_in(&folder)
}

fn lock_in(folder: &Path) -> (Option<File>, Option<String>) {
    let path = folder.join("measuring");
    let Ok(mut file) = File::options().read(true).write(true).create(true).truncate(false).open(&path) else {
        return (None, None);
    };
    match file.try_lock() {
        Ok(()) => {
            let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
            (Some(file), None)
        }
        Err(TryLockError::WouldBlock) => (None, Some(fs::read_to_string(&path).unwrap_or_default())),
        Err(TryLockError::Error(_)) => (None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiet() -> Machine {
        Machine { cores: 4, load: Some(0.3), turbo: Some(false), ..Machine::default() }
    }

    #[test]
    fn a_quiet_machine_gives_no_warning() {
        assert_eq!(warnings(&quiet()), []);
    }

    #[test]
    fn whatever_disturbs_is_a_warning() {
        for (machine, want) in [
            (Machine { load: Some(2.5), ..quiet() }, "load 2.5 on 4 cores"),
            (Machine { other_run: Some("77".to_string()), ..quiet() }, "(process 77)"),
            (Machine { governor: Some("powersave".to_string()), ..quiet() }, "governor powersave"),
            (Machine { turbo: Some(true), ..quiet() }, "turbo boost is on"),
            (Machine { on_battery: true, ..quiet() }, "plug it in"),
            (Machine { gomaxprocs: Some(8), ..quiet() }, "GOMAXPROCS=8 on 4 cores"),
            (
                Machine { quota: Some(1.5), ..quiet() },
                "1.5 of 4 cores, and is paused when it uses more; set GOMAXPROCS=1",
            ),
        ] {
            let found: Vec<String> = warnings(&machine).iter().map(ToString::to_string).collect();
            assert!(found.len() == 1 && found[0].contains(want), "{want}: {found:?}");
        }
    }

    #[test]
    fn the_state_is_read_from_the_files_of_linux() {
        let root = tempfile::tempdir().expect("a folder");
        for (path, text) in [
            ("proc/loadavg", "3.25 1.00 0.50 2/345 6789\n"),
            ("sys/fs/cgroup/cpu.max", "150000 100000\n"),
            ("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "schedutil\n"),
            ("sys/devices/system/cpu/intel_pstate/no_turbo", "0\n"),
            ("sys/class/power_supply/BAT0/status", "Discharging\n"),
        ] {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("it is in a folder")).expect("created");
            fs::write(path, text).expect("written");
        }
        let machine = Machine::read(root.path());
        assert_eq!((machine.load, machine.quota, machine.turbo), (Some(3.25), Some(1.5), Some(true)));
        assert_eq!((machine.governor.as_deref(), machine.on_battery), (Some("schedutil"), true));
        let empty = tempfile::tempdir().expect("a folder");
        assert_eq!(Machine::read(empty.path()).load, None, "a system without these files");
        assert_eq!(quota("max 100000"), None);
    }

    #[test]
    fn a_second_run_sees_the_first() {
        let home = tempfile::tempdir().expect("a folder");
        let (first, other) = lock_in(home.path());
        assert!(first.is_some() && other.is_none());
        let (second, other) = lock_in(home.path());
        assert_eq!((second.is_none(), other), (true, Some(std::process::id().to_string())));
        drop(first);
        assert!(lock_in(home.path()).0.is_some());
    }
}
