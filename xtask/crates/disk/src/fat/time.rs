//! The clock of FAT: local time from 1980 to 2107, in steps of two seconds.

use crate::Moment;

/// A time as directory entries have it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FatTime {
    pub(crate) date: u16,
    pub(crate) time: u16,
}

impl FatTime {
    /// The first moment there is: 1980-01-01 00:00:00.
    pub const FIRST: Self = Self { date: 0x0021, time: 0 };
    /// The last one: 2107-12-31 23:59:58.
    pub const LAST: Self = Self { date: 0xFF9F, time: 0xBF7D };

    /// The time at so many seconds since 1970, UTC; what lies outside of the clock becomes its first or last moment.
    pub fn from_unix(seconds: u64) -> Self {
        let Moment { year, month, day, hour, minute, second } = Moment::from_unix(seconds);
        match year {
            ..1980 => Self::FIRST,
            2108.. => Self::LAST,
            _ => Self {
                date: ((year - 1980) << 9) | (u16::from(month) << 5) | u16::from(day),
                time: (u16::from(hour) << 11) | (u16::from(minute) << 5) | u16::from(second / 2),
            },
        }
    }
}
