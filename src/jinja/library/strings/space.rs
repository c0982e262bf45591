//! What Python counts as white space, digits and letters.

use std::sync::LazyLock;

use regex::Regex;

/// Tells whether `str.isspace` holds.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

/// Tells whether a line ends at a character.
pub(crate) fn is_line_break(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r'
            | '\x0b'
            | '\x0c'
            | '\x1c'
            | '\x1d'
            | '\x1e'
            | '\u{85}'
            | '\u{2028}'
            | '\u{2029}'
    )
}

fn is_in(class: &LazyLock<Option<Regex>>, c: char) -> bool {
    let mut buffer = [0; 4];
    class
        .as_ref()
        .is_some_and(|class| class.is_match(c.encode_utf8(&mut buffer)))
}

/// Tells whether a character is a letter.
pub(crate) fn is_letter(c: char) -> bool {
    static LETTERS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\p{L}").ok());
    match c.is_ascii() {
        true => c.is_ascii_alphabetic(),
        false => is_in(&LETTERS, c),
    }
}

/// Tells whether a character is a decimal digit.
pub(crate) fn is_decimal(c: char) -> bool {
    static DIGITS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\p{Nd}").ok());
    match c.is_ascii() {
        true => c.is_ascii_digit(),
        false => is_in(&DIGITS, c),
    }
}

/// Tells whether a character is a digit, raised and circled ones included.
pub(crate) fn is_digit(c: char) -> bool {
    const OTHERS: [(u32, u32); 22] = [
        (0xb2, 0xb3),
        (0xb9, 0xb9),
        (0x1369, 0x1371),
        (0x19da, 0x19da),
        (0x2070, 0x2070),
        (0x2074, 0x2079),
        (0x2080, 0x2089),
        (0x2460, 0x2468),
        (0x2474, 0x247c),
        (0x2488, 0x2490),
        (0x24ea, 0x24ea),
        (0x24f5, 0x24fd),
        (0x24ff, 0x24ff),
        (0x2776, 0x277e),
        (0x2780, 0x2788),
        (0x278a, 0x2792),
        (0x10a40, 0x10a43),
        (0x10e60, 0x10e68),
        (0x11052, 0x1105a),
        (0x1f100, 0x1f10a),
        (0x1f10b, 0x1f10b),
        (0x1f10c, 0x1f10c),
    ];
    let code = u32::from(c);
    is_decimal(c)
        || (!c.is_ascii()
            && OTHERS
                .iter()
                .any(|(low, high)| (*low..=*high).contains(&code)))
}

/// Tells whether a character has an upper and a lower case.
pub(crate) fn is_cased(c: char) -> bool {
    c.is_uppercase() || c.is_lowercase()
}
