use std::cell::RefCell;

use super::*;

pub(super) const OLD: &[u8] = b"old";
pub(super) const NEW: &[u8] = b"new";

pub(super) fn root() -> Value {
    json!({
        "metadata": {"name": "releases-lab", "resourceVersion": "7"},
        "spec": {
            "source": {"repoURL": "oci://registry/lab/releases/lab", "targetRevision": "staging"},
            "syncPolicy": {"retry": {"limit": 10}, "syncOptions": ["ServerSideApply=true"]},
        },
        "status": {
            "sync": {"status": "Synced"},
            "health": {"status": "Healthy"},
            "operationState": {"phase": "Succeeded"},
            "resources": [
                {"kind": "AppProject", "name": "lab"},
                {"kind": "Application", "name": "apps-b"},
                {"kind": "Application", "name": "apps-a"},
            ],
        },
    })
}

pub(super) fn application(name: &str, content: &[u8]) -> Value {
    let source = json!({"targetRevision": Digest::of(content).to_string()});
    json!({"metadata": {"name": name}, "spec": {"source": source}})
}

pub(super) fn there() -> Vec<Value> {
    let mut foreign = application("foreign", OLD);
    foreign["spec"]["source"] = json!({"repoURL": "elsewhere"});
    vec![application("apps-a", OLD), application("apps-b", OLD), foreign]
}

pub(super) fn document(wanted: &[(&str, &[u8])]) -> ReleaseDocument {
    let bundles: Vec<Value> = wanted
        .iter()
        .map(|(name, content)| {
            let digest = Digest::of(content).to_string();
            json!({"name": name, "version": "1", "digest": digest, "wave": 0, "crds": false})
        })
        .collect();
    let document = json!({
        "architecture": "", "os": "", "schemaVersion": 1, "cluster": "lab", "registry": "oci://registry/lab/",
        "engines": [], "inputs": Digest::of(b"inputs").to_string(), "bundles": bundles,
        "rootfs": {"type": "layers", "diffIds": [], "diff_ids": []},
    });
    serde_json::from_value(document).unwrap()
}

/// A cluster whose objects take merge patches.
struct Cluster {
    applications: RefCell<Vec<Value>>,
    sent: RefCell<Vec<Notice>>,
    /// How many writes come too late.
    late: RefCell<usize>,
}

impl Cluster {
    fn new(root: Value) -> Self {
        let mut applications = there();
        applications.push(root);
        Self { applications: applications.into(), sent: Vec::new().into(), late: 0.into() }
    }

    fn list(&self) -> Vec<Value> {
        self.applications.borrow().clone()
    }

    fn send(&self, notice: &Notice) -> Result<(), String> {
        if notice.patch.pointer("/metadata/resourceVersion").is_some() && *self.late.borrow() > 0 {
            *self.late.borrow_mut() -= 1;
            return Err("conflict".to_owned());
        }
        self.sent.borrow_mut().push(notice.clone());
        let mut applications = self.applications.borrow_mut();
        for one in applications.iter_mut().filter(|one| one["metadata"]["name"] == notice.name.as_str()) {
            if let Some(phase) = notice.patch.pointer("/status/operationState/phase") {
                one["status"]["operationState"]["phase"] = phase.clone();
            }
        }
        Ok(())
    }

    fn told(&self, back: bool, wanted: &[(&str, &[u8])]) -> (Told, Vec<Notice>) {
        let (release, document) = (Digest::of(b"release"), document(wanted));
        let news = News { channel: "staging", release: &release, document: &document, back };
        let send = |notice: &Notice| self.send(notice);
        let told = tell(Engine::ArgoCd, "lab", "token", Some(&news), || Ok(self.list()), send).unwrap();
        (told, self.sent.borrow().clone())
    }
}

fn waiting(revision: &[u8]) -> Value {
    let revision = Digest::of(revision).to_string();
    let mut root = root();
    root["status"]["health"]["status"] = json!("Progressing");
    root["status"]["operationState"] =
        json!({"phase": "Running", "operation": {"sync": {"revision": revision}}});
    root
}

fn looks(notices: &[Notice]) -> bool {
    let refresh = json!({"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}});
    notices.last().is_some_and(|last| last.patch == refresh && last.name == "releases-lab")
}

const CHANGED: &[(&str, &[u8])] = &[("apps/a", OLD), ("apps/b", NEW)];

#[test]
fn flux_gets_a_token() {
    let sent = RefCell::new(Vec::new());
    let told = tell(
        Engine::Flux,
        "lab",
        "generation-3",
        None,
        || Err("flux has no applications"),
        |notice| {
            sent.borrow_mut().push(notice.clone());
            Ok(())
        },
    );
    assert_eq!(told, Ok(Told::default()));
    let expected = Notice {
        api_version: "source.toolkit.fluxcd.io/v1",
        kind: "OCIRepository",
        name: "releases-lab".to_owned(),
        patch: json!({"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": "generation-3"}}}),
    };
    assert_eq!(*sent.borrow(), [expected]);
}

#[test]
fn a_release_at_rest_goes_to_what_changes() {
    let (told, sent) = Cluster::new(root()).told(false, CHANGED);
    assert_eq!(told, Told { changes_only: true, ended: 0 });
    assert_eq!(sent.len(), 1);
    assert!(sent[0].patch.get("operation").is_some());
}

#[test]
fn an_earlier_release_that_is_waited_for_is_ended() {
    let (told, sent) = Cluster::new(waiting(b"earlier")).told(false, CHANGED);
    assert_eq!(told, Told { changes_only: false, ended: 1 });
    let ended = json!({
        "metadata": {"resourceVersion": "7"},
        "status": {"operationState": {"phase": "Terminating"}},
    });
    assert_eq!((sent.len(), &sent[0].patch), (2, &ended));
    assert!(looks(&sent));
}

#[test]
fn who_comes_too_late_looks_again() {
    let cluster = Cluster { late: 2.into(), ..Cluster::new(waiting(b"earlier")) };
    let (told, sent) = cluster.told(false, CHANGED);
    assert_eq!((told.ended, sent.len()), (1, 2));
    assert!(looks(&sent));
    let cluster = Cluster { late: 99.into(), ..Cluster::new(waiting(b"earlier")) };
    let (told, sent) = cluster.told(false, CHANGED);
    assert_eq!((told.ended, sent.len()), (0, 1));
    assert!(looks(&sent));
}

#[test]
fn who_follows_something_else_is_left_alone() {
    for (field, other) in [("repoURL", "oci://other/lab/releases/lab"), ("targetRevision", "production")] {
        for mut elsewhere in [root(), waiting(b"earlier")] {
            elsewhere["spec"]["source"][field] = json!(other);
            let (told, sent) = Cluster::new(elsewhere).told(true, CHANGED);
            assert_eq!(told, Told::default(), "{field}");
            assert!(sent.len() == 1 && looks(&sent), "{field}");
        }
    }
}

#[test]
fn who_may_not_list_is_told_to_look() {
    let (release, document) = (Digest::of(b"release"), document(CHANGED));
    let news = News { channel: "staging", release: &release, document: &document, back: false };
    let cluster = Cluster::new(root());
    let send = |notice: &Notice| cluster.send(notice);
    let told = tell(Engine::ArgoCd, "lab", "token", Some(&news), || Err("forbidden".to_owned()), send);
    assert_eq!(told, Ok(Told::default()));
    assert!(looks(&cluster.sent.borrow()));
    let told =
        tell(Engine::ArgoCd, "lab", "token", None, || Ok(cluster.list()), |_| Err("forbidden".to_owned()));
    assert_eq!(told, Err("forbidden".to_owned()));
}
