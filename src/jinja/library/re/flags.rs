//! Flags of `re`, as the bits that Python gives them.

pub(super) const IGNORECASE: u32 = 2;
pub(super) const LOCALE: u32 = 4;
pub(super) const MULTILINE: u32 = 8;
pub(super) const DOTALL: u32 = 16;
pub(super) const UNICODE: u32 = 32;
pub(super) const VERBOSE: u32 = 64;
pub(super) const ASCII: u32 = 256;

/// The names under which `modules.re` has them.
pub(super) const NAMES: [(&str, u32); 15] = [
    ("A", ASCII),
    ("ASCII", ASCII),
    ("I", IGNORECASE),
    ("IGNORECASE", IGNORECASE),
    ("L", LOCALE),
    ("LOCALE", LOCALE),
    ("M", MULTILINE),
    ("MULTILINE", MULTILINE),
    ("S", DOTALL),
    ("DOTALL", DOTALL),
    ("X", VERBOSE),
    ("VERBOSE", VERBOSE),
    ("U", UNICODE),
    ("UNICODE", UNICODE),
    ("NOFLAG", 0),
];

/// Reads a flag's letter.
pub(super) fn letter(c: char) -> Option<u32> {
    Some(match c {
        'a' => ASCII,
        'i' => IGNORECASE,
        'L' => LOCALE,
        'm' => MULTILINE,
        's' => DOTALL,
        'u' => UNICODE,
        'x' => VERBOSE,
        _ => return None,
    })
}

/// Writes what follows `(?` for flags that the regular expressions below know too.
pub(super) fn group_prefix(on: u32, off: u32) -> String {
    let letters = |set: u32| {
        let known = [(IGNORECASE, 'i'), (MULTILINE, 'm'), (DOTALL, 's')];
        let chosen = known.into_iter().filter(move |(flag, _)| set & flag != 0);
        chosen.map(|(_, letter)| letter).collect::<String>()
    };
    match letters(off).as_str() {
        "" => format!("{}:", letters(on)),
        off => format!("{}-{off}:", letters(on)),
    }
}
