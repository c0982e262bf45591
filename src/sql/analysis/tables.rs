//! What stands in a FROM.

use std::collections::BTreeSet;

use sqlparser::ast::{
    Expr, FunctionArg, Ident, Join, JoinConstraint, JoinOperator, LateralView, PivotValueSource,
    Spanned, TableAlias, TableFactor, TableWithJoins,
};

use super::flow::{By, Flow, Influence, Made};
use super::query::Env;
use super::scope::{Relation, Scope};
use super::shape::{Named, Open, Shape};
use super::stars::{idents, last};
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
        self.table(&table.relation, scope, influences);
        for join in &table.joins {
            self.join(join, before, scope, influences);
        }
    }

    fn join(
        &mut self,
        join: &Join,
        before: usize,
        scope: &mut Scope<'_>,
        influences: &mut BTreeSet<Influence>,
    ) {
        let own = scope.relations.len();
        self.table(&join.relation, scope, influences);
        let (constraint, kind) = constraint(&join.join_operator);
        match constraint {
            Some(JoinConstraint::On(condition)) => {
                let flow = self.expression(condition, scope);
                influences.extend(flow.influences(By::Join));
            }
            Some(JoinConstraint::Using(names) | JoinConstraint::UsingAlias(names, _)) => {
                let names: Vec<String> = names.iter().filter_map(last).collect();
                merge(&names, [before, own], kind, scope, influences);
            }
            Some(JoinConstraint::Natural) => {
                let (left, right) = scope.relations.split_at(own);
                let left = left.get(before..).unwrap_or_default();
                let is_open = |it: &Relation| !it.shape.open.is_empty();
                if left.iter().any(is_open) || right.iter().any(is_open) {
                    let place = self.span(join.relation.span());
                    self.unknown(place, "which columns NATURAL joins by is not known");
                }
                let of = |all: &[Relation]| -> Vec<String> {
                    let columns = all.iter().flat_map(|it| &it.shape.columns);
                    columns.map(|it| it.name.to_lowercase()).collect()
                };
                let (left, right) = (of(left), of(right));
                let names: Vec<String> = left.into_iter().filter(|it| right.contains(it)).collect();
                merge(&names, [before, own], kind, scope, influences);
            }
            Some(JoinConstraint::None) | None => {}
        }
        if let JoinOperator::AsOf {
            match_condition, ..
        } = &join.join_operator
        {
            let flow = self.expression(match_condition, scope);
            influences.extend(flow.influences(By::Join));
        }
        match kind {
            // The other side says which rows there are, and gives no columns.
            Kind::Half => scope.relations.truncate(own),
            Kind::OtherHalf => {
                scope.relations.drain(before..own);
            }
            _ => {}
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
                (shape, alias, names)
            }
            TableFactor::Function {
                name, args, alias, ..
            } => {
                let names = last(name).into_iter().collect();
                let name = last(name).unwrap_or_default();
                let shape = self.table_function(&name, args, alias.as_ref(), place, scope);
                (shape, alias, names)
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
                (shape, alias, Vec::new())
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
                    .map(|it| self.expression(it, scope))
                    .collect();
                let mut shape = self.unnested(values, alias.as_ref());
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
                let mut all = Shape::default();
                self.star(&inner, None, &mut all);
                (all, alias, Vec::new())
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
                self.table(table, &mut inner, influences);
                let aggregates: Vec<(&Expr, Option<&Ident>)> = aggregate_functions
                    .iter()
                    .map(|it| (&it.expr, it.alias.as_ref()))
                    .collect();
                let shape = self.pivot(&aggregates, value_column, value_source, &inner, place);
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
                self.table(table, &mut inner, influences);
                let columns: Vec<&Expr> = columns.iter().map(|it| &it.expr).collect();
                let shape = self.unpivot(value, name, &columns, &inner, place);
                (shape, alias, Vec::new())
            }
            other => {
                let shape = Shape::opaque(place, "what stands here is not followed");
                scope.relations.push(Relation {
                    name: alias_in(other).into_iter().collect(),
                    shape,
                    hidden: Vec::new(),
                });
                return;
            }
        };
        influences.extend(std::mem::take(&mut shape.influences));
        if let Some(alias) = alias {
            shape = shape.aliased(alias, |it| self.span(it.span));
            name = vec![alias.name.value.clone()];
        }
        scope.relations.push(Relation {
            name,
            shape,
            hidden: Vec::new(),
        });
    }

    /// A relation by its name: a common table expression, or one that is read.
    pub(super) fn read(&mut self, parts: Vec<String>, place: Span, env: &Env<'_>) -> Shape {
        if let [name] = parts.as_slice()
            && let Some(shape) = env.cte(name)
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
        let known = known.unwrap_or_default();
        let columns = known.columns.iter().map(|it| Named {
            name: it.name.to_string(),
            quoted: false,
            is_named: true,
            flow: Flow::column(read, it.name.clone(), it.sql_type.clone()),
            place,
        });
        let open = Open::Read {
            read,
            without: Vec::new(),
        };
        Shape {
            columns: columns.collect(),
            open: if known.is_complete {
                Vec::new()
            } else {
                vec![open]
            },
            influences: BTreeSet::new(),
        }
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
        let values: Vec<Flow> = args
            .iter()
            .filter_map(argument)
            .map(|it| self.expression(it, scope))
            .collect();
        match name.as_str() {
            "unnest" | "explode" => self.unnested(values, alias),
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
                    ..Shape::default()
                }
            }
            _ => {
                let args: Vec<String> = args.iter().map(ToString::to_string).collect();
                let parts = vec![format!("{name}({})", args.join(", "))];
                match self.catalog.relation(&parts) {
                    Some(known) => self.known(parts, Some(known), place),
                    None => {
                        let reason = format!("which columns `{name}` gives is not known");
                        Shape::opaque(place, reason)
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
        let flow = self.expression(&view.lateral_view, scope);
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
        });
    }

    /// A column for each value of a column, and all columns that are not asked for.
    fn pivot(
        &mut self,
        aggregates: &[(&Expr, Option<&Ident>)],
        by: &[Expr],
        values: &PivotValueSource,
        scope: &Scope<'_>,
        place: Span,
    ) -> Shape {
        let made: Vec<(Flow, Option<&Ident>)> = aggregates
            .iter()
            .map(|(it, alias)| (self.expression(it, scope), *alias))
            .collect();
        let keys: Vec<Flow> = by
            .iter()
            .map(|it| self.expression(it, scope).then(Made::Condition))
            .collect();
        let mut all = Shape::default();
        self.star(scope, None, &mut all);
        let mut used: Vec<String> = Vec::new();
        let within = aggregates.iter().map(|it| it.0).chain(by);
        within.for_each(|it| names_in(it, &mut used));
        let is_used = |name: &str| used.iter().any(|it| it.eq_ignore_ascii_case(name));
        all.columns.retain(|it| !is_used(&it.name));
        for open in &mut all.open {
            if let Open::Read { without, .. } = open {
                without.extend(used.iter().cloned());
            }
        }
        let PivotValueSource::List(values) = values else {
            let reason = "which columns PIVOT makes depends on the rows".to_owned();
            all.open.push(Open::Opaque { place, reason });
            return all;
        };
        let several = made.len() > 1;
        for value in values {
            let text = match (&value.alias, &value.expr) {
                (Some(alias), _) => alias.value.clone(),
                (None, Expr::Value(value)) => match value.value.clone().into_string() {
                    Some(text) => text,
                    None => value.to_string(),
                },
                (None, other) => other.to_string(),
            };
            for ((flow, alias), (expression, _)) in made.iter().zip(aggregates) {
                let name = match alias {
                    Some(alias) => format!("{text}_{}", alias.value),
                    None if several => format!("{text}_{expression}"),
                    None => text.clone(),
                };
                let mut column = plain(&name, flow.sql_type.clone());
                let parts = std::iter::once(flow.clone()).chain(keys.iter().cloned());
                column.flow = Flow::of(Made::Aggregate, parts).typed(flow.sql_type.clone());
                all.columns.push(column);
            }
        }
        all
    }

    /// A row for each of several columns.
    fn unpivot(
        &mut self,
        value: &Expr,
        name: &Ident,
        columns: &[&Expr],
        scope: &Scope<'_>,
        place: Span,
    ) -> Shape {
        let mut all = Shape::default();
        self.star(scope, None, &mut all);
        let mut used: Vec<String> = Vec::new();
        columns.iter().for_each(|it| names_in(it, &mut used));
        let flows: Vec<Flow> = columns
            .iter()
            .map(|it| self.expression(it, scope))
            .collect();
        let types = flows.iter().map(|it| it.sql_type.clone());
        let sql_type = types.reduce(|one, two| crate::sql::types::common(&one, &two));
        let is_used = |name: &str| used.iter().any(|it| it.eq_ignore_ascii_case(name));
        all.columns.retain(|it| !is_used(&it.name));
        for open in &mut all.open {
            if let Open::Read { without, .. } = open {
                without.extend(used.iter().cloned());
            }
        }
        all.columns.push(plain(&name.value, SqlType::Varchar));
        match value {
            Expr::Identifier(value) => {
                let mut column = plain(&value.value, SqlType::Unknown);
                column.flow = Flow::of(Made::Expression, flows).typed(sql_type.unwrap_or_default());
                all.columns.push(column);
            }
            _ => {
                let reason = "which columns UNPIVOT makes is not followed".to_owned();
                all.open.push(Open::Opaque { place, reason });
            }
        }
        all
    }
}

