//! `test_type:generic`, `singular`, `data`, `unit`.

use super::super::{Criteria, Scope};
use super::{filter, unknown};
use crate::diagnostics::Diagnostic;
use crate::graph::Index;
use crate::nodes::{Details, Node, Resource};

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    let wanted: fn(&Node) -> bool = match criteria.value.as_str() {
        "generic" | "schema" => |node| node.as_generic_test().is_some(),
        "singular" => |node| matches!(node.details, Details::DataTest { generic: None }),
        "data" => |node| matches!(node.details, Details::DataTest { .. }),
        "unit" => {
            return Ok(filter(scope, |it| matches!(it, Resource::UnitTest(_))));
        }
        _ => {
            let known = ["generic", "singular", "data", "unit"];
            return Err(unknown(criteria, &known));
        }
    };
    Ok(filter(scope, |it| it.node().is_some_and(wanted)))
}
