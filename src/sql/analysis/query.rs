//! A query: its common table expressions, its set operations, its SELECTs.

use std::cell::Cell;
use std::rc::Rc;

use sqlparser::ast::{
    Distinct, Expr, Function, GroupByExpr, Ident, JsonPathElem, LimitClause, OrderBy, OrderByKind,
    Query, Select, SelectFlavor, SelectItem, SetExpr, SetOperator, SetQuantifier, Spanned, Values,
};

use super::flow::{By, Flow, Made};
use super::grouping::aggregates;
use super::meaning::{Meaning, Rows};
use super::pairs::Use;
use super::same_rows::SameRows;
use super::scope::Scope;
use super::shape::{Named, Open, Shape};
use super::stars::{arguments, last};
use super::{Analyzer, MistakeKind};
use crate::sql::children::{argument, of_call};
use crate::sql::grammar::Grammar;
use crate::sql::types::{SqlType, common};
use crate::text::Span;

/// What surrounds a query.
#[derive(Clone, Default)]
pub(super) struct Env<'e> {
    /// Common table expressions, the nearest last.
    pub(super) ctes: Vec<Cte>,
    /// The SELECT whose names the query sees, too.
    pub(super) outer: Option<&'e Scope<'e>>,
}

/// A common table expression.
#[derive(Clone)]
pub(super) struct Cte {
    /// Its name, in lower case.
    name: String,
    shape: Rc<Shape>,
    /// Whether something reads it.
    is_read: Rc<Cell<bool>>,
}

impl Cte {
    fn new(name: &Ident, shape: Shape) -> Self {
        Self {
            name: name.value.to_lowercase(),
            shape: Rc::new(shape),
            is_read: Rc::default(),
        }
    }
}

impl Env<'_> {
    /// Finds a common table expression that is read.
    pub(super) fn read(&self, name: &str) -> Option<&Rc<Shape>> {
        let name = name.to_lowercase();
        let found = self.ctes.iter().rev().find(|it| it.name == name)?;
        found.is_read.set(true);
        Some(&found.shape)
    }
}

