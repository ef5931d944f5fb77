//! `allocgate compare` against the real benchstat: the same files and flags to both, every byte of both streams compared.
//!
//! What differs must be a listed difference, found by its cause in the input: the input is rewritten such that the cause is
//! gone (`rewrite.rs`), and then benchstat must print what allocgate printed for the original; or the difference is confined
//! to numbers whose samples show the cause (`statistics.rs`). Anything else is a failure.

mod arguments;
pub mod difference;
pub mod generate;
mod rewrite;
mod statistics;
mod world;

use difference::Difference;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Files, and a command line that names them.
#[derive(Debug, Clone, Default)]
pub struct Case {
    pub files: Vec<(String, Vec<u8>)>,
    pub stdin: Vec<u8>,
    pub flags: Vec<String>,
    /// `path` or `label=path`.
    pub inputs: Vec<String>,
}

/// What a program left behind.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub code: Option<i32>,
}

/// How cases ended.
#[derive(Debug, Default)]
pub struct Tally {
    pub cases: usize,
    pub equal: usize,
    pub under: BTreeMap<Difference, usize>,
    pub failures: Vec<String>,
}

impl Tally {
    /// Counts, one line each.
    pub fn told(&self) -> String {
        let mut told = format!("{} cases, {} of them equal to the byte\n", self.cases, self.equal);
        for (difference, count) in &self.under {
            told += &format!("{count:>6} under `{}`\n", difference.title());
        }
        told
    }

    /// Prints the counts, and fails if a case did.
    pub fn hold(&self, what: &str) {
        println!("{what}: {}", self.told());
        let few = &self.failures[..self.failures.len().min(4000)];
        assert!(
            self.failures.is_empty(),
            "{} failures; the first ones:\n{}",
            self.failures.len(),
            few.join("\n")
        );
    }
}

/// Runs cases on two threads; `case` makes the one with a number.
pub fn run_all(count: usize, case: impl Fn(usize) -> Case + Sync) -> Tally {
    let (next, tally) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let folder = tempfile::tempdir().expect("a folder");
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    let ended = check(&case(number), folder.path());
                    let mut tally = tally.lock().expect("no thread panics holding it");
                    tally.cases += 1;
                    match ended {
                        Ok(under) if under.is_empty() => tally.equal += 1,
                        Ok(under) => {
                            under.into_iter().for_each(|it| *tally.under.entry(it).or_default() += 1)
                        }
                        Err(why) => tally.failures.push(format!("case {number}: {why}")),
                    }
                }
            });
        }
    });
    tally.into_inner().expect("no thread panicked")
}

/// Under which differences a case falls; none if all is equal.
pub fn check(case: &Case, folder: &Path) -> Result<BTreeSet<Difference>, String> {
    let ours = allocgate(case, folder);
    let rewritten = rewrite::without_causes(case);
    let untouched = rewritten.causes.is_empty();
    // Asked to compare a NaN, benchstat allocates until it is killed.
    if !rewritten.causes.contains(&Difference::NonFinite) {
        let theirs = benchstat(case, folder);
        if theirs.stdout == ours.stdout && theirs.stderr == ours.stderr && ours.code == Some(0) {
            return Ok(BTreeSet::new());
        }
        if untouched {
            return explain(case, &rewritten, &ours, &theirs, folder);
        }
    }
    let theirs = benchstat(&rewritten.case, folder);
    explain(case, &rewritten, &ours, &theirs, folder)
}

