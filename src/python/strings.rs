//! String literals: prefixes, quotes, escapes; several side by side are one.

use super::{Node, named, text_of};

/// Returns the value of a string without interpolations; none for bytes.
pub(super) fn string(node: Node<'_>, text: &str) -> Option<String> {
    if node.kind() == "concatenated_string" {
        return named(node).map(|part| string(part, text)).collect();
    }
    let written = text_of(node, text);
    let quote_at = written.find(['"', '\''])?;
    let prefix = written[..quote_at].to_lowercase();
    let has_values = named(node).any(|it| it.kind() == "interpolation");
    if prefix.contains(['b', 'f', 't']) || has_values {
        return None;
    }
    let quoted = &written[quote_at..];
    let width = match quoted {
        it if it.len() >= 6 && (it.starts_with("\"\"\"") || it.starts_with("'''")) => 3,
        _ => 1,
    };
    let inner = quoted.get(width..quoted.len().checked_sub(width)?)?;
    let inner = inner.replace("\r\n", "\n");
    Some(match prefix.contains('r') {
        true => inner,
        false => unescaped(&inner),
    })
}

/// Resolves escapes; what is none stays as it is.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let Some(first) = after.chars().next() else {
            out.push('\\');
            return out;
        };
        let length = first.len_utf8();
        let (character, used) = match first {
            '\n' => (None, length),
            '\\' | '\'' | '"' => (Some(first), length),
            'a' => (Some('\x07'), length),
            'b' => (Some('\x08'), length),
            'f' => (Some('\x0c'), length),
            'n' => (Some('\n'), length),
            'r' => (Some('\r'), length),
            't' => (Some('\t'), length),
            'v' => (Some('\x0b'), length),
            '0'..='7' => {
                let digits = after.find(|it| !matches!(it, '0'..='7'));
                let digits = digits.unwrap_or(after.len()).min(3);
                (coded(&after[..digits], 8), digits)
            }
            'x' | 'u' | 'U' => {
                let digits = match first {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let code = after.get(1..=digits).and_then(|it| coded(it, 16));
                match code {
                    Some(code) => (Some(code), digits + 1),
                    None => (Some('\\'), 0),
                }
            }
            _ => (Some('\\'), 0),
        };
        out.extend(character);
        rest = &after[used..];
        if used == 0 {
            out.push(first);
            rest = &after[length..];
        }
    }
    out + rest
}

fn coded(digits: &str, radix: u32) -> Option<char> {
    char::from_u32(u32::from_str_radix(digits, radix).ok()?)
}
