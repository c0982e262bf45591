//! What a value and a set of rows mean, however they are written: digests to be compared.
//!
//! Names stand for what they come to, through common table expressions and aliases down to the relations that
//! are read; parentheses, the case of keywords and what does not change the answer (the order of conditions that
//! are joined by AND, the sides of `=`) are left out. Two of the same digest mean the same; two of different
//! digests may.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use sqlparser::ast::{
    AccessExpr, BinaryOperator, CastKind, Expr, FunctionArg, FunctionArgExpr, FunctionArguments,
    Ident, InTarget, OneOrManyWithParens, Query, Subscript, UnaryOperator, Value, VisitMut,
    VisitorMut, WindowType,
};
use xxhash_rust::xxh3::xxh3_128;

use super::Analyzer;
use super::scope::Scope;
use super::stars::last;
use crate::sql::grammar::Grammar;
use crate::sql::types::SqlType;

/// What a value or a set of rows means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Meaning {
    whole: u128,
    /// The same, but for the rows of which windows are calculated and beside which others stand.
    core: u128,
}

impl Meaning {
    /// Something that is made of others, in this order.
    pub(super) fn of(kind: &str, parts: impl IntoIterator<Item = Self>) -> Self {
        let mut bytes = kind.as_bytes().to_vec();
        bytes.push(0);
        let mut core = bytes.clone();
        for part in parts {
            bytes.extend(part.whole.to_le_bytes());
            core.extend(part.core.to_le_bytes());
        }
        Self {
            whole: xxh3_128(&bytes),
            core: xxh3_128(&core),
        }
    }

    /// Something that is made of others, in whatever order.
    pub(super) fn set(kind: &str, parts: impl IntoIterator<Item = Self>) -> Self {
        let mut parts: Vec<Self> = parts.into_iter().collect();
        parts.sort_by_key(|it| (it.core, it.whole));
        Self::of(kind, parts)
    }

    /// Something that a text tells.
    pub(super) fn text(kind: &str, text: &str) -> Self {
        let whole = xxh3_128(format!("{kind}\0\0{text}").as_bytes());
        Self { whole, core: whole }
    }

    /// A column of a relation.
    pub(super) fn column(self, name: &str) -> Self {
        Self::of("column", [self, Self::text("name", &name.to_lowercase())])
    }

    /// A value as it comes with certain rows.
    pub(super) fn with_rows(self, kind: &str, rows: Self) -> Self {
        Self {
            core: self.core,
            ..Self::of(kind, [rows, self])
        }
    }

    /// Tells whether two values are calculated in the same way, if not of the same rows.
    pub fn is_calculated_as(self, other: Self) -> bool {
        self.core == other.core
    }

    /// Returns what stays the same, whatever the rows.
    pub fn core(self) -> u128 {
        self.core
    }
}

/// Which rows there are.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    /// Those that conditions are asked of.
    pub(super) base: Meaning,
    /// Conditions that hold for all.
    pub(super) filters: BTreeSet<Meaning>,
    /// Sets of columns by whose values no two rows are the same.
    pub(super) keys: Vec<BTreeSet<Meaning>>,
}

impl Rows {
    pub(super) fn of(base: Meaning) -> Self {
        Self {
            base,
            ..Self::default()
        }
    }

    /// The rows, with all conditions.
    pub(super) fn whole(&self) -> Meaning {
        match self.filters.is_empty() {
            true => self.base,
            false => Meaning::of(
                "filter",
                std::iter::once(self.base).chain(self.filters.iter().copied()),
            ),
        }
    }

    /// Tells whether there is one row at most for each value of these columns.
    pub(super) fn are_unique_by(&self, columns: &BTreeSet<Meaning>) -> bool {
        self.keys.iter().any(|it| it.is_subset(columns))
    }
}

/// Something in a query that says which rows there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowPart {
    /// `WHERE`, `LEFT JOIN` and the like.
    pub clause: &'static str,
    /// As it is written.
    pub text: String,
    /// What it means.
    pub meaning: Meaning,
}

/// How a value is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The expression.
    pub text: String,
    /// Of a cast, the value that is cast.
    pub cast_of: Option<Meaning>,
}

/// What a query means.
#[derive(Debug, Clone, Default)]
pub struct QueryMeaning {
    /// Its columns, in the order of the analysis.
    pub columns: Vec<Meaning>,
    /// Its rows.
    pub rows: Meaning,
    /// What says which rows there are, in order.
    pub parts: Vec<RowPart>,
    /// How values are written, by what stays the same of them.
    pub written: BTreeMap<u128, Written>,
}

