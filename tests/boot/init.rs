//! The first program of a guest: says that it is there, and ends the machine.
//!
//! It mounts nothing: what it needs is in its initramfs. With the word `ticks` it stays and counts; with the word `echo` it
//! says much at once, and then repeats a line that it reads.

use std::fs::OpenOptions;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::thread;
use std::time::Duration;

/// The register by which ACPI powers a q35 machine off, and the one that resets it, with what they want to read.
const ENDS: [(u64, u8); 2] = [(0x605, 0x20), (0xCF9, 0x06)];

fn main() {
    println!("guest: up");
    if std::env::args().any(|word| word == "echo") {
        (0..2000).for_each(|number| println!("guest: line {number}."));
        println!("guest: reads");
        let mut line = String::new();
        if std::io::stdin().read_line(&mut line).is_ok() {
            println!("guest: read {}.", line.trim_end());
        }
    }
    if std::env::args().any(|word| word == "ticks") {
        for tick in 0_u64.. {
            println!("guest: tick {tick}.");
            thread::sleep(Duration::from_millis(500));
        }
    }
    for (port, value) in ENDS {
        // A kernel in lockdown refuses; then the end of this program is the end of the machine.
        if let Ok(mut ports) = OpenOptions::new().write(true).open("/dev/port") {
            let _ = ports.seek(SeekFrom::Start(port)).and_then(|_| ports.write(&[value]));
        }
        thread::sleep(Duration::from_millis(500));
    }
}
