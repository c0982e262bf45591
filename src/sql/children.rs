//! The expressions right within an expression.

use sqlparser::ast::{
    AccessExpr, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArguments, InTarget, JsonPathElem, Subscript,
};

/// Lists the expressions right within another; those of queries within it are not among them.
pub(super) fn children(expression: &Expr) -> Vec<&Expr> {
    match expression {
        Expr::Identifier(_)
        | Expr::CompoundIdentifier(_)
        | Expr::Value(_)
        | Expr::TypedString(_)
        | Expr::Wildcard(_)
        | Expr::QualifiedWildcard(..)
        | Expr::MatchAgainst { .. }
        | Expr::Exists { .. }
        | Expr::Subquery(_) => Vec::new(),
        Expr::CompoundFieldAccess { root, access_chain } => {
            let subscripts = access_chain.iter().flat_map(|it| match it {
                AccessExpr::Subscript(Subscript::Index { index }) => vec![index],
                AccessExpr::Subscript(Subscript::Slice {
                    lower_bound,
                    upper_bound,
                    stride,
                }) => [lower_bound, upper_bound, stride]
                    .into_iter()
                    .flatten()
                    .collect(),
                AccessExpr::Dot(_) => Vec::new(),
            });
            std::iter::once(&**root).chain(subscripts).collect()
        }
        Expr::JsonAccess { value, path } => {
            let keys = path.path.iter().filter_map(|it| match it {
                JsonPathElem::Bracket { key } => Some(key),
                _ => None,
            });
            std::iter::once(&**value).chain(keys).collect()
        }
        Expr::IsFalse(of)
        | Expr::IsNotFalse(of)
        | Expr::IsTrue(of)
        | Expr::IsNotTrue(of)
        | Expr::IsNull(of)
        | Expr::IsNotNull(of)
        | Expr::IsUnknown(of)
        | Expr::IsNotUnknown(of)
        | Expr::IsJson { expr: of, .. }
        | Expr::IsNormalized { expr: of, .. }
        | Expr::UnaryOp { expr: of, .. }
        | Expr::Cast { expr: of, .. }
        | Expr::Extract { expr: of, .. }
        | Expr::Ceil { expr: of, .. }
        | Expr::Floor { expr: of, .. }
        | Expr::Collate { expr: of, .. }
        | Expr::Nested(of)
        | Expr::Prefixed { value: of, .. }
        | Expr::Named { expr: of, .. }
        | Expr::OuterJoin(of)
        | Expr::Prior(of) => vec![of],
        Expr::Interval(interval) => vec![&interval.value],
        Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => {
            vec![left, right]
        }
        Expr::BinaryOp { left, right, .. }
        | Expr::AnyOp { left, right, .. }
        | Expr::AllOp { left, right, .. }
        | Expr::AtTimeZone {
            timestamp: left,
            time_zone: right,
        }
        | Expr::Position {
            expr: left,
            r#in: right,
        }
        | Expr::RLike {
            expr: left,
            pattern: right,
            ..
        } => vec![left, right],
        Expr::In { expr, target, .. } => {
            let listed = match target {
                InTarget::List(list) => list.iter().collect(),
                InTarget::Unnest(list) => vec![&**list],
                InTarget::Subquery(_) | InTarget::Table { .. } => Vec::new(),
            };
            std::iter::once(&**expr).chain(listed).collect()
        }
        Expr::Between {
            expr, low, high, ..
        } => vec![expr, low, high],
        Expr::Like {
            expr,
            pattern,
            escape_char,
            ..
        }
        | Expr::ILike {
            expr,
            pattern,
            escape_char,
            ..
        }
        | Expr::SimilarTo {
            expr,
            pattern,
            escape_char,
            ..
        } => [expr, pattern]
            .into_iter()
            .chain(escape_char)
            .map(|it| &**it)
            .collect(),
        Expr::Convert { expr, styles, .. } => std::iter::once(&**expr).chain(styles).collect(),
        Expr::Substring {
            expr,
            substring_from,
            substring_for,
            ..
        } => [Some(expr), substring_from.as_ref(), substring_for.as_ref()]
            .into_iter()
            .flatten()
            .map(|it| &**it)
            .collect(),
        Expr::Trim {
            trim_what,
            expr,
            trim_characters,
            ..
        } => trim_what
            .iter()
            .map(|it| &**it)
            .chain([&**expr])
            .chain(trim_characters.iter().flatten())
            .collect(),
        Expr::Overlay {
            expr,
            overlay_what,
            overlay_from,
            overlay_for,
        } => [expr, overlay_what, overlay_from]
            .into_iter()
            .chain(overlay_for)
            .map(|it| &**it)
            .collect(),
        Expr::Case {
            operand,
            conditions,
            else_result,
            ..
        } => operand
            .iter()
            .map(|it| &**it)
            .chain(conditions.iter().flat_map(|it| [&it.condition, &it.result]))
            .chain(else_result.iter().map(|it| &**it))
            .collect(),
        Expr::GroupingSets(sets) | Expr::Cube(sets) | Expr::Rollup(sets) => {
            sets.iter().flatten().collect()
        }
        Expr::Tuple(values) | Expr::Struct { values, .. } => values.iter().collect(),
        Expr::Dictionary(fields) => fields.iter().map(|it| &*it.value).collect(),
        Expr::Map(map) => map
            .entries
            .iter()
            .flat_map(|it| [&*it.key, &*it.value])
            .collect(),
        Expr::Array(array) => array.elem.iter().collect(),
        Expr::Lambda(lambda) => vec![&lambda.body],
        Expr::MemberOf(member) => vec![&member.value, &member.array],
        Expr::Function(function) => of_call(function),
    }
}

/// Lists the arguments of a call, and what stands in its clauses but OVER.
pub(super) fn of_call(function: &Function) -> Vec<&Expr> {
    let mut all = Vec::new();
    for arguments in [&function.parameters, &function.args] {
        let FunctionArguments::List(list) = arguments else {
            continue;
        };
        all.extend(list.args.iter().filter_map(argument));
        for clause in &list.clauses {
            match clause {
                FunctionArgumentClause::Where(it) | FunctionArgumentClause::Limit(it) => {
                    all.push(it);
                }
                FunctionArgumentClause::OrderBy(keys) => {
                    all.extend(keys.iter().map(|it| &it.expr));
                }
                FunctionArgumentClause::Having(bound) => all.push(&bound.1),
                _ => {}
            }
        }
    }
    all.extend(function.within_group.iter().map(|it| &it.expr));
    all.extend(function.filter.iter().map(|it| &**it));
    all
}

/// Returns the value of an argument.
pub(super) fn argument(of: &FunctionArg) -> Option<&Expr> {
    let (FunctionArg::Named { arg, .. }
    | FunctionArg::ExprNamed { arg, .. }
    | FunctionArg::Unnamed(arg)) = of;
    match arg {
        FunctionArgExpr::Expr(value) => Some(value),
        _ => None,
    }
}
