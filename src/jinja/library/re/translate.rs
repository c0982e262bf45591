//! Python's regular expressions → the syntax of `fancy_regex`.
//!
//! Everything that the two read differently is written out: anchors, classes, escapes, literal
//! braces, verbose mode. Groups keep their numbers; names are kept beside the expression.

use minijinja::Error;

use super::class::read_class;
use super::flags;
use crate::jinja::library::errors::raise;

/// An expression that `fancy_regex` understands.
#[derive(Debug, Default)]
pub(super) struct Translated {
    /// The expression, without the flags.
    pub(super) expression: String,
    /// Flags, those inside the pattern included.
    pub(super) flags: u32,
    /// Names of the groups; group 1 is the first.
    pub(super) names: Vec<Option<String>>,
    /// For each group the one that it stands in, 0 for none.
    pub(super) parents: Vec<usize>,
}

/// What stands before the place that is read: says whether it can be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Item,
    Repeat,
}

#[derive(Debug)]
pub(super) struct Reader {
    chars: Vec<char>,
    at: usize,
    out: String,
    translated: Translated,
    /// Flags in force, and group and place of each open parenthesis.
    flags: u32,
    open: Vec<Open>,
    before: Before,
    /// Where the look-around begins in the output that stands before.
    look: Option<usize>,
}

#[derive(Debug)]
struct Open {
    at: usize,
    flags: u32,
    group: usize,
    /// Where it begins in the output, if it is a look-around.
    look: Option<usize>,
}

/// Makes the error that Python's `re` raises.
pub(super) fn error(message: impl std::fmt::Display, at: usize) -> Error {
    raise("error", format!("{message} at position {at}"))
}

/// Translates a pattern.
pub(super) fn translate(pattern: &str, flags: u32) -> Result<Translated, Error> {
    let mut reader = Reader {
        chars: pattern.chars().collect(),
        at: 0,
        out: String::new(),
        translated: Translated::default(),
        flags,
        open: Vec::new(),
        before: Before::Nothing,
        look: None,
    };
    reader.read_global_flags()?;
    reader.translated.flags = reader.flags;
    while reader.at < reader.chars.len() {
        reader.read_next()?;
    }
    if let Some(open) = reader.open.last() {
        return Err(error("missing ), unterminated subpattern", open.at));
    }
    reader.translated.expression = reader.out;
    Ok(reader.translated)
}

/// Writes a literal character so that no syntax is left in it.
pub(super) fn push_literal(out: &mut String, c: char) {
    if c.is_ascii_alphanumeric() || !c.is_ascii() {
        out.push(c);
    } else {
        out.push_str(&format!("\\x{{{:02x}}}", c as u32));
    }
}

