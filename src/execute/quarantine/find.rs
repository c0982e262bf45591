//! Which rows of a relation fail a data test, as a query of their identifiers.
//!
//! A macro `quarantined_by_<test>` says it for the test of that name: dsql's for dbt's own, those of a
//! project or a package for theirs. Any other test has to return rows of the model.

use std::sync::Arc;

use super::Quarantine;
use crate::execute::holds::test_name;
use crate::execute::{Failure, Hold};
use crate::jinja::Value;
use crate::jinja::context::Names;
use crate::jinja::library;
use crate::jinja::python::List;
use crate::nodes::{Node, Resource};
use crate::parse::TEST_ARGUMENTS;

/// The place of what incidents hold, which is that of no test.
const HELD: usize = 1_000_000;
/// What such macros are called, before the name of the test.
const MACRO: &str = "quarantined_by_";

/// A test, and the query that finds its rows.
pub(super) struct Found {
    /// Its place among those of the node.
    pub(super) place: usize,
    pub(super) test: Arc<Node>,
    /// Whether an incident holds the rows, which no limit is about.
    pub(super) is_held: bool,
    rows: String,
}

impl Found {
    /// Returns the query.
    pub(super) fn into_rows(self) -> String {
        self.rows
    }
}

/// Tells whether a test looks at what the others leave: rows are alike or not among themselves.
pub(super) fn looks_last(test: &Node) -> bool {
    let generic = test.as_generic_test();
    generic.is_some_and(|it| it.name == "unique" || it.name == "unique_combination_of_columns")
}

