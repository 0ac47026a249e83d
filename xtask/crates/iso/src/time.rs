//! Times: seven bytes in directories, seventeen characters in descriptors, UTC in both.

use disk::Moment;

/// The time of a directory entry, whose years end in 2155.
pub(crate) fn short(time: Moment) -> [u8; 7] {
    let year = u8::try_from(time.year - 1900).unwrap_or(u8::MAX);
    [year, time.month, time.day, time.hour, time.minute, time.second, 0]
}

/// The time of a volume, whose years end in 9999.
pub(crate) fn long(time: Moment) -> Vec<u8> {
    let Moment { year, month, day, hour, minute, second } = time;
    let year = year.min(9999);
    let mut text = format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}00").into_bytes();
    text.push(0);
    text
}

/// No time.
pub(crate) fn none() -> Vec<u8> {
    let mut text = b"0000000000000000".to_vec();
    text.push(0);
    text
}