fn names_of(parts: &[Ident]) -> Vec<String> {
    parts.iter().map(|it| it.value.clone()).collect()
}

/// What a join keeps of its two sides.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Left,
    Right,
    Full,
    /// The left one alone.
    Half,
    /// The right one alone.
    OtherHalf,
}

fn constraint(join: &JoinOperator) -> (Option<&JoinConstraint>, Kind) {
    match join {
        JoinOperator::Join(it)
        | JoinOperator::Inner(it)
        | JoinOperator::Left(it)
        | JoinOperator::LeftOuter(it)
        | JoinOperator::CrossJoin(it)
        | JoinOperator::StraightJoin(it)
        | JoinOperator::AsOf { constraint: it, .. } => (Some(it), Kind::Left),
        JoinOperator::Right(it) | JoinOperator::RightOuter(it) => (Some(it), Kind::Right),
        JoinOperator::FullOuter(it) => (Some(it), Kind::Full),
        JoinOperator::Semi(it)
        | JoinOperator::LeftSemi(it)
        | JoinOperator::Anti(it)
        | JoinOperator::LeftAnti(it) => (Some(it), Kind::Half),
        JoinOperator::RightSemi(it) | JoinOperator::RightAnti(it) => (Some(it), Kind::OtherHalf),
        _ => (None, Kind::Left),
    }
}