impl Analyzer<'_> {
    pub(super) fn query(&mut self, query: &Query, env: &Env<'_>) -> Shape {
        let mut env = env.clone();
        let before = env.ctes.len();
        let ctes = query.with.iter().flat_map(|it| &it.cte_tables);
        for cte in ctes.clone() {
            let stands_in = self.stand_in(&cte.alias.name);
            let is_own = stands_in.is_none();
            let shape = match stands_in {
                Some(shape) => shape,
                None if query.with.as_ref().is_some_and(|it| it.recursive) => {
                    self.recursive(&cte.query, &cte.alias, &env)
                }
                None => self.query(&cte.query, &env),
            };
            let shape = shape.aliased(&cte.alias, |it| self.span(it.span));
            let cte = Cte::new(&cte.alias.name, shape);
            cte.is_read.set(!is_own);
            env.ctes.push(cte);
        }
        let mut shape = self.body(&query.body, &env, query.order_by.as_ref());
        if query.limit_clause.is_some() || query.fetch.is_some() {
            shape.same_rows = None;
            if self.compares {
                self.limited(query, &mut shape);
            }
        }
        if !query.pipe_operators.is_empty() {
            let place = self.span(query.span());
            shape = Shape::opaque(place, "pipe operators are not followed");
            self.is_partial = true;
        }
        let limits = match &query.limit_clause {
            Some(LimitClause::LimitOffset { limit, offset, .. }) => {
                [limit.as_ref(), offset.as_ref().map(|it| &it.value)]
            }
            Some(LimitClause::OffsetCommaLimit { offset, limit }) => [Some(offset), Some(limit)],
            None => [None, None],
        };
        let alone = Scope::new(&env);
        for limit in limits.into_iter().flatten() {
            self.expression(limit, &alone);
        }
        for (cte, known) in ctes.zip(env.ctes.iter().skip(before)) {
            if !known.is_read.get() && !writes(&cte.query) {
                let name = cte.alias.name.value.clone();
                self.mistake(
                    self.span(cte.alias.name.span),
                    MistakeKind::UnusedCte { name },
                );
            }
        }
        shape
    }

    /// A common table expression that may read itself: its first member says which columns there are.
    fn recursive(
        &mut self,
        query: &Query,
        alias: &sqlparser::ast::TableAlias,
        env: &Env<'_>,
    ) -> Shape {
        let SetExpr::SetOperation {
            left,
            right,
            set_quantifier,
            ..
        } = &*query.body
        else {
            return self.query(query, env);
        };
        let mut inner = env.clone();
        if let Some(with) = &query.with {
            for cte in &with.cte_tables {
                let shape = self.query(&cte.query, &inner);
                let shape = shape.aliased(&cte.alias, |it| self.span(it.span));
                inner.ctes.push(Cte::new(&cte.alias.name, shape));
            }
        }
        let first = self.body(left, &inner, None);
        let named = first.clone().aliased(alias, |it| self.span(it.span));
        inner.ctes.push(Cte::new(&alias.name, named));
        let next = self.body(right, &inner, None);
        let types: Vec<SqlType> = first
            .columns
            .iter()
            .map(|it| it.flow.sql_type.clone())
            .collect();
        let mut all = first.union(next, is_by_name(*set_quantifier));
        for (column, sql_type) in all.columns.iter_mut().zip(types) {
            column.flow.sql_type = sql_type;
        }
        all
    }

    fn body(&mut self, body: &SetExpr, env: &Env<'_>, order: Option<&OrderBy>) -> Shape {
        match body {
            SetExpr::Select(select) => self.select(select, env, order),
            SetExpr::Query(query) => self.query(query, env),
            SetExpr::SetOperation { .. } => {
                let shape = self.set_operation(body, env);
                self.order_of(shape, order)
            }
            SetExpr::Values(values) => self.values(values, env),
            SetExpr::Table(table) => {
                let names = [&table.schema_name, &table.table_name];
                let parts: Vec<String> = names
                    .into_iter()
                    .flatten()
                    .map(ToString::to_string)
                    .collect();
                self.read(parts, self.span(body.span()), env)
            }
            _ => Shape::opaque(self.span(body.span()), "the statement is no query"),
        }
    }

    /// Walks down the left side, since unions of hundreds of queries lean to it.
    fn set_operation(&mut self, body: &SetExpr, env: &Env<'_>) -> Shape {
        let (mut first, mut others) = (body, Vec::new());
        while let SetExpr::SetOperation {
            left,
            op,
            set_quantifier,
            right,
        } = first
        {
            others.push((*op, *set_quantifier, &**right));
            first = left;
        }
        let mut shape = self.body(first, env, None);
        for (op, quantifier, right) in others.into_iter().rev() {
            let place = self.head(right);
            let right = self.body(right, env, None);
            if !is_by_name(quantifier) {
                self.sides(&shape, &right, place);
            }
            match op {
                SetOperator::Union => {
                    self.row_part("UNION", op.to_string(), right.rows.whole());
                    shape = shape.union(right, is_by_name(quantifier));
                    if !is_all(quantifier) {
                        shape.distinct();
                    }
                }
                // Rows are those of the left side; the right side says which.
                SetOperator::Except | SetOperator::Minus => {
                    for column in &right.columns {
                        shape.influences.extend(column.flow.influences(By::Filter));
                    }
                    shape.influences.extend(right.influences.iter().cloned());
                    self.row_part("EXCEPT", op.to_string(), right.rows.whole());
                    shape.without("except", &right, quantifier);
                }
                SetOperator::Intersect => {
                    self.row_part("INTERSECT", op.to_string(), right.rows.whole());
                    let mut both = shape.clone();
                    both.without("intersect", &right, quantifier);
                    shape = shape.union(right, is_by_name(quantifier));
                    shape.rows = both.rows;
                }
            }
        }
        shape
    }

    /// Compares the columns of both sides of a set operation.
    fn sides(&mut self, left: &Shape, right: &Shape, place: Span) {
        if !left.open.is_empty() || !right.open.is_empty() || !self.is_tried() {
            return;
        }
        let [one, two] = [left, right].map(|it| it.columns.len());
        if one != two {
            return self.mistake(
                place,
                MistakeKind::UnequalUnion {
                    left: one,
                    right: two,
                },
            );
        }
        for (one, two) in left.columns.iter().zip(&right.columns) {
            let types = [&one.flow.sql_type, &two.flow.sql_type];
            let place = match two.place.range().is_empty() {
                true => place,
                false => two.place,
            };
            self.pair(place, types, Use::Unified, &one.name);
        }
    }

    /// Returns where the columns of a query are listed.
    fn head(&self, body: &SetExpr) -> Span {
        match body {
            SetExpr::Select(select) => {
                let items = select.projection.iter().map(|it| self.span(it.span()));
                let items = items.reduce(Span::to);
                items.unwrap_or_else(|| self.span(body.span()))
            }
            SetExpr::Query(query) => self.head(&query.body),
            SetExpr::SetOperation { left, .. } => self.head(left),
            _ => self.span(body.span()),
        }
    }

    /// Sorts rows by columns that they have.
    fn order_of(&mut self, mut shape: Shape, order: Option<&OrderBy>) -> Shape {
        let keys = order.map(keys).unwrap_or_default();
        for key in keys {
            let flow = match key {
                Expr::Identifier(name) => shape.find(&name.value).next().map(|it| it.flow.clone()),
                key => place_in_list(key).and_then(|at| Some(shape.columns.get(at)?.flow.clone())),
            };
            if let Some(flow) = flow {
                shape.order.push(flow.meaning);
                shape.influences.extend(flow.influences(By::Sort));
            }
        }
        if !shape.order.is_empty() {
            let written = order.map(ToString::to_string).unwrap_or_default();
            shape
                .order
                .push(Meaning::text("sorted", &written.to_lowercase()));
        }
        shape
    }

    fn values(&mut self, values: &Values, env: &Env<'_>) -> Shape {
        let scope = Scope::new(env);
        let mut columns: Vec<Vec<Flow>> = Vec::new();
        for row in &values.rows {
            for (at, value) in row.content.iter().enumerate() {
                let flow = self.compared(value, &scope);
                match columns.get_mut(at) {
                    Some(column) => column.push(flow),
                    None => columns.push(vec![flow]),
                }
            }
        }
        let (stem, first) = match self.grammar {
            Grammar::DuckDb => ("col", 0),
            Grammar::Snowflake => ("column", 1),
            Grammar::Databricks | Grammar::Spark => ("col", 1),
            _ => ("column", 1),
        };
        let cells = columns.iter().flatten().map(|it| it.meaning);
        let rows = Rows::of(Meaning::of("values", cells));
        let columns = columns.into_iter().enumerate().map(|(at, values)| {
            let types = values.iter().map(|it| it.sql_type.clone());
            let sql_type = types.reduce(|one, two| common(&one, &two));
            Named {
                name: format!("{stem}{}", at + first),
                quoted: false,
                is_named: false,
                flow: Flow::of(Made::Expression, values)
                    .typed(sql_type.unwrap_or_default().settled()),
                place: Span::default(),
            }
        });
        Shape {
            columns: columns.collect(),
            is_single: values.rows.len() == 1,
            rows,
            ..Shape::default()
        }
    }

    fn select(&mut self, select: &Select, env: &Env<'_>, order: Option<&OrderBy>) -> Shape {
        let mut shape = Shape::default();
        let mut scope = Scope::new(env);
        scope.windows = &select.named_window;
        let mut starts = Vec::new();
        for table in &select.from {
            starts.push(scope.relations.len());
            self.table_with_joins(table, &mut scope, &mut shape.influences);
        }
        for view in &select.lateral_views {
            self.lateral_view(view, &mut scope);
        }
        if self.compares {
            scope.windowed = self.before_windows(select, &scope);
        }
        self.projection(select, &scope, &mut shape);
        let by = |shape: &mut Shape, this: &mut Self, by: By, expression: &Expr| {
            let flow = this.expression(expression, &scope);
            shape.influences.extend(flow.influences(by));
        };
        let filters = [
            &select.selection,
            &select.prewhere,
            &select.having,
            &select.qualify,
        ];
        for filter in filters.into_iter().flatten() {
            by(&mut shape, self, By::Filter, filter);
        }
        match &select.distinct {
            Some(Distinct::On(keys)) => {
                for key in keys {
                    let flow = self.key(key, &scope, &shape);
                    shape.influences.extend(flow.influences(By::Distinct));
                }
            }
            Some(Distinct::All | Distinct::Distinct) | None => {}
        }
        let groups = match &select.group_by {
            GroupByExpr::Expressions(keys, _) => keys.iter().flat_map(group_keys).collect(),
            GroupByExpr::All(_) => Vec::new(),
        };
        for key in groups {
            let flow = self.key(key, &scope, &shape);
            shape.influences.extend(flow.influences(By::Group));
        }
        if let GroupByExpr::All(_) = &select.group_by {
            let plain = shape
                .columns
                .iter()
                .filter(|it| it.flow.made < Made::Aggregate);
            let plain: Vec<Flow> = plain.map(|it| it.flow.clone()).collect();
            for flow in plain {
                shape.influences.extend(flow.influences(By::Group));
            }
        }
        for key in order.map(keys).unwrap_or_default() {
            let flow = self.key(key, &scope, &shape);
            shape.influences.extend(flow.influences(By::Sort));
        }
        if let Some(order) = order.filter(|_| self.compares) {
            shape.order = self.sorted(order, &scope, &shape);
        }
        self.grouping(select, &scope);
        self.loose(select, &scope);
        self.unconnected(select, &starts, &scope);
        self.fan_out(select, &scope);
        shape.is_single = is_single(select, &scope);
        shape.keys = self.keys_of(select, &scope, &shape);
        shape.same_rows = {
            let order = order.map(keys).unwrap_or_default();
            SameRows::of_select(select, &order, &scope, self.grammar)
        };
        if self.compares {
            shape.rows = self.rows_of(select, &scope, &shape);
        }
        shape
    }

    /// An expression that may be the place of a column in the list, or the name of one.
    fn key(&mut self, key: &Expr, scope: &Scope<'_>, shape: &Shape) -> Flow {
        if let Some(at) = place_in_list(key) {
            let column = shape.columns.get(at).filter(|_| shape.open.is_empty());
            return column.map_or_else(Flow::unknown, |it| it.flow.clone());
        }
        self.expression(key, scope)
    }

    fn projection(&mut self, select: &Select, scope: &Scope<'_>, shape: &mut Shape) {
        if select.flavor == SelectFlavor::FromFirstNoSelect {
            self.star(scope, None, shape);
            return;
        }
        for item in &select.projection {
            let (expression, alias) = match item {
                SelectItem::Wildcard(options) => {
                    self.star(scope, Some(options), shape);
                    continue;
                }
                SelectItem::QualifiedWildcard(kind, options) => {
                    self.qualified_star(kind, options, scope, shape);
                    continue;
                }
                SelectItem::UnnamedExpr(expression) => (expression, None),
                SelectItem::ExprWithAlias { expr, alias } => (expr, Some(alias)),
                SelectItem::ExprWithAliases { expr, aliases } => {
                    let flow = self.compared(expr, scope);
                    for alias in aliases {
                        let flow = flow.clone().then(Made::Expression).typed(SqlType::Unknown);
                        self.add(alias_of(alias, flow, self.span(alias.span)), scope, shape);
                    }
                    continue;
                }
            };
            let renamed = self.named_before(expression);
            let (expression, alias) = match &renamed {
                Some((name, value)) if alias.is_none() => (value, Some(name)),
                _ => (expression, alias),
            };
            if self.columns_call(expression, alias, scope, shape) {
                continue;
            }
            if self.unnested_fields(expression, alias, scope, shape) {
                continue;
            }
            let flow = self.compared(expression, scope);
            if last_name(expression).is_none() {
                self.write_down(flow.meaning, expression, None);
            }
            let named = match alias {
                Some(alias) => {
                    let same = matches!(last_name(expression), Some(it) if it.value.eq_ignore_ascii_case(&alias.value));
                    let flow = match same {
                        true => flow,
                        false => flow.then(Made::Rename),
                    };
                    alias_of(alias, flow, self.span(alias.span))
                }
                None => self.unnamed(expression, flow),
            };
            self.add(named, scope, shape);
        }
    }

    /// Takes DuckDB's `name: column` apart, which reads as a path into JSON.
    fn named_before(&self, expression: &Expr) -> Option<(Ident, Expr)> {
        let Expr::JsonAccess { value, path } = expression else {
            return None;
        };
        let Expr::Identifier(name) = &**value else {
            return None;
        };
        let parts = path.path.iter().map(|it| match it {
            JsonPathElem::Dot { key, quoted } => {
                let mut part = Ident::with_span(name.span, key);
                part.quote_style = quoted.then_some('"');
                Some(part)
            }
            _ => None,
        });
        let parts = parts.collect::<Option<Vec<_>>>()?;
        let is_meant = self.grammar == Grammar::DuckDb && !parts.is_empty();
        is_meant.then(|| (name.clone(), Expr::CompoundIdentifier(parts)))
    }

    /// Adds the fields of a value that DuckDB unfolds: `unnest(value)`. Tells whether it is one.
    fn unnested_fields(
        &mut self,
        expression: &Expr,
        alias: Option<&Ident>,
        scope: &Scope<'_>,
        shape: &mut Shape,
    ) -> bool {
        if self.grammar != Grammar::DuckDb || alias.is_some() {
            return false;
        }
        let Some(arguments) = arguments(expression, "unnest") else {
            return false;
        };
        let value = match arguments {
            [value] => argument(value),
            _ => None,
        };
        let value = value.map(|it| self.expression(it, scope));
        match value.map(|it| (it.sql_type.clone(), it)) {
            Some((SqlType::List(_) | SqlType::Array(..), _)) => false,
            Some((SqlType::Struct(fields), flow)) => {
                for (name, of) in fields {
                    let column = Named {
                        name,
                        quoted: false,
                        is_named: true,
                        flow: flow.clone().then(Made::Expression).typed(of),
                        place: self.span(expression.span()),
                    };
                    self.add(column, scope, shape);
                }
                true
            }
            _ => {
                let reason = "which columns `unnest` makes of a value is not known";
                self.opaque(expression, reason, shape);
                true
            }
        }
    }

    pub(super) fn add(&mut self, mut column: Named, scope: &Scope<'_>, shape: &mut Shape) {
        column.flow.sql_type = column.flow.sql_type.settled();
        scope.aliases.borrow_mut().push(column.clone());
        shape.columns.push(column);
    }

    /// Names a column as the engine does.
    pub(super) fn unnamed(&self, expression: &Expr, flow: Flow) -> Named {
        let name = last_name(expression);
        let place = name.map_or_else(|| expression.span(), |it| it.span);
        Named {
            name: name.map_or_else(|| called(expression, self.grammar), |it| it.value.clone()),
            quoted: name.is_some_and(|it| it.quote_style.is_some()),
            is_named: name.is_some(),
            flow,
            place: self.span(place),
        }
    }

    /// Adds what `*` stands for where nobody knows it.
    pub(super) fn opaque(&mut self, expression: &Expr, reason: &str, shape: &mut Shape) {
        let place = self.span(expression.span());
        let reason = reason.to_owned();
        shape.open.push(Open::Opaque { place, reason });
    }
}

