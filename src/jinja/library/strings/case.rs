//! Upper and lower case.

use super::space::is_cased;

/// Puts the first character of each word in upper case and the others in lower case.
pub(crate) fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match inside {
            true => out.extend(c.to_lowercase()),
            false => out.push_str(&title_case(c)),
        }
        inside = is_cased(c);
    }
    out
}

/// Puts the first character in upper case and the others in lower case.
pub(crate) fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => title_case(first) + &chars.as_str().to_lowercase(),
        None => String::new(),
    }
}

/// Returns the form that a character has at the start of a word.
fn title_case(c: char) -> String {
    let digraph = match c {
        'Ǆ'..='ǆ' => 'ǅ',
        'Ǉ'..='ǉ' => 'ǈ',
        'Ǌ'..='ǌ' => 'ǋ',
        'Ǳ'..='ǳ' => 'ǲ',
        'ა'..='ჿ' => c,
        _ => {
            let mut upper = c.to_uppercase();
            let first: String = upper.next().into_iter().collect();
            return first + &upper.collect::<String>().to_lowercase();
        }
    };
    digraph.to_string()
}

/// Exchanges upper and lower case.
pub(super) fn swap(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_uppercase() {
            true => out.extend(c.to_lowercase()),
            false => out.extend(c.to_uppercase()),
        }
    }
    out
}

/// Folds the case of a text, so that texts that differ only in case are equal.
pub(crate) fn casefold(text: &str) -> String {
    text.replace(['ß', 'ẞ'], "ss")
        .replace('ς', "σ")
        .to_lowercase()
        .replace('ς', "σ")
}

/// Tells whether `str.istitle` holds.
pub(super) fn is_title(text: &str) -> bool {
    let (mut inside, mut any) = (false, false);
    for c in text.chars() {
        if c.is_uppercase() == inside && is_cased(c) {
            return false;
        }
        inside = is_cased(c);
        any |= inside;
    }
    any
}
