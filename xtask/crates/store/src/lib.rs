//! The store: a directory of immutable things named by the digest of their content, and of notes on
//! which recipe produced which of them.
//!
//! One store serves all checkouts and processes of a user on a machine.
//!
//! ```text
//! STORE
//! ├── version            `1`; a store of a newer version is not touched
//! ├── lock               held shared while a store is open, exclusively by garbage collection
//! ├── objects
//! │   ├── 00 … ff        by the first two digits
//! │   │   └── <hex>      bytes, mode 0444, named by their SHA-256
//! ├── trees
//! │   └── <hex>/         unpacked files, 0444 or 0555, named by `archive::Tree::digest`
//! ├── tools
//! │   └── <hex>          executable copy, mode 0555, of the object of that name
//! ├── recipes
//! │   ├── 00 … ff
//! │   │   └── <hex>      what the recipe of that key produced: a [`Record`] as canonical JSON
//! ├── roots
//! │   └── <name>         what garbage collection keeps: a [`Root`] as canonical JSON
//! ├── caches
//! │   └── <name>         disposable; nothing depends on one being there
//! ├── locks
//! │   └── <hex>          held by the process that runs the recipe of that key
//! ├── tmp
//! │   └── run-<random>/  unfinished files and scratch directories of one process, which holds a
//! │                      lock on the directory as long as it lives
//! ├── downloads          unfinished downloads, resumed by whoever wants the same thing
//! └── corrupt
//!     └── <hex>          what was found to have other content than its name says
//! ```
//!
//! ## Writing
//!
//! Everything is written below `tmp`, synced, and renamed to where it belongs, so that a name is there
//! with its whole content or not at all. Trees are renamed as whole directories. Modes are set
//! explicitly, whatever the process's umask.
//!
//! ## Crashes
//!
//! A process that is killed at any moment leaves nothing but its directory below `tmp`, whose lock
//! died with it, and maybe a file below `locks`. The next one to open the store removes the directory.
//! Nothing that had its name is lost.
//!
//! When the machine itself goes down, a file system may lose names given in the last moments, and
//! contents that were not synced. Objects, records and roots are synced before they get their names.
//! The files of a tree are not, because hundreds of them would take longer to sync than to make
//! again: a tree is re-hashed before its first use by every process, and a torn one is removed.
//! A record whose outputs are gone counts as no record. So what can be lost is work, never correctness.
//!
//! ## Reading
//!
//! An object is re-hashed whenever it is read, unless this process wrote it; a tree and a tool once in
//! each process. What has the wrong content is moved to `corrupt` (trees are removed), reported, and
//! from then on missing, so that it is made again. Checking once more and moving happen under one
//! lock, so that nobody takes away what somebody else has just repaired.
//!
//! ## Concurrency
//!
//! Opening takes a shared lock on `lock`; garbage collection takes it exclusively, and does not wait
//! for it. So whatever a process has put stays as long as it has the store open, with or without a root.
//! Two processes that write the same thing write the same bytes, and the later rename changes
//! nothing. A recipe runs under a lock of its key, and looks for a record again after taking it: however
//! many processes want it, it runs once. A lock file is removed by its holder, or by garbage
//! collection; whoever gets a lock makes sure that the file still has its name, and starts over if not.
//!
//! ## Garbage collection
//!
//! 1. Mark: every root, every record of a recipe that a root names, every object and tree that either
//!    names. A root that cannot be read ends the collection before anything is removed.
//! 2. Remove the records that are not marked, then the objects, trees and tools. In this order a killed
//!    collection leaves no record without outputs.
//! 3. Remove `corrupt`, `downloads`, `locks` and the directories of dead processes below `tmp`.

mod caches;
mod error;
mod files;
mod gc;
mod layout;
mod locks;
mod objects;
mod recipes;
mod roots;
mod sealed;
mod session;
mod size;
mod store;
mod tools;
mod trees;
mod verify;

pub use error::StoreError;
pub use gc::{GcReport, Removed};
pub use recipes::{Outcome, Record};
pub use roots::Root;
pub use session::Scratch;
pub use size::{SizeReport, Usage};
pub use store::Store;
pub use verify::{Bad, VerifyReport};
