//! What `!!timestamp` accepts: the formats go-yaml v2 tries, by Go's `time.Parse`.

/// `2006-1-2`, `2006-1-2T15:4:5.9Z`, `2006-1-2t15:4:5.9+07:00` or `2006-1-2 15:4:5.9`.
pub(super) fn is_timestamp(text: &str) -> bool {
    let (date, time, zoned) = if let Some((date, time)) = text.split_once(['T', 't']) {
        (date, Some(time), true)
    } else if let Some((date, time)) = text.split_once(' ') {
        (date, Some(time), false)
    } else {
        (text, None, false)
    };
    is_date(date) && time.is_none_or(|time| is_time(time, zoned))
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) =
        (number(year, 4..=4), number(month, 1..=2), number(day, 1..=2))
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

fn is_time(text: &str, zoned: bool) -> bool {
    let clock = if zoned {
        let Some(clock) = without_zone(text) else {
            return false;
        };
        clock
    } else {
        text
    };
    let parts: Vec<&str> = clock.split(':').collect();
    let [hour, minute, second] = parts.as_slice() else {
        return false;
    };
    let (second, fraction) = second.split_once(['.', ',']).unwrap_or((second, "0"));
    let below = |text: &str, limit: u32| number(text, 1..=2).is_some_and(|number| number < limit);
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    below(hour, 24) && below(minute, 60) && below(second, 60) && is_fraction
}

fn without_zone(text: &str) -> Option<&str> {
    if let Some(clock) = text.strip_suffix('Z') {
        return Some(clock);
    }
    let (clock, zone) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let (hours, minutes) = zone.strip_prefix(['+', '-'])?.split_once(':')?;
    let fits = number(hours, 2..=2)? <= 24 && number(minutes, 2..=2)? < 60;
    fits.then_some(clock)
}

fn number(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    (is_digits && length.contains(&text.len())).then(|| text.parse().ok())?
}
