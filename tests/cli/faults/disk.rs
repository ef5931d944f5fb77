//! Disks that are full, folders that may not be written, and a checkout that may only be read. Root may write everywhere, and
//! only some may mount: where neither way is open, that is said and not tested.

use super::{hot, inside};
use crate::support::PROGRAM;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("it is there");
    id.stdout.trim_ascii() == b"0"
}

fn left_out(what: &str) {
    eprintln!("LEFT OUT, NOT TESTED: {what}");
}

/// A place where somebody who is not root may run the program on copies of the recorded files.
struct Checkout {
    folder: TempDir,
}

/// Whom nothing belongs to.
const NOBODY: &str = "65534";

impl Checkout {
    fn new() -> Checkout {
        let folder = tempfile::tempdir().expect("a folder");
        let checkout = Checkout { folder };
        fs::set_permissions(checkout.path(""), fs::Permissions::from_mode(0o755)).expect("ours");
        fs::copy(PROGRAM, checkout.path("allocgate")).expect("copied");
        for name in ["base", "pool"] {
            fs::copy(hot(name), checkout.path(&format!("{name}.txt"))).expect("copied");
        }
        let policy = format!("{}/testdata/policy/budget.toml", env!("CARGO_MANIFEST_DIR"));
        fs::copy(policy, checkout.path("policy.toml")).expect("copied");
        checkout
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn allow(&self, mode: u32) {
        fs::set_permissions(self.folder.path(), fs::Permissions::from_mode(mode)).expect("ours");
    }

    /// Runs the program here, not as root. `None` if there is no way not to be root.
    fn run(&self, arguments: &str) -> Option<Output> {
        let binary = self.path("allocgate");
        let mut command = match is_root() {
            false => Command::new(binary),
            true => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]).arg(binary);
                command
            }
        };
        command.args(arguments.split(' ')).current_dir(self.folder.path()).env_remove("GITHUB_ACTIONS");
        let output = command.output().ok().filter(|it| it.status.code() != Some(127));
        if output.is_none() {
            left_out("what somebody who is not root may not write; there is no setpriv");
        }
        output
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        self.allow(0o755); // or it could not be removed
    }
}

#[test]
fn a_checkout_that_may_only_be_read_is_enough() {
    let checkout = Checkout::new();
    checkout.allow(0o555);
    let before = inside(checkout.folder.path());
    for (arguments, code) in [
        ("check base.txt pool.txt", 1),
        ("check --allow-same base.txt base.txt", 0),
        ("compare base.txt pool.txt", 0),
        ("inspect base.txt", 0),
        ("explain Tally base.txt pool.txt", 0),
        ("budget init base.txt", 0),
    ] {
        let Some(output) = checkout.run(arguments) else { return };
        assert_eq!(output.status.code(), Some(code), "{arguments}: {}", text(&output));
        let is_warned = output.stderr.starts_with(b"warning: measured in 1 process");
        assert!(output.stderr.is_empty() || is_warned, "{arguments}: {}", text(&output));
    }
    for arguments in [
        "check base.txt pool.txt --report json=report.json",
        "check --allow-same base.txt base.txt --report json=report.json",
        "budget init base.txt --output new.toml",
        "budget loosen Tally --to 9 --reason x --policy policy.toml",
    ] {
        let Some(output) = checkout.run(arguments) else { return };
        assert_eq!(output.status.code(), Some(2), "{arguments}: {}", text(&output));
        assert!(text(&output).contains("written: Permission denied"), "{arguments}: {}", text(&output));
    }
    assert_eq!(inside(checkout.folder.path()), before);
}

#[test]
fn what_may_not_be_read_is_an_error() {
    let checkout = Checkout::new();
    for name in ["base.txt", "policy.toml"] {
        fs::set_permissions(checkout.path(name), fs::Permissions::from_mode(0o000)).expect("ours");
    }
    for arguments in [
        "check base.txt pool.txt",
        "check --allow-same pool.txt pool.txt --policy policy.toml",
        "render base.txt",
    ] {
        let Some(output) = checkout.run(arguments) else { return };
        assert_eq!(output.status.code(), Some(2), "{arguments}: {}", text(&output));
        assert!(text(&output).contains("Permission denied"), "{arguments}: {}", text(&output));
    }
}

