//! `urlize`: links out of addresses in a text.

use std::sync::LazyLock;

use minijinja::{Error, State, Value};
use regex::Regex;

use super::html::escaped;
use super::{argument_error, text::like};
use crate::jinja::library::arguments::bind;
use crate::jinja::library::number::int_argument;
use crate::jinja::library::object::quoted;
use crate::jinja::python::{collect, text};

fn compiled(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compiled(
        r"(?ix)^(
            (https?://|www\.) (([\w%-]+\.)+)? ([a-z]{2,63} | xn--[\w%]{2,59})
          | ([\w%-]{2,63}\.)+ (com|net|int|edu|gov|org|info|mil)
          | (https?://) ((\d{1,3}(\.\d{1,3}){3}) | (\[([\da-f]{0,4}:){2}([\da-f]{0,4}:?){1,6}\]))
        ) (?::\d{1,5})? (?:[/?\#]\S*)? $",
    )
});
static MAIL: LazyLock<Option<Regex>> = LazyLock::new(|| compiled(r"^\S+@\w[\w.-]*\.\w+$"));
static HEAD: LazyLock<Option<Regex>> = LazyLock::new(|| compiled(r"^([(<]|&lt;)+"));
static TAIL: LazyLock<Option<Regex>> = LazyLock::new(|| compiled(r"([)>.,\n]|&gt;)+$"));
static SPACE: LazyLock<Option<Regex>> = LazyLock::new(|| compiled(r"\s+"));
static SCHEME: LazyLock<Option<Regex>> = LazyLock::new(|| compiled(r"^[\w.+-]{2,}:/{0,2}$"));

fn is_match(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern
        .as_ref()
        .is_some_and(|pattern| pattern.is_match(text))
}

/// What all links of one call have in common.
struct Links {
    limit: Option<usize>,
    attributes: String,
    schemes: Vec<String>,
}

/// `urlize(value, trim_url_limit=None, nofollow=False, target=None, rel=None, extra_schemes=None)`.
pub(super) fn urlize(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    let names = [
        "value",
        "trim_url_limit",
        "nofollow",
        "target",
        "rel",
        "extra_schemes",
    ];
    let given = bind("do_urlize", names, 1, args)?;
    let [value, limit, nofollow, target, rel, schemes] =
        given.map(|value| value.filter(|value| !value.is_none()));
    let value = value.unwrap_or_default();
    let rel = rel.map(|rel| text(&rel)).unwrap_or_default();
    let mut rel: Vec<&str> = rel.split_whitespace().chain(["noopener"]).collect();
    if nofollow.is_some_and(|it| it.is_true()) {
        rel.push("nofollow");
    }
    rel.sort_unstable();
    rel.dedup();
    let mut attributes = format!(" rel=\"{}\"", escaped(&rel.join(" ")));
    if let Some(target) = target {
        attributes += &format!(" target=\"{}\"", escaped(&text(&target)));
    }
    let schemes = schemes.map_or(Ok(Vec::new()), |schemes| collect(&schemes))?;
    let schemes: Vec<String> = schemes.iter().map(text).collect();
    if let Some(bad) = schemes.iter().find(|scheme| !is_match(&SCHEME, scheme)) {
        let bad = quoted(bad);
        return Err(argument_error(format!(
            "{bad} is not a valid URI scheme prefix."
        )));
    }
    let links = Links {
        limit: limit
            .map(|limit| int_argument(&limit))
            .transpose()?
            .and_then(|it| usize::try_from(it).ok()),
        attributes,
        schemes,
    };
    let source = match value.is_safe() {
        true => text(&value),
        false => escaped(&text(&value)),
    };
    Ok(like(&Value::from(""), links.all(&source)))
}

impl Links {
    fn all(&self, text: &str) -> String {
        let Some(space) = SPACE.as_ref() else {
            return text.to_owned();
        };
        let mut out = String::new();
        let mut at = 0;
        for gap in space.find_iter(text) {
            out += &self.word(&text[at..gap.start()]);
            out += gap.as_str();
            at = gap.end();
        }
        out + &self.word(&text[at..])
    }

    fn word(&self, word: &str) -> String {
        let head = HEAD
            .as_ref()
            .and_then(|head| head.find(word))
            .map_or(0, |it| it.end());
        let (head, rest) = word.split_at(head);
        let tail = TAIL
            .as_ref()
            .and_then(|tail| tail.find(rest))
            .map_or(rest.len(), |it| it.start());
        let (mut middle, mut tail) = (rest[..tail].to_owned(), rest[tail..].to_owned());
        for (open, close) in [("(", ")"), ("<", ">"), ("&lt;", "&gt;")] {
            let opened = middle.matches(open).count();
            if opened <= middle.matches(close).count() {
                continue;
            }
            for _ in 0..opened.min(tail.matches(close).count()) {
                let Some(end) = tail.find(close).map(|at| at + close.len()) else {
                    break;
                };
                middle += &tail[..end];
                tail = tail[end..].to_owned();
            }
        }
        format!("{head}{}{tail}", self.linked(&middle))
    }

    fn linked(&self, word: &str) -> String {
        let attributes = &self.attributes;
        if is_match(&ADDRESS, word) {
            let absolute = word.starts_with("https://") || word.starts_with("http://");
            let scheme = if absolute { "" } else { "https://" };
            let shown = self.cut(word);
            return format!("<a href=\"{scheme}{word}\"{attributes}>{shown}</a>");
        }
        if let Some(address) = word.strip_prefix("mailto:")
            && is_match(&MAIL, address)
        {
            return format!("<a href=\"{word}\">{address}</a>");
        }
        let mail = word.contains('@')
            && !word.starts_with("www.")
            && !word.starts_with('@')
            && !word.contains(':');
        if mail && is_match(&MAIL, word) {
            return format!("<a href=\"mailto:{word}\">{word}</a>");
        }
        let known = |scheme: &&String| word != scheme.as_str() && word.starts_with(scheme.as_str());
        match self.schemes.iter().find(known) {
            Some(_) => format!("<a href=\"{word}\"{attributes}>{word}</a>"),
            None => word.to_owned(),
        }
    }

    fn cut(&self, word: &str) -> String {
        match self.limit {
            Some(limit) if word.chars().count() > limit => {
                word.chars().take(limit).chain("...".chars()).collect()
            }
            _ => word.to_owned(),
        }
    }
}
