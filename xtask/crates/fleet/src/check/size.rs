//! Sizes of disks, as Talos writes them in selectors.

/// A size in bytes: `500GB`, `512 GiB`, `1TB`, `4096`.
pub(super) fn bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1000,
        "m" | "mb" => 1000_u64.pow(2),
        "g" | "gb" => 1000_u64.pow(3),
        "t" | "tb" => 1000_u64.pow(4),
        "ki" | "kib" => 1 << 10,
        "mi" | "mib" => 1 << 20,
        "gi" | "gib" => 1 << 30,
        "ti" | "tib" => 1 << 40,
        _ => return None,
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let whole: u64 = whole.parse().ok()?;
    let mut total = whole.checked_mul(factor)?;
    let mut place = factor;
    for digit in part.chars() {
        place /= 10;
        total = total.checked_add(u64::from(digit.to_digit(10)?).checked_mul(place)?)?;
    }
    Some(total)
}

/// What a size must be like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Condition {
    operator: Operator,
    bytes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Operator {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Condition {
    /// Reads an operator and a size: `>= 100GB`; without an operator the size must be equal.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let operators = [
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("==", Operator::Equal),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        let found = operators.iter().find_map(|(sign, operator)| Some((text.strip_prefix(sign)?, *operator)));
        let (rest, operator) = found.unwrap_or((text, Operator::Equal));
        Some(Self { operator, bytes: bytes(rest)? })
    }

    /// Whether a size is like that.
    pub(super) fn holds(self, size: u64) -> bool {
        match self.operator {
            Operator::Equal => size == self.bytes,
            Operator::Less => size < self.bytes,
            Operator::LessOrEqual => size <= self.bytes,
            Operator::Greater => size > self.bytes,
            Operator::GreaterOrEqual => size >= self.bytes,
        }
    }
}

#[cfg(test)]
mod tests;