/// As where a container gets a single file from outside.
#[test]
fn a_report_may_be_written_where_only_the_file_itself_may_be() {
    let checkout = Checkout::new();
    fs::write(checkout.path("report.json"), "x".repeat(1_000_000)).expect("written");
    fs::set_permissions(checkout.path("report.json"), fs::Permissions::from_mode(0o666)).expect("ours");
    checkout.allow(0o555);
    let Some(output) = checkout.run("check base.txt pool.txt --report json=report.json") else { return };
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let report: serde_json::Value =
        serde_json::from_slice(&fs::read(checkout.path("report.json")).expect("readable")).expect("whole");
    assert_eq!(report["outcome"]["exit_code"], 1);
}

#[test]
fn links_permissions_and_umask_are_kept() {
    let checkout = Checkout::new();
    let folder = checkout.folder.path();
    fs::create_dir(checkout.path("elsewhere")).expect("made");
    for name in ["report.json", "policy.toml"] {
        let there = checkout.path(&format!("elsewhere/{name}"));
        if name == "policy.toml" {
            fs::rename(checkout.path(name), &there).expect("moved");
        } else {
            fs::write(&there, "old").expect("written");
        }
        fs::set_permissions(&there, fs::Permissions::from_mode(0o640)).expect("ours");
        symlink(Path::new("elsewhere").join(name), checkout.path(name)).expect("linked");
    }
    let line = "umask 027; ./allocgate check base.txt pool.txt --report json=report.json --report html=new.html; \
                ./allocgate budget loosen Tally --to 9 --reason x --policy policy.toml; \
                ./allocgate budget init base.txt --output new.toml";
    let output =
        Command::new("sh").args(["-c", line]).current_dir(folder).env_remove("GITHUB_ACTIONS").output();
    let output = output.expect("sh is there");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    for (name, want, mode) in [
        ("elsewhere/report.json", "allocgate/report/v1", 0o640),
        ("elsewhere/policy.toml", ": x\n[[budget]]\nbench = \"Tally\"", 0o640),
        ("new.html", "<!DOCTYPE html>", 0o640),
        ("new.toml", "[[budget]]", 0o640),
    ] {
        let written = fs::read_to_string(checkout.path(name)).expect("readable");
        assert!(written.to_lowercase().contains(&want.to_lowercase()), "{name}: {written}");
        assert_eq!(fs::metadata(checkout.path(name)).expect("there").mode() & 0o777, mode, "{name}");
    }
    for name in ["report.json", "policy.toml"] {
        assert!(checkout.path(name).symlink_metadata().expect("there").is_symlink(), "{name}");
    }
    assert_eq!(inside(&checkout.path("elsewhere")), ["policy.toml", "report.json"]);
}

/// Runs a shell line in a folder that is a disk of 64 KiB: what it prints, or `None` where nothing may be mounted.
fn on_a_small_disk(checkout: &Checkout, line: &str) -> Option<Output> {
    let disk = checkout.path("disk");
    fs::create_dir_all(&disk).expect("made");
    let mounted = "mount -t tmpfs -o size=64k none disk && cd disk || exit 77\n";
    let mut command = Command::new("unshare");
    if !is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    command.args(["--mount", "sh", "-c", &format!("{mounted}{line}")]);
    command.current_dir(checkout.folder.path()).env_remove("GITHUB_ACTIONS");
    let output = command.output().ok().filter(|it| it.status.code() != Some(77));
    let output = output.filter(|it| !String::from_utf8_lossy(&it.stderr).starts_with("unshare: "));
    if output.is_none() {
        left_out("a disk that runs full; nothing may be mounted here");
    }
    output
}

