//! An expression: of which columns it comes, how, and its type.

use sqlparser::ast::{
    AccessExpr, BinaryOperator, CastKind, DateTimeField, Expr, Ident, InTarget, LambdaFunction,
    OneOrManyWithParens, Query, Spanned, Subscript, UnaryOperator, Value,
};

use super::flow::{Flow, Made};
use super::pairs::{Use, is_null};
use super::query::Env;
use super::scope::Scope;
use super::{Analyzer, MistakeKind};
use crate::sql::children::children;
use crate::sql::grammar::Grammar;
use crate::sql::types::{SqlType, arithmetic, common, number};

impl Analyzer<'_> {
    pub(super) fn expression(&mut self, expression: &Expr, scope: &Scope<'_>) -> Flow {
        match expression {
            Expr::Identifier(name) => self.name(std::slice::from_ref(name), scope),
            Expr::CompoundIdentifier(parts) => self.name(parts, scope),
            Expr::Nested(inner) => self.expression(inner, scope),
            Expr::Collate { expr, .. } => self.expression(expr, scope).then(Made::Expression),
            Expr::Named { expr, .. } => self.expression(expr, scope),
            Expr::Value(value) => Flow::constant(literal(&value.value)),
            Expr::TypedString(typed) => Flow::constant(SqlType::from(&typed.data_type)),
            Expr::Interval(_) => self.of(expression, scope).typed(SqlType::Interval),
            Expr::Cast {
                expr,
                data_type,
                kind:
                    CastKind::Cast | CastKind::TryCast | CastKind::SafeCast | CastKind::DoubleColon,
                ..
            } => {
                let flow = self.expression(expr, scope).then(Made::Cast);
                flow.typed(SqlType::from(data_type))
            }
            Expr::Convert {
                expr,
                data_type: Some(data_type),
                ..
            } => {
                let flow = self.expression(expr, scope).then(Made::Cast);
                flow.typed(SqlType::from(data_type))
            }
            Expr::BinaryOp { .. } => self.binary(expression, scope),
            Expr::UnaryOp { op, expr } => {
                let flow = self.expression(expr, scope);
                let sql_type = match op {
                    UnaryOperator::Not => SqlType::Boolean,
                    _ => flow.sql_type.clone(),
                };
                flow.then(Made::Expression).typed(sql_type)
            }
            Expr::Case {
                operand,
                conditions,
                else_result,
                ..
            } => {
                let mut parts = Vec::new();
                let (mut sql_type, mut first) = (SqlType::Null, true);
                if let Some(condition) = conditions
                    .iter()
                    .map(|it| &it.condition)
                    .find(|it| is_null(it))
                    && operand.is_some()
                {
                    let operator = "when".to_owned();
                    self.mistake(
                        self.place(condition),
                        MistakeKind::NullComparison { operator },
                    );
                }
                let asked = operand.iter().map(|it| &**it);
                for condition in asked.chain(conditions.iter().map(|it| &it.condition)) {
                    parts.push(self.expression(condition, scope).then(Made::Condition));
                }
                let otherwise = else_result.iter().map(|it| &**it);
                for result in conditions.iter().map(|it| &it.result).chain(otherwise) {
                    let flow = self.expression(result, scope);
                    self.pair(
                        self.place(result),
                        [&sql_type, &flow.sql_type],
                        Use::Chosen,
                        "",
                    );
                    sql_type = match first {
                        true => flow.sql_type.clone(),
                        false => common(&sql_type, &flow.sql_type),
                    };
                    first = false;
                    parts.push(flow);
                }
                Flow::of(Made::Expression, parts).typed(sql_type)
            }
            Expr::Subquery(query) => self.subquery(query, scope),
            Expr::Exists { subquery, .. } => {
                let flow = self.conditions_of(subquery, scope, false);
                flow.typed(SqlType::Boolean)
            }
            Expr::In {
                expr,
                target,
                negated,
                ..
            } => {
                let value = self.expression(expr, scope);
                if let InTarget::List(list) = target
                    && let Some(null) = list.iter().find(|it| is_null(it))
                    && *negated
                {
                    let operator = "not in".to_owned();
                    self.mistake(self.place(null), MistakeKind::NullComparison { operator });
                }
                let mut parts = vec![value];
                match target {
                    InTarget::List(list) => {
                        let wanted = parts
                            .first()
                            .map(|it| it.sql_type.clone())
                            .unwrap_or_default();
                        list.iter().for_each(|it| self.literal(it, &wanted));
                        parts.extend(list.iter().map(|it| self.expression(it, scope)));
                    }
                    InTarget::Unnest(list) => parts.push(self.expression(list, scope)),
                    InTarget::Subquery(query) => {
                        parts.push(self.conditions_of(query, scope, true));
                    }
                    InTarget::Table { .. } => parts.push(Flow::unknown()),
                }
                Flow::of(Made::Expression, parts).typed(SqlType::Boolean)
            }
            Expr::Between {
                expr, low, high, ..
            } => {
                let value = self.expression(expr, scope);
                let bounds = [low, high].map(|it| self.expression(it, scope));
                for (bound, at) in bounds.iter().zip([low, high]) {
                    let place = self.places([expr, at]);
                    self.literal(at, &value.sql_type);
                    self.pair(
                        place,
                        [&value.sql_type, &bound.sql_type],
                        Use::Sorted,
                        "between",
                    );
                }
                let [low, high] = bounds;
                Flow::of(Made::Expression, [value, low, high]).typed(SqlType::Boolean)
            }
            Expr::Function(function) => self.call(function, scope),
            // There `name: value` gives a value a name, which the grammar does not know.
            Expr::JsonAccess { .. } if self.grammar == Grammar::DuckDb => Flow::unknown(),
            Expr::Lambda(lambda) => self.lambda(lambda, &[], scope).typed(SqlType::Unknown),
            Expr::CompoundFieldAccess { root, access_chain } => {
                let (root, access_chain) = match dotted(root, access_chain) {
                    Some((parts, rest)) => (self.name(&parts, scope), rest),
                    None => (self.expression(root, scope), access_chain.as_slice()),
                };
                let mut sql_type = root.sql_type.clone();
                let mut parts = vec![root];
                for access in access_chain {
                    match access {
                        AccessExpr::Dot(Expr::Identifier(name)) => {
                            sql_type = sql_type.field(&name.value);
                        }
                        AccessExpr::Dot(call) => {
                            // `value.function(…)`: a call with the value in front.
                            let flow = self.expression(call, scope);
                            let place = self.place(call);
                            self.done.calls.retain(|it| it.1 != place);
                            self.done.mistakes.retain(|it| {
                                let is_count = matches!(it.kind, MistakeKind::ArgumentCount { .. });
                                !(is_count && it.place == place)
                            });
                            sql_type = SqlType::Unknown;
                            parts.push(flow);
                        }
                        AccessExpr::Subscript(Subscript::Index { index }) => {
                            sql_type = match (&sql_type, field_name(index)) {
                                (SqlType::Struct(_), Some(name)) => sql_type.field(name),
                                _ => sql_type.element(),
                            };
                            parts.push(self.expression(index, scope));
                        }
                        AccessExpr::Subscript(Subscript::Slice {
                            lower_bound,
                            upper_bound,
                            stride,
                        }) => {
                            let bounds = [lower_bound, upper_bound, stride].into_iter().flatten();
                            parts.extend(bounds.map(|it| self.expression(it, scope)));
                        }
                    }
                }
                Flow::of(Made::Expression, parts).typed(sql_type)
            }
            Expr::Wildcard(_) | Expr::QualifiedWildcard(..) => Self::all_of(scope),
            Expr::Struct { values, .. } => {
                let flow = self.of(expression, scope);
                let fields = values.iter().enumerate().map(|(at, value)| match value {
                    Expr::Named { name, .. } => name.value.clone(),
                    _ => format!("v{}", at + 1),
                });
                let fields = fields.map(|it| (it, SqlType::Unknown));
                flow.typed(SqlType::Struct(fields.collect()))
            }
            Expr::Dictionary(entries) => {
                let flows: Vec<Flow> = entries
                    .iter()
                    .map(|it| self.expression(&it.value, scope))
                    .collect();
                let names = entries.iter().map(|it| it.key.value.clone());
                let types = flows.iter().map(|it| it.sql_type.clone());
                let sql_type = SqlType::Struct(names.zip(types).collect());
                Flow::of(Made::Expression, flows).typed(sql_type)
            }
            Expr::Array(array) => {
                let flows: Vec<Flow> = array
                    .elem
                    .iter()
                    .map(|it| self.expression(it, scope))
                    .collect();
                let types = flows.iter().map(|it| it.sql_type.clone());
                let element = types.reduce(|one, two| common(&one, &two));
                let sql_type = match element {
                    Some(element) if element.is_known() => SqlType::List(Box::new(element)),
                    _ => SqlType::Unknown,
                };
                Flow::of(Made::Expression, flows).typed(sql_type)
            }
            // Whether there is a value tells nobody which.
            Expr::IsNull(_) | Expr::IsNotNull(_) => {
                let flow = self.of(expression, scope).masked();
                flow.typed(SqlType::Boolean)
            }
            other => {
                let flow = self.of(other, scope);
                let sql_type = type_of(other, &flow);
                flow.typed(sql_type)
            }
        }
    }

    /// What a function that is written in place gives, of parameters of these types.
    pub(super) fn lambda(
        &mut self,
        lambda: &LambdaFunction,
        types: &[SqlType],
        scope: &Scope<'_>,
    ) -> Flow {
        let names = match &lambda.params {
            OneOrManyWithParens::One(one) => std::slice::from_ref(one),
            OneOrManyWithParens::Many(many) => many.as_slice(),
        };
        let names = names.iter().map(|it| it.name.value.clone());
        let types = types
            .iter()
            .cloned()
            .chain(std::iter::repeat(SqlType::Unknown));
        let before = scope.parameters.borrow().len();
        scope.parameters.borrow_mut().extend(names.zip(types));
        let flow = self.expression(&lambda.body, scope);
        scope.parameters.borrow_mut().truncate(before);
        flow
    }

    /// A value that is made of everything within an expression.
    fn of(&mut self, expression: &Expr, scope: &Scope<'_>) -> Flow {
        let parts: Vec<Flow> = children(expression)
            .into_iter()
            .map(|it| self.expression(it, scope))
            .collect();
        let sql_type = match parts.as_slice() {
            [one] => one.sql_type.clone(),
            _ => SqlType::Unknown,
        };
        Flow::of(Made::Expression, parts).typed(sql_type)
    }

    /// Walks down the left side, since chains of hundreds of operators lean to it.
    fn binary(&mut self, expression: &Expr, scope: &Scope<'_>) -> Flow {
        let (mut first, mut others) = (expression, Vec::new());
        while let Expr::BinaryOp { left, op, right } = first {
            others.push((&**left, op, &**right));
            first = left;
        }
        let first = self.expression(first, scope);
        let mut sql_type = first.sql_type.clone();
        let mut parts = vec![first];
        for (before, op, after) in others.into_iter().rev() {
            let right = self.expression(after, scope);
            self.operator([before, after], op, [&sql_type, &right.sql_type]);
            sql_type = match (self.grammar, op) {
                (Grammar::DuckDb, BinaryOperator::BitwiseXor) => power(&sql_type, &right.sql_type),
                _ => operated(&sql_type, op, &right.sql_type),
            };
            parts.push(right);
        }
        Flow::of(Made::Expression, parts).typed(sql_type)
    }

    /// A query that is one value.
    fn subquery(&mut self, query: &Query, scope: &Scope<'_>) -> Flow {
        let shape = self.inner(query, scope);
        let place = self.span(query.span());
        let Some(first) = shape.columns.first().filter(|_| shape.open.is_empty()) else {
            self.unknown(place, "which column the query within gives is not known");
            return Flow::unknown();
        };
        let sql_type = first.flow.sql_type.clone();
        let conditions = shape.influences.iter().map(|it| {
            Flow::column(it.read, it.column.clone(), SqlType::Unknown).then(Made::Condition)
        });
        let parts: Vec<Flow> = std::iter::once(first.flow.clone())
            .chain(conditions)
            .collect();
        let made = first.flow.made;
        Flow::of(made, parts).typed(sql_type)
    }

    /// A query whose rows are asked for, and what it gives with them if `columns`.
    fn conditions_of(&mut self, query: &Query, scope: &Scope<'_>, columns: bool) -> Flow {
        let shape = self.inner(query, scope);
        let rows = shape.influences.iter();
        let mut parts: Vec<Flow> = rows
            .map(|it| Flow::column(it.read, it.column.clone(), SqlType::Unknown))
            .collect();
        if columns {
            parts.extend(shape.columns.into_iter().map(|it| it.flow));
        }
        let flow = Flow::of(Made::Expression, parts);
        flow.then(Made::Condition)
    }

    pub(super) fn inner(&mut self, query: &Query, scope: &Scope<'_>) -> super::shape::Shape {
        let env = Env {
            ctes: scope.env.ctes.clone(),
            outer: Some(scope),
        };
        self.query(query, &env)
    }
}

