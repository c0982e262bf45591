//! Versions and ranges of versions, compared and intersected as dbt does, oddities included.

use std::cmp::Ordering;
use std::sync::LazyLock;

use regex::Regex;

/// How a version is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Matcher {
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Exact,
}

/// A version with a comparison before it: `>=1.6.0`, `1.0.0-rc1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Specifier {
    matcher: Matcher,
    numbers: [u64; 3],
    prerelease: Option<String>,
    build: Option<String>,
}

/// Versions between two bounds; no bound, no limit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Range {
    start: Option<Specifier>,
    end: Option<Specifier>,
}

static VERSION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const WORD: &str = r"(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)";
    const NUMBER: &str = r"(0|[1-9][0-9]*)";
    Regex::new(&format!(
        r"^(>=|>|<=|<|=)?{NUMBER}\.{NUMBER}\.{NUMBER}(?:-?({WORD}(?:\.{WORD})*))?(?:\+([0-9A-Za-z-]*(?:\.[0-9A-Za-z-]*)*))?$"
    ))
    .ok()
});

impl Specifier {
    /// Reads a version of three parts with an optional comparison.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let found = VERSION.as_ref()?.captures(text)?;
        let part = |at: usize| found.get(at).map(|it| it.as_str());
        let number = |at: usize| part(at)?.parse().ok();
        let matcher = match part(1) {
            Some(">=") => Matcher::GreaterOrEqual,
            Some(">") => Matcher::Greater,
            Some("<=") => Matcher::LessOrEqual,
            Some("<") => Matcher::Less,
            _ => Matcher::Exact,
        };
        Some(Self {
            matcher,
            numbers: [number(2)?, number(3)?, number(4)?],
            prerelease: part(5).map(str::to_owned),
            build: part(6).map(str::to_owned),
        })
    }

    /// Tells whether it names a version before a release.
    pub(crate) fn is_prerelease(&self) -> bool {
        self.prerelease.is_some()
    }

    fn is_exact(&self) -> bool {
        self.matcher == Matcher::Exact
    }

    fn is_lower(&self) -> bool {
        matches!(self.matcher, Matcher::Greater | Matcher::GreaterOrEqual)
    }

    fn is_upper(&self) -> bool {
        matches!(self.matcher, Matcher::Less | Matcher::LessOrEqual)
    }

    fn range(self) -> Range {
        let (start, end) = match self.matcher {
            Matcher::Exact => (Some(self.clone()), Some(self)),
            Matcher::Greater | Matcher::GreaterOrEqual => (Some(self), None),
            Matcher::Less | Matcher::LessOrEqual => (None, Some(self)),
        };
        Range { start, end }
    }

    /// Compares as dbt does: bounds of the same version are ordered by their comparisons.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        let numbers = self.numbers.cmp(&other.numbers);
        if numbers != Ordering::Equal {
            return numbers;
        }
        let before_release = match (&self.prerelease, &other.prerelease) {
            (None, None) => Ordering::Equal,
            // What must be less than a release is less than what comes before it.
            (None, Some(_)) if self.matcher == Matcher::Less => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(one), Some(two)) => compare_words(one, two),
        };
        if before_release != Ordering::Equal {
            return before_release;
        }
        use Matcher::{Greater, GreaterOrEqual, Less, LessOrEqual};
        match (self.matcher, other.matcher) {
            (GreaterOrEqual, LessOrEqual) | (LessOrEqual, GreaterOrEqual) => Ordering::Equal,
            (Less, LessOrEqual) | (GreaterOrEqual, Greater) => Ordering::Less,
            _ if self.is_upper() && other.is_lower() => Ordering::Less,
            (LessOrEqual, Less) | (Greater, GreaterOrEqual) => Ordering::Greater,
            _ if self.is_lower() && other.is_upper() => Ordering::Greater,
            _ => Ordering::Equal,
        }
    }
}

impl std::fmt::Display for Specifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let matcher = match self.matcher {
            Matcher::Greater => ">",
            Matcher::GreaterOrEqual => ">=",
            Matcher::Less => "<",
            Matcher::LessOrEqual => "<=",
            Matcher::Exact => "=",
        };
        let [major, minor, patch] = self.numbers;
        write!(f, "{matcher}{major}.{minor}.{patch}")?;
        if let Some(words) = &self.prerelease {
            write!(f, "-{words}")?;
        }
        match &self.build {
            Some(words) if !words.is_empty() => write!(f, "+{words}"),
            _ => Ok(()),
        }
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.start, &self.end) {
            (None, None) => f.write_str("any"),
            (Some(one), None) | (None, Some(one)) => write!(f, "{one}"),
            (Some(start), Some(end)) if start == end => write!(f, "{start}"),
            (Some(start), Some(end)) => write!(f, "{start}, {end}"),
        }
    }
}

impl Range {
    fn reduce(self, other: Self) -> Option<Self> {
        let exact = |it: &Option<Specifier>| it.as_ref().is_some_and(Specifier::is_exact);
        let range = if exact(&self.start) && exact(&other.start) {
            let (one, two) = (self.start?, other.start?);
            if one.compare(&two) != Ordering::Equal {
                return None;
            }
            Self {
                start: Some(one.clone()),
                end: Some(one),
            }
        } else {
            Self {
                start: tighter(self.start, other.start, Ordering::Less)?,
                end: tighter(self.end, other.end, Ordering::Greater)?,
            }
        };
        match (&range.start, &range.end) {
            (Some(start), Some(end)) if start.compare(end) == Ordering::Greater => None,
            _ => Some(range),
        }
    }
}