impl Reader {
    pub(super) fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    pub(super) fn eat(&mut self, text: &str) -> bool {
        let matches = text
            .chars()
            .enumerate()
            .all(|(offset, c)| self.chars.get(self.at + offset) == Some(&c));
        if matches {
            self.at += text.chars().count();
        }
        matches
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Returns the character at a place.
    pub(super) fn char_at(&self, at: usize) -> char {
        self.chars.get(at).copied().unwrap_or_default()
    }

    /// Returns the character that was read last.
    pub(super) fn peek_back(&self) -> char {
        self.char_at(self.at.saturating_sub(1))
    }

    pub(super) fn out(&mut self) -> &mut String {
        &mut self.out
    }

    pub(super) fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    fn item(&mut self, text: &str) {
        self.out.push_str(text);
        self.before = Before::Item;
    }

    fn anchor(&mut self, text: &str) {
        self.out.push_str(text);
        self.before = Before::Nothing;
    }

    fn read_global_flags(&mut self) -> Result<(), Error> {
        loop {
            let start = self.at;
            if !self.eat("(?") {
                return Ok(());
            }
            let mut set = 0;
            while let Some(flag) = self.peek().and_then(flags::letter) {
                set |= flag;
                self.at += 1;
            }
            if set == 0 || !self.eat(")") {
                self.at = start;
                return Ok(());
            }
            self.flags |= set;
        }
    }

    fn read_next(&mut self) -> Result<(), Error> {
        let start = self.at;
        let Some(c) = self.next() else { return Ok(()) };
        if self.has(flags::VERBOSE) {
            if c.is_whitespace() {
                return Ok(());
            }
            if c == '#' {
                while self.next().is_some_and(|c| c != '\n') {}
                return Ok(());
            }
        }
        let (look, written) = (self.look.take(), self.out.len());
        match c {
            '\\' => self.read_escape(start)?,
            '[' => {
                read_class(self, start)?;
                self.before = Before::Item;
            }
            '.' => self.item("."),
            '^' => self.anchor("^"),
            '$' if self.has(flags::MULTILINE) => self.anchor("$"),
            '$' => self.anchor(r"(?=\n?\z)"),
            '|' => {
                self.out.push('|');
                self.before = Before::Nothing;
            }
            '*' | '+' | '?' | '{' => {
                self.look = look;
                match c {
                    '{' => self.read_brace(start)?,
                    _ => self.repeat(&c.to_string(), start)?,
                }
                self.look = None;
            }
            '(' => self.read_open(start)?,
            ')' => {
                let Some(open) = self.open.pop() else {
                    return Err(error("unbalanced parenthesis", start));
                };
                self.flags = open.flags;
                self.item(")");
                self.look = open.look;
            }
            _ => {
                push_literal(&mut self.out, c);
                self.before = Before::Item;
            }
        }
        if self.out.len() == written && self.before == Before::Item {
            // That was a comment.
            self.look = look;
        }
        Ok(())
    }

    fn repeat(&mut self, quantifier: &str, start: usize) -> Result<(), Error> {
        match self.before {
            Before::Nothing => return Err(error("nothing to repeat", start)),
            Before::Repeat => return Err(error("multiple repeat", start)),
            Before::Item => {}
        }
        if let Some(look) = self.look {
            // `fancy_regex` repeats no look-around; once is as good as often.
            if quantifier.starts_with(['*', '?']) || quantifier.starts_with("{0") {
                self.out.insert_str(look, "(?:");
                self.out.push_str("|)");
            }
        } else {
            self.out.push_str(quantifier);
        }
        if let Some(manner @ ('?' | '+')) = self.peek() {
            self.at += 1;
            if self.look.is_none() {
                self.out.push(manner);
            }
        }
        self.before = Before::Repeat;
        Ok(())
    }

    /// Reads `{2}`, `{2,}`, `{,3}`, `{2,3}`; any other brace is a literal.
    fn read_brace(&mut self, start: usize) -> Result<(), Error> {
        let rest = &self.chars[self.at..];
        let end = rest.iter().position(|c| *c == '}');
        let inside: String = rest[..end.unwrap_or(0)].iter().collect();
        let (least, most) = inside.split_once(',').unwrap_or((&inside, &inside));
        let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        if inside.is_empty() || !digits(least) || !digits(most) {
            push_literal(&mut self.out, '{');
            self.before = Before::Item;
            return Ok(());
        }
        if let (Ok(least), Ok(most)) = (least.parse::<u64>(), most.parse::<u64>())
            && most < least
        {
            return Err(error("min repeat greater than max repeat", start + 1));
        }
        let quantifier = match (least, most) {
            ("", most) => format!("{{0,{most}}}"),
            (least, most) if inside.contains(',') => format!("{{{least},{most}}}"),
            (least, _) => format!("{{{least}}}"),
        };
        self.at += inside.chars().count() + 1;
        self.repeat(&quantifier, start)
    }

    fn open(&mut self, start: usize, text: &str, group: usize) {
        let looks = ["(?=", "(?!", "(?<=", "(?<!"].contains(&text);
        let look = looks.then_some(self.out.len());
        self.out.push_str(text);
        self.open.push(Open {
            at: start,
            flags: self.flags,
            group,
            look,
        });
        self.before = Before::Nothing;
    }

    fn enclosing(&self) -> usize {
        self.open.last().map_or(0, |open| open.group)
    }

    fn read_open(&mut self, start: usize) -> Result<(), Error> {
        if !self.eat("?") {
            return self.open_group(start, None);
        }
        let enclosing = self.enclosing();
        for (syntax, written) in [
            (":", "(?:"),
            ("=", "(?="),
            ("!", "(?!"),
            ("<=", "(?<="),
            ("<!", "(?<!"),
            (">", "(?>"),
        ] {
            if self.eat(syntax) {
                self.open(start, written, enclosing);
                return Ok(());
            }
        }
        if self.eat("P<") {
            let name_at = self.at;
            let name = self.read_name('>', "group name")?;
            if self.translated.names.iter().flatten().any(|it| *it == name) {
                let known = self.translated.names.len() + 1;
                let first = self.group_number(&name).unwrap_or_default();
                return Err(error(
                    format!(
                        "redefinition of group name {} as group {known}; was group {first}",
                        crate::jinja::library::object::quoted(&name)
                    ),
                    name_at,
                ));
            }
            return self.open_group(start, Some(name));
        }
        if self.eat("P=") {
            let name_at = self.at;
            let name = self.read_name(')', "group name")?;
            let Some(number) = self.group_number(&name) else {
                let name = crate::jinja::library::object::quoted(&name);
                return Err(error(format!("unknown group name {name}"), name_at));
            };
            self.item(&format!("(?:\\{number})"));
            return Ok(());
        }
        if self.eat("#") {
            while let Some(c) = self.next() {
                if c == ')' {
                    return Ok(());
                }
            }
            return Err(error("missing ), unterminated comment", start));
        }
        if self.eat("(") {
            let name_at = self.at;
            let name = self.read_name(')', "group name")?;
            let number = match name.parse::<usize>() {
                Ok(number) => number,
                Err(_) => self.group_number(&name).ok_or_else(|| {
                    let name = crate::jinja::library::object::quoted(&name);
                    error(format!("unknown group name {name}"), name_at)
                })?,
            };
            self.open(start, &format!("(?({number})"), enclosing);
            return Ok(());
        }
        self.read_flags(start)
    }

    fn open_group(&mut self, start: usize, name: Option<String>) -> Result<(), Error> {
        let enclosing = self.enclosing();
        self.translated.parents.push(enclosing);
        self.translated.names.push(name);
        let group = self.translated.names.len();
        self.open(start, "(", group);
        Ok(())
    }

    fn group_number(&self, name: &str) -> Option<usize> {
        let names = &self.translated.names;
        Some(names.iter().position(|it| it.as_deref() == Some(name))? + 1)
    }

    fn read_name(&mut self, end: char, what: &str) -> Result<String, Error> {
        let start = self.at;
        let mut name = String::new();
        loop {
            match self.next() {
                Some(c) if c == end => break,
                Some(c) => name.push(c),
                None if name.is_empty() => return Err(error(format!("missing {what}"), start)),
                None => {
                    return Err(error(format!("missing {end}, unterminated name"), start));
                }
            }
        }
        if name.is_empty() {
            return Err(error(format!("missing {what}"), start));
        }
        let word = name.chars().all(|c| c.is_alphanumeric() || c == '_');
        let digits = name.chars().all(|c| c.is_ascii_digit());
        if !word || (!digits && name.starts_with(|c: char| c.is_ascii_digit())) {
            let name = crate::jinja::library::object::quoted(&name);
            return Err(error(format!("bad character in group name {name}"), start));
        }
        Ok(name)
    }

    /// Reads flags for a group: `(?i:…)`, `(?s-i:…)`.
    fn read_flags(&mut self, start: usize) -> Result<(), Error> {
        let (mut on, mut off, mut negative) = (0, 0, false);
        loop {
            match self.next() {
                Some('-') if !negative => negative = true,
                Some(':') => break,
                Some(')') => {
                    let message = "global flags not at the start of the expression";
                    return Err(error(message, start));
                }
                Some(c) => match flags::letter(c) {
                    Some(flag) if negative => off |= flag,
                    Some(flag) => on |= flag,
                    None if on == 0 && !negative => {
                        let extension = format!("unknown extension ?{c}");
                        return Err(error(extension, start + 1));
                    }
                    None => return Err(error("unknown flag", self.at - 1)),
                },
                None => return Err(error("unexpected end of pattern", self.at)),
            }
        }
        let enclosing = self.enclosing();
        let written = format!("(?{}", flags::group_prefix(on, off));
        self.open(start, &written, enclosing);
        self.flags = (self.flags | on) & !off;
        Ok(())
    }

    fn read_escape(&mut self, start: usize) -> Result<(), Error> {
        let Some(c) = self.peek() else {
            return Err(error("bad escape (end of pattern)", start));
        };
        let ascii = self.has(flags::ASCII);
        match c {
            'A' => self.anchor(r"\A"),
            'Z' => self.anchor(r"\z"),
            'b' if ascii => {
                self.anchor(
                    r"(?:(?<![a-zA-Z0-9_])(?=[a-zA-Z0-9_])|(?<=[a-zA-Z0-9_])(?![a-zA-Z0-9_]))",
                );
            }
            'b' => self.anchor(r"\b"),
            'B' => self.anchor(r"\B"),
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => {
                let members = super::class::members(c, ascii);
                let negative = if c.is_uppercase() { "^" } else { "" };
                self.item(&format!("[{negative}{members}]"));
            }
            '1'..='9' => {
                if let Some(octal) = self.read_octal() {
                    push_literal(&mut self.out, octal);
                    self.before = Before::Item;
                    return Ok(());
                }
                let mut digits = c.to_string();
                self.at += 1;
                if let Some(second) = self.peek().filter(char::is_ascii_digit) {
                    digits.push(second);
                    self.at += 1;
                }
                let number: usize = digits.parse().unwrap_or_default();
                if number > self.translated.names.len() {
                    let message = format!("invalid group reference {number}");
                    return Err(error(message, start + 1));
                }
                if self.open.iter().any(|open| open.group == number) {
                    return Err(error("cannot refer to an open group", start));
                }
                self.item(&format!("(?:\\{number})"));
                return Ok(());
            }
            _ => {
                let literal = self.read_character_escape(start)?;
                push_literal(&mut self.out, literal);
                self.before = Before::Item;
                return Ok(());
            }
        }
        self.at += 1;
        Ok(())
    }

    /// Reads three octal digits, if there are three.
    fn read_octal(&mut self) -> Option<char> {
        let digits: String = self.chars.get(self.at..self.at + 3)?.iter().collect();
        if !digits.chars().all(|c| ('0'..='7').contains(&c)) || digits.as_str() > "377" {
            return None;
        }
        self.at += 3;
        char::from_u32(u32::from_str_radix(&digits, 8).ok()?)
    }

    /// Reads what follows a backslash and stands for one character.
    pub(super) fn read_character_escape(&mut self, start: usize) -> Result<char, Error> {
        let Some(c) = self.next() else {
            return Err(error("bad escape (end of pattern)", start));
        };
        let hexadecimal = |reader: &mut Self, length: usize| -> Result<char, Error> {
            let digits: String = reader.chars[reader.at..]
                .iter()
                .take(length)
                .take_while(|c| c.is_ascii_hexdigit())
                .collect();
            reader.at += digits.len();
            let code = u32::from_str_radix(&digits, 16).ok();
            match code
                .filter(|_| digits.len() == length)
                .and_then(char::from_u32)
            {
                Some(c) => Ok(c),
                None => Err(error(format!("incomplete escape \\{c}{digits}"), start)),
            }
        };
        Ok(match c {
            'a' => '\x07',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0b',
            'x' => hexadecimal(self, 2)?,
            'u' => hexadecimal(self, 4)?,
            'U' => hexadecimal(self, 8)?,
            '0' => {
                let mut code = 0;
                for _ in 0..2 {
                    let Some(digit) = self.peek().and_then(|c| c.to_digit(8)) else {
                        break;
                    };
                    code = code * 8 + digit;
                    self.at += 1;
                }
                char::from_u32(code).unwrap_or('\0')
            }
            _ if c.is_ascii_alphabetic() => {
                return Err(error(format!("bad escape \\{c}"), start));
            }
            _ => c,
        })
    }
}
