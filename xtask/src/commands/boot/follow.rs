//! Following machines until they end.

use std::io::BufRead as _;
use std::thread;
use std::time::{Duration, Instant};

use qemu::{Console, QemuError, Running};

use crate::printer::Printer;

/// How often logs are looked at.
const LOOK: Duration = Duration::from_millis(100);
/// How often a machine is asked whether it is up; it answers at once.
const NOW: Duration = Duration::ZERO;

/// What is waited for.
pub(super) struct Wanted<'a> {
    pub(super) until: Vec<&'a str>,
    pub(super) time: Duration,
    pub(super) once_up: bool,
}

/// A machine that is followed.
struct Followed<'a> {
    machine: &'a Running,
    /// Bytes of its log that are printed.
    printed: usize,
    is_up: bool,
    has_ended: bool,
}

/// Prints what machines say and tells when each is up; ends when all have ended, or all are up and that is enough.
///
/// Errors: one does not come up, or the user interrupts.
pub(super) fn follow(machines: &[Running], wanted: &Wanted, printer: &Printer) -> Result<(), QemuError> {
    let start = Instant::now();
    let is_one = machines.len() == 1;
    if let Some(first) = machines.first() {
        type_into(first.console()?);
    }
    let mut followed: Vec<Followed> = machines
        .iter()
        .map(|machine| Followed { machine, printed: 0, is_up: false, has_ended: false })
        .collect();
    loop {
        for one in followed.iter_mut().filter(|one| !one.has_ended) {
            one.has_ended = one.machine.is_over(NOW)?;
            one.print(is_one, one.has_ended, printer);
            if !one.is_up {
                one.look(wanted, start.elapsed(), printer)?;
            }
            if one.has_ended {
                printer.note(&format!("{} has ended", one.machine.name()));
            }
        }
        let are_up = followed.iter().all(|one| one.is_up);
        if followed.iter().all(|one| one.has_ended) || (are_up && wanted.once_up) {
            // What has told that a machine is up came after the lines above were printed.
            followed.iter_mut().filter(|one| !one.has_ended).for_each(|one| one.print(is_one, true, printer));
            return Ok(());
        }
        thread::sleep(LOOK);
    }
}

impl Followed<'_> {
    /// Prints the lines that are new; the last one only when it is whole, or nothing more will come.
    fn print(&mut self, is_one: bool, is_last: bool, printer: &Printer) {
        let text = self.machine.serial().text();
        let new = text.get(self.printed..).unwrap_or_default();
        let end = if is_last { new.len() } else { new.rfind('\n').map_or(0, |end| end + 1) };
        let new = new.get(..end).unwrap_or_default();
        self.printed += end;
        for line in new.lines() {
            let line = line.trim_end();
            if is_one {
                printer.data(line);
            } else {
                printer.data(&format!("{} | {line}", self.machine.name()));
            }
        }
    }

    /// Tells when it is up.
    fn look(&mut self, wanted: &Wanted, passed: Duration, printer: &Printer) -> Result<(), QemuError> {
        match self.machine.wait_for_any(&wanted.until, NOW) {
            Ok(()) => {
                self.is_up = true;
                let seconds = passed.as_secs_f64();
                printer.note(&format!("{} is up after {seconds:.1} s", self.machine.name()));
                Ok(())
            }
            Err(QemuError::Silent { machine, markers, said, .. }) if passed >= wanted.time => {
                Err(QemuError::Silent { machine, markers, time: wanted.time, said })
            }
            Err(QemuError::Silent { .. }) => Ok(()),
            Err(other) => Err(other),
        }
    }
}

/// Sends what is typed to a machine, line by line. The thread ends with the program: a read of stdin cannot be stopped.
fn type_into(mut console: Console) {
    thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if console.send(format!("{line}\n").as_bytes()).is_err() {
                return;
            }
        }
        // The end of what is typed is no end of the machine; the connection must stay.
        loop {
            thread::park();
        }
    });
}
