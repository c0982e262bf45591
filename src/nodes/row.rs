//! The row of a table that a node was generated for.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};

use super::Dict;
use super::binary::free;
use crate::diagnostics::Diagnostic;
use crate::text::Location;

/// A row, which the node's template sees as `row`.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Row {
    /// Its values by column.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub values: Dict,
    /// Where it stands.
    pub location: Location,
}

/// What is said of the row for which something is wrong.
const LABEL: &str = "for this row";

impl Row {
    /// Says of a finding for which row it is.
    pub fn named_in(&self, finding: Diagnostic) -> Diagnostic {
        finding.label(self.location, LABEL)
    }

    /// Tells what is wrong for several rows alike for the first of them alone.
    pub fn told_once(findings: &mut Vec<Diagnostic>) {
        let mut first: HashMap<(Option<Location>, String), usize> = HashMap::new();
        let mut others: BTreeMap<usize, usize> = BTreeMap::new();
        let mut told: Vec<Diagnostic> = Vec::with_capacity(findings.len());
        for finding in findings.drain(..) {
            let is_of_row = finding.labels.iter().any(|it| it.message == LABEL);
            let key = (finding.location(), finding.message.clone());
            match first.get(&key).filter(|_| is_of_row) {
                Some(at) => *others.entry(*at).or_default() += 1,
                None => {
                    if is_of_row {
                        first.insert(key, told.len());
                    }
                    told.push(finding);
                }
            }
        }
        for (at, count) in others {
            let rows = if count == 1 { "row" } else { "rows" };
            if let Some(finding) = told.get_mut(at) {
                finding.notes.push(format!("and for {count} more {rows}"));
            }
        }
        *findings = told;
    }
}

/// A row that a node shares with its copies.
pub type SharedRow = Option<Arc<Row>>;
