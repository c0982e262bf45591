//! The version of dbt that dsql stands for, and what projects require of it.

use super::semver::{Specifier, reduce};
use crate::artifacts::DBT_VERSION;

/// One requirement: `>=1.6.0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Requirement(Specifier);

impl Requirement {
    /// Reads a requirement: an optional comparison and a version in three parts.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Specifier::parse(text.trim()).map(Self)
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
    let wanted: Vec<Specifier> = requirements.iter().map(|it| it.0.clone()).collect();
    if reduce(&wanted).is_none() {
        return Fit::Impossible;
    }
    if suits(&wanted) {
        Fit::Fits
    } else {
        Fit::OtherVersion
    }
}

/// Tells whether [`DBT_VERSION`] meets requirements.
pub(crate) fn suits(wanted: &[Specifier]) -> bool {
    let installed = Specifier::parse(DBT_VERSION);
    let all: Vec<Specifier> = installed
        .into_iter()
        .chain(wanted.iter().cloned())
        .collect();
    reduce(&all).is_some()
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
