//! Process groups: each child leads one, and all running ones are known, so that they can be ended.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// Leaders of the groups that run now.
static RUNNING: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// A running child's group; dropping it kills what is left of the group.
pub(crate) struct Group {
    leader: Pid,
}

impl Group {
    /// The group led by the child `pid`.
    pub(crate) fn of(pid: u32) -> io::Result<Self> {
        let leader = i32::try_from(pid)
            .ok()
            .and_then(Pid::from_raw)
            .ok_or_else(|| io::Error::other("the child has no usable process number"))?;
        running().insert(leader.as_raw_pid());
        Ok(Self { leader })
    }

    /// Asks every member to end.
    pub(crate) fn terminate(&self) {
        signal(self.leader, Signal::TERM);
    }

    /// Ends every member.
    pub(crate) fn kill(&self) {
        signal(self.leader, Signal::KILL);
    }

    /// Whether the leader has ended, reaped or not.
    pub(crate) fn leader_ended(&self) -> bool {
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !matches!(waitid(WaitId::Pid(self.leader), look), Ok(None))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
        running().remove(&self.leader.as_raw_pid());
    }
}

/// Ends every member of every running group.
pub(crate) fn kill_all() {
    for leader in running().iter().copied().filter_map(Pid::from_raw) {
        signal(leader, Signal::KILL);
    }
}

fn running() -> MutexGuard<'static, BTreeSet<i32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn signal(leader: Pid, signal: Signal) {
    // A group without members is what we want, so its absence is no error.
    let _ = kill_process_group(leader, signal);
}