fn explain(
    case: &Case,
    rewritten: &rewrite::Rewritten,
    ours: &Output,
    theirs: &Output,
    folder: &Path,
) -> Result<BTreeSet<Difference>, String> {
    let failed = |why: &str| Err(report(case, why, ours, theirs));
    let mut under = rewritten.causes.clone();
    let (mut ours, mut theirs) = (ours.clone(), theirs.clone());
    rewritten.strip_expected(&mut ours.stderr, &mut under)?;
    rewritten.strip_anew(&mut theirs.stderr);
    if case.flags.iter().any(|flag| flag.ends_with("csv")) && strip_apostrophes(&mut ours.stdout) {
        under.insert(Difference::Formulas);
    }
    let theirs = &theirs;
    let no_results = under.contains(&Difference::NoResults);
    if let Err(why) = strip_note(rewritten, &mut ours, &mut under, folder) {
        return failed(&why);
    }
    if let Some(error) = Failure::of(theirs) {
        under.insert(Difference::Errors);
        return match error.is_told_by(&ours, &mut under) {
            true => Ok(under),
            false => failed("an error is told otherwise"),
        };
    }
    if ours.code != Some(if no_results { 2 } else { 0 }) {
        return failed("the exit code is another one");
    }
    if ours.stdout == theirs.stdout && ours.stderr == theirs.stderr {
        return if under.is_empty() { failed("the exit code is another one") } else { Ok(under) };
    }
    match statistics::explain(case, folder) {
        Ok(found) if !found.is_empty() => {
            under.extend(found);
            Ok(under)
        }
        Ok(_) => failed("the layout differs"),
        Err(why) => failed(&why),
    }
}

/// Takes off the apostrophes that keep names in CSV from being formulas and commands; whether there were any.
fn strip_apostrophes(csv: &mut Vec<u8>) -> bool {
    let fields = csv.split_inclusive(|byte| matches!(byte, b',' | b'\n'));
    let stripped = fields.flat_map(|field| {
        let (quote, name) = match field {
            [b'"', name @ ..] => (&b"\""[..], name),
            name => (&b""[..], name),
        };
        let acts = |name: &[u8]| match name.trim_ascii_start() {
            [b'=' | b'@' | b'+' | b'-', ..] => true,
            name => name.starts_with(b"::"),
        };
        let name = name.strip_prefix(b"'").filter(|name| acts(name)).unwrap_or(name);
        [quote, name].concat()
    });
    let stripped: Vec<u8> = stripped.collect();
    let any = stripped.len() < csv.len();
    *csv = stripped;
    any
}

/// Takes the note about tables that do not line up off standard error, and holds it to its word: with the flag that it
/// names, benchstat compares as many series as it says.
fn strip_note(
    rewritten: &rewrite::Rewritten,
    ours: &mut Output,
    under: &mut BTreeSet<Difference>,
    folder: &Path,
) -> Result<(), String> {
    let text = String::from_utf8_lossy(&ours.stderr).into_owned();
    let Some(note) = text.lines().find(|line| line.starts_with("note: files differ in ")) else {
        return Ok(());
    };
    under.insert(Difference::Apart);
    let line = format!("{note}\n");
    let at = text.find(&line).ok_or("the note is no line")?;
    ours.stderr = [&text[..at], &text[at + line.len()..]].concat().into_bytes();
    let (_, advice) = note.rsplit_once("--ignore ").ok_or("the note names no flag")?;
    let (keys, promise) = advice.split_once(" compares ").ok_or("the note promises nothing")?;
    let promised = promise.split(' ').next().and_then(|count| count.parse::<usize>().ok());
    let mut joined = rewritten.case.clone();
    let ignored = joined.flag_value("-ignore").unwrap_or_default().to_string();
    let ignored = if ignored.trim().is_empty() { keys.to_string() } else { format!("{ignored},{keys}") };
    joined.flags.extend(["-ignore".to_string(), ignored, "-format".to_string(), "csv".to_string()]);
    let compared = statistics::comparisons(&benchstat(&joined, folder).stdout);
    match promised == Some(compared) {
        true => Ok(()),
        false => Err(format!(
            "the note promises {promised:?}, and benchstat compares {compared}, with {:?} {:?}",
            joined.flags, joined.inputs
        )),
    }
}

/// An error of benchstat's.
enum Failure {
    /// Of an expression or a level: the same words.
    Told(String),
    /// Of the command line or a file: words of our own.
    Other,
}

