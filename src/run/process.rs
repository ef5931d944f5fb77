//! Runs a program to its end and reads its output on the way.

use super::group::{Group, TICK};
use super::{RunError, Stop};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long the output of a program that has ended may take to arrive: another process may have inherited the pipe.
const LAST_OUTPUT: Duration = Duration::from_secs(1);

/// What a program said, and how it ended.
#[derive(Debug)]
pub(super) struct Said {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    /// What it said about its failure, without blank lines.
    pub fn why(&self) -> String {
        let text = if self.stderr.trim().is_empty() { &self.stdout } else { &self.stderr };
        let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
        if lines.is_empty() { self.status.to_string() } else { lines.join("\n") }
    }
}

/// Runs a program to its end and collects what it says.
///
/// # Errors
/// If it cannot be started, or is stopped.
pub(super) fn capture(mut command: Command, stop: &Stop) -> Result<Said, RunError> {
    stop.check()?;
    let program = command.get_program().to_string_lossy().into_owned();
    let missing = |error| RunError::NoProgram { program: program.clone(), error };
    let (stderr, pipe) = io::pipe().map_err(missing)?;
    command.stderr(pipe);
    let complaints = listen(stderr);
    let mut stdout = Vec::new();
    let collect = |bytes: Option<&[u8]>| {
        stdout.extend_from_slice(bytes.unwrap_or_default());
        Ok(ControlFlow::Continue(()))
    };
    let status = follow(command, stop, collect, missing)?.expect("only the collector could end it");
    let mut stderr = Vec::new();
    drain(&complaints, |bytes| stderr.extend_from_slice(bytes));
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Said { status, stdout: text(stdout), stderr: text(stderr) })
}

/// Runs a program whose two outputs come as one, as `go test` has it. `take` gets what it prints as it comes, and `None`
/// whenever nothing came for a moment; it may end the program, and then there is no status.
///
/// # Errors
/// If it cannot be started (as `failed` says), is stopped, or `take` fails.
pub(super) fn stream(
    mut command: Command,
    stop: &Stop,
    take: impl FnMut(Option<&[u8]>) -> Result<ControlFlow<()>, RunError>,
    failed: impl Fn(io::Error) -> RunError,
) -> Result<Option<ExitStatus>, RunError> {
    let (output, pipe) = io::pipe().map_err(&failed)?;
    command.stderr(pipe.try_clone().map_err(&failed)?);
    command.stdout(pipe);
    watch(command, output, stop, take, failed)
}

fn follow(
    mut command: Command,
    stop: &Stop,
    take: impl FnMut(Option<&[u8]>) -> Result<ControlFlow<()>, RunError>,
    failed: impl Fn(io::Error) -> RunError,
) -> Result<Option<ExitStatus>, RunError> {
    let (output, pipe) = io::pipe().map_err(&failed)?;
    command.stdout(pipe);
    watch(command, output, stop, take, failed)
}

fn watch(
    mut command: Command,
    output: io::PipeReader,
    stop: &Stop,
    mut take: impl FnMut(Option<&[u8]>) -> Result<ControlFlow<()>, RunError>,
    failed: impl Fn(io::Error) -> RunError,
) -> Result<Option<ExitStatus>, RunError> {
    command.stdin(Stdio::null());
    let mut group = Group::start(command).map_err(&failed)?;
    let output = listen(output);
    let mut silent = false;
    let status = loop {
        stop.check()?;
        let came = match silent {
            true => {
                thread::sleep(TICK);
                None
            }
            false => match output.recv_timeout(TICK) {
                Ok(bytes) => Some(bytes),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => {
                    silent = true;
                    None
                }
            },
        };
        if take(came.as_deref())?.is_break() {
            return Ok(None);
        }
        if came.is_none()
            && let Some(status) = group.try_wait().map_err(&failed)?
        {
            break status;
        }
    };
    group.kill();
    let mut taken = Ok(ControlFlow::Continue(()));
    drain(&output, |bytes| {
        if taken.is_ok() {
            taken = take(Some(bytes));
        }
    });
    taken.map(|_| Some(status))
}

/// What comes out of a pipe, in pieces.
fn listen(mut pipe: io::PipeReader) -> Receiver<Vec<u8>> {
    let (sender, receiver) = sync_channel(16);
    thread::spawn(move || {
        let mut piece = vec![0; 64 * 1024];
        // It ends with the last writer, or when nobody listens any more.
        while let Ok(length @ 1..) = pipe.read(&mut piece) {
            if sender.send(piece[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    receiver
}

fn drain(output: &Receiver<Vec<u8>>, mut take: impl FnMut(&[u8])) {
    let end = Instant::now() + LAST_OUTPUT;
    while let Ok(bytes) = output.recv_timeout(end.saturating_duration_since(Instant::now())) {
        take(&bytes);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn failed(error: io::Error) -> RunError {
        RunError::Start { package: "p".to_string(), error }
    }

    fn is_alive(process: &str) -> bool {
        Command::new("kill")
            .args(["-0", process.trim()])
            .stderr(Stdio::null())
            .status()
            .expect("kill")
            .success()
    }

    #[test]
    fn both_outputs_are_collected_and_the_end_is_known() {
        let said = capture(shell("echo out; echo err >&2; exit 3"), &Stop::default()).expect("it runs");
        assert_eq!(
            (said.stdout.as_str(), said.stderr.as_str(), said.status.code()),
            ("out\n", "err\n", Some(3))
        );
        assert_eq!(said.why(), "err");
    }

    #[test]
    fn what_is_missing_is_named() {
        let error =
            capture(Command::new("allocgate-no-such-program"), &Stop::default()).expect_err("not there");
        assert!(error.to_string().starts_with("allocgate-no-such-program: cannot be started"), "{error}");
    }

    #[test]
    fn a_program_that_hangs_ends_with_everything_that_it_started() {
        let mut printed = Vec::new();
        let begin = Instant::now();
        let status = stream(
            shell("sleep 60 & echo $!; wait"),
            &Stop::default(),
            |bytes| {
                printed.extend_from_slice(bytes.unwrap_or_default());
                Ok(if printed.ends_with(b"\n") { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            },
            failed,
        );
        assert!(status.expect("it started").is_none(), "we ended it");
        let child = String::from_utf8(printed).expect("a number");
        // Whoever adopts it may need a moment to bury it.
        let gone = (0..100).any(|_| {
            thread::sleep(TICK);
            !is_alive(&child)
        });
        assert!(gone && begin.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn a_wish_ends_the_wait() {
        let stop = Stop::default();
        let request = stop.clone();
        let begin = Instant::now();
        let ended = stream(
            shell("sleep 60"),
            &stop,
            |_| {
                request.request();
                Ok(ControlFlow::Continue(()))
            },
            failed,
        );
        assert!(matches!(ended, Err(RunError::Interrupted)) && begin.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn an_heir_of_the_pipe_does_not_hold_us_up() {
        // The heir leaves the group, so that it survives it.
        let begin = Instant::now();
        let said = capture(shell("setsid sleep 5 & echo done"), &Stop::default()).expect("it runs");
        assert_eq!(said.stdout, "done\n");
        assert!(begin.elapsed() < Duration::from_secs(4));
    }
}
