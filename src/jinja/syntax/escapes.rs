//! Escapes in strings, as Python's `unicode-escape` codec reads them.

/// Reads a string's inside; the error is the codec's reason.
pub(super) fn unescape(raw: &str) -> Result<String, String> {
    let raw = normalize_newlines(raw);
    if !raw.contains('\\') {
        return Ok(raw.into_owned());
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw.as_ref();
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        rest = escape(&rest[at + 1..], &mut text)?;
    }
    text.push_str(rest);
    Ok(text)
}

/// Turns all line ends into line feeds.
pub(crate) fn normalize_newlines(text: &str) -> std::borrow::Cow<'_, str> {
    match text.contains('\r') {
        true => text.replace("\r\n", "\n").replace('\r', "\n").into(),
        false => text.into(),
    }
}

/// Reads one escape after its backslash and returns what follows.
fn escape<'a>(rest: &'a str, text: &mut String) -> Result<&'a str, String> {
    let mut chars = rest.chars();
    let Some(kind) = chars.next() else {
        return Err("\\ at end of string".to_owned());
    };
    let simple = match kind {
        '\n' => return Ok(chars.as_str()),
        '\\' | '\'' | '"' => Some(kind),
        'a' => Some('\x07'),
        'b' => Some('\x08'),
        'f' => Some('\x0c'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\x0b'),
        _ => None,
    };
    if let Some(char) = simple {
        text.push(char);
        return Ok(chars.as_str());
    }
    match kind {
        '0'..='7' => {
            let digits = rest
                .bytes()
                .take(3)
                .take_while(|it| (b'0'..=b'7').contains(it));
            let length = digits.count();
            push_code(&rest[..length], 8, text, "octal")?;
            Ok(&rest[length..])
        }
        'x' => hex(chars.as_str(), 2, text, "truncated \\xXX escape"),
        'u' => hex(chars.as_str(), 4, text, "truncated \\uXXXX escape"),
        'U' => hex(chars.as_str(), 8, text, "truncated \\UXXXXXXXX escape"),
        'N' => named(chars.as_str(), text),
        _ => {
            text.push('\\');
            text.push(kind);
            Ok(chars.as_str())
        }
    }
}

fn hex<'a>(
    rest: &'a str,
    length: usize,
    text: &mut String,
    truncated: &str,
) -> Result<&'a str, String> {
    let digits = rest.get(..length).unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_hexdigit()) {
        return Err(truncated.to_owned());
    }
    push_code(digits, 16, text, truncated)?;
    Ok(&rest[length..])
}

/// Adds a code point. Half a surrogate pair becomes the replacement character: Rust's strings
/// cannot hold it.
fn push_code(digits: &str, radix: u32, text: &mut String, why: &str) -> Result<(), String> {
    let code = u32::from_str_radix(digits, radix).map_err(|_| why.to_owned())?;
    if code > 0x10_ffff {
        return Err("illegal Unicode character".to_owned());
    }
    text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
    Ok(())
}

/// Reads `\N{NAME}`. A few names of punctuation are known; the full list is 2 MB.
fn named<'a>(rest: &'a str, text: &mut String) -> Result<&'a str, String> {
    const NAMES: &[(&str, char)] = &[
        ("BULLET", '•'),
        ("COPYRIGHT SIGN", '©'),
        ("DEGREE SIGN", '°'),
        ("EM DASH", '—'),
        ("EN DASH", '–'),
        ("EURO SIGN", '€'),
        ("HORIZONTAL ELLIPSIS", '…'),
        ("LEFT DOUBLE QUOTATION MARK", '“'),
        ("LEFT SINGLE QUOTATION MARK", '‘'),
        ("MICRO SIGN", 'µ'),
        ("MIDDLE DOT", '·'),
        ("NO-BREAK SPACE", '\u{a0}'),
        ("POUND SIGN", '£'),
        ("REGISTERED SIGN", '®'),
        ("RIGHT DOUBLE QUOTATION MARK", '”'),
        ("RIGHT SINGLE QUOTATION MARK", '’'),
        ("SECTION SIGN", '§'),
        ("TRADE MARK SIGN", '™'),
        ("ZERO WIDTH SPACE", '\u{200b}'),
    ];
    let inside = rest.strip_prefix('{').and_then(|it| it.split_once('}'));
    let Some((name, rest)) = inside else {
        return Err("malformed \\N character escape".to_owned());
    };
    let known = NAMES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    let Some((_, char)) = known else {
        return Err("unknown Unicode character name".to_owned());
    };
    text.push(*char);
    Ok(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_pythons() {
        let read = |raw: &str| unescape(raw);
        assert_eq!(
            read(r"\d\.\/\n\x41\101\u00e9"),
            Ok("\\d\\.\\/\nAAé".to_owned())
        );
        assert_eq!(read("a\\\r\nb\r\nc"), Ok("ab\nc".to_owned()));
        assert_eq!(read(r"\N{bullet}"), Ok("•".to_owned()));
        assert!(read(r"\x4").is_err());
    }
}
