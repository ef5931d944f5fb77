//! A program together with everything that it starts: a process group on Unix, a job object on Windows.
//!
//! Ctrl-C in a terminal does not reach a process group of its own, so that this program decides when it ends.

#[cfg(unix)]
use super::watchdog;
use std::io;
#[cfg(unix)]
use std::process::Child;
use std::process::{Command, ExitStatus};
use std::time::Duration;
#[cfg(unix)]
use std::{thread, time::Instant};

/// How long to wait between two looks at a process.
pub(super) const TICK: Duration = Duration::from_millis(20);
/// How long processes that were killed may take to end.
#[cfg(unix)]
const LONGEST_END: Duration = Duration::from_secs(1);

/// A running program. Dropping it kills what is left of the group.
#[derive(Debug)]
pub(super) struct Group {
    #[cfg(unix)]
    leader: Child,
    #[cfg(windows)]
    leader: Box<dyn process_wrap::std::ChildWrapper>,
}

impl Group {
    /// The exit status of the program itself, once it has ended.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        self.leader().try_wait()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
        let _ = self.leader().wait();
        #[cfg(unix)]
        {
            self.wait_for_the_rest();
            self.id().into_iter().for_each(watchdog::remove);
        }
    }
}

#[cfg(unix)]
impl Group {
    /// Starts a program. The command goes with it, and so do our ends of its pipes.
    pub fn start(mut command: Command) -> io::Result<Group> {
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut attempts = 50;
        loop {
            match command.spawn() {
                // A file that was just written is busy while a process that was forked meanwhile still has it open.
                Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy && attempts > 0 => {
                    attempts -= 1;
                    thread::sleep(TICK);
                }
                spawned => {
                    let group = Group { leader: spawned? };
                    group.id().into_iter().for_each(watchdog::add);
                    return Ok(group);
                }
            }
        }
    }

    fn leader(&mut self) -> &mut Child {
        &mut self.leader
    }

    fn id(&self) -> Option<rustix::process::Pid> {
        i32::try_from(self.leader.id()).ok().and_then(rustix::process::Pid::from_raw)
    }

    /// Kills every process of the group.
    pub fn kill(&mut self) {
        if let Some(group) = self.id() {
            // It fails if none is left.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }

    /// Waits until the processes that were killed have ended: they may be writing to a folder that is removed next. Not for long,
    /// because in a container without an init process they stay zombies.
    fn wait_for_the_rest(&self) {
        let Some(group) = self.id() else { return };
        let end = Instant::now() + LONGEST_END;
        while rustix::process::test_kill_process_group(group).is_ok() && Instant::now() < end {
            thread::sleep(TICK);
        }
    }
}

#[cfg(windows)]
impl Group {
    /// Starts a program. The command goes with it, and so do our ends of its pipes.
    pub fn start(command: Command) -> io::Result<Group> {
        let mut command = process_wrap::std::CommandWrap::from(command);
        command.wrap(process_wrap::std::JobObject);
        command.spawn().map(|leader| Group { leader })
    }

    /// Not the job object: that one waits for all of its processes.
    fn leader(&mut self) -> &mut dyn process_wrap::std::ChildWrapper {
        self.leader.inner_mut()
    }

    /// Kills every process of the job object.
    pub fn kill(&mut self) {
        let _ = self.leader.start_kill();
    }
}
