//! The columns that a query gives, from its text.

use std::ops::ControlFlow;

use sqlparser::ast::{Expr, visit_expressions};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use super::analysis::{Catalog, Known, KnownColumn, analyze};
use super::grammar::Grammar;
use super::types::SqlType;

/// A column of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputColumn {
    /// Its name as it is written.
    pub name: String,
    /// Whether it is written in quotes.
    pub quoted: bool,
}

/// Knows the columns of relations by the parts of their names.
pub type Lookup<'a> = &'a dyn Fn(&[String]) -> Option<Vec<OutputColumn>>;

struct Looked<'a>(Lookup<'a>);

impl Catalog for Looked<'_> {
    fn relation(&self, parts: &[String]) -> Option<Known> {
        let columns = (self.0)(parts)?.into_iter().map(|it| KnownColumn {
            name: it.name.into(),
            sql_type: SqlType::Unknown,
        });
        Some(Known {
            columns: columns.collect(),
            is_complete: true,
            ..Known::default()
        })
    }
}

/// Returns the columns of a query, in order. None where the text does not tell: an expression
/// without a name, or `*` of a relation that nobody knows.
pub fn output_columns(
    grammar: Grammar,
    sql: &str,
    lookup: Lookup<'_>,
) -> Option<Vec<OutputColumn>> {
    let analysis = analyze(grammar, sql, &Looked(lookup));
    let is_told = analysis.is_complete && analysis.columns.iter().all(|it| it.is_named);
    let columns = analysis.columns.into_iter().map(|it| OutputColumn {
        name: it.name,
        quoted: it.quoted,
    });
    (is_told && columns.len() > 0).then(|| columns.collect())
}

/// Returns the names of the columns in an expression, each once. None if it is no expression.
pub fn column_names(grammar: Grammar, expression: &str) -> Option<Vec<String>> {
    let dialect = grammar.dialect();
    let parser = Parser::new(&*dialect).try_with_sql(expression);
    let read = parser.and_then(|mut it| Ok((it.parse_expr()?, it.peek_token())));
    let (read, rest) = read.ok()?;
    if rest.token != Token::EOF {
        return None;
    }
    let mut names: Vec<String> = Vec::new();
    let _ = visit_expressions(&read, |it| {
        let name = match it {
            Expr::Identifier(name) => Some(name),
            Expr::CompoundIdentifier(parts) => parts.last(),
            _ => None,
        };
        let is_there = |name: &str| names.iter().any(|it| it == name);
        if let Some(name) = name.filter(|it| !is_there(&it.value)) {
            names.push(name.value.clone());
        }
        ControlFlow::<()>::Continue(())
    });
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_names_columns() {
        for (expression, expected) in [
            ("amount", Some("amount")),
            ("sum", Some("sum")),
            ("coalesce(o.amount, 0) - tax", Some("amount tax")),
            (
                "case when status = 'tax' then \"Net\" end",
                Some("status Net"),
            ),
            ("date_trunc('day', placed_at)", Some("placed_at")),
            ("1", Some("")),
            ("a b", None),
            ("case when", None),
        ] {
            let found = column_names(Grammar::DuckDb, expression);
            assert_eq!(found.map(|it| it.join(" ")).as_deref(), expected);
        }
    }

    fn columns(sql: &str) -> Option<Vec<String>> {
        let lookup = |parts: &[String]| match parts {
            [.., name] if name == "orders" => Some(
                ["id", "day"]
                    .map(|name| OutputColumn {
                        name: name.to_owned(),
                        quoted: false,
                    })
                    .into(),
            ),
            _ => None,
        };
        let found = output_columns(Grammar::Postgres, sql, &lookup)?;
        Some(found.into_iter().map(|it| it.name).collect())
    }

    #[test]
    fn a_query_tells_its_columns() {
        for (sql, expected) in [
            ("select a, t.b, 1 + 1 as c from t", "a b c"),
            ("select * from orders", "id day"),
            (
                "select o.*, 1 as one from db.main.orders as o",
                "id day one",
            ),
            (
                "with t as (select id as x from orders) select * from t union all select 1",
                "x",
            ),
            (
                "with t(y, z) as (select * from orders) select z, t.* from t",
                "z y z",
            ),
            (
                "select * from (select * from orders) as t join orders using (id)",
                "id day day",
            ),
            ("select * from orders as o(k, l)", "k l"),
            ("(select id from orders) order by 1", "id"),
        ] {
            let expected = expected.split(' ').map(str::to_owned).collect();
            assert_eq!(columns(sql), Some(expected), "{sql}");
        }
    }

    #[test]
    fn what_the_text_does_not_tell_is_none() {
        for sql in [
            "select 1 + 1 from orders",
            "select * from elsewhere",
            "select * from orders natural join elsewhere",
            "select * from read_csv('orders.csv')",
            "delete from orders",
            "select from where",
        ] {
            assert_eq!(columns(sql), None, "{sql}");
        }
    }
}
