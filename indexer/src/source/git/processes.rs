//! Processes that end with this one, however it ends, together with all that they start.
//!
//! Each `git` that asks a remote runs in a process group of its own, whose leader is a small shell that waits for a
//! pipe from us to close and then ends the group: a connection to a silent server would otherwise
//! outlive us for ever. It does what `PR_SET_PDEATHSIG` cannot: it reaches the helpers that git starts
//! (`git-remote-https`, `ssh`, `index-pack`), and it does not depend on which of our threads started it.

use std::collections::BTreeSet;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, kill_process_group};

/// Ends its own group once its standard input closes. `kill` of a shell is no process of its own.
const WATCH: &str = "read -r _; kill -KILL 0";

/// The process groups that run now.
static GROUPS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// Ends every process that asks a remote, with all that it started: for who is about to exit on a
/// signal. Those that are started afterwards end with this process.
pub fn end_processes() {
    for group in groups().iter() {
        end_group(*group);
    }
}

/// A process in a group of its own.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) child: Child,
    /// Ends the group when we are gone; its pipe to us is in it.
    watch: Option<Child>,
    group: i32,
}

impl Process {
    /// Starts a command. `is_watched`: it might outlive us.
    pub(super) fn start(command: &mut Command, is_watched: bool) -> io::Result<Process> {
        let mut watch = if is_watched { start_watch() } else { None };
        let mut leader = watch.as_ref().map_or(0, id);
        // Held meanwhile: what is started while everything is ended would be missed.
        let mut groups = groups();
        let mut started = command.process_group(leader).spawn();
        if started.is_err() && watch.is_some() {
            // Perhaps the watch is gone, and its group with it.
            end_watch(watch.take());
            leader = 0;
            started = command.process_group(0).spawn();
        }
        let child = started?;
        let group = if leader == 0 { id(&child) } else { leader };
        groups.insert(group);
        Ok(Process { child, watch, group })
    }

    /// How it ended, when it has.
    pub(super) fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Ends it with all that it started, and waits for it.
    pub(super) fn end(&mut self) {
        end_group(self.group);
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        groups().remove(&self.group);
        // What the user's helpers left running for later, such as a cache of credentials, stays.
        end_watch(self.watch.take());
    }
}

fn groups() -> MutexGuard<'static, BTreeSet<i32>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where no shell can be started, the command runs without one that watches.
fn start_watch() -> Option<Child> {
    let mut command = Command::new("sh");
    command.args(["-c", WATCH, "ccr-watch"]).current_dir("/").process_group(0);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().ok()
}

fn end_watch(watch: Option<Child>) {
    if let Some(mut watch) = watch {
        let _ = watch.kill();
        let _ = watch.wait();
    }
}

fn end_group(group: i32) {
    if let Some(group) = Pid::from_raw(group) {
        // Fails when it has ended already, which is as good.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

fn id(child: &Child) -> i32 {
    i32::try_from(child.id()).unwrap_or(0)
}
