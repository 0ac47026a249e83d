//! What a version of Talos expects of a configuration.

use std::fmt;

use crate::Error;

/// A minor version of Talos, which decides on the fields and documents of a configuration.
///
/// Source: `pkg/machinery/config/contract.go` of each version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contract {
    minor: u8,
}

/// The contract of a version such as `v1.11.3`, `1.12` or `v1.13.0-beta.1`.
///
/// # Errors
///
/// When it is no version of Talos, or one outside 1.10 to 1.14.
pub fn contract(version: &str) -> Result<Contract, Error> {
    let unknown = || Error::Version { version: version.to_owned() };
    let numbers = version.strip_prefix('v').unwrap_or(version);
    let rest = numbers.strip_prefix("1.").ok_or_else(unknown)?;
    let minor = rest.split(['.', '-', '+']).next().unwrap_or_default();
    let minor = minor.parse::<u8>().map_err(|_| unknown())?;
    Contract::ALL.into_iter().find(|contract| contract.minor == minor).ok_or_else(unknown)
}

impl Contract {
    /// Talos 1.10.
    pub const V1_10: Self = Self { minor: 10 };
    /// Talos 1.11.
    pub const V1_11: Self = Self { minor: 11 };
    /// Talos 1.12, the first with documents of their own for the network.
    pub const V1_12: Self = Self { minor: 12 };
    /// Talos 1.13.
    pub const V1_13: Self = Self { minor: 13 };
    /// Talos 1.14, as far as its library can be had: as its first alpha version has it.
    pub const V1_14: Self = Self { minor: 14 };
    /// All that are known, oldest first.
    pub const ALL: [Self; 5] = [Self::V1_10, Self::V1_11, Self::V1_12, Self::V1_13, Self::V1_14];

    /// The minor version: 11 of 1.11.
    pub fn minor(self) -> u8 {
        self.minor
    }
}

impl fmt::Display for Contract {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "1.{}", self.minor)
    }
}
