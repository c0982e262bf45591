//! Numbers as Jinja2 writes them.

use super::token::{Integer, Kind};

/// Reads a number at the start of `rest` and returns it with its length; `after_dot` says that a
/// dot comes before, so that `a.1.2` is two subscripts.
pub(super) fn number(rest: &str, after_dot: bool) -> Option<(Result<Kind, String>, usize)> {
    if !rest.starts_with(|char: char| char.is_ascii_digit()) {
        return None;
    }
    if !after_dot && let Some(length) = float_length(rest) {
        let digits: String = rest[..length].chars().filter(|it| *it != '_').collect();
        let value = digits.parse::<f64>().map_err(|error| error.to_string());
        return Some((value.map(Kind::Float), length));
    }
    let bytes = rest.as_bytes();
    let prefixed = |letter: u8| {
        bytes.first() == Some(&b'0') && bytes.get(1).is_some_and(|it| it | 32 == letter)
    };
    for (letter, radix) in [(b'b', 2), (b'o', 8), (b'x', 16)] {
        if prefixed(letter) {
            let length = digits(&rest[2..], radix, true);
            if length > 0 {
                return Some((integer(&rest[2..2 + length], radix), 2 + length));
            }
        }
    }
    let length = match bytes.first() {
        Some(b'0') => {
            let zeros = |at: &usize| match bytes.get(*at) {
                Some(b'0') => true,
                Some(b'_') => bytes.get(at + 1) == Some(&b'0'),
                _ => false,
            };
            1 + (1..rest.len()).take_while(zeros).count()
        }
        _ => digits(rest, 10, false),
    };
    Some((integer(&rest[..length], 10), length))
}

fn integer(text: &str, radix: u32) -> Result<Kind, String> {
    let digits: String = text.chars().filter(|it| *it != '_').collect();
    i128::from_str_radix(&digits, radix)
        .map(|value| Kind::Integer(Integer(value)))
        .map_err(|_| format!("the whole number {digits} is too large"))
}

/// Counts the bytes of digits, with single underscores between them (and before, if `leading`).
fn digits(text: &str, radix: u32, leading: bool) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| {
        let byte = bytes.get(at).copied().unwrap_or_default();
        char::from(byte).is_digit(radix)
    };
    let mut at = 0;
    loop {
        if is_digit(at) {
            at += 1;
        } else if bytes.get(at) == Some(&b'_') && (at > 0 || leading) && is_digit(at + 1) {
            at += 2;
        } else {
            return at;
        }
    }
}

fn float_length(text: &str) -> Option<usize> {
    let whole = digits(text, 10, false);
    let fraction = match text[whole..].strip_prefix('.') {
        Some(after) => match digits(after, 10, false) {
            0 => 0,
            length => 1 + length,
        },
        None => 0,
    };
    let so_far = whole + fraction;
    let exponent = text[so_far..].strip_prefix(['e', 'E']).and_then(|after| {
        let sign = usize::from(after.starts_with(['+', '-']));
        let length = digits(&after[sign..], 10, false);
        (length > 0).then_some(1 + sign + length)
    });
    match (fraction, exponent) {
        (_, Some(exponent)) => Some(so_far + exponent),
        (0, None) => None,
        (_, None) => Some(so_far),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_where_jinja_ends_them() {
        let length = |text: &str| number(text, false).map(|(_, length)| length);
        let cases = [
            ("1_000x", 5),
            ("0xFFg", 4),
            ("1.5.2", 3),
            ("1.a", 1),
            ("1e5", 3),
            ("007", 2),
            ("1__0", 1),
        ];
        for (text, expected) in cases {
            assert_eq!(length(text), Some(expected), "{text}");
        }
        assert_eq!(number("1.5", true).map(|(_, length)| length), Some(1));
    }
}
