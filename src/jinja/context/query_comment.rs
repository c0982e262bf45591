//! The comment that goes with each query: `query-comment` of `dbt_project.yml`, or dbt's own.

use std::sync::Arc;

use super::json::from_json;
use super::run::{Names, RunContext, Session};
use crate::jinja::{Origin, RenderError, Template, Value};
use crate::nodes::Resource;

/// What `query-comment` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueryComment {
    /// The template; dbt's own if nothing is said, and none if it is empty.
    pub template: Option<String>,
    /// Whether it goes to the end of the query.
    pub append: bool,
}

impl QueryComment {
    /// Renders the comment of a connection, which works on a node or on none.
    pub(super) fn render(
        &self,
        session: &Arc<Session>,
        connection: &str,
        node: Option<Resource<'_>>,
    ) -> Result<String, RenderError> {
        let Some(template) = &self.template else {
            return Ok(standard(session, connection, node));
        };
        let subject = node.map_or(Value::from(()), |node| from_json(&node.to_json()));
        let names = Names {
            values: vec![
                ("connection_name".to_owned(), Value::from(connection)),
                ("node".to_owned(), subject),
            ],
            ..Names::default()
        };
        let package = Arc::from(session.project.name.as_str());
        let context = RunContext::with_names(session.clone(), None, package, names);
        let template = Template {
            name: "query-comment",
            text: template,
            origin: Origin::Nowhere,
        };
        let rendered = session.engine.render(template, &context.scope())?;
        Ok(rendered.text.trim().to_owned())
    }

    /// Adds a rendered comment to a query. dbt refuses a comment with an end inside; here the end
    /// is taken apart, so that nothing of it becomes SQL.
    pub(super) fn add(&self, comment: &str, sql: &str) -> String {
        if comment.is_empty() {
            return sql.to_owned();
        }
        let comment = comment.replace("*/", "* /");
        if !self.append {
            return format!("/* {comment} */\n{sql}");
        }
        let sql = sql.trim_end();
        match sql.strip_suffix(';') {
            Some(sql) => format!("{sql}\n/* {comment} */;"),
            None => format!("{sql}\n/* {comment} */"),
        }
    }
}

/// Writes dbt's own comment: what runs where, as JSON.
fn standard(session: &Session, connection: &str, node: Option<Resource<'_>>) -> String {
    let project = &session.project;
    let target = |key: &str| project.target.get(key).cloned().unwrap_or_default();
    let subject = match node {
        Some(node) => ("node_id", node.unique_id().to_string()),
        None => ("connection_name", connection.to_owned()),
    };
    let fields = [
        ("app", "dbt".into()),
        ("dbt_version", project.dbt_version.into()),
        ("profile_name", target("profile_name")),
        ("target_name", target("target_name")),
        (subject.0, serde_json::Value::from(subject.1)),
    ];
    let fields = fields.map(|(name, value)| format!("\"{name}\": {value}"));
    format!("{{{}}}", fields.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_stand_before_or_behind() {
        let (before, behind) = (
            QueryComment::default(),
            QueryComment {
                append: true,
                ..QueryComment::default()
            },
        );
        assert_eq!(before.add("x", "select 1"), "/* x */\nselect 1");
        assert_eq!(before.add("", "select 1"), "select 1");
        assert_eq!(behind.add("x", "select 1; \n"), "select 1\n/* x */;");
        assert_eq!(behind.add("x", "select 1"), "select 1\n/* x */");
        assert_eq!(
            before.add("a */ drop", "select 1"),
            "/* a * / drop */\nselect 1"
        );
    }
}
