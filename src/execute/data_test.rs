//! What a data test found, and what that means.

use std::sync::Arc;

use super::materialization::run_main;
use super::node::Built;
use super::{Execution, Failure};
use crate::adapters::Cell;
use crate::events::Status;
use crate::jinja::context::{Names, Session, StoredResult};
use crate::nodes::Node;

impl Execution {
    /// Runs a compiled data test. `called` takes up the macros of its materialization.
    pub(super) fn data_test(
        &self,
        node: &Arc<Node>,
        session: &Arc<Session>,
        called: &mut Vec<String>,
    ) -> Result<Built, Failure> {
        let (_, main) = run_main("test", node, session, Names::default(), called)?;
        let found = verdict(&main, node)?;
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
        } else if found.should_warn && self.tests_must_not_warn {
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

/// Reads the row. As in dbt, a comparison that is neither true nor false does not hold.
fn verdict(main: &StoredResult, node: &Node) -> Result<Verdict, Failure> {
    let id = &node.unique_id;
    let calculation = node.config.str("fail_calc").unwrap_or("count(*)");
    let broken = |what: &str, help: String| Failure::Broken {
        message: format!("dbt internally failed to execute {id}: {what}"),
        help,
    };
    let [row] = main.table.rows.as_slice() else {
        let count = main.table.rows.len();
        return Err(broken(
            &format!("Returned {count} rows, but expected 1 row"),
            format!(
                "`fail_calc` must be an aggregate, such as `count(*)`, not `{calculation}`; a \
                 project's own `get_test_sql` must return one row"
            ),
        ));
    };
    let cell = |name: &str| {
        let columns = &main.table.columns;
        let at = columns
            .iter()
            .position(|it| it.name.eq_ignore_ascii_case(name));
        at.and_then(|at| row.get(at)).ok_or_else(|| {
            let columns: Vec<_> = columns.iter().map(|it| it.name.as_str()).collect();
            broken(
                &format!("there is no column `{name}` in {}", columns.join(", ")),
                "a project's own `get_test_sql` must return `failures`, `should_warn` and \
                 `should_error`"
                    .to_owned(),
            )
        })
    };
    let failures = cell("failures")?;
    if *failures == Cell::Null {
        let message = format!(
            "`fail_calc` gives null instead of a number of failures: {calculation}\n\nAggregates \
             other than count are null where a test finds no rows."
        );
        let help = format!("write `fail_calc: \"coalesce({calculation}, 0)\"`");
        return Err(Failure::Broken { message, help });
    }
    let failures = whole(failures).ok_or_else(|| Failure::Broken {
        message: format!(
            "`fail_calc` gives {failures} instead of a whole number of failures: {calculation}"
        ),
        help: "`fail_calc` counts: write an aggregate such as `count(*)` or `sum(n_records)`"
            .to_owned(),
    })?;
    let holds = |name: &str| match cell(name)? {
        Cell::Null => Ok(false),
        cell => whole(cell).map(|it| it != 0).ok_or_else(|| {
            broken(
                &format!("`{name}` is {cell}, neither true nor false"),
                "`warn_if` and `error_if` are comparisons, such as `> 10`".to_owned(),
            )
        }),
    };
    Ok(Verdict {
        failures,
        should_warn: holds("should_warn")?,
        should_error: holds("should_error")?,
    })
}

fn whole(cell: &Cell) -> Option<i64> {
    match cell {
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
    }
}