fn literal(value: &Value) -> SqlType {
    match value {
        Value::Number(text, _) => number(text),
        Value::Boolean(_) => SqlType::Boolean,
        Value::Null => SqlType::Null,
        Value::Placeholder(_) => SqlType::Unknown,
        Value::HexStringLiteral(_)
        | Value::SingleQuotedByteStringLiteral(_)
        | Value::DoubleQuotedByteStringLiteral(_) => SqlType::Blob,
        _ => SqlType::Literal,
    }
}

/// Takes the name apart from what follows it: `relation.column[1].field`.
pub(super) fn dotted<'e>(
    root: &Expr,
    chain: &'e [AccessExpr],
) -> Option<(Vec<Ident>, &'e [AccessExpr])> {
    let mut parts = match root {
        Expr::Identifier(name) => vec![name.clone()],
        Expr::CompoundIdentifier(parts) => parts.clone(),
        _ => return None,
    };
    let mut rest = chain;
    while let [AccessExpr::Dot(Expr::Identifier(name)), after @ ..] = rest {
        parts.push(name.clone());
        rest = after;
    }
    Some((parts, rest))
}

fn field_name(index: &Expr) -> Option<&str> {
    match index {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(name) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the type of DuckDB's `a ^ b`, if both are numbers: the library binds it more loosely than the engine.
fn power(left: &SqlType, right: &SqlType) -> SqlType {
    let are_numbers = [left, right].map(SqlType::is_number);
    match are_numbers {
        [true, true] => SqlType::Double,
        _ => SqlType::Unknown,
    }
}

fn operated(left: &SqlType, op: &BinaryOperator, right: &SqlType) -> SqlType {
    match op {
        BinaryOperator::Plus
        | BinaryOperator::Minus
        | BinaryOperator::Multiply
        | BinaryOperator::Divide
        | BinaryOperator::Modulo
        | BinaryOperator::DuckIntegerDivide => arithmetic(left, &op.to_string(), right),
        BinaryOperator::Gt
        | BinaryOperator::Lt
        | BinaryOperator::GtEq
        | BinaryOperator::LtEq
        | BinaryOperator::Eq
        | BinaryOperator::NotEq
        | BinaryOperator::Spaceship
        | BinaryOperator::And
        | BinaryOperator::Or
        | BinaryOperator::Xor
        | BinaryOperator::PGRegexMatch
        | BinaryOperator::PGRegexIMatch
        | BinaryOperator::PGRegexNotMatch
        | BinaryOperator::PGRegexNotIMatch
        | BinaryOperator::PGLikeMatch
        | BinaryOperator::PGILikeMatch
        | BinaryOperator::PGNotLikeMatch
        | BinaryOperator::PGNotILikeMatch
        | BinaryOperator::PGStartsWith
        | BinaryOperator::PGOverlap
        | BinaryOperator::AtArrow
        | BinaryOperator::ArrowAt
        | BinaryOperator::Glob
        | BinaryOperator::Regexp => SqlType::Boolean,
        BinaryOperator::Custom(operator) if operator == "GLOB" => SqlType::Boolean,
        BinaryOperator::StringConcat => match (left, right) {
            (SqlType::List(_), _) => common(left, right),
            (_, SqlType::List(_)) => SqlType::Unknown,
            _ => SqlType::Varchar,
        },
        BinaryOperator::Arrow => SqlType::Other("JSON".to_owned()),
        BinaryOperator::LongArrow => SqlType::Varchar,
        BinaryOperator::PGExp => SqlType::Double,
        BinaryOperator::BitwiseAnd | BinaryOperator::BitwiseOr | BinaryOperator::BitwiseXor => {
            common(left, right)
        }
        _ => SqlType::Unknown,
    }
}

/// Returns the type of an expression whose form tells it.
fn type_of(expression: &Expr, flow: &Flow) -> SqlType {
    match expression {
        Expr::IsFalse(_)
        | Expr::IsNotFalse(_)
        | Expr::IsTrue(_)
        | Expr::IsNotTrue(_)
        | Expr::IsNull(_)
        | Expr::IsNotNull(_)
        | Expr::IsUnknown(_)
        | Expr::IsNotUnknown(_)
        | Expr::IsDistinctFrom(..)
        | Expr::IsNotDistinctFrom(..)
        | Expr::Like { .. }
        | Expr::ILike { .. }
        | Expr::SimilarTo { .. }
        | Expr::RLike { .. }
        | Expr::AnyOp { .. }
        | Expr::AllOp { .. }
        | Expr::IsJson { .. }
        | Expr::MemberOf(_) => SqlType::Boolean,
        Expr::Extract { field, .. } => match field {
            DateTimeField::Epoch | DateTimeField::Julian => SqlType::Double,
            _ => SqlType::BIGINT,
        },
        Expr::Ceil { .. } | Expr::Floor { .. } => match &flow.sql_type {
            SqlType::Decimal(digits, _) => SqlType::Decimal(*digits, 0),
            other => other.clone(),
        },
        Expr::Position { .. } => SqlType::BIGINT,
        Expr::Substring { .. } | Expr::Trim { .. } | Expr::Overlay { .. } => SqlType::Varchar,
        Expr::Prefixed { .. } => SqlType::Varchar,
        _ => SqlType::Unknown,
    }
}
