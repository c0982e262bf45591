//! Numbers as agate reads them from text.

use super::Decimal;

/// Reads a number: with thousands separators, a percent sign, or a currency.
pub(super) fn number(text: &str) -> Option<Decimal> {
    let text = text.trim_matches('%');
    let (negative, mut text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if !text.is_ascii() || text.starts_with('$') || text.ends_with('$') {
        for symbol in CURRENCIES {
            text = text.trim_matches(*symbol);
        }
    }
    let number = if text.contains(',') {
        Decimal::parse(&text.replace(',', ""))?
    } else {
        Decimal::parse(text)?
    };
    // Python refuses to compute with a signalling `NaN`.
    let signalling = text.trim_start_matches(['+', '-']).starts_with(['s', 'S']);
    (!signalling).then(|| number.times_sign(negative))
}

/// Counts the digits of a number before and after the point, as [`Decimal::places`].
pub(super) fn places(text: &str) -> Option<(usize, usize)> {
    plain_places(text).or_else(|| number(text).map(|number| number.places()))
}

/// Counts them without making a number: most values are digits and a point.
fn plain_places(text: &str) -> Option<(usize, usize)> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = whole.bytes().chain(fraction.bytes());
    let is_plain = (1..=28).contains(&(whole.len() + fraction.len()))
        && all.into_iter().all(|at| at.is_ascii_digit());
    if !is_plain {
        return None;
    }
    let whole = whole.trim_start_matches('0').len();
    let fraction = fraction.trim_end_matches('0').len();
    Some(if whole + fraction == 0 {
        (1, 0)
    } else {
        (whole, fraction)
    })
}

/// Signs of currencies, in the order in which agate strips them.
const CURRENCIES: &[char] = &[
    '؋', '$', 'ƒ', '៛', '¥', '₡', '₱', '£', '€', '¢', '﷼', '₪', '₩', '₭', '₮', '₦', '฿', '₤', '₫',
];

#[cfg(test)]
mod tests {
    use super::{number, plain_places};

    #[test]
    fn plain_numbers_have_the_places_of_numbers() {
        for text in [
            "0", "-0.0", "12", "1.50", "0.05", "-100", "007.0", ".5", "5.", "00.10",
        ] {
            let parsed = number(text).map(|number| number.places());
            assert_eq!(plain_places(text), parsed, "{text}");
        }
        for text in ["", ".", "-", "1e5", "1,0", "+1", "--1", "1.2.3", "x"] {
            assert_eq!(plain_places(text), None, "{text}");
        }
    }
}
