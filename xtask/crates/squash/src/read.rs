//! Reading.

use std::io::{Cursor, Read};

use backhand::{FilesystemReader, InnerNode};
use filetree::{Node, Tree};

use crate::error::SquashError;

/// The largest file that is read into memory, in bytes.
const LARGEST: u64 = 1 << 30;

/// Everything in an image.
pub fn read(image: &[u8]) -> Result<Tree, SquashError> {
    read_below(image, "")
}

/// What an image has at a path and below it, with whole paths; the empty path is everything.
pub fn read_below(image: &[u8], path: &str) -> Result<Tree, SquashError> {
    let reader = FilesystemReader::from_reader(Cursor::new(image)).map_err(SquashError::unreadable)?;
    let mut tree = Tree::new();
    for found in reader.files() {
        let name = found.fullpath.to_str().ok_or_else(|| SquashError::unreadable("a name is not UTF-8"))?;
        let name = name.trim_start_matches('/');
        let wanted = path.is_empty()
            || name == path
            || name.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        if name.is_empty() || !wanted {
            continue;
        }
        let mode = found.header.permissions & 0o7777;
        let node = match &found.inner {
            InnerNode::Dir(_) => Node::directory(mode),
            InnerNode::Symlink(link) => {
                let target =
                    link.link.to_str().ok_or_else(|| SquashError::unreadable("a link is not UTF-8"))?;
                Node::link(target)
            }
            InnerNode::File(file) => {
                let size = file.file_len() as u64;
                if size > LARGEST {
                    return Err(SquashError::TooLarge { path: name.to_owned(), size, limit: LARGEST });
                }
                let mut content = Vec::new();
                let mut source = reader.file(file).reader();
                source.read_to_end(&mut content).map_err(SquashError::unreadable)?;
                Node::file(mode, content)
            }
            InnerNode::CharacterDevice(_) => return Err(special(name, "character device")),
            InnerNode::BlockDevice(_) => return Err(special(name, "block device")),
            InnerNode::NamedPipe => return Err(special(name, "named pipe")),
            InnerNode::Socket => return Err(special(name, "socket")),
        };
        tree.insert(name, node)?;
    }
    Ok(tree)
}

fn special(path: &str, kind: &'static str) -> SquashError {
    filetree::TreeError::Special { path: path.to_owned(), kind }.into()
}

#[cfg(test)]
mod tests;
