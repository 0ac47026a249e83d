//! Ranges of addresses, as CIDR or as a first and a last address.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

/// Addresses of one family without a gap.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Range {
    first: IpAddr,
    last: IpAddr,
}

/// Why a text is no range.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RangeError {
    /// Neither CIDR nor two addresses.
    Syntax,
    /// CIDR with an address in the network, not its first one; this is the network.
    HostBits(IpNet),
    /// The last address is before the first one, or of another family.
    Reversed,
}

impl RangeError {
    /// What is wrong, to follow the text.
    pub fn message(&self) -> String {
        match self {
            Self::Syntax => "is no range of addresses".to_owned(),
            Self::HostBits(_) => "is an address in a network, not a network".to_owned(),
            Self::Reversed => "ends before it begins".to_owned(),
        }
    }

    /// What can be done.
    pub fn hint(&self) -> String {
        match self {
            Self::Syntax => {
                "write CIDR, `10.0.4.0/24`, or a first and a last address, `10.0.4.200-10.0.4.253`"
            }
            Self::HostBits(network) => return format!("the network is `{network}`"),
            Self::Reversed => "write the lower address first",
        }
        .to_owned()
    }
}

impl Range {
    /// Reads CIDR or `first-last`.
    pub fn parse(text: &str) -> Result<Self, RangeError> {
        if text.contains('/') {
            return Self::network(text);
        }
        let (first, last) = text.split_once('-').ok_or(RangeError::Syntax)?;
        let parse = |text: &str| text.trim().parse::<IpAddr>().map_err(|_| RangeError::Syntax);
        let (first, last) = (parse(first)?, parse(last)?);
        if first.is_ipv4() != last.is_ipv4() || last < first {
            return Err(RangeError::Reversed);
        }
        Ok(Self { first, last })
    }

    /// Reads CIDR, of which the address is the first one.
    pub fn network(text: &str) -> Result<Self, RangeError> {
        let network: IpNet = text.parse().map_err(|_| RangeError::Syntax)?;
        if network.addr() != network.network() {
            return Err(RangeError::HostBits(network.trunc()));
        }
        Ok(Self { first: network.network(), last: network.broadcast() })
    }

    /// One address.
    pub fn single(address: IpAddr) -> Self {
        Self { first: address, last: address }
    }

    /// Whether an address is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        address.is_ipv4() == self.first.is_ipv4() && self.first <= address && address <= self.last
    }

    /// Whether all of another one is in it.
    pub fn covers(&self, other: &Self) -> bool {
        self.contains(other.first) && self.contains(other.last)
    }

    /// Whether an address is in both.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.contains(other.first) || other.contains(self.first)
    }

    /// Its first address.
    pub fn first(&self) -> IpAddr {
        self.first
    }

    /// Its last address.
    pub fn last(&self) -> IpAddr {
        self.last
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{} to {}", self.first, self.last)
        }
    }
}

#[cfg(test)]
mod tests;
