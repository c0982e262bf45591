//! The version of dbt that dsql stands for, and what projects require of it.

use std::cmp::Ordering;

use crate::artifacts::DBT_VERSION;

/// One requirement: `>=1.6.0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Requirement {
    comparison: Comparison,
    version: Version,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Equal,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Version {
    numbers: [u64; 3],
    /// Parts of `rc.1`; none in a release.
    prerelease: Vec<String>,
}

impl Requirement {
    /// Reads a requirement: an optional comparison and a version in three parts.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (comparison, rest) = [
            (Comparison::GreaterOrEqual, ">="),
            (Comparison::LessOrEqual, "<="),
            (Comparison::Greater, ">"),
            (Comparison::Less, "<"),
            (Comparison::Equal, "="),
        ]
        .into_iter()
        .find_map(|(comparison, sign)| Some((comparison, text.strip_prefix(sign)?)))
        .unwrap_or((Comparison::Equal, text));
        let version = Version::parse(rest)?;
        Some(Self {
            comparison,
            version,
        })
    }

    fn allows(&self, version: &Version) -> bool {
        let order = version.cmp(&self.version);
        match self.comparison {
            Comparison::Greater => order == Ordering::Greater,
            Comparison::GreaterOrEqual => order != Ordering::Less,
            Comparison::Less => order == Ordering::Less,
            Comparison::LessOrEqual => order != Ordering::Greater,
            Comparison::Equal => order == Ordering::Equal,
        }
    }
}

/// How requirements fit together and with [`DBT_VERSION`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// All of them hold.
    Fits,
    /// Some version would do, this one does not.
    OtherVersion,
    /// No version can do.
    Impossible,
}

/// Checks all requirements of a project.
pub(super) fn fit(requirements: &[Requirement]) -> Fit {
    let installed = Version::parse(DBT_VERSION);
    if installed.is_some_and(|version| requirements.iter().all(|it| it.allows(&version))) {
        return Fit::Fits;
    }
    // If any version fits, then one at or right beside a bound does.
    let candidates = requirements.iter().flat_map(|it| it.version.neighbours());
    let mut candidates = candidates.filter(|it| requirements.iter().all(|one| one.allows(it)));
    if candidates.next().is_some() {
        Fit::OtherVersion
    } else {
        Fit::Impossible
    }
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let (text, build) = text.split_once('+').map_or((text, ""), |(a, b)| (a, b));
        let word = |it: &str| {
            it.bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'-')
        };
        if !build.split('.').all(word) {
            return None;
        }
        // `1.0.0-rc1` and `1.0.0rc1` are the same.
        let mut rest = text;
        let mut numbers = [0; 3];
        for (at, number) in numbers.iter_mut().enumerate() {
            if at > 0 {
                rest = rest.strip_prefix('.')?;
            }
            let end = rest
                .find(|it: char| !it.is_ascii_digit())
                .unwrap_or(rest.len());
            let (digits, after) = rest.split_at(end);
            if digits.len() > 1 && digits.starts_with('0') {
                return None;
            }
            *number = digits.parse().ok()?;
            rest = after;
        }
        if rest.is_empty() {
            return Some(Self {
                numbers,
                prerelease: Vec::new(),
            });
        }
        let parts: Vec<_> = rest.strip_prefix('-').unwrap_or(rest).split('.').collect();
        let fits = parts.iter().all(|it| !it.is_empty() && word(it));
        fits.then(|| Self {
            numbers,
            prerelease: parts.into_iter().map(str::to_owned).collect(),
        })
    }

    /// The version itself, the next one after it and the last one before it.
    fn neighbours(&self) -> impl Iterator<Item = Self> + use<> {
        let [major, minor, patch] = self.numbers;
        let release = |numbers| Self {
            numbers,
            prerelease: Vec::new(),
        };
        let before = match (minor.checked_sub(1), patch.checked_sub(1)) {
            (_, Some(patch)) => Some([major, minor, patch]),
            (Some(minor), None) => Some([major, minor, u64::MAX]),
            (None, None) => major
                .checked_sub(1)
                .map(|major| [major, u64::MAX, u64::MAX]),
        };
        let after = release([major, minor, patch.saturating_add(1)]);
        [Some(self.clone()), Some(after), before.map(release)]
            .into_iter()
            .flatten()
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let part = |part: &String| match part.parse::<u64>() {
            Ok(number) => (0, number, String::new()),
            Err(_) => (1, 0, part.clone()),
        };
        // A release comes after its pre-releases.
        let release = |it: &Self| it.prerelease.is_empty();
        self.numbers
            .cmp(&other.numbers)
            .then_with(|| release(self).cmp(&release(other)))
            .then_with(|| {
                self.prerelease
                    .iter()
                    .map(part)
                    .cmp(other.prerelease.iter().map(part))
            })
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_are_compared_with_the_version() {
        let check = |texts: &[&str]| {
            let parsed: Option<Vec<_>> = texts.iter().map(|it| Requirement::parse(it)).collect();
            parsed.map(|it| fit(&it))
        };
        for (texts, expected) in [
            (&[">=1.0.0", "<2.0.0"][..], Some(Fit::Fits)),
            (&["1.11.16"], Some(Fit::Fits)),
            (&[">1.11.15", "<1.12.0rc1"], Some(Fit::Fits)),
            (&["=1.11.16-rc1"], Some(Fit::OtherVersion)),
            (&[">=2.0.0"], Some(Fit::OtherVersion)),
            (&["<1.11.16"], Some(Fit::OtherVersion)),
            (&[">=1.5.0", "<1.4.0"], Some(Fit::Impossible)),
            (&[">1.5.0", "<1.5.0"], Some(Fit::Impossible)),
            (&["=1.5.0", "=1.6.0"], Some(Fit::Impossible)),
            (&[">=2.0"], None),
            (&["foo"], None),
            (&["1.01.0"], None),
        ] {
            assert_eq!(check(texts), expected, "{texts:?}");
        }
    }
}
