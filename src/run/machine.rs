//! Is this machine fit to measure on? What speaks against it, and what to do about it.

use super::cache;
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::Path;

/// What the machine says about itself; `None` where it does not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Readings {
    /// Processors.
    pub cores: usize,
    /// How many the control group lets us use.
    pub quota: Option<f64>,
    /// What GOMAXPROCS says.
    pub gomaxprocs: Option<usize>,
    /// Processes that wanted to run during the last minute, on average.
    pub load: Option<f64>,
    /// How the frequency is governed, where not for performance.
    pub governor: Option<String>,
    /// Whether the frequency may rise above the nominal one.
    pub turbo: Option<bool>,
    /// Whether a battery is being emptied.
    pub on_battery: bool,
    /// The process of another run.
    pub other_run: Option<String>,
}

impl Readings {
    /// Reads them from the files that Linux has below `root`; on other systems most of them stay unsaid.
    pub fn take(root: &Path) -> Readings {
        let text = |path: &str| fs::read_to_string(root.join(path)).ok().map(|text| text.trim().to_string());
        let number = |path: &str| text(path)?.parse::<i64>().ok();
        let governors = below(root, "sys/devices/system/cpu", "cpufreq/scaling_governor");
        let no_turbo = number("sys/devices/system/cpu/intel_pstate/no_turbo").map(|off| off == 0);
        Readings {
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

/// The texts of a file in every folder of a folder.
fn below(root: &Path, folder: &str, file: &str) -> Vec<String> {
    let entries = fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
    let texts = entries.filter_map(|entry| fs::read_to_string(entry.path().join(file)).ok());
    texts.map(|text| text.trim().to_string()).collect()
}

/// `max 100000` is no limit, `150000 100000` one and a half processors.
fn quota(text: &str) -> Option<f64> {
    let (most, period) = text.split_once(' ')?;
    Some(most.parse::<f64>().ok()? / period.parse::<f64>().ok()?)
}

/// What is worth saying before anything is timed, each with what to do about it. Both sides are measured in turn: none of
/// it makes a verdict wrong, all of it makes one harder to reach.
pub fn remarks(readings: &Readings) -> Vec<String> {
    let mut remarks = Vec::new();
    let cores = readings.cores;
    if let Some(load) = readings.load.filter(|&load| load > 0.5 * cores as f64) {
        remarks
            .push(format!("the machine is busy: load {load:.1} on {cores} cores; end what runs beside it"));
    }
    if let Some(process) = &readings.other_run {
        remarks.push(format!(
            "another run of allocgate (process {process}) measures on this machine: both disturb each other; wait for it"
        ));
    }
    if let Some(governor) = &readings.governor {
        remarks.push(format!(
            "the frequency follows the load (governor {governor}); cpupower frequency-set -g performance"
        ));
    }
    if readings.turbo == Some(true) {
        remarks.push(
            "turbo is on: the frequency falls as the machine warms up; switch it off for steadier times"
                .to_string(),
        );
    }
    if readings.on_battery {
        remarks.push("on battery: the machine saves power; plug it in".to_string());
    }
    if let Some(procs) = readings.gomaxprocs.filter(|&procs| procs > cores) {
        remarks.push(format!(
            "GOMAXPROCS={procs}, and there are {cores} cores: goroutines wait for each other; lower it"
        ));
    }
    let procs = readings.gomaxprocs.unwrap_or(cores);
    if let Some(quota) = readings.quota.filter(|&quota| quota < procs as f64) {
        remarks.push(format!(
            "this container may use {quota:.1} of {procs} cores, and pauses when it has; set GOMAXPROCS={:.0}",
            quota.floor().max(1.0)
        ));
    }
    remarks
}

/// Says that this process measures, for as long as the answer is kept. With it comes the process of another run, if one
/// measures already.
pub(super) fn occupy() -> (Option<File>, Option<String>) {
    let Some(home) = cache::home().filter(|home| fs::create_dir_all(home).is_ok()) else {
        return (None, None);
    };
    occupy_in(&home)
}

fn occupy_in(home: &Path) -> (Option<File>, Option<String>) {
    let path = home.join("measuring");
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

    fn quiet() -> Readings {
        Readings { cores: 4, load: Some(0.3), turbo: Some(false), ..Readings::default() }
    }

    #[test]
    fn a_quiet_machine_is_worth_no_remark() {
        assert_eq!(remarks(&quiet()), Vec::<String>::new());
    }

    #[test]
    fn each_reading_that_disturbs_is_told() {
        for (readings, want) in [
            (Readings { load: Some(2.5), ..quiet() }, "load 2.5 on 4 cores"),
            (Readings { other_run: Some("77".to_string()), ..quiet() }, "(process 77)"),
            (Readings { governor: Some("powersave".to_string()), ..quiet() }, "governor powersave"),
            (Readings { turbo: Some(true), ..quiet() }, "turbo is on"),
            (Readings { on_battery: true, ..quiet() }, "plug it in"),
            (Readings { gomaxprocs: Some(8), ..quiet() }, "GOMAXPROCS=8, and there are 4 cores"),
            (
                Readings { quota: Some(1.5), ..quiet() },
                "1.5 of 4 cores, and pauses when it has; set GOMAXPROCS=1",
            ),
        ] {
            let told = remarks(&readings);
            assert!(told.len() == 1 && told[0].contains(want), "{want}: {told:?}");
        }
    }

    #[test]
    fn readings_come_from_the_files_of_linux() {
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
        let readings = Readings::take(root.path());
        assert_eq!((readings.load, readings.quota, readings.turbo), (Some(3.25), Some(1.5), Some(true)));
        assert_eq!((readings.governor.as_deref(), readings.on_battery), (Some("schedutil"), true));
        let empty = tempfile::tempdir().expect("a folder");
        assert_eq!(Readings::take(empty.path()).load, None, "a system that says nothing");
        assert_eq!(quota("max 100000"), None);
    }

    #[test]
    fn one_run_knows_of_the_other() {
        let home = tempfile::tempdir().expect("a folder");
        let (first, other) = occupy_in(home.path());
        assert!(first.is_some() && other.is_none());
        let (second, other) = occupy_in(home.path());
        assert_eq!((second.is_none(), other), (true, Some(std::process::id().to_string())));
        drop(first);
        assert!(occupy_in(home.path()).0.is_some());
    }
}
