//! What stands in a FROM.

use std::collections::BTreeSet;

use sqlparser::ast::{
    Expr, FunctionArg, Ident, LateralView, Spanned, TableAlias, TableFactor, TableSampleKind,
    TableWithJoins,
};

use super::flow::{Flow, Influence, Made};
use super::keys::Link;
use super::meaning::{Meaning, Rows};
use super::query::Env;
use super::same_rows::SameRows;
use super::scope::{Relation, Scope};
use super::shape::{Named, Open, Shape};
use super::stars::{everything, idents, last};
use super::{Analyzer, Known, Read};
use crate::sql::children::argument;
use crate::sql::grammar::Grammar;
use crate::sql::types::{SqlType, returned};
use crate::text::Span;

impl Analyzer<'_> {
    pub(super) fn table_with_joins(
        &mut self,
        table: &TableWithJoins,
        scope: &mut Scope<'_>,
        influences: &mut BTreeSet<Influence>,
    ) {
        let before = scope.relations.len();
        let rows = self.one_table(&table.relation, scope, influences);
        scope.cross(rows);
        for join in &table.joins {
            self.join(join, before, scope, influences);
        }
    }

    /// Takes a relation in, and returns its rows.
    pub(super) fn one_table(
        &mut self,
        table: &TableFactor,
        scope: &mut Scope<'_>,
        influences: &mut BTreeSet<Influence>,
    ) -> Rows {
        let own = scope.relations.len();
        let outer = scope.from.take();
        self.table(table, scope, influences);
        // Joins in parentheses have put their rows there.
        let within = std::mem::replace(&mut scope.from, outer);
        if !self.compares {
            return Rows::default();
        }
        // The same relation once more is another one.
        let (before, new) = scope.relations.split_at_mut(own);
        let is_there = |new: &[Relation]| {
            let overlaps = |it: &Relation| new.iter().any(|new| it.shape.overlaps(&new.shape));
            before.iter().any(overlaps)
        };
        let mut rows = within;
        // The third is another one than the second.
        while is_there(new) {
            let seal = |it: &mut Rows| {
                it.base = it.whole();
                it.filters.clear();
            };
            rows.iter_mut().for_each(seal);
            new.iter_mut().for_each(|it| seal(&mut it.shape.rows));
            let other = |it: Meaning| Meaning::of("again", [it]);
            for relation in new.iter_mut() {
                relation.shape.mean(other);
            }
            if let Some(rows) = &mut rows {
                for key in &mut rows.keys {
                    *key = key.iter().map(|it| other(*it)).collect();
                }
            }
        }
        match (rows, new) {
            (Some(rows), _) => rows,
            (None, [relation]) => relation.shape.rows.clone(),
            (None, _) => Rows::of(Meaning::text("table", &table.to_string())),
        }
    }

    fn table(
        &mut self,
        table: &TableFactor,
        scope: &mut Scope<'_>,
        influences: &mut BTreeSet<Influence>,
    ) {
        let place = self.span(table.span());
        let (mut shape, alias, mut name) = match table {
            TableFactor::Table {
                name,
                alias,
                args: None,
                ..
            } => match idents(name) {
                Some(parts) => {
                    let names = names_of(&parts);
                    let place = self.span(name.span());
                    (self.read(names_of(&parts), place, scope.env), alias, names)
                }
                None => {
                    let reason = "the name of the relation is calculated";
                    (Shape::opaque(place, reason), alias, Vec::new())
                }
            },
            TableFactor::Table {
                name,
                alias,
                args: Some(args),
                with_ordinality,
                ..
            } => {
                let names = last(name).into_iter().collect();
                let shape = self.table_function(
                    &last(name).unwrap_or_default(),
                    &args.args,
                    alias.as_ref(),
                    place,
                    scope,
                );
                (shape.numbered(*with_ordinality), alias, names)
            }
            TableFactor::Function {
                name,
                args,
                alias,
                with_ordinality,
                ..
            } => {
                let names = last(name).into_iter().collect();
                let name = last(name).unwrap_or_default();
                let shape = self.table_function(&name, args, alias.as_ref(), place, scope);
                (shape.numbered(*with_ordinality), alias, names)
            }
            TableFactor::TableFunction { expr, alias } => {
                let shape = match expr {
                    Expr::Function(function) => {
                        let name = last(&function.name).unwrap_or_default();
                        let args = match &function.args {
                            sqlparser::ast::FunctionArguments::List(list) => list.args.as_slice(),
                            _ => &[],
                        };
                        self.table_function(&name, args, alias.as_ref(), place, scope)
                    }
                    _ => Shape::opaque(place, "what the table function gives is not known"),
                };
                (shape, alias, Vec::new())
            }
            TableFactor::Derived {
                subquery, alias, ..
            } => {
                let env = Env {
                    ctes: scope.env.ctes.clone(),
                    outer: Some(&*scope),
                };
                let shape = self.query(subquery, &env);
                (shape, alias, vec![unnamed(scope)])
            }
            TableFactor::UNNEST {
                alias,
                array_exprs,
                with_offset,
                with_offset_alias,
                with_ordinality,
            } => {
                let values: Vec<Flow> = array_exprs
                    .iter()
                    .map(|it| self.compared(it, scope))
                    .collect();
                let rows = Meaning::of("unnest", values.iter().map(|it| it.meaning));
                let mut shape = self.unnested(values, alias.as_ref());
                shape.rows = Rows::of(rows);
                let numbered = match with_offset_alias {
                    Some(name) => Some(name.value.as_str()),
                    None if *with_offset => Some("offset"),
                    None if *with_ordinality => Some("ordinality"),
                    None => None,
                };
                shape
                    .columns
                    .extend(numbered.map(|name| plain(name, SqlType::BIGINT)));
                (shape, alias, vec!["unnest".to_owned()])
            }
            TableFactor::NestedJoin {
                table_with_joins,
                alias,
            } => {
                if alias.is_none() {
                    return self.table_with_joins(table_with_joins, scope, influences);
                }
                let mut inner = Scope::new(scope.env);
                self.table_with_joins(table_with_joins, &mut inner, influences);
                let mut shape = everything(&inner);
                shape.rows = inner.from.unwrap_or_default();
                (shape, alias, Vec::new())
            }
            TableFactor::Pivot {
                table,
                aggregate_functions,
                value_column,
                value_source,
                alias,
                ..
            } => {
                let mut inner = Scope::new(scope.env);
                let rows = self.one_table(table, &mut inner, influences);
                let rows = self.turned(place, rows, &inner);
                let aggregates: Vec<(&Expr, Option<&Ident>)> = aggregate_functions
                    .iter()
                    .map(|it| (&it.expr, it.alias.as_ref()))
                    .collect();
                let mut shape = self.pivot(&aggregates, value_column, value_source, &inner, place);
                shape.turn(rows);
                (shape, alias, Vec::new())
            }
            TableFactor::Unpivot {
                table,
                value,
                name,
                columns,
                alias,
                ..
            } => {
                let mut inner = Scope::new(scope.env);
                let rows = self.one_table(table, &mut inner, influences);
                let rows = self.turned(place, rows, &inner);
                let mut shape = self.unpivot(value, name, columns, &inner, place);
                shape.turn(rows);
                (shape, alias, Vec::new())
            }
            other => {
                self.is_partial = true;
                let mut shape = Shape::opaque(place, "what stands here is not followed");
                shape.rows = Rows::of(Meaning::text("table", &other.to_string()));
                scope.relations.push(Relation {
                    name: alias_in(other).into_iter().collect(),
                    shape,
                    hidden: Vec::new(),
                    link: Link::default(),
                    beside: None,
                });
                return;
            }
        };
        influences.extend(std::mem::take(&mut shape.influences));
        if let TableFactor::Table {
            sample: Some(sample),
            ..
        } = table
        {
            let (TableSampleKind::BeforeTableAlias(sample)
            | TableSampleKind::AfterTableAlias(sample)) = sample;
            let sample = Meaning::text("sample", &sample.to_string());
            shape.rows = Rows::of(Meaning::of("sample", [shape.rows.whole(), sample]));
        }
        // `a POSITIONAL JOIN b` reads as if it gave `a` a name.
        let is_name =
            |it: &&TableAlias| it.explicit || !it.name.value.eq_ignore_ascii_case("positional");
        if let Some(alias) = alias.as_ref().filter(is_name) {
            shape = shape.aliased(alias, |it| self.span(it.span));
            name = vec![alias.name.value.clone()];
        }
        scope.relations.push(Relation {
            name,
            shape,
            hidden: Vec::new(),
            link: Link::default(),
            beside: None,
        });
    }

    /// A relation by its name: a common table expression, or one that is read.
    pub(super) fn read(&mut self, parts: Vec<String>, place: Span, env: &Env<'_>) -> Shape {
        if let [name] = parts.as_slice()
            && let Some(shape) = env.read(name)
        {
            return (**shape).clone();
        }
        // BigQuery quotes a whole path as one.
        let parts = match (self.grammar, parts.as_slice()) {
            (Grammar::BigQuery | Grammar::Databricks | Grammar::Spark, _) => parts
                .iter()
                .flat_map(|it| it.split('.').map(str::to_owned))
                .collect(),
            _ => parts,
        };
        let known = self.catalog.relation(&parts);
        self.known(parts, known, place)
    }

    /// The relation for which a common table expression stands.
    pub(super) fn stand_in(&mut self, name: &Ident) -> Option<Shape> {
        let known = self.catalog.stand_in(&name.value)?;
        let place = self.span(name.span);
        Some(self.known(vec![name.value.clone()], Some(known), place))
    }

    fn known(&mut self, parts: Vec<String>, known: Option<Known>, place: Span) -> Shape {
        let before = self.done.reads.iter().position(|it| it.parts == parts);
        let read = before.unwrap_or_else(|| {
            self.done.reads.push(Read {
                parts,
                place,
                is_known: known.is_some(),
            });
            self.done.reads.len() - 1
        });
        let meaning = match self.compares {
            true => {
                let parts = &self.done.reads[read].parts;
                let identity = self.catalog.identity(parts);
                let identity = identity.unwrap_or_else(|| parts.join(".").to_lowercase());
                Meaning::text("relation", &identity)
            }
            false => Meaning::default(),
        };
        let mut rows = Rows::of(meaning);
        if self.compares {
            let keys = known.iter().flat_map(|it| it.keys.iter());
            let keys = keys.map(|it| it.iter().map(|it| meaning.column(it)).collect());
            rows.keys = keys.collect();
        }
        let compares = self.compares;
        let of = move |name: &str| match compares {
            true => meaning.column(name),
            false => meaning,
        };
        let known = known.unwrap_or_default();
        let columns = known.columns.iter().map(|it| Named {
            name: it.name.to_string(),
            quoted: false,
            is_named: true,
            flow: Flow::column(read, it.name.clone(), it.sql_type.clone()).meant(of(&it.name)),
            place,
        });
        let open = Open::Read {
            read,
            meaning,
            without: Vec::new(),
        };
        Shape {
            columns: columns.collect(),
            open: if known.is_complete {
                Vec::new()
            } else {
                vec![open]
            },
            keys: known.keys.to_vec(),
            is_read: true,
            same_rows: Some(SameRows::of(read)),
            is_single: known.is_single,
            rows,
            ..Shape::default()
        }
    }

    /// Rows that PIVOT and UNPIVOT make: what is asked for, and all that it is asked of.
    fn turned(&self, place: Span, rows: Rows, scope: &Scope<'_>) -> Meaning {
        let columns = everything(scope).columns.into_iter();
        let columns = columns.map(|it| it.flow.meaning);
        let text = self.sql.get(place.range()).unwrap_or_default();
        let text = Meaning::text("turned", text);
        Meaning::of("turned", [text, rows.whole()].into_iter().chain(columns))
    }

    fn table_function(
        &mut self,
        name: &str,
        args: &[FunctionArg],
        alias: Option<&TableAlias>,
        place: Span,
        scope: &Scope<'_>,
    ) -> Shape {
        let name = name.to_lowercase();
        let mistakes = self.done.mistakes.len();
        let calls = self.done.calls.len();
        let values: Vec<Flow> = args
            .iter()
            .filter_map(argument)
            .map(|it| self.compared(it, scope))
            .collect();
        let rows = Rows::of(Meaning::of(&name, values.iter().map(|it| it.meaning)));
        match name.as_str() {
            "unnest" | "explode" => Shape {
                rows,
                ..self.unnested(values, alias)
            },
            "generate_series" | "range" => {
                let types: Vec<SqlType> = values.iter().map(|it| it.sql_type.clone()).collect();
                let sql_type = returned(&name, &types).element();
                let named = match (self.grammar, alias) {
                    (Grammar::Postgres | Grammar::Redshift, Some(alias)) => {
                        alias.name.value.clone()
                    }
                    _ => name,
                };
                let mut column = plain(&named, sql_type);
                let sql_type = column.flow.sql_type.clone();
                column.flow = Flow::of(Made::Expression, values).typed(sql_type);
                Shape {
                    columns: vec![column],
                    rows,
                    ..Shape::default()
                }
            }
            _ => {
                // What its arguments mean is the function's own affair.
                self.is_partial = true;
                self.done.mistakes.truncate(mistakes);
                self.done.calls.truncate(calls);
                let args: Vec<String> = args.iter().map(ToString::to_string).collect();
                let parts = vec![format!("{name}({})", args.join(", "))];
                match self.catalog.relation(&parts) {
                    Some(known) => self.known(parts, Some(known), place),
                    None => {
                        let reason = format!("which columns `{name}` gives is not known");
                        Shape {
                            rows,
                            ..Shape::opaque(place, reason)
                        }
                    }
                }
            }
        }
    }

    /// Elements of lists, as rows.
    fn unnested(&mut self, values: Vec<Flow>, alias: Option<&TableAlias>) -> Shape {
        let by_alias = !matches!(self.grammar, Grammar::DuckDb);
        let name = match alias {
            Some(alias) if by_alias => alias.name.value.as_str(),
            _ => "unnest",
        };
        let mut columns = Vec::new();
        for value in values {
            let element = value.sql_type.element();
            if let (SqlType::Struct(fields), true) = (&element, by_alias) {
                for (name, of) in fields {
                    let mut column = plain(name, of.clone());
                    column.flow = value.clone().then(Made::Expression).typed(of.clone());
                    columns.push(column);
                }
                continue;
            }
            let mut column = plain(name, SqlType::Unknown);
            column.flow = value.then(Made::Expression).typed(element);
            columns.push(column);
        }
        Shape {
            columns,
            ..Shape::default()
        }
    }

    pub(super) fn lateral_view(&mut self, view: &LateralView, scope: &mut Scope<'_>) {
        let flow = self.compared(&view.lateral_view, scope);
        scope.cross(Rows::of(Meaning::of("lateral", [flow.meaning])));
        let columns = view.lateral_col_alias.iter().map(|name| {
            let mut column = plain(&name.value, SqlType::Unknown);
            column.flow = flow.clone().then(Made::Expression).typed(SqlType::Unknown);
            column
        });
        scope.relations.push(Relation {
            name: last(&view.lateral_view_name).into_iter().collect(),
            shape: Shape {
                columns: columns.collect(),
                ..Shape::default()
            },
            hidden: Vec::new(),
            link: Link::default(),
            beside: None,
        });
    }
}

