//! Constraints of contracts as parts of `create table`.

use serde_json::Value;

use super::Adapter;
use super::profile::python_text;
use crate::nodes::{Constraint, Dict};

/// A constraint that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Could not parse constraint: {0}")]
pub struct ConstraintError(pub String);

/// Writes columns with their types and constraints (`render_raw_columns_constraints`).
pub fn render_columns(
    adapter: &dyn Adapter,
    columns: &Dict,
) -> Result<Vec<String>, ConstraintError> {
    columns
        .values()
        .map(|column| render_column(adapter, column))
        .collect()
}

/// Writes the constraints of a model (`render_raw_model_constraints`); those that mean nothing are
/// left out.
pub fn render_model(
    adapter: &dyn Adapter,
    constraints: &[Value],
) -> Result<Vec<String>, ConstraintError> {
    let rendered = constraints.iter().map(|raw| {
        let constraint = Raw::parse(raw)?;
        Ok(constraint.on_model(adapter))
    });
    rendered.filter_map(Result::transpose).collect()
}

fn render_column(adapter: &dyn Adapter, column: &Value) -> Result<String, ConstraintError> {
    let value = |key: &str| column.get(key).unwrap_or(&Value::Null);
    let mut name = python_text(value("name"));
    if value("quote").as_bool() == Some(true) {
        name = adapter.quote(&name);
    }
    let mut parts = vec![name, python_text(value("data_type"))];
    for raw in value("constraints").as_array().into_iter().flatten() {
        parts.extend(Raw::parse(raw)?.on_column(adapter));
    }
    Ok(parts.join(" "))
}

struct Raw<'a> {
    kind: &'a str,
    name: Option<&'a str>,
    expression: Option<&'a str>,
    to: Option<&'a str>,
    to_columns: Vec<&'a str>,
    columns: Vec<&'a str>,
}

impl<'a> Raw<'a> {
    fn parse(raw: &'a Value) -> Result<Self, ConstraintError> {
        let error = || ConstraintError(python_text(raw));
        let text = |key: &str| match raw.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_str().map(Some).ok_or_else(error),
        };
        let texts = |key: &str| match raw.get(key) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(value) => {
                let items = value.as_array().ok_or_else(error)?.iter();
                items.map(|it| it.as_str().ok_or_else(error)).collect()
            }
        };
        Ok(Self {
            kind: text("type")?
                .filter(|it| Constraint::TYPES.contains(it))
                .ok_or_else(error)?,
            name: text("name")?,
            expression: text("expression")?.filter(|it| !it.is_empty()),
            to: text("to")?.filter(|it| !it.is_empty()),
            to_columns: texts("to_columns")?,
            columns: texts("columns")?,
        })
    }

    fn on_column(&self, adapter: &dyn Adapter) -> Option<String> {
        let expression = self.expression.unwrap_or_default();
        let rendered = match self.kind {
            "check" => format!("check ({})", self.expression?),
            "not_null" => format!("not null {expression}"),
            "unique" => format!("unique {expression}"),
            "primary_key" => format!("primary key {expression}"),
            "foreign_key" => self
                .references(adapter)
                .unwrap_or_else(|| "references None".to_owned()),
            _ => self.expression?.to_owned(),
        };
        Some(rendered.trim().to_owned())
    }

    fn on_model(&self, adapter: &dyn Adapter) -> Option<String> {
        let prefix = match self.name {
            Some(name) => format!("constraint {name} "),
            None => String::new(),
        };
        let columns = self.columns.join(", ");
        let expression = match self.expression {
            Some(expression) => format!(" {expression}"),
            None => String::new(),
        };
        let rendered = match self.kind {
            "check" => format!("check ({})", self.expression?),
            "unique" => format!("unique{expression} ({columns})"),
            "primary_key" => format!("primary key{expression} ({columns})"),
            "foreign_key" => format!("foreign key ({columns}) {}", self.references(adapter)?),
            "custom" => self.expression?.to_owned(),
            _ => return None,
        };
        Some(prefix + &rendered)
    }

    fn references(&self, adapter: &dyn Adapter) -> Option<String> {
        match self.to {
            Some(to) if !self.to_columns.is_empty() => Some(format!(
                "references {} ({})",
                adapter.foreign_key_target(to),
                self.to_columns.join(", ")
            )),
            _ => Some(format!("references {}", self.expression?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::adapters::duckdb::{Credentials, DuckDb};

    #[test]
    fn renders_as_dbt_duckdb() {
        let adapter = DuckDb::new(Credentials::of_path(":memory:"));
        let columns = json!({
            "id": {"name": "id", "data_type": "integer", "constraints": [
                {"type": "not_null"}, {"type": "primary_key"},
                {"type": "check", "expression": "id > 0"},
                {"type": "check"},
                {"type": "foreign_key", "to": "\"db\".\"main\".\"t\"", "to_columns": ["id"]},
            ]},
            "Name": {"name": "Name", "quote": true, "data_type": "text", "constraints": []},
        });
        let Value::Object(columns) = columns else {
            unreachable!()
        };
        let expected = [
            "id integer not null primary key check (id > 0) references \"main\".\"t\" (id)",
            "\"Name\" text",
        ];
        assert_eq!(
            render_columns(&adapter, &columns),
            Ok(expected.map(str::to_owned).into())
        );
        let model = [
            json!({"type": "primary_key", "columns": ["a", "b"], "name": "pk"}),
            json!({"type": "not_null", "columns": ["a"]}),
            json!({"type": "foreign_key", "columns": ["a"], "expression": "t (id)"}),
        ];
        let expected = [
            "constraint pk primary key (a, b)",
            "foreign key (a) references t (id)",
        ];
        assert_eq!(
            render_model(&adapter, &model),
            Ok(expected.map(str::to_owned).into())
        );
        let wrong = render_model(&adapter, &[json!({"type": "nope"})]);
        assert_eq!(wrong, Err(ConstraintError("{'type': 'nope'}".to_owned())));
    }
}
