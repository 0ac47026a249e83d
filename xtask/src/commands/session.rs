//! What commands need to look at one unit: cluster, lock and session.

use plan::{PlanError, Session, Strictness};

use crate::args::Global;
use crate::context;
use crate::error::CliError;
use crate::printer::Printer;
use crate::progress::Progress;

/// Runs `work` with a session of a cluster.
pub(crate) fn with_session<T>(
    global: &Global,
    printer: &Printer,
    cluster: &str,
    strictness: Strictness,
    work: impl FnOnce(&Session<'_>) -> Result<T, PlanError>,
) -> Result<T, CliError> {
    let workspace = context::workspace(global)?;
    let store = context::store(global)?;
    let options = context::options(global, strictness);
    let catalogue = catalogue::load(&workspace, cluster).map_err(CliError::inputs)?;
    let lock = plan::load_lock(&workspace)?;
    let progress = Progress::new(printer);
    let events = |event| progress.tell(event);
    let fetches = |event: inputs::FetchEvent<'_>| progress.tell(event.into());
    let session = Session::new(&workspace, &store, &catalogue, &lock, &options, &events, &fetches)?;
    let result = work(&session);
    progress.finish();
    Ok(result?)
}