/// Takes what is left of the disk, to the last byte.
const FILL: &str = "dd if=/dev/zero of=fill bs=1k 2>&-; dd if=/dev/zero of=fill2 bs=1 2>&-";

#[test]
fn a_report_that_the_disk_has_no_room_for_leaves_the_old_one() {
    let checkout = Checkout::new();
    let formats = super::FORMATS.map(|format| format!("--report {format}={format}")).join(" ");
    let old = super::FORMATS.map(|format| format!("echo old > {format}")).join("; ");
    let line = format!(
        "{old}\n{FILL}\n../allocgate check ../base.txt ../pool.txt {formats}\necho code $?\ncat {}\nls -A",
        super::FORMATS.join(" ")
    );
    let Some(output) = on_a_small_disk(&checkout, &line) else { return };
    let said = text(&output);
    assert!(said.starts_with("FAIL  4 regressions") && said.contains("\ncode 2\n"), "{said}");
    assert_eq!(
        said.matches("the report cannot be written: No space left on device").count(),
        super::FORMATS.len(),
        "{said}"
    );
    assert!(said.contains(&"old\n".repeat(super::FORMATS.len())), "{said}");
    assert!(!said.contains(".allocgate-"), "{said}");
}

/// Half of a report has room, and no more.
#[test]
fn half_a_report_is_none() {
    let checkout = Checkout::new();
    let line = "dd if=/dev/zero of=fill bs=1k count=40 2>&-\n../allocgate check ../base.txt ../pool.txt --report json=report.json\necho code $?; ls -A";
    let Some(output) = on_a_small_disk(&checkout, line) else { return };
    let said = text(&output);
    assert!(
        said.contains("\ncode 2\nfill\n")
            && said.contains("report.json: the report cannot be written: No space left"),
        "{said}"
    );
}

#[test]
fn a_policy_that_the_disk_has_no_room_for_stays_as_it_is() {
    let checkout = Checkout::new();
    let line = format!(
        "cp ../policy.toml policy.toml\n{FILL}\n../allocgate budget loosen Tally --to 9 --reason x --policy policy.toml >&-\necho code $?\ncmp policy.toml ../policy.toml && echo same\n../allocgate budget init ../base.txt --output new.toml\necho code $?; ls -A"
    );
    let Some(output) = on_a_small_disk(&checkout, &line) else { return };
    let said = text(&output);
    assert!(said.starts_with("code 2\nsame\ncode 2\nfill\nfill2\npolicy.toml\n"), "{said}");
    assert!(said.contains("policy.toml: cannot be written: No space left on device"), "{said}");
}

#[test]
fn half_an_output_of_a_step_is_none() {
    let checkout = Checkout::new();
    let line = format!(
        "printf '%4096s' a=b > output; printf '%4096s' x > summary; {FILL}\nexport GITHUB_ACTIONS=true GITHUB_OUTPUT=output GITHUB_STEP_SUMMARY=summary\n../allocgate check -q ../base.txt ../pool.txt --report github=/dev/null\necho code $?\ncat output summary"
    );
    let Some(output) = on_a_small_disk(&checkout, &line) else { return };
    let said = text(&output);
    assert!(
        said.starts_with("FAIL  4 regressions")
            && said.contains("\ncode 2\n")
            && said.contains(&format!("{:>4096}{:>4096}", "a=b", "x")),
        "{said}"
    );
    for variable in ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"] {
        assert!(said.contains(&format!("{variable} cannot be written: No space left on device")), "{said}");
    }
}

#[test]
fn what_is_green_is_not_taken_for_written() {
    let checkout = Checkout::new();
    let line = format!(
        "{FILL}\n../allocgate check --allow-same ../base.txt ../base.txt --report json=report.json\necho code $?"
    );
    let Some(output) = on_a_small_disk(&checkout, &line) else { return };
    assert!(text(&output).starts_with("PASS") && text(&output).contains("\ncode 2\n"), "{}", text(&output));
}
