//! One word such as `2+tag:nightly+`.

use super::IndirectSelection;
use super::methods;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};

/// What one word asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criteria {
    /// The word as typed.
    pub raw: String,
    /// Name of the method.
    pub method: &'static str,
    /// Parts of the method after dots: `config.meta.owner` has `meta` and `owner`.
    pub arguments: Vec<String>,
    /// What the method looks for.
    pub value: String,
    /// `@`: all descendants and all their ancestors.
    pub childrens_parents: bool,
    /// `+` in front, with its depth.
    pub parents: Option<Depth>,
    /// `+` behind, with its depth.
    pub children: Option<Depth>,
    /// How tests join in.
    pub indirect: IndirectSelection,
}

/// Number of steps; `None` is all the way.
type Depth = Option<usize>;

impl Criteria {
    /// Reads a word.
    pub fn parse(raw: &str, indirect: IndirectSelection) -> Result<Self, Diagnostic> {
        let (childrens_parents, rest) = match raw.strip_prefix('@') {
            Some(rest) => (true, rest),
            None => (false, raw),
        };
        let (parents, rest) = leading_plus(rest);
        let (children, rest) = trailing_plus(rest);
        if childrens_parents && children.is_some() {
            let message = format!("`{raw}` has `@` in front and `+` behind");
            return Err(Diagnostic::error(Code::InvalidSelector, message)
                .help("`@` takes all descendants already: leave the `+` out"));
        }
        let (method, arguments, value) = match method_of(rest) {
            Some((method, value)) => {
                let mut parts = method.split('.').map(str::to_owned);
                let name = parts.next().unwrap_or_default();
                (known_method(&name, Some(raw))?, parts.collect(), value)
            }
            None => (default_method(rest), Vec::new(), rest),
        };
        let value = value.to_owned();
        let raw = raw.to_owned();
        Ok(Self {
            raw,
            method,
            arguments,
            value,
            childrens_parents,
            parents,
            children,
            indirect,
        })
    }

    /// Makes what `method:value` asks for.
    pub fn of(method: &str, value: &str, indirect: IndirectSelection) -> Result<Self, Diagnostic> {
        let mut parts = method.split('.').map(str::to_owned);
        let name = parts.next().unwrap_or_default();
        Ok(Self {
            raw: format!("{method}:{value}"),
            method: known_method(&name, None)?,
            arguments: parts.collect(),
            value: value.to_owned(),
            childrens_parents: false,
            parents: None,
            children: None,
            indirect,
        })
    }
}

fn leading_plus(word: &str) -> (Option<Depth>, &str) {
    let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    match word.get(digits..).and_then(|rest| rest.strip_prefix('+')) {
        Some(rest) => (Some(word[..digits].parse().ok()), rest),
        None => (None, word),
    }
}

fn trailing_plus(word: &str) -> (Option<Depth>, &str) {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    match stem.strip_suffix('+') {
        Some(rest) => (Some(word[stem.len()..].parse().ok()), rest),
        None => (None, word),
    }
}

/// Splits `method:value`; the method is made of word characters and dots.
fn method_of(word: &str) -> Option<(&str, &str)> {
    let (method, value) = word.split_once(':')?;
    let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    (!method.is_empty() && method.chars().all(plain)).then_some((method, value))
}

fn known_method(name: &str, raw: Option<&str>) -> Result<&'static str, Diagnostic> {
    let names = || methods::names();
    names().find(|known| *known == name).ok_or_else(|| {
        let known = names().collect::<Vec<_>>().join(", ");
        let help = match did_you_mean(name, names()) {
            Some(near) => format!("did you mean `{near}:`? Methods are {known}"),
            None => format!("methods are {known}"),
        };
        let within = raw.map(|raw| format!(" in `{raw}`")).unwrap_or_default();
        let message = format!("`{name}`{within} is not a selection method");
        Diagnostic::error(Code::InvalidSelector, message).help(help)
    })
}

fn default_method(value: &str) -> &'static str {
    let lower = value.to_lowercase();
    if value.contains(std::path::is_separator) {
        "path"
    } else if [".sql", ".py", ".csv"]
        .iter()
        .any(|suffix| lower.ends_with(suffix))
    {
        "file"
    } else {
        "fqn"
    }
}
