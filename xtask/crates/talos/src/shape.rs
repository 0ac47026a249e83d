//! The fields of every document by version of Talos: names, types, and how they merge.
//!
//! A small notation in `shapes/` says it once for all versions:
//!
//! ```text
//! document UserVolumeConfig named        may exist several times, told apart by `name`
//!   conflicts ExistingVolumeConfig       not together with one of the same name
//!   volumeType *VolumeType 12..          from Talos 1.12 on; `*`: absent and zero are not the same
//! struct EncryptionSpec
//!   keys! []EncryptionKey                written even when empty
//!   ports! []port replace                a patch replaces instead of appending
//!   interfaces []*Device by=device       items of a patch meet those with the same key
//! words FilesystemType none xfs ext4     the words of a field; the first is the zero value
//! ```

mod notation;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use crate::Contract;

/// What a field holds. Types that text can say only in a certain form are [`Leaf`]s.
#[derive(Clone, Debug)]
pub(crate) enum Type {
    Text,
    Bool,
    /// Signed or not, and the number of bits.
    Int {
        signed: bool,
        bits: u32,
    },
    Leaf(Leaf),
    /// One of these words; the first is the zero value, `_` when that has no word.
    Words(Arc<[String]>),
    Pointer(Box<Type>),
    List(Box<Type>),
    Map(Box<Type>),
    Struct(Arc<Struct>),
    /// Any mapping.
    Free,
    /// Arguments of a program: each a string or a list of strings.
    Args,
}

/// Types with a form of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    /// An IP address.
    Addr,
    /// An IP address and port.
    AddrPort,
    /// Bytes in base64.
    Base64,
    /// A number of bytes, with or without unit, kept as written.
    ByteSize,
    /// A certificate: base64 of PEM.
    Cert,
    /// An expression in Google's Common Expression Language.
    Cel,
    /// A number of bytes, written anew.
    DiskSize,
    /// A duration as Go writes it.
    Duration,
    /// A hardware address.
    HardwareAddr,
    /// A private key: base64 of PEM.
    Key,
    /// Permissions of a file, octal.
    Mode,
    /// A certificate with its key.
    Pair,
    /// A port or a range of ports.
    Port,
    /// A network: an address and the length of its prefix.
    Prefix,
    /// A number of bytes or a percentage.
    Size,
    /// A condition on the size of a disk.
    SizeMatch,
    /// A routing table: a number or a word.
    Table,
    /// Text without line breaks at its start.
    Trimmed,
    /// A URL.
    Url,
}

/// How the items of two lists meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Items {
    /// Those of the patch follow.
    Append,
    /// Those with the same value of this field merge, others follow.
    By(String),
    /// Interfaces: by name, or by selector.
    ByDevice,
    /// Those with the same value of this field are replaced, others follow.
    Swap(String),
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: Type,
    /// Written even when it is zero.
    pub(crate) always: bool,
    /// A patch replaces the value.
    pub(crate) replace: bool,
    pub(crate) items: Items,
}

/// A mapping of known fields, in the order in which they are written.
#[derive(Debug, Default)]
pub(crate) struct Struct {
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
}

impl Struct {
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A kind of document.
#[derive(Debug)]
pub(crate) struct Kind {
    /// `kind`, or empty for the root document.
    pub(crate) name: String,
    pub(crate) named: bool,
    pub(crate) conflicts: Vec<String>,
    pub(crate) root: Arc<Struct>,
}

/// All kinds of documents of a version.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) kinds: Vec<Kind>,
    pub(crate) structs: BTreeMap<String, Arc<Struct>>,
}

impl Model {
    pub(crate) fn kind(&self, name: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.name == name)
    }

    /// The model of a version.
    pub(crate) fn of(contract: Contract) -> &'static Self {
        static MODELS: LazyLock<Vec<(Contract, Model)>> = LazyLock::new(|| {
            let model = |contract| (contract, notation::model(TEXTS, contract).unwrap_or_default());
            Contract::ALL.into_iter().map(model).collect()
        });
        static NONE: Model = Model { kinds: Vec::new(), structs: BTreeMap::new() };
        MODELS.iter().find(|(of, _)| *of == contract).map_or(&NONE, |(_, model)| model)
    }
}

const TEXTS: &[&str] = &[
    include_str!("shapes/words.shape"),
    include_str!("shapes/v1alpha1.shape"),
    include_str!("shapes/network.shape"),
    include_str!("shapes/links.shape"),
    include_str!("shapes/k8s.shape"),
    include_str!("shapes/volumes.shape"),
    include_str!("shapes/runtime.shape"),
];

#[cfg(test)]
mod tests;