impl Failure {
    fn of(theirs: &Output) -> Option<Failure> {
        let text = String::from_utf8_lossy(&theirs.stderr).into_owned();
        if theirs.code != Some(0) {
            return Some(Failure::Other);
        }
        let at = text.find("benchstat: ").filter(|&at| at == 0 || text[..at].ends_with('\n'))?;
        let told = &text[at + "benchstat: ".len()..];
        let expression = told.starts_with("parsing -") || told.contains("must be in range");
        Some(if expression { Failure::Told(told.to_string()) } else { Failure::Other })
    }

    fn is_told_by(&self, ours: &Output, under: &mut BTreeSet<Difference>) -> bool {
        let text = String::from_utf8_lossy(&ours.stderr);
        let refused = ours.code == Some(2) && ours.stdout.is_empty() && !text.is_empty();
        match self {
            Failure::Other => refused,
            // The command line is looked at first.
            Failure::Told(_) if text.starts_with("error: invalid value 'xml' for '--format") => refused,
            Failure::Told(told) if text == format!("allocgate: {told}") => refused,
            Failure::Told(told) => {
                under.insert(Difference::Regexp);
                // Expression and caret, without what the two libraries think of it.
                let places = |text: &str| text.lines().skip(1).map(String::from).collect::<Vec<_>>();
                let by_library = |text: &str| text.contains("syntax error: error parsing regexp: ");
                refused && by_library(told) && by_library(&text) && places(told) == places(&text)
            }
        }
    }
}

impl Case {
    /// The last value of a flag, written with one dash and a blank.
    pub fn flag_value(&self, flag: &str) -> Option<&str> {
        let at = self.flags.iter().rposition(|it| it == flag)?;
        self.flags.get(at + 1).map(String::as_str)
    }

    fn write(&self, folder: &Path) {
        for (name, bytes) in &self.files {
            std::fs::write(folder.join(name), bytes).expect("written");
        }
    }
}

pub fn allocgate(case: &Case, folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allocgate"));
    command.arg("compare").env_remove("CLICOLOR_FORCE");
    run(command, case, folder)
}

pub fn benchstat(case: &Case, folder: &Path) -> Output {
    run(Command::new("benchstat"), case, folder)
}

fn run(mut command: Command, case: &Case, folder: &Path) -> Output {
    case.write(folder);
    command.args(&case.flags).args(&case.inputs).current_dir(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} cannot be started, and this set needs it: {error}"));
    // Whoever does not read it closes it: that is no failure.
    let _ = child.stdin.take().expect("it is piped").write_all(&case.stdin);
    let output = child.wait_with_output().expect("it ends");
    Output { stdout: output.stdout, stderr: output.stderr, code: output.status.code() }
}

/// Keeps the files of a failed case, and says how to repeat it.
fn report(case: &Case, why: &str, ours: &Output, theirs: &Output) -> String {
    let folder: PathBuf = tempfile::Builder::new().prefix("benchstat-").tempdir().expect("a folder").keep();
    case.write(&folder);
    std::fs::write(folder.join("stdin"), &case.stdin).expect("written");
    let quoted: Vec<String> =
        case.flags.iter().chain(&case.inputs).map(|it| format!("'{}'", it.replace('\'', "'\\''"))).collect();
    let show = |bytes: &[u8]| String::from_utf8_lossy(&bytes[..bytes.len().min(3000)]).into_owned();
    format!(
        "{why}\n  cd {} && diff <(benchstat {arguments} <stdin 2>&1) <(allocgate compare {arguments} <stdin 2>&1)\n\
         --- benchstat ({:?})\n{}{}--- allocgate ({:?})\n{}{}",
        folder.display(),
        theirs.code,
        show(&theirs.stdout),
        show(&theirs.stderr),
        ours.code,
        show(&ours.stdout),
        show(&ours.stderr),
        arguments = quoted.join(" "),
    )
}