impl Analyzer<'_> {
    /// What an expression means; nothing where nobody compares.
    pub(super) fn meaning(&mut self, expression: &Expr, scope: &Scope<'_>) -> Meaning {
        if !self.compares {
            return Meaning::default();
        }
        match expression {
            Expr::Identifier(name) => self.name(std::slice::from_ref(name), scope).meaning,
            Expr::CompoundIdentifier(parts) => self.name(parts, scope).meaning,
            Expr::Nested(inner) => self.meaning(inner, scope),
            Expr::Named { expr, .. } => self.meaning(expr, scope),
            Expr::Value(value) => Meaning::text("value", &value.to_string()),
            Expr::Subquery(query) => {
                let shape = self.inner(query, scope);
                let columns = shape.columns.iter().map(|it| it.flow.meaning);
                Meaning::of("query", std::iter::once(shape.rows.whole()).chain(columns))
            }
            Expr::Exists { subquery, negated } => {
                let shape = self.inner(subquery, scope);
                let kind = if *negated { "not exists" } else { "exists" };
                Meaning::of(kind, [shape.rows.whole()])
            }
            Expr::In {
                expr,
                target,
                negated,
                ..
            } => {
                let kind = if *negated { "not in" } else { "in" };
                let value = self.meaning(expr, scope);
                let others = match target {
                    InTarget::List(list) => {
                        let list: Vec<Meaning> =
                            list.iter().map(|it| self.meaning(it, scope)).collect();
                        Meaning::set("list", list)
                    }
                    InTarget::Subquery(query) => {
                        let shape = self.inner(query, scope);
                        let columns = shape.columns.iter().map(|it| it.flow.meaning);
                        Meaning::of("query", std::iter::once(shape.rows.whole()).chain(columns))
                    }
                    InTarget::Unnest(list) => self.meaning(list, scope),
                    other => Meaning::text("list", &other.to_string()),
                };
                Meaning::of(kind, [value, others])
            }
            Expr::BinaryOp { .. } => self.meaning_of_operators(expression, scope),
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr,
            } => match bare(expr) {
                Expr::IsNull(of) => Meaning::of("is not null", [self.meaning(of, scope)]),
                _ => Meaning::of("not", [self.meaning(expr, scope)]),
            },
            Expr::IsNull(of) => Meaning::of("is null", [self.meaning(of, scope)]),
            Expr::IsNotNull(of) => Meaning::of("is not null", [self.meaning(of, scope)]),
            Expr::Between {
                expr,
                negated: false,
                low,
                high,
            } => {
                let value = self.meaning(expr, scope);
                let low = Meaning::of("<=", [self.meaning(low, scope), value]);
                let high = Meaning::of("<=", [value, self.meaning(high, scope)]);
                Meaning::set("AND", [low, high])
            }
            Expr::Cast {
                expr,
                data_type,
                kind,
                format,
                ..
            } => {
                let inner = self.meaning(expr, scope);
                let kind = match kind {
                    CastKind::Cast | CastKind::DoubleColon => "cast",
                    _ => "try cast",
                };
                let sql_type = match SqlType::from(data_type) {
                    SqlType::Unknown => data_type.to_string().to_lowercase(),
                    known => known.to_string(),
                };
                let form = format.as_ref().map(ToString::to_string).unwrap_or_default();
                let sql_type = Meaning::text("type", &(sql_type + &form));
                let meaning = Meaning::of(kind, [inner, sql_type]);
                self.write_down(meaning, expression, Some(inner));
                meaning
            }
            Expr::Case {
                operand,
                conditions,
                else_result,
                ..
            } => {
                let mut parts = Vec::new();
                parts.push(match operand {
                    Some(operand) => self.meaning(operand, scope),
                    None => Meaning::default(),
                });
                for it in conditions {
                    parts.push(self.meaning(&it.condition, scope));
                    parts.push(self.meaning(&it.result, scope));
                }
                match else_result.as_ref().map(|it| bare(it)) {
                    None => {}
                    Some(Expr::Value(value)) if value.value == Value::Null => {}
                    Some(other) => parts.push(self.meaning(other, scope)),
                }
                Meaning::of("case", parts)
            }
            Expr::CompoundFieldAccess { root, access_chain } => {
                let (root, rest) = match super::expression::dotted(root, access_chain) {
                    Some((parts, rest)) => (self.name(&parts, scope).meaning, rest),
                    None => (self.meaning(root, scope), access_chain.as_slice()),
                };
                let mut parts = vec![root];
                for access in rest {
                    match access {
                        AccessExpr::Dot(Expr::Identifier(name)) => {
                            parts.push(Meaning::text("field", &name.value.to_lowercase()));
                        }
                        AccessExpr::Dot(call) => parts.push(self.meaning(call, scope)),
                        AccessExpr::Subscript(Subscript::Index { index }) => {
                            parts.push(self.meaning(index, scope));
                        }
                        AccessExpr::Subscript(other) => {
                            parts.push(Meaning::text("slice", &other.to_string()));
                        }
                    }
                }
                Meaning::of("part", parts)
            }
            Expr::Lambda(lambda) => {
                let names: Vec<String> = match &lambda.params {
                    OneOrManyWithParens::One(one) => vec![one.name.value.clone()],
                    OneOrManyWithParens::Many(many) => {
                        many.iter().map(|it| it.name.value.clone()).collect()
                    }
                };
                let before = scope.parameters.borrow().len();
                let typed = names.iter().map(|it| (it.clone(), SqlType::Unknown));
                scope.parameters.borrow_mut().extend(typed);
                let body = self.meaning(&lambda.body, scope);
                scope.parameters.borrow_mut().truncate(before);
                Meaning::of("lambda", [Meaning::text("names", &names.join(",")), body])
            }
            other => self.meaning_by_form(other, scope),
        }
    }

    /// Walks down the left side, since chains of hundreds of operators lean to it.
    fn meaning_of_operators(&mut self, expression: &Expr, scope: &Scope<'_>) -> Meaning {
        if let Expr::BinaryOp {
            op: op @ (BinaryOperator::And | BinaryOperator::Or),
            ..
        } = expression
        {
            let mut parts = Vec::new();
            chained(expression, op, &mut parts);
            let parts: BTreeSet<Meaning> = parts
                .into_iter()
                .map(|it| self.meaning(it, scope))
                .collect();
            return Meaning::set(&op.to_string(), parts);
        }
        let (mut first, mut others) = (expression, Vec::new());
        while let Expr::BinaryOp { left, op, right } = first {
            if matches!(op, BinaryOperator::And | BinaryOperator::Or) {
                break;
            }
            others.push((op, &**right));
            first = left;
        }
        let mut meaning = self.meaning(first, scope);
        for (op, right) in others.into_iter().rev() {
            let right = self.meaning(right, scope);
            meaning = self.operated(meaning, op, right);
        }
        meaning
    }

    fn operated(&self, left: Meaning, op: &BinaryOperator, right: Meaning) -> Meaning {
        match op {
            BinaryOperator::Eq | BinaryOperator::NotEq | BinaryOperator::Multiply => {
                Meaning::set(&op.to_string(), [left, right])
            }
            // There `+` puts texts together.
            BinaryOperator::Plus if self.grammar != Grammar::SqlServer => {
                Meaning::set("+", [left, right])
            }
            BinaryOperator::Gt => Meaning::of("<", [right, left]),
            BinaryOperator::GtEq => Meaning::of("<=", [right, left]),
            other => Meaning::of(&other.to_string(), [left, right]),
        }
    }

    /// Any other expression: its text, in which what is right within it stands as what it means.
    fn meaning_by_form(&mut self, expression: &Expr, scope: &Scope<'_>) -> Meaning {
        let mut form = expression.clone();
        let mut is_window = false;
        if let Expr::Function(function) = &mut form {
            for part in &mut function.name.0 {
                if let sqlparser::ast::ObjectNamePart::Identifier(name) = part
                    && name.quote_style.is_none()
                {
                    name.value.make_ascii_lowercase();
                }
            }
            if let Some(WindowType::NamedWindow(name)) = &function.over
                && let Some(spec) = named_window(name, scope)
            {
                function.over = Some(spec);
            }
            is_window = function.over.is_some();
            counted_rows(function);
        }
        let mut cut = Cut {
            analyzer: self,
            scope,
            is_within: false,
            queries: 0,
            parts: Vec::new(),
        };
        let _ = VisitMut::visit(&mut form, &mut cut);
        let parts = cut.parts;
        let own = Meaning::of(&format!("form {form}"), parts);
        match is_window {
            // It is calculated of all rows that there are.
            true => own.with_rows("window", scope.windowed),
            false => own,
        }
    }

    /// Keeps how a value is written.
    pub(super) fn write_down(
        &mut self,
        meaning: Meaning,
        expression: &Expr,
        cast_of: Option<Meaning>,
    ) {
        if self.compares {
            self.done
                .meaning
                .written
                .entry(meaning.core)
                .or_insert_with(|| Written {
                    text: expression.to_string(),
                    cast_of,
                });
        }
    }

    /// Takes up something that says which rows there are.
    pub(super) fn row_part(&mut self, clause: &'static str, text: String, meaning: Meaning) {
        if self.compares {
            self.done.meaning.parts.push(RowPart {
                clause,
                text,
                meaning,
            });
        }
    }

    /// The conditions that an expression joins by AND, as parts of a clause if it is named; each with the values that it says to be equal.
    pub(super) fn conditions(
        &mut self,
        clause: Option<&'static str>,
        condition: &Expr,
        scope: &Scope<'_>,
    ) -> Vec<Condition> {
        if !self.compares {
            return Vec::new();
        }
        let mut parts = Vec::new();
        chained(condition, &BinaryOperator::And, &mut parts);
        let mut all = Vec::new();
        for part in parts {
            let meaning = self.meaning(part, scope);
            let equal = match bare(part) {
                Expr::BinaryOp {
                    left,
                    op: BinaryOperator::Eq,
                    right,
                } => Some((self.meaning(left, scope), self.meaning(right, scope))),
                _ => None,
            };
            if let Some(clause) = clause {
                self.row_part(clause, part.to_string(), meaning);
            }
            all.push(Condition { meaning, equal });
        }
        all
    }
}

