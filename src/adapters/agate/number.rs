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

/// Signs of currencies, in the order in which agate strips them.
const CURRENCIES: &[char] = &[
    '؋', '$', 'ƒ', '៛', '¥', '₡', '₱', '£', '€', '¢', '﷼', '₪', '₩', '₭', '₮', '₦', '฿', '₤', '₫',
];