impl Quarantine<'_> {
    /// Makes the query of a test. `under_retry`: the rows are put in for a trial.
    pub(super) fn find(
        &self,
        place: usize,
        test: &Arc<Node>,
        under_retry: bool,
    ) -> Result<Found, Failure> {
        let rows = match self.macro_of(test) {
            Some(name) => self.by_macro(&name, test, under_retry)?,
            None => self.by_rows(test)?,
        };
        Ok(Found {
            place,
            test: test.clone(),
            is_held: false,
            rows,
        })
    }

    /// Makes the query of the rows that an incident holds. In place of a test stands what says whose they are and why.
    pub(super) fn held(&self, hold: &Hold) -> Result<Found, Failure> {
        let condition = hold.condition.as_deref().unwrap_or("1 = 0");
        let arguments = vec![
            self.relation(),
            ("condition", Value::from(format!("({condition})"))),
        ];
        let rows = library::to_text(&self.call("held_rows", arguments)?);
        let mut test = (**self.node).clone();
        test.name = test_name(&hold.incident);
        test.description.clone_from(&hold.reason);
        Ok(Found {
            // That of no test.
            place: HELD,
            test: Arc::new(test),
            is_held: true,
            rows,
        })
    }

    /// Notes the rows of a test; returns their number.
    pub(super) fn mark(&self, found: &Found, under_retry: bool) -> Result<u64, Failure> {
        let place = i64::try_from(found.place).unwrap_or(i64::MAX);
        let arguments = vec![
            ("rows", Value::from(found.rows.as_str())),
            ("place", Value::from(place)),
            ("test", Value::from(found.test.name.as_str())),
            ("reason", Value::from(reason(&found.test))),
            ("under_retry", Value::from(under_retry)),
        ];
        let [count] = super::numbers(&self.call("mark_quarantine_rows", arguments)?);
        Ok(count)
    }

    fn macro_of(&self, test: &Node) -> Option<String> {
        let generic = test.as_generic_test()?;
        let name = format!("{MACRO}{}", generic.name);
        let entry = self.session.engine.macros().find_by_name(&name, None)?;
        Some(format!("{}.{name}", entry.node.package_name))
    }

    fn by_macro(&self, name: &str, test: &Arc<Node>, under_retry: bool) -> Result<String, Failure> {
        let mut without = Vec::new();
        if self.is_there && self.notes {
            without.push(Value::from("dsql_quarantine_accepted"));
        }
        if looks_last(test) && self.notes {
            without.push(Value::from("dsql_quarantine_marks"));
        }
        let filter = test.config.str("where");
        let arguments = vec![
            self.relation(),
            ("where", filter.map_or(Value::from(()), Value::from)),
            ("without", List::value(without)),
            ("under_retry", Value::from(under_retry)),
        ];
        let source = self.call("quarantine_source", arguments)?;
        let mut calling = (**test).clone();
        calling.raw_code = format!("{{{{ {name}(**{TEST_ARGUMENTS}) }}}}").into();
        let stand_in = library::constant("get_where_subquery", source);
        let columns = self.columns.iter();
        let columns = columns.map(|it| Value::from(super::quoted(&it.name, self.session)));
        let names = Names {
            values: vec![(
                "quarantine_columns".to_owned(),
                List::value(columns.collect::<Vec<_>>()),
            )],
            stand_ins: vec![(None, "get_where_subquery".to_owned(), stand_in)],
            ..Names::default()
        };
        self.query(&Arc::new(calling), names)
    }

    /// Finds the rows that a test returns among those of the relation.
    fn by_rows(&self, test: &Arc<Node>) -> Result<String, Failure> {
        // Stored failures are whole rows in dbt's tests and those of packages.
        let stand_in = library::constant("should_store_failures", Value::from(true));
        let names = Names {
            stand_ins: vec![(None, "should_store_failures".to_owned(), stand_in)],
            ..Names::default()
        };
        let query = self.query(test, names)?;
        let shown = format!("select * from (\n{query}\n) as failing_rows limit 0");
        let commented = self.session.commented(&shown);
        let looked = self.session.connection().execute(&commented, true, None);
        let (_, shown) = looked.map_err(|error| Failure::refused(error, &commented))?;
        let has = |name: &str| {
            shown
                .columns
                .iter()
                .any(|it| it.name.eq_ignore_ascii_case(name))
        };
        let lacking: Vec<&str> = self
            .columns
            .iter()
            .map(|it| it.name.as_str())
            .filter(|name| !has(name))
            .collect();
        if !lacking.is_empty() {
            return Err(self.no_rows(test, &lacking));
        }
        let arguments = vec![self.relation(), self.columns(), ("sql", Value::from(query))];
        let rows = self.call("quarantined_by_rows", arguments)?;
        Ok(library::to_text(&rows))
    }

    fn no_rows(&self, test: &Node, lacking: &[&str]) -> Failure {
        let list = lacking.iter().map(|it| format!("`{it}`"));
        let list = list.collect::<Vec<_>>().join(", ");
        let help = match test.as_generic_test() {
            Some(generic) => format!(
                "let it return whole rows of `{}` (`select *`), write a macro `{MACRO}{}`, or leave \
                 `on_failure` out",
                self.node.name, generic.name
            ),
            None => format!(
                "let it return whole rows of `{}` (`select *`), or leave `on_failure` out",
                self.node.name
            ),
        };
        Failure::Quarantine {
            message: format!(
                "the test returns no rows of `{}`, which could go into quarantine: it lacks {list}",
                self.node.name
            ),
            help,
        }
    }

    fn query(&self, test: &Arc<Node>, names: Names) -> Result<String, Failure> {
        let session = self.session;
        session.take_up(&test.unique_id, Some(Resource::Node(test)))?;
        Ok(self.execution.compiler.query(test, session, names)?)
    }
}

/// Says why a row fails a test.
fn reason(test: &Node) -> String {
    if !test.description.trim().is_empty() {
        return test.description.trim().to_owned();
    }
    let Some(generic) = test.as_generic_test() else {
        return format!("fails {}", test.name);
    };
    let column = generic.column_name.as_deref().unwrap_or_default();
    let argument = |name: &str| match generic.kwargs.get(name) {
        Some(serde_json::Value::String(text)) => text.trim_matches(['{', '}', ' ']).to_owned(),
        Some(serde_json::Value::Array(values)) => {
            let values = values.iter().map(|it| match it {
                serde_json::Value::String(text) => format!("'{text}'"),
                other => other.to_string(),
            });
            values.collect::<Vec<_>>().join(", ")
        }
        Some(value) => value.to_string(),
        None => String::new(),
    };
    match generic.name.as_str() {
        "not_null" => format!("{column} is null"),
        "unique" => format!("{column} is not unique"),
        "accepted_values" => format!("{column} is none of {}", argument("values")),
        "relationships" => format!("{column} is no {} of {}", argument("field"), argument("to")),
        name => match generic.kwargs.get("expression") {
            Some(_) => format!("not {column} {}", argument("expression")).replace("not  ", "not "),
            None => format!("fails {name}"),
        },
    }
}
