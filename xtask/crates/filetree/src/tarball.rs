//! Trees from tar archives: the flattened root of a container image, or what a package installs.

use std::io::Read;

use tar::{Archive, EntryType};

use crate::error::TreeError;
use crate::node::{Content, Kind, Node};
use crate::tree::Tree;

/// Reads a tar archive (ustar, PAX or GNU). A later entry replaces an earlier one; hard links become copies; owners and
/// times are left out; devices, pipes and sockets are refused.
pub fn from_tar(bytes: &[u8]) -> Result<Tree, TreeError> {
    let mut tree = Tree::new();
    let broken = |error: std::io::Error| TreeError::Tar(error.to_string());
    for entry in Archive::new(bytes).entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let raw = entry.path_bytes().into_owned();
        let path = normal(text(&raw)?);
        let mode = u16::try_from(entry.header().mode().map_err(broken)? & 0o7777).unwrap_or_default();
        let target = match entry.link_name_bytes() {
            Some(target) => text(&target)?.to_owned(),
            None => String::new(),
        };
        if path.is_empty() {
            continue;
        }
        let kind = match entry.header().entry_type() {
            EntryType::Directory => Kind::Directory,
            EntryType::Symlink => Kind::Link(target),
            EntryType::Link => match tree.get(&normal(&target)) {
                Some(Node { kind: Kind::File(content), .. }) => Kind::File(content.clone()),
                _ => return Err(TreeError::Link { path, target }),
            },
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                let mut content = Vec::new();
                entry.read_to_end(&mut content).map_err(broken)?;
                Kind::File(Content::Bytes(content))
            }
            EntryType::Char => return Err(TreeError::Special { path, kind: "character device" }),
            EntryType::Block => return Err(TreeError::Special { path, kind: "block device" }),
            EntryType::Fifo => return Err(TreeError::Special { path, kind: "named pipe" }),
            EntryType::XGlobalHeader => continue,
            _ => return Err(TreeError::Special { path, kind: "kind of entry that nobody knows" }),
        };
        let mode = if matches!(kind, Kind::Link(_)) { 0o777 } else { mode };
        tree.insert(&path, Node { mode, kind })?;
    }
    Ok(tree)
}

fn text(bytes: &[u8]) -> Result<&str, TreeError> {
    std::str::from_utf8(bytes).map_err(|_| TreeError::Text(String::from_utf8_lossy(bytes).into_owned()))
}

/// Without `./` at the start and `/` at the end; `..` is left for the tree to refuse.
fn normal(path: &str) -> String {
    let parts = path.split('/').filter(|part| !part.is_empty() && *part != ".");
    parts.collect::<Vec<_>>().join("/")
}
