//! Reading the machines of a cluster, and every mistake in their files.

use std::collections::BTreeMap;

use diag::Diagnostic;

use crate::cluster::Cluster;
use crate::decode::decode;
use crate::machine::{Machine, MachineSpec};
use crate::workspace::Workspace;

/// Reads `hosts/<cluster>/machines/*.yaml`, by name. A cluster may have none.
pub fn load_machines(
    workspace: &Workspace,
    cluster: &Cluster,
) -> Result<BTreeMap<String, Machine>, Vec<Diagnostic>> {
    let directory = format!("hosts/{}/machines", cluster.spec.name);
    let names = workspace.names(&directory).map_err(|error| vec![Diagnostic::from(&error)])?;
    let (mut machines, mut mistakes) = (BTreeMap::new(), Vec::new());
    for file in names {
        let path = format!("{directory}/{file}");
        let Some(name) = file.strip_suffix(".yaml") else {
            let message = format!("`{path}` is no description of a machine");
            mistakes.push(Diagnostic::error(message).hint("call it `<name>.yaml`, or move it elsewhere"));
            continue;
        };
        match load_machine(workspace, &path, name) {
            Ok(machine) => {
                machines.insert(name.to_owned(), machine);
            }
            Err(found) => mistakes.extend(found),
        }
    }
    if mistakes.is_empty() { Ok(machines) } else { Err(mistakes) }
}

fn load_machine(workspace: &Workspace, path: &str, name: &str) -> Result<Machine, Vec<Diagnostic>> {
    let source = workspace.text(path).map_err(|error| vec![Diagnostic::from(&error)])?;
    let (spec, document) = decode::<MachineSpec>(&source)?;
    let machine = Machine { spec, source, document };
    if machine.spec.name == name {
        return Ok(machine);
    }
    let message = format!("the machine in `{path}` calls itself `{}`", machine.spec.name);
    let mistake = Diagnostic::error(message).at(
        &machine.source,
        machine.place(&["name"]),
        "must be the name of its file",
    );
    Err(vec![mistake.hint(format!("write `name: {name}`, or rename the file"))])
}
