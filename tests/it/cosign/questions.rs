//! Asking the program.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use attest::{Artifact, SigningKey};
use hashing::Digest;
use oci::{Descriptor, Index, IndexEntry, Layout, annotation, media_type};
use serde_json::{Value, json};

use crate::digest;

/// Questions to the program, and the layouts that they are about.
pub(crate) struct Questions {
    directory: tempfile::TempDir,
    layouts: usize,
    pub(crate) list: Vec<Value>,
}

impl Questions {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        Self { directory, layouts: 0, list: Vec::new() }
    }

    /// Writes a layout with these artifacts.
    pub(crate) fn layout(&mut self, artifacts: &[&Artifact]) -> PathBuf {
        self.layouts += 1;
        let directory = self.directory.path().join(self.layouts.to_string());
        fs::create_dir_all(directory.join("blobs/sha256")).unwrap();
        let mut entries = Vec::new();
        for artifact in artifacts {
            for (digest, blob) in &artifact.blobs {
                fs::write(directory.join(oci::blob_path(digest)), blob).unwrap();
            }
            fs::write(directory.join(oci::blob_path(&digest(artifact))), &artifact.manifest).unwrap();
            let entry = Descriptor::of(media_type::MANIFEST, &artifact.manifest);
            entries.push(IndexEntry::of(match &artifact.tag {
                Some(tag) => entry.annotated(annotation::REF_NAME, tag),
                None => entry,
            }));
        }
        fs::write(directory.join(oci::INDEX_FILE), Index::new(entries).to_bytes().unwrap()).unwrap();
        fs::write(directory.join(oci::LAYOUT_FILE), Layout::default().to_bytes().unwrap()).unwrap();
        directory
    }

    pub(crate) fn verify(
        &mut self,
        layout: &Path,
        kind: &str,
        digest: &Digest,
        key: &SigningKey,
        referrers: bool,
    ) {
        let key = key.verifying_key().to_pem();
        self.list.push(json!({"verify": {
            "layout": layout, "kind": kind, "digest": digest, "key": key, "referrers": referrers,
        }}));
    }

    /// The answers, in the order of the questions.
    pub(crate) fn ask(&self, cosign: &Path) -> Vec<Value> {
        let home = self.directory.path();
        let mut command = Command::new(cosign);
        command.env_clear().env("PATH", "").env("HOME", home).env("TMPDIR", home).current_dir(home);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // The program reads all of it before it prints anything.
        let questions = Value::from(self.list.clone()).to_string();
        child.stdin.take().unwrap().write_all(questions.as_bytes()).unwrap();
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
        let lines = String::from_utf8(stdout).unwrap();
        let answers: Vec<_> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(answers.len(), self.list.len());
        answers
    }
}
