//! `store push` and `store pull`: a registry as a store that machines share.

use std::collections::BTreeSet;
use std::path::PathBuf;

use attest::VerifyingKey;
use hashing::Digest;
use plan::{Closure, Step, Strictness, threads};
use publish::Signer as _;
use registry::distribution::Remote;
use serde_json::json;
use share::{Item, Seal, ShareError, Shared};

use crate::args::{Format, Global};
use crate::commands::remote::RemoteArgs;
use crate::commands::session::with_session;
use crate::commands::signing::{self, KeySigner, SigningArgs};
use crate::context;
use crate::error::CliError;
use crate::printer::Printer;
use crate::table::count;

/// The repository below the address.
const REPOSITORY: &str = "store";
/// How many items are on their way at once.
const AT_ONCE: usize = 8;

/// Where to, and of which cluster.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Place {
    /// The registry, `oci://host[:port]/path`
    registry: String,
    /// The cluster
    #[arg(default_value = "lab")]
    cluster: String,
    /// Speak HTTP without TLS; to a loopback address that is done anyway
    #[arg(long)]
    plain_http: bool,
    /// A file of further certificate authorities to trust, in PEM
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Push {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    signing: SigningArgs,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Pull {
    #[command(flatten)]
    place: Place,
    /// A public key: only what it signed is taken
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Every input of the cluster too, not only those of units that must be rendered here
    #[arg(long)]
    inputs: bool,
}

impl Place {
    fn remote(&self, global: &Global) -> Result<Remote, CliError> {
        let args = RemoteArgs { registry: None, plain_http: self.plain_http, ca: self.ca.clone() };
        args.remote(self.registry.trim_end_matches('/'), global)
    }
}

/// What the last build of a cluster made and read, to the registry.
pub(super) fn push(args: &Push, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    let remote = args.place.remote(global)?;
    let (workspace, store) = (context::workspace(global)?, context::store(global)?);
    let options = context::options(global, Strictness::Lenient);
    let cluster = &args.place.cluster;
    let closure = plan::closure(&workspace, &store, cluster, &options)?.ok_or_else(|| {
        let message = format!("cluster `{cluster}` was never built here");
        CliError::input(diag::Diagnostic::error(message).hint(format!("`cargo xtask build {cluster}` first")))
    })?;
    let signer = args.signing.signer()?;
    let seal = Signed { remote: &remote, signer: signer.as_ref(), key: None };
    let seal = signer.as_ref().map(|_| &seal as &dyn Seal);
    let shared = Shared { store: &store, remote: &remote, repository: REPOSITORY, seal };
    let items = items(&closure);
    let pushed = all(&items, |item| shared.push(item))?;
    if printer.format == Format::Json {
        printer.json(&json!({"items": items.len(), "pushed": pushed, "requests": remote.requests()}));
    } else {
        printer.note(&format!("{}, {pushed} pushed", count(items.len(), "item")));
    }
    Ok(0)
}

/// What a build of a cluster would make or fetch, from the registry as far as it has it.
pub(super) fn pull(args: &Pull, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    let remote = args.place.remote(global)?;
    let store = context::store(global)?;
    let key = args.key.as_deref().map(signing::verifying_key).transpose()?;
    let seal = Signed { remote: &remote, signer: None, key: key.as_ref() };
    let seal = key.is_some().then_some(&seal as &dyn Seal);
    let shared = Shared { store: &store, remote: &remote, repository: REPOSITORY, seal };
    let mut pulling =
        Pulling { shared, cluster: &args.place.cluster, global, printer, pulled: 0, missing: 0 };
    pulling.records()?;
    pulling.inputs(args.inputs)?;
    let Pulling { pulled, missing, .. } = pulling;
    if printer.format == Format::Json {
        printer.json(&json!({"pulled": pulled, "missing": missing, "requests": remote.requests()}));
    } else {
        printer.note(&format!("{} pulled, {missing} not there", count(pulled, "item")));
    }
    Ok(0)
}

struct Pulling<'a> {
    shared: Shared<'a>,
    cluster: &'a str,
    global: &'a Global,
    printer: &'a Printer,
    pulled: usize,
    missing: usize,
}

impl Pulling<'_> {
    /// The records of units that are not rendered or not packed here.
    fn records(&mut self) -> Result<(), CliError> {
        let rendered = self.session(plan::render_steps)?;
        self.take(&unknown(&rendered))?;
        let packed = self.session(plan::bundle_steps)?.unwrap_or_default();
        self.take(&unknown(&packed))
    }

    /// What the units that are still not rendered read; with `every`, what any unit does.
    fn inputs(&mut self, every: bool) -> Result<(), CliError> {
        let missing = self.session(|session| {
            let steps = plan::render_steps(session)?;
            let wanted = steps.into_iter().filter(|step| every || !step.known);
            plan::missing_inputs(session, &wanted.map(|step| step.unit).collect::<BTreeSet<_>>())
        })?;
        self.take(&items(&missing))
    }

    fn take(&mut self, items: &[Item]) -> Result<(), CliError> {
        let pulled = all(items, |item| self.shared.pull(item))?;
        self.pulled += pulled;
        self.missing += items.len() - pulled;
        Ok(())
    }

    fn session<T>(
        &self,
        work: impl FnOnce(&plan::Session<'_>) -> Result<T, plan::PlanError>,
    ) -> Result<T, CliError> {
        with_session(self.global, self.printer, self.cluster, Strictness::Lenient, work)
    }
}

/// The records of steps that the store does not know.
fn unknown(steps: &[Step]) -> Vec<Item> {
    steps.iter().filter(|step| !step.known).map(|step| Item::Record(step.key)).collect()
}

fn items(closure: &Closure) -> Vec<Item> {
    let records = closure.recipes.iter().map(|key| Item::Record(*key));
    let files = closure.files.iter().map(|digest| Item::File(*digest));
    records.chain(files).chain(closure.trees.iter().map(|digest| Item::Tree(*digest))).collect()
}

/// Does something with each item; for how many there was something to do.
fn all(items: &[Item], work: impl Fn(&Item) -> Result<bool, ShareError> + Sync) -> Result<usize, CliError> {
    let done = threads::map(items, AT_ONCE, work).into_iter().collect::<Result<Vec<bool>, _>>()?;
    Ok(done.into_iter().filter(|done| *done).count())
}

/// Signatures in cosign's layouts, as those of releases.
struct Signed<'a> {
    remote: &'a Remote,
    signer: Option<&'a KeySigner<'a>>,
    key: Option<&'a VerifyingKey>,
}

impl Seal for Signed<'_> {
    fn sign(&self, digest: &Digest, size: u64) -> Result<(), String> {
        let Some(signer) = self.signer else { return Ok(()) };
        let repository = format!("{}/{REPOSITORY}", self.remote.base());
        let artifacts = signer.sign(&repository, digest, size).map_err(|error| error.to_string())?;
        for artifact in artifacts {
            publish::attach(self.remote, REPOSITORY, digest, &artifact).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn check(&self, digest: &Digest) -> Result<(), String> {
        let Some(key) = self.key else { return Ok(()) };
        signing::check_bundle(key, self.remote, REPOSITORY, digest)
    }
}
