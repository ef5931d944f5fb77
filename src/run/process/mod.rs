//! Runs a program to its end, reads its output on the way, and stops it when the run is stopped.

mod group;
mod usage;
#[cfg(unix)]
mod watchdog;

use super::RunError;
use group::{Group, TICK};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long the output of a program that has ended may take to arrive: another process may have inherited the pipe.
const LAST_OUTPUT: Duration = Duration::from_secs(1);
/// How much of what a program prints to standard error is kept, in bytes. The rest is read and dropped.
pub(crate) const MOST_ERRORS: usize = 64 << 20;

/// Whether a run has been asked to stop. Every wait of a run checks it and ends with [`RunError::Interrupted`]; worktrees and
/// processes are cleaned up on the way out. Clones share their state.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks the run to stop.
    pub fn request(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Fails if it has been asked to.
    ///
    /// # Errors
    /// [`RunError::Interrupted`].
    pub fn check(&self) -> Result<(), RunError> {
        if self.0.load(Ordering::SeqCst) { Err(RunError::Interrupted) } else { Ok(()) }
    }
}

/// How a program ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    /// Its exit status.
    pub status: ExitStatus,
    /// The CPU time of all its threads, user and system; `None` where the system does not tell.
    pub cpu: Option<Duration>,
}

/// What a program that has ended printed.
#[derive(Debug)]
pub(crate) struct Output {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Output {
    /// Why the program failed, without blank lines: what it printed as an error, else what it printed at all, else its status.
    pub fn failure(&self) -> String {
        let text = if self.stderr.trim().is_empty() { &self.stdout } else { &self.stderr };
        let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
        if lines.is_empty() { self.status.to_string() } else { lines.join("\n") }
    }

    /// The error of a command that failed.
    pub fn error(&self, command: &str) -> RunError {
        RunError::CommandFailed { command: command.to_string(), output: self.failure().replace('\n', "; ") }
    }
}

/// Runs a program to its end and collects what it prints.
///
/// # Errors
/// If it cannot be started, or the run is stopped.
pub(crate) fn capture(mut command: Command, stop: &Stop) -> Result<Output, RunError> {
    stop.check()?;
    let program = command.get_program().to_string_lossy().into_owned();
    let missing = |error| RunError::NoProgram { program: program.clone(), error };
    let (stdout_reader, stdout_writer) = io::pipe().map_err(missing)?;
    let (stderr_reader, stderr_writer) = io::pipe().map_err(missing)?;
    command.stdout(stdout_writer).stderr(stderr_writer);
    let errors = read_all(stderr_reader, MOST_ERRORS);
    let mut stdout = Vec::new();
    let collect = |piece: Option<&[u8]>| {
        stdout.extend_from_slice(piece.unwrap_or_default());
        Ok(ControlFlow::Continue(()))
    };
    let ended = watch(command, stdout_reader, stop, collect, missing)?.expect("only `collect` could end it");
    let mut stderr = Vec::new();
    drain(&errors, |piece| stderr.extend_from_slice(piece));
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Output { status: ended.status, stdout: text(stdout), stderr: text(stderr) })
}

/// Runs a program with both of its outputs in one pipe, as `go test` does. `take` gets each piece as it arrives, and `None` when
/// there is none for a moment; if it breaks, the program is killed and does not count as ended. No other thread may run a program
/// meanwhile, or its CPU time counts as well.
///
/// # Errors
/// If it cannot be started (`failed` makes the error), the run is stopped, or `take` fails.
pub(crate) fn stream(
    mut command: Command,
    stop: &Stop,
    take: impl FnMut(Option<&[u8]>) -> Result<ControlFlow<()>, RunError>,
    failed: impl Fn(io::Error) -> RunError,
) -> Result<Option<Ended>, RunError> {
    let (output, pipe) = io::pipe().map_err(&failed)?;
    command.stderr(pipe.try_clone().map_err(&failed)?);
    command.stdout(pipe);
    watch(command, output, stop, take, failed)
}

fn watch(
    mut command: Command,
    output: io::PipeReader,
    stop: &Stop,
    mut take: impl FnMut(Option<&[u8]>) -> Result<ControlFlow<()>, RunError>,
    failed: impl Fn(io::Error) -> RunError,
) -> Result<Option<Ended>, RunError> {
    command.stdin(Stdio::null());
    let cpu_before = usage::cpu_of_children();
    let mut group = Group::start(command).map_err(&failed)?;
    let output = read_pieces(output);
    let mut is_closed = false;
    // A program that closes its output mostly ends at once.
    let mut pause = Duration::from_micros(500);
    let status = loop {
        stop.check()?;
        let piece = match is_closed {
            true => {
                thread::sleep(pause);
                pause = TICK.min(pause * 2);
                None
            }
            false => match output.recv_timeout(TICK) {
                Ok(piece) => Some(piece),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => {
                    is_closed = true;
                    None
                }
            },
        };
        if take(piece.as_deref())?.is_break() {
            return Ok(None);
        }
        if piece.is_none()
            && let Some(status) = group.try_wait().map_err(&failed)?
        {
            break status;
        }
    };
    let cpu = usage::cpu_of_children().zip(cpu_before).and_then(|(after, before)| after.checked_sub(before));
    group.kill();
    let mut taken = Ok(ControlFlow::Continue(()));
    drain(&output, |piece| {
        if taken.is_ok() {
            taken = take(Some(piece));
        }
    });
    taken.map(|_| Some(Ended { status, cpu }))
}

