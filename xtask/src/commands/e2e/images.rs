//! Images of a run: built from source, known by the names that machines ask for.

use std::collections::{BTreeMap, BTreeSet};

use container::{Builder, Description, Image};

use crate::error::CliError;

/// What the machines of the cluster need before any release: names of descriptions.
const CONTROL_PLANE: [&str; 7] =
    ["coredns", "etcd", "kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler", "pause"];

/// The images of a run.
pub(super) struct Images {
    pub(super) control_plane: Vec<Image>,
    pub(super) workloads: Vec<Image>,
    /// Upstream references and the name of what stands in for them.
    pub(super) replaced: BTreeMap<String, String>,
    /// Names by digest, as machines look them up, and the reference by tag of what stands in.
    pub(super) renamed: BTreeMap<String, String>,
    /// What nobody brings.
    pub(super) missing: BTreeSet<String>,
}

impl Images {
    /// Builds what the cluster needs, and what is `wanted` and described; `stand_ins` has references that another one stands
    /// in for. With a published node image the control plane's own images are in it.
    pub(super) fn build(
        builder: &Builder<'_>,
        descriptions: &BTreeMap<String, Description>,
        wanted: &BTreeSet<String>,
        stand_ins: &BTreeMap<String, String>,
        own_node: bool,
    ) -> Result<Self, CliError> {
        let mut images = Self {
            control_plane: Vec::new(),
            workloads: Vec::new(),
            replaced: BTreeMap::new(),
            renamed: BTreeMap::new(),
            missing: wanted.clone(),
        };
        for (name, description) in descriptions {
            let control_plane = own_node && CONTROL_PLANE.contains(&name.as_str());
            let asked =
                |image: &str| stand_ins.get(tagged(image)).map_or(tagged(image), String::as_str).to_owned();
            let provided = |image: &&String| description.provides.contains(&asked(image));
            let used: Vec<&String> = wanted.iter().filter(provided).collect();
            if used.is_empty() && !control_plane {
                continue;
            }
            let mut image = builder.build(name, description)?;
            for reference in used {
                if !image.provides.iter().any(|one| one == tagged(reference)) {
                    image.provides.push(tagged(reference).to_owned());
                }
                images.missing.remove(reference);
                images.replaced.insert(reference.clone(), name.clone());
                images.renamed.extend(by_digest(reference));
            }
            if control_plane {
                images.control_plane.push(image);
            } else {
                images.workloads.push(image);
            }
        }
        Ok(images)
    }

    /// Hosts whose images the registry stands in for.
    pub(super) fn hosts(&self) -> Vec<String> {
        let all = self.control_plane.iter().chain(&self.workloads);
        let hosts = all.flat_map(|image| &image.provides);
        let hosts = hosts.filter_map(|reference| Some(reference.split_once('/')?.0));
        hosts.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// A reference without its digest.
fn tagged(reference: &str) -> &str {
    reference.split('@').next().unwrap_or(reference)
}

/// The name under which a machine looks for a reference that has a digest, which leaves its tag out, and the reference
/// without the digest.
fn by_digest(reference: &str) -> Option<(String, String)> {
    let (tagged, digest) = reference.split_once('@')?;
    let colon = tagged.rfind(':').filter(|colon| !tagged.get(*colon..).unwrap_or_default().contains('/'));
    let repository = colon.and_then(|colon| tagged.get(..colon)).unwrap_or(tagged);
    Some((format!("{repository}@{digest}"), tagged.to_owned()))
}
