//! The tree in the order in which it lies on the image.

use disk::{Content, Directory, Node};

use crate::IsoError;
use crate::name::Names;

/// Bytes of a name that systems read.
const LONGEST: usize = 255;

/// All directories and files.
pub(crate) struct Tree<'a> {
    /// Parents first, then by identifier: the order of a path table.
    pub(crate) folders: Vec<Folder>,
    pub(crate) files: Vec<&'a Content>,
}

/// A directory.
pub(crate) struct Folder {
    /// The number of its parent in the list; the root is its own.
    pub(crate) parent: usize,
    pub(crate) id: Vec<u8>,
    /// By identifier.
    pub(crate) children: Vec<Child>,
}

/// An entry of a directory.
pub(crate) struct Child {
    pub(crate) id: Vec<u8>,
    pub(crate) name: String,
    pub(crate) what: What,
}

/// What an entry is, with its number in the list of its kind.
#[derive(Clone, Copy)]
pub(crate) enum What {
    Folder(usize),
    File(usize),
}

/// Puts a tree in order. Errors: a name is too long.
pub(crate) fn order(root: &Directory) -> Result<Tree<'_>, IsoError> {
    let mut tree = Tree { folders: Vec::new(), files: Vec::new() };
    let mut waiting = vec![(root, 0, vec![0], String::new())];
    // Directories that were met, in the order in which they get their numbers.
    while !waiting.is_empty() {
        let level = std::mem::take(&mut waiting);
        let first_below = tree.folders.len() + level.len();
        for (directory, parent, id, path) in level {
            let own = tree.folders.len();
            let mut children = identified(directory, &path)?;
            children.sort_by(|(left, ..), (right, ..)| left.cmp(right));
            let mut folder = Folder { parent, id, children: Vec::new() };
            for (id, name, node) in children {
                let what = match node {
                    Node::File(content) => {
                        tree.files.push(content);
                        What::File(tree.files.len() - 1)
                    }
                    Node::Directory(below) => {
                        waiting.push((below, own, id.clone(), format!("{path}{name}/")));
                        What::Folder(first_below + waiting.len() - 1)
                    }
                };
                folder.children.push(Child { id, name: name.to_owned(), what });
            }
            tree.folders.push(folder);
        }
    }
    match u16::try_from(tree.folders.len()) {
        Ok(_) => Ok(tree),
        Err(_) => Err(IsoError::Directories { count: tree.folders.len() }),
    }
}

/// An entry with its identifier and its name.
type Identified<'a> = (Vec<u8>, &'a str, &'a Node);

fn identified<'a>(directory: &'a Directory, path: &str) -> Result<Vec<Identified<'a>>, IsoError> {
    let mut names = Names::default();
    let entries = directory.entries().map(|(name, node)| {
        if name.len() > LONGEST {
            return Err(IsoError::Name { path: format!("{path}{name}"), length: name.len() });
        }
        Ok((names.make(name, matches!(node, Node::Directory(_))), name, node))
    });
    entries.collect()
}
