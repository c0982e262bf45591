//! Sets of characters: `[a-z_]`, `\d`.

use minijinja::Error;

use super::flags;
use super::translate::{Reader, error, push_literal};

/// Returns the members of `\d`, `\s` or `\w` (or of what their capital letters leave out).
pub(super) fn members(letter: char, ascii: bool) -> &'static str {
    match (letter.to_ascii_lowercase(), ascii) {
        ('d', true) => "0-9",
        ('d', false) => r"\d",
        ('s', true) => r"\x{20}\t-\r",
        ('s', false) => r"\s\x{1c}-\x{1f}",
        (_, true) => "a-zA-Z0-9_",
        (_, false) => r"\p{L}\p{N}_",
    }
}

/// One member: a character or a set of its own.
enum Member {
    Character(char),
    Set,
}

/// Reads a set; its bracket at `start` is read already.
pub(super) fn read_class(reader: &mut Reader, start: usize) -> Result<(), Error> {
    reader.out().push('[');
    if reader.eat("^") {
        reader.out().push('^');
    }
    let first = reader.at();
    loop {
        let member_at = reader.at();
        let Some(c) = reader.next() else {
            return Err(error("unterminated character set", start));
        };
        if c == ']' && member_at > first {
            break;
        }
        let low = read_member(reader, c, member_at)?;
        let range = reader.peek() == Some('-');
        let Member::Character(low) = low else {
            if range {
                let mark = reader.at();
                reader.next();
                match reader.peek() {
                    None | Some(']') => {}
                    Some(high) => {
                        let text =
                            format!("bad character range \\{}-{high}", last(c, reader, mark));
                        return Err(error(text, member_at));
                    }
                }
                push_literal(reader.out(), '-');
            }
            continue;
        };
        if !range {
            push_literal(reader.out(), low);
            continue;
        }
        reader.next();
        let high_at = reader.at();
        match reader.next() {
            None => return Err(error("unterminated character set", start)),
            Some(']') => {
                push_literal(reader.out(), low);
                push_literal(reader.out(), '-');
                break;
            }
            Some(c) => match read_high(reader, c, high_at)? {
                Some(high) if high >= low => {
                    push_literal(reader.out(), low);
                    reader.out().push('-');
                    push_literal(reader.out(), high);
                }
                Some(high) => {
                    let text = format!("bad character range {low}-{high}");
                    return Err(error(text, member_at));
                }
                None => {
                    let set = reader.peek_back();
                    let text = format!("bad character range {low}-\\{set}");
                    return Err(error(text, member_at));
                }
            },
        }
    }
    reader.out().push(']');
    Ok(())
}

fn last(c: char, reader: &Reader, mark: usize) -> char {
    if c == '\\' {
        reader.char_at(mark - 1)
    } else {
        c
    }
}

/// Reads a member; writes it if it is a set.
fn read_member(reader: &mut Reader, c: char, at: usize) -> Result<Member, Error> {
    if c != '\\' {
        return Ok(Member::Character(c));
    }
    match reader.peek() {
        Some(letter @ ('d' | 'D' | 's' | 'S' | 'w' | 'W')) => {
            reader.next();
            let members = members(letter, reader.has(flags::ASCII));
            match letter.is_uppercase() {
                true => reader.out().push_str(&format!("[^{members}]")),
                false => reader.out().push_str(members),
            }
            Ok(Member::Set)
        }
        Some('b') => {
            reader.next();
            Ok(Member::Character('\x08'))
        }
        Some(digit @ '0'..='7') => {
            let mut code = 0;
            for _ in 0..3 {
                let Some(digit) = reader.peek().and_then(|c| c.to_digit(8)) else {
                    break;
                };
                code = code * 8 + digit;
                reader.next();
            }
            char::from_u32(code)
                .filter(|_| code <= 0o377)
                .map(Member::Character)
                .ok_or_else(|| {
                    error(
                        format!("octal escape value \\{digit} outside of range 0-0o377"),
                        at,
                    )
                })
        }
        Some(digit @ '8'..='9') => Err(error(format!("bad escape \\{digit}"), at)),
        _ => Ok(Member::Character(reader.read_character_escape(at)?)),
    }
}

/// Reads the upper end of a range; `None` where it is a set.
fn read_high(reader: &mut Reader, c: char, at: usize) -> Result<Option<char>, Error> {
    let kept = reader.out().len();
    match read_member(reader, c, at)? {
        Member::Character(c) => Ok(Some(c)),
        Member::Set => {
            reader.out().truncate(kept);
            Ok(None)
        }
    }
}
