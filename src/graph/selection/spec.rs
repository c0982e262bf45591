//! Words of the command line → a tree of set operations.

use super::{Criteria, IndirectSelection};
use crate::diagnostics::Diagnostic;

/// A set of resources, described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spec {
    /// One criterion.
    Criteria(Box<Criteria>),
    /// In any of them.
    Union {
        /// The parts.
        parts: Vec<Spec>,
        /// How tests join in.
        indirect: IndirectSelection,
    },
    /// In all of them.
    Intersection {
        /// The parts.
        parts: Vec<Spec>,
        /// The word as typed, if finding nothing deserves a warning.
        typed: Option<String>,
        /// How tests join in.
        indirect: IndirectSelection,
    },
    /// In the first, not in the second.
    Difference(Box<Spec>, Box<Spec>),
}

/// What is selected when nothing is said.
const EVERYTHING: &[&str] = &["fqn:*", "source:*", "exposure:*"];

impl Spec {
    /// Reads `--select` and `--exclude`. Every word that cannot be read is reported.
    pub fn parse(
        select: &[String],
        exclude: &[String],
        indirect: IndirectSelection,
    ) -> (Self, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let everything: Vec<String> = EVERYTHING.iter().map(ToString::to_string).collect();
        let (words, typed) = if select.is_empty() {
            (&everything[..], false)
        } else {
            (select, true)
        };
        let included = union(words, typed, indirect, &mut diagnostics);
        let excluded = union(exclude, true, indirect, &mut diagnostics);
        (
            Self::Difference(Box::new(included), Box::new(excluded)),
            diagnostics,
        )
    }
}

fn union(
    words: &[String],
    typed: bool,
    indirect: IndirectSelection,
    diagnostics: &mut Vec<Diagnostic>,
) -> Spec {
    let words = words.iter().flat_map(|word| word.split(' '));
    let parts = words.map(|word| {
        let parts = word
            .split(',')
            .filter_map(|part| match Criteria::parse(part, indirect) {
                Ok(criteria) => Some(Spec::Criteria(Box::new(criteria))),
                Err(diagnostic) => {
                    diagnostics.push(diagnostic);
                    None
                }
            });
        let parts = parts.collect();
        Spec::Intersection {
            parts,
            typed: typed.then(|| word.to_owned()),
            indirect,
        }
    });
    Spec::Union {
        parts: parts.collect(),
        indirect,
    }
}
