//! Schemas through `adapter`.

use super::run::RunAdapter;
use crate::jinja::library;
use crate::jinja::library::arguments::bind;
use crate::jinja::python::text;
use crate::jinja::{Error, Value};

impl RunAdapter {
    /// `check_schema_exists`.
    pub(super) fn schema_exists(&self, args: &[Value]) -> Result<Value, Error> {
        let [database, schema] = bind("check_schema_exists", ["database", "schema"], 2, args)?;
        let database = database.map(|it| text(&it));
        let relation = crate::adapters::Relation::new(database.as_deref(), None, None);
        let keywords = vec![
            (
                "information_schema".to_owned(),
                library::information_schema(relation),
            ),
            ("schema".to_owned(), schema.unwrap_or_default()),
        ];
        let found = self.call_macro("check_schema_exists", keywords)?;
        let count = first_column(&found).into_iter().next();
        Ok(Value::from(count.is_some_and(|count| count.is_true())))
    }
}

fn first_column(table: &Value) -> Vec<Value> {
    let rows = table.get_attr("rows").ok();
    let rows = rows.and_then(|rows| rows.try_iter().ok().map(Iterator::collect::<Vec<_>>));
    let first = |row: Value| row.get_item(&Value::from(0)).ok();
    rows.unwrap_or_default()
        .into_iter()
        .filter_map(first)
        .collect()
}
