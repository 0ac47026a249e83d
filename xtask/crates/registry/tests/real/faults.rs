//! Five hundred scripts of failures over pushing and pulling.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use hashing::Digest;
use registry::RegistryError;
use registry::distribution::{Remote, RemoteOptions};

use crate::artifact::{Artifact, MANIFEST, Seeded};
use crate::proxy::{Fault, Proxy};
use crate::registries::{self, Running};
use crate::{CHUNK, options, progress, remote};

const SCRIPTS: u64 = 500;
const TAG: &str = "staging";

#[derive(Default)]
struct Tally {
    pushed: usize,
    pulled: usize,
    refused: usize,
    injected: BTreeMap<Fault, usize>,
}

#[test]
fn five_hundred_scripts_end_with_the_right_content_or_an_error() {
    let running = registries::all(registries::Kept::InMemory);
    if running.is_empty() {
        return;
    }
    let done = AtomicU64::new(0);
    let tallies: Vec<(&str, Tally)> = thread::scope(|scope| {
        let threads: Vec<_> = (0_u64..)
            .zip(&running)
            .map(|(first, registry)| {
                let (done, count) = (&done, running.len());
                scope.spawn(move || (registry.name, scripts(registry, (first..SCRIPTS).step_by(count), done)))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for (name, tally) in &tallies {
        let (pushed, pulled, refused) = (tally.pushed, tally.pulled, tally.refused);
        progress(&format!("{name}: {pushed} pushed, {pulled} pulled, {refused} refused"));
        for fault in Fault::ALL {
            assert!(tally.injected.contains_key(&fault), "{name}: {fault:?} never happened");
        }
        assert!(tally.pushed > 20 && tally.pulled > 20, "{name}: hardly anything worked");
        assert!(tally.refused > 5, "{name}: hardly anything failed");
    }
}

fn scripts(registry: &Running, seeds: impl Iterator<Item = u64>, done: &AtomicU64) -> Tally {
    let mut tally = Tally::default();
    for seed in seeds {
        let place = format!("script {seed} at {}", registry.name);
        script(seed, &place, &remote(registry.address, "faults"), registry.address, &mut tally);
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(50) {
            progress(&format!("fault scripts: {done} of {SCRIPTS}"));
        }
    }
    tally
}

fn script(seed: u64, place: &str, direct: &Remote, upstream: std::net::SocketAddr, tally: &mut Tally) {
    let mut seeded = Seeded::new(seed);
    let repository = format!("script-{seed}");
    let proxy = Proxy::start(upstream, seed, 3 + seed % 15);
    let through = through(&proxy);
    let mut tagged: Option<Digest> = None;
    let mut artifacts: Vec<Artifact> = Vec::new();
    for _ in 0..2 {
        let lengths: Vec<u64> = (0..=seeded.below(3)).map(|_| seeded.below(4 * CHUNK as u64)).collect();
        let artifact = Artifact::new(&mut seeded, &lengths);
        let pushed = artifact.push(&through, &repository, TAG);
        let now = direct.head_manifest(&repository, TAG).unwrap();
        match &pushed {
            Ok(()) => {
                let told = || proxy.script.lock().unwrap().told.join("\n");
                assert_eq!(now, Some(artifact.digest()), "{place}: it was said to be pushed\n{}", told());
                tally.pushed += 1;
            }
            Err(error) => {
                explained(place, error);
                assert!(now == tagged || now == Some(artifact.digest()), "{place}: the tag leads elsewhere");
                tally.refused += 1;
            }
        }
        tagged = now;
        artifacts.push(artifact);
        let known = artifacts.iter().find(|artifact| Some(artifact.digest()) == tagged);
        assert_eq!(known.is_some(), tagged.is_some(), "{place}: the tag leads to something else");
        if let Some(known) = known {
            let whole = known.is_whole(direct, &repository);
            let told = || proxy.script.lock().unwrap().told.join("\n");
            assert!(matches!(whole, Ok(true)), "{place}: half of it: {whole:?}\n{}", told());
        }
        for known in &artifacts {
            match pull(&through, &repository, known) {
                Ok(()) => tally.pulled += 1,
                Err(error) => {
                    explained(place, &error);
                    tally.refused += 1;
                }
            }
        }
    }
    // What was given up is completed when nothing fails any more.
    let last = artifacts.last().unwrap();
    last.push(direct, &repository, TAG).unwrap();
    assert!(last.is_whole(direct, &repository).unwrap(), "{place}");
    attach(place, last, &repository, &through, direct);
    for (fault, times) in &proxy.script.lock().unwrap().injected {
        *tally.injected.entry(*fault).or_default() += times;
    }
}

fn through(proxy: &Proxy) -> Remote {
    let mut options = options();
    options.patience.stall = Duration::from_millis(200);
    Remote::new(&format!("oci://{}/faults", proxy.address), RemoteOptions { ..options }).unwrap()
}

/// Reads all of an artifact; what is read is right.
fn pull(remote: &Remote, repository: &str, artifact: &Artifact) -> Result<(), RegistryError> {
    let digest = artifact.digest().to_string();
    if let Some(manifest) = remote.manifest(repository, &digest)? {
        assert_eq!(manifest.bytes, artifact.manifest);
    }
    for blob in &artifact.blobs {
        assert_eq!(&remote.blob(repository, &Digest::of(blob))?, blob);
    }
    Ok(())
}

/// A referrer is listed once it was said to be attached, and attaching again mends what broke off.
fn attach(place: &str, artifact: &Artifact, repository: &str, through: &Remote, direct: &Remote) {
    let (subject, referrer) = (artifact.digest(), artifact.referrer("application/vnd.test.signature"));
    let listed = || {
        let found = direct.referrers(repository, &subject, None).unwrap();
        found.iter().any(|one| one.digest == Digest::of(&referrer))
    };
    match through.attach(repository, &subject, &referrer) {
        Ok(_) => assert!(listed(), "{place}: it was said to be attached"),
        Err(error) => explained(place, &error),
    }
    direct.attach(repository, &subject, &referrer).unwrap();
    assert!(listed(), "{place}");
    let same = direct.manifest(repository, &Digest::of(&referrer).to_string()).unwrap().unwrap();
    assert_eq!((same.bytes, same.media_type.as_str()), (referrer, MANIFEST), "{place}");
}

/// An error says where and what, and nothing panicked on the way to it.
fn explained(place: &str, error: &RegistryError) {
    let text = error.to_string();
    assert!(text.contains("http://127.0.0.1:"), "{place}: {text}");
    assert!(!text.contains("Bearer"), "{place}: {text}");
}