/// Something that is asked of rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Condition {
    pub(super) meaning: Meaning,
    /// Two values of which it says that they are equal.
    pub(super) equal: Option<(Meaning, Meaning)>,
}

/// Takes the parentheses off.
pub(super) fn bare(expression: &Expr) -> &Expr {
    match expression {
        Expr::Nested(inner) => bare(inner),
        other => other,
    }
}

/// Takes a chain of one operator apart.
fn chained<'e>(expression: &'e Expr, op: &BinaryOperator, parts: &mut Vec<&'e Expr>) {
    let mut waiting = vec![expression];
    while let Some(it) = waiting.pop() {
        match bare(it) {
            Expr::BinaryOp {
                left,
                op: own,
                right,
            } if own == op => {
                waiting.push(right);
                waiting.push(left);
            }
            other => parts.push(other),
        }
    }
}

/// `count(1)` counts rows as `count(*)` does.
fn counted_rows(function: &mut sqlparser::ast::Function) {
    let is_count = last(&function.name).is_some_and(|it| it == "count");
    if let (true, FunctionArguments::List(list)) = (is_count, &mut function.args)
        && let [FunctionArg::Unnamed(argument)] = list.args.as_mut_slice()
        && list.duplicate_treatment.is_none()
        && let FunctionArgExpr::Expr(Expr::Value(value)) = argument
        && matches!(value.value, Value::Number(..))
    {
        *argument = FunctionArgExpr::Wildcard;
    }
}