/// Chooses among two bounds; `out` is how a bound compares with what lies inside. `None` when an
/// exact version lies outside.
#[allow(clippy::option_option)]
fn tighter(
    one: Option<Specifier>,
    two: Option<Specifier>,
    out: Ordering,
) -> Option<Option<Specifier>> {
    let (one, two) = match (one, two) {
        (one, None) => return Some(one),
        (None, two) => return Some(two),
        (Some(one), Some(two)) => (one, two),
    };
    let (bound, exact) = match (one.is_exact(), two.is_exact()) {
        (false, false) if one.compare(&two) == out => return Some(Some(two)),
        (false, false) => return Some(Some(one)),
        (true, _) => (two, one),
        (false, true) => (one, two),
    };
    let open = match out {
        Ordering::Less => Matcher::GreaterOrEqual,
        _ => Matcher::LessOrEqual,
    };
    let order = bound.compare(&exact);
    let inside = order == out || (order == Ordering::Equal && bound.matcher == open);
    inside.then_some(Some(exact))
}

/// Intersects requirements; `None` if no version can meet all of them.
pub(crate) fn reduce(specifiers: &[Specifier]) -> Option<Range> {
    let Some((last, rest)) = specifiers.split_last() else {
        return Some(Range::default());
    };
    let mut range = last.clone().range();
    for one in rest {
        range = range.reduce(one.clone().range())?;
    }
    Some(range)
}

/// Tells whether a version lies in a range.
fn fits(version: &Specifier, range: &Range) -> bool {
    let bounds = [Some(version), range.start.as_ref(), range.end.as_ref()];
    let all: Vec<Specifier> = bounds.into_iter().flatten().cloned().collect();
    reduce(&all).is_some()
}

/// Finds the newest version within a range.
pub(crate) fn newest<'a>(range: &Range, versions: &[&'a str]) -> Option<&'a str> {
    let mut best: Option<(Specifier, &str)> = None;
    for text in versions {
        let Some(version) = Specifier::parse(text).filter(|it| fits(it, range)) else {
            continue;
        };
        let newer = |(one, _): &(Specifier, &str)| one.compare(&version) == Ordering::Less;
        if best.as_ref().is_none_or(newer) {
            best = Some((version, text));
        }
    }
    best.map(|(_, text)| text)
}

/// Sorts versions, and leaves out those before a release unless they are wanted.
pub(crate) fn installable<'a>(
    versions: impl IntoIterator<Item = &'a str>,
    prerelease: bool,
) -> Vec<&'a str> {
    let parsed = versions
        .into_iter()
        .filter_map(|text| Some((Specifier::parse(text)?, text)));
    let mut wanted: Vec<_> = parsed
        .filter(|(version, _)| prerelease || !version.is_prerelease())
        .collect();
    wanted.sort_by(|(one, _), (two, _)| one.compare(two));
    wanted.into_iter().map(|(_, text)| text).collect()
}

/// Compares dotted words as numbers where they are numbers, which come first.
fn compare_words(one: &str, two: &str) -> Ordering {
    let number = |it: &str| {
        let digits = !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
        digits.then(|| it.parse::<u128>().unwrap_or(u128::MAX))
    };
    for (a, b) in one.split('.').zip(two.split('.')) {
        let order = match (number(a), number(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => a.cmp(b),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    one.len().cmp(&two.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `tests/versions/generate.py` wrote down what dbt makes of them.
    #[derive(serde::Deserialize)]
    struct Cases {
        order: Vec<String>,
        readable: Vec<(String, bool)>,
        cases: Vec<(Vec<String>, bool, Option<String>)>,
    }

    #[test]
    fn versions_are_chosen_as_by_dbt() {
        let cases: Cases =
            serde_json::from_str(include_str!("../../tests/versions/cases.json")).unwrap();
        for (text, readable) in &cases.readable {
            assert_eq!(Specifier::parse(text).is_some(), *readable, "{text}");
        }
        let shuffled = cases.order.iter().rev().map(String::as_str);
        assert_eq!(installable(shuffled, true).len(), cases.order.len());
        let available = [
            "0.9.9",
            "1.0.0",
            "1.0.0-rc1",
            "1.0.0rc2",
            "1.0.0-a.1",
            "1.0.1",
            "1.1.0-b1",
            "1.1.0",
            "2.0.0",
        ];
        for (wanted, prerelease, expected) in &cases.cases {
            let parsed: Vec<_> = wanted
                .iter()
                .filter_map(|it| Specifier::parse(it))
                .collect();
            let versions = installable(available, *prerelease);
            let found = reduce(&parsed).map(|it| newest(&it, &versions).unwrap_or(""));
            assert_eq!(found, expected.as_deref(), "{wanted:?} {prerelease}");
        }
        let ordered = installable(cases.order.iter().map(String::as_str), true);
        assert_eq!(ordered, cases.order);
    }
}
