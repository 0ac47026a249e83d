//! Patches hold no secret: what a bundle has stands there as a placeholder, and private keys have no place in a checkout.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diag::{Diagnostic, Span, line_column};
use yaml::{Document, Node, Value};

use crate::fleet::Fleet;
use crate::patch_files::PatchFile;

/// Fields of configurations that come from a bundle, and what stands for them there.
const FIELDS: [(&str, &str); 15] = [
    ("machine.token", "trustdinfo.token"),
    ("machine.ca.key", "certs.os.key"),
    ("cluster.secret", "cluster.secret"),
    ("cluster.token", "secrets.bootstraptoken"),
    ("cluster.aescbcEncryptionSecret", "secrets.aescbcencryptionsecret"),
    ("cluster.secretboxEncryptionSecret", "secrets.secretboxencryptionsecret"),
    ("config.resources.providers.secretbox.keys.secret", "secrets.secretboxencryptionsecret"),
    ("cluster.ca.key", "certs.k8s.key"),
    ("cluster.aggregatorCA.key", "certs.k8saggregator.key"),
    ("cluster.serviceAccount.key", "certs.k8sserviceaccount.key"),
    ("cluster.etcd.ca.key", "certs.etcd.key"),
    ("bootstrapTokens.token", "secrets.bootstraptoken"),
    ("discovery.bootstrapToken.token", "secrets.bootstraptoken"),
    ("token", "cluster.secret"),
    ("agent-token", "cluster.secret"),
];

pub(super) fn check(fleet: &Fleet, found: &mut Vec<Diagnostic>) {
    for patch in &fleet.patches {
        for document in &patch.documents {
            look(patch, document, found);
        }
    }
}

fn look(patch: &PatchFile, document: &Document, found: &mut Vec<Diagnostic>) {
    let Some(operations) = document.root.as_seq() else {
        return leaves(&document.root, "", &mut |field, text, span| judge(patch, field, text, span, found));
    };
    for operation in operations {
        let pointer = operation.get("path").and_then(Node::as_str).unwrap_or_default();
        let keys = pointer.split('/').filter(|key| !key.is_empty() && key.parse::<usize>().is_err());
        let field = keys.collect::<Vec<_>>().join(".");
        if let Some(value) = operation.get("value") {
            leaves(value, &field, &mut |field, text, span| judge(patch, field, text, span, found));
        }
    }
}

/// Every text below a node, with the keys above it.
fn leaves(node: &Node, field: &str, visit: &mut dyn FnMut(&str, &str, Span)) {
    match &node.value {
        Value::String(text) => visit(field, text, node.span),
        Value::Seq(items) => items.iter().for_each(|item| leaves(item, field, visit)),
        Value::Map(map) => {
            for entry in map {
                let below =
                    if field.is_empty() { entry.key.clone() } else { format!("{field}.{}", entry.key) };
                leaves(&entry.value, &below, visit);
            }
        }
        _ => {}
    }
}

fn judge(patch: &PatchFile, field: &str, text: &str, span: Span, found: &mut Vec<Diagnostic>) {
    let known = FIELDS.iter().find(|(known, _)| *known == field);
    let is_plain = !text.is_empty() && !text.starts_with("secret:");
    if !(is_plain && (known.is_some() || is_private_key(text))) {
        return;
    }
    let message = format!("the patch `{}` holds a secret: `{field}`", patch.path());
    let line = line_column(&patch.source.text, span.start).0;
    let mistake = Diagnostic::error(message).with_note(format!("in line {line}, which is not shown"));
    found.push(match known {
        Some((_, of)) => mistake.hint(format!("write `secret:{of}` in its place, and make new secrets")),
        None => {
            mistake.hint("take it out of the checkout, and make a new key: whoever reads it has this one")
        }
    });
}

/// PEM, or base64 of it.
fn is_private_key(text: &str) -> bool {
    const MARK: &str = "PRIVATE KEY-----";
    let decoded = || STANDARD.decode(text.split_whitespace().collect::<String>()).ok();
    text.contains(MARK) || decoded().is_some_and(|bytes| String::from_utf8_lossy(&bytes).contains(MARK))
}