fn alias_of(alias: &Ident, flow: Flow, place: Span) -> Named {
    Named {
        name: alias.value.clone(),
        quoted: alias.quote_style.is_some(),
        is_named: true,
        flow,
        place,
    }
}

/// Returns the name of the column that an expression is.
fn last_name(expression: &Expr) -> Option<&Ident> {
    match expression {
        Expr::Identifier(name) => Some(name),
        Expr::CompoundIdentifier(parts) => parts.last(),
        Expr::Nested(inner) => last_name(inner),
        Expr::CompoundFieldAccess { access_chain, .. } => match access_chain.last() {
            Some(sqlparser::ast::AccessExpr::Dot(field)) => last_name(field),
            _ => None,
        },
        _ => None,
    }
}

/// Names an expression that has no name, for messages.
pub(super) fn called(expression: &Expr, grammar: Grammar) -> String {
    let text = expression.to_string();
    match grammar {
        Grammar::DuckDb if text.eq_ignore_ascii_case("count(*)") => "count_star()".to_owned(),
        Grammar::DuckDb => text,
        _ => match expression {
            Expr::Function(function) => function.name.to_string().to_lowercase(),
            _ => text,
        },
    }
}

/// Whether rows stay that are the same.
fn is_all(quantifier: SetQuantifier) -> bool {
    matches!(quantifier, SetQuantifier::All | SetQuantifier::AllByName)
}