fn named_window(name: &Ident, scope: &Scope<'_>) -> Option<WindowType> {
    let mut windows = scope.windows.iter();
    let found = windows.find(|it| it.0.value.eq_ignore_ascii_case(&name.value))?;
    match &found.1 {
        sqlparser::ast::NamedWindowExpr::WindowSpec(spec) => {
            Some(WindowType::WindowSpec(spec.clone()))
        }
        sqlparser::ast::NamedWindowExpr::NamedWindow(_) => None,
    }
}

/// Puts in place of the expressions right within one what they mean.
struct Cut<'x, 'a, 's> {
    analyzer: &'x mut Analyzer<'a>,
    scope: &'x Scope<'s>,
    /// Whether the expression itself is behind us.
    is_within: bool,
    /// How many queries we are in.
    queries: usize,
    /// What has been cut out.
    parts: Vec<Meaning>,
}

impl Cut<'_, '_, '_> {
    /// Keeps a part, and returns what stands in its place.
    fn keep(&mut self, part: Meaning) -> Ident {
        self.parts.push(part);
        Ident::new(format!("#{}", self.parts.len()))
    }
}

impl VisitorMut for Cut<'_, '_, '_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if self.queries > 0 {
            return ControlFlow::Continue(());
        }
        if !std::mem::replace(&mut self.is_within, true) {
            return ControlFlow::Continue(());
        }
        // What is put here has nothing within it.
        let meaning = self.analyzer.meaning(expression, self.scope);
        *expression = Expr::Identifier(self.keep(meaning));
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        if self.queries == 0 {
            let shape = self.analyzer.inner(query, self.scope);
            let columns = shape.columns.iter().map(|it| it.flow.meaning);
            let all = std::iter::once(shape.rows.whole()).chain(columns);
            let name = self.keep(Meaning::of("query", all));
            query.with = None;
            query.order_by = None;
            let table = sqlparser::ast::Table {
                table_name: Some(name),
                schema_name: None,
            };
            *query.body = sqlparser::ast::SetExpr::Table(Box::new(table));
        }
        self.queries += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.queries -= 1;
        ControlFlow::Continue(())
    }
}