/// Reads a pipe to its end in a thread of its own, however late the pieces are taken: a program whose pipe is full would wait. The
/// pieces have at most `most` bytes together.
fn read_all(mut pipe: io::PipeReader, most: usize) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut left = most;
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = pipe.read(&mut buffer) {
            let kept = length.min(left);
            left -= kept;
            if kept > 0 && sender.send(buffer[..kept].to_vec()).is_err() {
                break;
            }
        }
    });
    receiver
}

/// Reads a pipe in a thread of its own, which waits until a piece is taken.
fn read_pieces(mut pipe: io::PipeReader) -> Receiver<Vec<u8>> {
    let (sender, receiver) = sync_channel(16);
    thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        // Until the last writer closes the pipe, or the receiver is gone.
        while let Ok(length @ 1..) = pipe.read(&mut buffer) {
            if sender.send(buffer[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    receiver
}

fn drain(output: &Receiver<Vec<u8>>, mut take: impl FnMut(&[u8])) {
    let end = Instant::now() + LAST_OUTPUT;
    while let Ok(piece) = output.recv_timeout(end.saturating_duration_since(Instant::now())) {
        take(&piece);
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
    fn both_outputs_and_the_status_are_collected() {
        let output = capture(shell("echo out; echo err >&2; exit 3"), &Stop::default()).expect("it runs");
        assert_eq!(
            (output.stdout.as_str(), output.stderr.as_str(), output.status.code()),
            ("out\n", "err\n", Some(3))
        );
        assert_eq!(output.failure(), "err");
    }

    #[test]
    fn long_output_fills_no_pipe() {
        for (script, lengths) in [
            ("head -c 8000000 /dev/zero >&2", (0, 8_000_000)),
            ("head -c 8000000 /dev/zero", (8_000_000, 0)),
            // As `go test -c -gcflags=-m=2` does: nothing to standard output, which stays open, or is closed early.
            ("exec >&-; head -c 8000000 /dev/zero >&2", (0, 8_000_000)),
            ("head -c 8000000 /dev/zero >&2; head -c 8000000 /dev/zero", (8_000_000, 8_000_000)),
        ] {
            let begin = Instant::now();
            let output = capture(shell(script), &Stop::default()).expect("it runs");
            assert_eq!((output.stdout.len(), output.stderr.len()), lengths, "{script}");
            assert!(begin.elapsed() < Duration::from_secs(30), "{script}");
        }
    }

    #[test]
    fn what_is_too_long_is_read_and_dropped() {
        let (reader, writer) = io::pipe().expect("a pipe");
        let pieces = read_all(reader, 100_000);
        let mut command = shell("head -c 3000000 /dev/zero");
        command.stdout(writer);
        assert!(command.status().expect("it runs").success(), "it does not wait for a reader");
        drop(command);
        assert_eq!(pieces.iter().map(|piece| piece.len()).sum::<usize>(), 100_000);
    }

    #[test]
    fn a_missing_program_is_named() {
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
        // It stays a zombie until its new parent process collects its status.
        let gone = (0..100).any(|_| {
            thread::sleep(TICK);
            !is_alive(&child)
        });
        assert!(gone && begin.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn a_requested_stop_ends_the_wait() {
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
    fn the_cpu_time_of_a_program_is_measured() {
        let spin = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";
        let ended = stream(shell(spin), &Stop::default(), |_| Ok(ControlFlow::Continue(())), failed);
        let cpu = ended.expect("it starts").expect("it ends").cpu.expect("Unix tells");
        // Programs of other tests may count as well.
        assert!(cpu > Duration::from_millis(5), "{cpu:?}");
    }

    #[test]
    fn a_process_that_inherited_the_pipe_delays_nothing() {
        // It leaves the process group, so that it is not killed.
        let begin = Instant::now();
        let output = capture(shell("setsid sleep 5 & echo done"), &Stop::default()).expect("it runs");
        assert_eq!(output.stdout, "done\n");
        assert!(begin.elapsed() < Duration::from_secs(4));
    }
}