fn is_by_name(quantifier: SetQuantifier) -> bool {
    matches!(
        quantifier,
        SetQuantifier::ByName | SetQuantifier::AllByName | SetQuantifier::DistinctByName
    )
}

fn keys(order: &OrderBy) -> Vec<&Expr> {
    match &order.kind {
        OrderByKind::Expressions(keys) => keys.iter().map(|it| &it.expr).collect(),
        OrderByKind::All(_) => Vec::new(),
    }
}

/// Tells whether a query does something beside giving rows.
fn writes(query: &Query) -> bool {
    match &*query.body {
        SetExpr::Query(query) => writes(query),
        SetExpr::Select(_)
        | SetExpr::SetOperation { .. }
        | SetExpr::Values(_)
        | SetExpr::Table(_) => false,
        _ => true,
    }
}

/// Tells whether a SELECT gives one row at the most.
fn is_single(select: &Select, scope: &Scope<'_>) -> bool {
    let values = select.projection.iter().filter_map(|it| match it {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => Some(expr),
        _ => None,
    });
    let is_grouped = match &select.group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(keys, _) => !keys.is_empty(),
    };
    let is_one = !is_grouped && values.clone().any(aggregates);
    is_one || scope.relations.iter().all(|it| it.shape.is_single)
}

/// Takes sets of keys apart.
pub(super) fn group_keys(key: &Expr) -> Vec<&Expr> {
    match key {
        Expr::GroupingSets(sets) | Expr::Cube(sets) | Expr::Rollup(sets) => {
            sets.iter().flatten().flat_map(group_keys).collect()
        }
        Expr::Tuple(keys) => keys.iter().flat_map(group_keys).collect(),
        Expr::Function(function) if is_set(function) => {
            of_call(function).into_iter().flat_map(group_keys).collect()
        }
        key => vec![key],
    }
}

fn is_set(function: &Function) -> bool {
    let name = last(&function.name).unwrap_or_default();
    name.eq_ignore_ascii_case("cube") || name.eq_ignore_ascii_case("rollup")
}

/// Reads the place of a column in the list: `order by 2`.
pub(super) fn place_in_list(key: &Expr) -> Option<usize> {
    match key {
        Expr::Value(value) => match &value.value {
            sqlparser::ast::Value::Number(number, _) => {
                number.parse::<usize>().ok()?.checked_sub(1)
            }
            _ => None,
        },
        _ => None,
    }
}
