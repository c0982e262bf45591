//! The columns that a query gives, from its text.

use sqlparser::ast::{
    Expr, Ident, JoinConstraint, JoinOperator, ObjectName, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, Statement, TableAlias, TableFactor, TableWithJoins,
    WildcardAdditionalOptions,
};

use super::grammar::{Grammar, parsed};

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

/// Returns the columns of a query, in order. None where the text does not tell: an expression
/// without a name, or `*` of a relation that nobody knows.
pub fn output_columns(
    grammar: Grammar,
    sql: &str,
    lookup: Lookup<'_>,
) -> Option<Vec<OutputColumn>> {
    let statements = parsed(grammar, sql).ok()?;
    let [Statement::Query(query)] = statements.as_slice() else {
        return None;
    };
    Scope {
        lookup,
        ctes: Vec::new(),
    }
    .query(query)
}

/// What names mean within a query.
#[derive(Clone)]
struct Scope<'a> {
    lookup: Lookup<'a>,
    ctes: Vec<(String, Option<Vec<OutputColumn>>)>,
}

impl Scope<'_> {
    fn query(&self, query: &Query) -> Option<Vec<OutputColumn>> {
        let mut scope = self.clone();
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            let columns = scope.query(&cte.query);
            let columns = renamed(columns, &cte.alias);
            scope
                .ctes
                .push((cte.alias.name.value.to_lowercase(), columns));
        }
        scope.body(&query.body)
    }

    fn body(&self, body: &SetExpr) -> Option<Vec<OutputColumn>> {
        match body {
            SetExpr::Select(select) => self.select(select),
            SetExpr::Query(query) => self.query(query),
            SetExpr::SetOperation { left, .. } => self.body(left),
            _ => None,
        }
    }

    fn select(&self, select: &Select) -> Option<Vec<OutputColumn>> {
        let mut columns = Vec::new();
        for item in &select.projection {
            match item {
                SelectItem::ExprWithAlias { alias, .. } => columns.push(named(alias)),
                SelectItem::UnnamedExpr(Expr::Identifier(name)) => columns.push(named(name)),
                SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => {
                    columns.push(named(parts.last()?));
                }
                SelectItem::Wildcard(options) => {
                    let all = self.tables(&select.from)?;
                    let all = all.into_iter().flat_map(|(_, columns)| columns).collect();
                    columns.extend(without(all, options)?);
                }
                SelectItem::QualifiedWildcard(
                    SelectItemQualifiedWildcardKind::ObjectName(name),
                    options,
                ) => {
                    let wanted = last(name)?.to_lowercase();
                    let tables = self.tables(&select.from)?;
                    let (_, found) = tables.into_iter().find(|(name, _)| *name == wanted)?;
                    columns.extend(without(found, options)?);
                }
                _ => return None,
            }
        }
        Some(columns)
    }

    /// Lists the tables of a FROM with their columns; those that a join shares come once.
    fn tables(&self, from: &[TableWithJoins]) -> Option<Vec<(String, Vec<OutputColumn>)>> {
        let mut tables = Vec::new();
        for item in from {
            tables.push(self.table(&item.relation)?);
            for join in &item.joins {
                let (name, mut columns) = self.table(&join.relation)?;
                let shared = shared(&join.join_operator)?;
                columns.retain(|it| {
                    !shared
                        .iter()
                        .any(|name| name.eq_ignore_ascii_case(&it.name))
                });
                tables.push((name, columns));
            }
        }
        Some(tables)
    }

    fn table(&self, table: &TableFactor) -> Option<(String, Vec<OutputColumn>)> {
        match table {
            TableFactor::Table {
                name,
                alias,
                args: None,
                ..
            } => {
                let parts: Vec<String> = parts(name)?;
                let own = parts.last()?.to_lowercase();
                let cte = || self.ctes.iter().rev().find(|(name, _)| *name == own);
                let columns = match parts.as_slice() {
                    [_] if cte().is_some() => cte()?.1.clone(),
                    parts => (self.lookup)(parts),
                };
                let called = alias.as_ref().map(|it| it.name.value.to_lowercase());
                let columns = match alias {
                    Some(alias) => renamed(columns, alias),
                    None => columns,
                };
                Some((called.unwrap_or(own), columns?))
            }
            TableFactor::Derived {
                subquery, alias, ..
            } => {
                let columns = self.query(subquery);
                match alias {
                    Some(alias) => {
                        let name = alias.name.value.to_lowercase();
                        Some((name, renamed(columns, alias)?))
                    }
                    None => Some((String::new(), columns?)),
                }
            }
            _ => None,
        }
    }
}

fn named(name: &Ident) -> OutputColumn {
    OutputColumn {
        name: name.value.clone(),
        quoted: name.quote_style.is_some(),
    }
}

fn parts(name: &ObjectName) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    for part in &name.0 {
        let part = &part.as_ident()?.value;
        // BigQuery quotes a whole path as one.
        parts.extend(part.split('.').map(str::to_owned));
    }
    Some(parts)
}

fn last(name: &ObjectName) -> Option<String> {
    parts(name)?.pop()
}

/// Gives columns the names of an alias: `as t(a, b)`.
fn renamed(columns: Option<Vec<OutputColumn>>, alias: &TableAlias) -> Option<Vec<OutputColumn>> {
    if alias.columns.is_empty() {
        return columns;
    }
    Some(alias.columns.iter().map(|it| named(&it.name)).collect())
}

/// Lists the columns that a join has from both sides.
fn shared(join: &JoinOperator) -> Option<Vec<String>> {
    let constraint = match join {
        JoinOperator::Join(it)
        | JoinOperator::Inner(it)
        | JoinOperator::Left(it)
        | JoinOperator::LeftOuter(it)
        | JoinOperator::Right(it)
        | JoinOperator::RightOuter(it)
        | JoinOperator::FullOuter(it)
        | JoinOperator::CrossJoin(it) => it,
        _ => return None,
    };
    match constraint {
        JoinConstraint::On(_) | JoinConstraint::None => Some(Vec::new()),
        JoinConstraint::Using(names) => names.iter().map(last).collect(),
        JoinConstraint::Natural | JoinConstraint::UsingAlias(..) => None,
    }
}

/// Takes out of `*` what stands behind it, as far as only names go.
fn without(
    mut columns: Vec<OutputColumn>,
    options: &WildcardAdditionalOptions,
) -> Option<Vec<OutputColumn>> {
    let mut left_out = Vec::new();
    if let Some(exclude) = &options.opt_exclude {
        let text = exclude.to_string();
        let names = text.split_once(' ').map_or("", |(_, names)| names);
        let names = names.trim_matches(['(', ')']).split(',');
        left_out.extend(names.map(|it| it.trim().trim_matches(['"', '`']).to_owned()));
    }
    if let Some(except) = &options.opt_except {
        let rest = except.additional_elements.iter();
        left_out.extend(
            [&except.first_element]
                .into_iter()
                .chain(rest)
                .map(|it| it.value.clone()),
        );
    }
    if options.opt_rename.is_some() || options.opt_ilike.is_some() {
        return None;
    }
    columns.retain(|it| {
        !left_out
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&it.name))
    });
    Some(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "select * from orders natural join orders",
            "select * from generate_series(1, 2)",
            "delete from orders",
            "select from where",
        ] {
            assert_eq!(columns(sql), None, "{sql}");
        }
    }
}