/// Makes one column of those that both sides have.
fn merge(
    names: &[String],
    [before, own]: [usize; 2],
    kind: Kind,
    scope: &mut Scope<'_>,
    influences: &mut BTreeSet<Influence>,
) {
    for name in names {
        let earlier = scope
            .merged
            .iter()
            .position(|(it, _)| it.eq_ignore_ascii_case(name));
        let of = |relation: &Relation| {
            let listed = relation.shape.find(name).next().map(|it| it.flow.clone());
            listed.or_else(|| relation.shape.find_open(name))
        };
        let left = match earlier {
            Some(at) => Some(scope.merged[at].1.clone()),
            None => {
                let left = scope.relations.get(before..own).unwrap_or_default();
                let closed = left.iter().find(|it| it.shape.find(name).next().is_some());
                closed.or(left.first()).and_then(of)
            }
        };
        let right = scope.relations.get(own).and_then(of);
        for side in [&left, &right].into_iter().flatten() {
            influences.extend(side.influences(By::Join));
        }
        let flow = match (kind, left, right) {
            (Kind::Right, _, Some(right)) => right,
            (Kind::Full, Some(left), Some(right)) => {
                let sql_type = left.sql_type.clone();
                Flow::of(Made::Expression, [left, right]).typed(sql_type)
            }
            (_, Some(left), _) => left,
            (_, None, Some(right)) => right,
            (_, None, None) => Flow::unknown(),
        };
        match earlier {
            Some(at) => scope.merged[at].1 = flow,
            None => scope.merged.push((name.clone(), flow)),
        }
        if let Some(relation) = scope.relations.get_mut(own) {
            relation.hidden.push(name.clone());
        }
    }
}

fn plain(name: &str, sql_type: SqlType) -> Named {
    Named {
        name: name.to_owned(),
        quoted: false,
        is_named: true,
        flow: Flow::constant(sql_type),
        place: Span::default(),
    }
}

/// Lists the names of columns within an expression.
fn names_in(expression: &Expr, names: &mut Vec<String>) {
    match expression {
        Expr::Identifier(name) => names.push(name.value.clone()),
        Expr::CompoundIdentifier(parts) => names.extend(parts.last().map(|it| it.value.clone())),
        other => {
            for child in crate::sql::children::children(other) {
                names_in(child, names);
            }
        }
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
