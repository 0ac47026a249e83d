//! Dates, as file systems write them.

const DAY: u64 = 86_400;

/// A second of the calendar, UTC.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Moment {
    /// From 1970; 65535 for all that comes later.
    pub year: u16,
    /// From 1.
    pub month: u8,
    /// From 1.
    pub day: u8,
    /// From 0.
    pub hour: u8,
    /// From 0.
    pub minute: u8,
    /// From 0.
    pub second: u8,
}

impl Moment {
    /// The moment so many seconds after the start of 1970.
    pub fn from_unix(seconds: u64) -> Self {
        let (year, month, day) = civil(seconds / DAY);
        let second = seconds % DAY;
        let small = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
        Self {
            year: u16::try_from(year).unwrap_or(u16::MAX),
            month: small(month),
            day: small(day),
            hour: small(second / 3600),
            minute: small(second / 60 % 60),
            second: small(second % 60),
        }
    }
}

/// Year, month and day of a day since 1970, by counting eras of 400 years from a first of March.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year + era * 400 + u64::from(month <= 2), month, day)
}
