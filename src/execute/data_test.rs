//! What a data test found, and what that means.

use std::sync::Arc;

use super::Failure;
use super::node::{Built, Run};
use crate::adapters::Cell;
use crate::events::Status;
use crate::jinja::context::{Names, Session, StoredResult};
use crate::nodes::Node;

impl Run<'_> {
    /// Runs a compiled data test. `called` takes up the macros of its materialization.
    pub(super) fn data_test(
        &self,
        node: &Arc<Node>,
        session: &Arc<Session>,
        called: &mut Vec<String>,
    ) -> Result<Built, Failure> {
        let (_, main) = self.run_macro("test", node, session, Names::default(), called)?;
        let found = verdict(&main).ok_or_else(|| Failure::Broken {
            message: format!(
                "dbt internally failed to execute {}: expected 1 row with failures, \
                     should_warn and should_error, got {} rows",
                node.unique_id,
                main.table.rows.len()
            ),
            help: "give `fail_calc`, `warn_if` and `error_if` one value each; a project's own \
                       `get_test_sql` must return one row"
                .to_owned(),
        })?;
        let count = found.failures;
        let results = format!("Got {count} result{}", if count == 1 { "" } else { "s" });
        let text = |key: &str| node.config.str(key).unwrap_or("!= 0").to_owned();
        let severe = node
            .config
            .str("severity")
            .is_none_or(|it| it.eq_ignore_ascii_case("error"));
        let (status, message) = if severe && found.should_error {
            let message = format!("{results}, configured to fail if {}", text("error_if"));
            (Status::Fail, Some(message))
        } else if found.should_warn && self.execution.tests_must_not_warn {
            let message = format!("{results}, configured to fail if {}", text("warn_if"));
            (Status::Fail, Some(message))
        } else if found.should_warn {
            let message = format!("{results}, configured to warn if {}", text("warn_if"));
            (Status::Warn, Some(message))
        } else {
            (Status::Pass, None)
        };
        let failures = Some(if status == Status::Pass { 0 } else { count });
        Ok(Built {
            status,
            message,
            failures,
            response: main.response,
            batches: None,
            problems: Vec::new(),
        })
    }
}

/// What a test's one row says.
struct Verdict {
    failures: i64,
    should_warn: bool,
    should_error: bool,
}

fn verdict(main: &StoredResult) -> Option<Verdict> {
    let [row] = main.table.rows.as_slice() else {
        return None;
    };
    let cell = |name: &str| {
        let at = main
            .table
            .columns
            .iter()
            .position(|it| it.name.eq_ignore_ascii_case(name))?;
        row.get(at)
    };
    let whole = |cell: &Cell| match cell {
        Cell::Integer(number) => i64::try_from(*number).ok(),
        #[allow(clippy::cast_possible_truncation, reason = "a count")]
        Cell::Decimal(number) => Some(number.to_f64() as i64),
        Cell::Boolean(truth) => Some(i64::from(*truth)),
        Cell::Text(text) => match text.to_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "on" | "1" => Some(1),
            "false" | "f" | "no" | "n" | "off" | "0" => Some(0),
            other => other.parse().ok(),
        },
        _ => None,
    };
    Some(Verdict {
        failures: cell("failures").and_then(whole)?,
        should_warn: cell("should_warn").and_then(whole)? != 0,
        should_error: cell("should_error").and_then(whole)? != 0,
    })
}