impl Scope<'_> {
    /// Puts each row beside all of another relation.
    pub(super) fn cross(&mut self, rows: Rows) {
        self.from = Some(match self.from.take() {
            None => rows,
            Some(mut before) => {
                before.base = Meaning::of("join", [before.base, rows.base]);
                before.filters.extend(rows.filters);
                before.keys.clear();
                before
            }
        });
    }
}

impl Shape {
    /// Adds the number of each row, if that is asked for.
    fn numbered(mut self, is_asked: bool) -> Self {
        if is_asked {
            self.columns.push(plain("ordinality", SqlType::BIGINT));
        }
        self
    }

    /// Takes for its rows and columns what PIVOT and UNPIVOT make of others.
    fn turn(&mut self, rows: Meaning) {
        self.rows = Rows::of(rows);
        for column in &mut self.columns {
            column.flow.meaning = rows.column(&column.name);
        }
    }
}

/// Names a query in a FROM that has no name as DuckDB does.
fn unnamed(scope: &Scope<'_>) -> String {
    const NAME: &str = "unnamed_subquery";
    let before = scope.relations.iter();
    let before = before.filter(|it| it.name.first().is_some_and(|it| it.starts_with(NAME)));
    match before.count() {
        0 => NAME.to_owned(),
        count => format!("{NAME}{}", count + 1),
    }
}

fn names_of(parts: &[Ident]) -> Vec<String> {
    parts.iter().map(|it| it.value.clone()).collect()
}

pub(super) fn plain(name: &str, sql_type: SqlType) -> Named {
    Named {
        name: name.to_owned(),
        quoted: false,
        is_named: true,
        flow: Flow::constant(sql_type),
        place: Span::default(),
    }
}

/// Returns the alias of what is not followed.
fn alias_in(table: &TableFactor) -> Option<String> {
    match table {
        TableFactor::JsonTable { alias, .. }
        | TableFactor::OpenJsonTable { alias, .. }
        | TableFactor::MatchRecognize { alias, .. }
        | TableFactor::XmlTable { alias, .. }
        | TableFactor::SemanticView { alias, .. } => alias.as_ref().map(|it| it.name.value.clone()),
        _ => None,
    }
}
