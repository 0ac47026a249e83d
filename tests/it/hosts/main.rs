//! Files for machines and for those who look after them, judged by the programs that read them: kubeadm, kubectl's
//! library, SOPS.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test, in functions of its own too")]

mod access;
mod fast;
mod kubeadm;
mod oracle;
mod reboot;
mod sealed;
mod stage;
