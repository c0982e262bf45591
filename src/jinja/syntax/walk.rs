//! Every expression of a tree, in the order in which Jinja2 goes through its own.

use super::tree::{CallArguments, Expression, FilterCall, Kind, MacroDefinition, Statement, Tree};

/// Calls `visit` for every expression, outer ones first.
pub(crate) fn walk<'a>(tree: &'a Tree, visit: &mut dyn FnMut(&'a Expression)) {
    body(&tree.body, visit);
}

type Visit<'v, 'a> = &'v mut dyn FnMut(&'a Expression);

fn body<'a>(statements: &'a [Statement], visit: Visit<'_, 'a>) {
    for it in statements {
        statement(it, visit);
    }
}

fn statement<'a>(statement: &'a Statement, visit: Visit<'_, 'a>) {
    match statement {
        Statement::Data(_) | Statement::Break | Statement::Continue | Statement::Loader(_) => {}
        Statement::Emit(values) => all(values, visit),
        Statement::If {
            branches,
            otherwise,
        } => {
            for (condition, then) in branches {
                expression(condition, visit);
                body(then, visit);
            }
            body(otherwise, visit);
        }
        Statement::For(it) => {
            expression(&it.iterable, visit);
            body(&it.body, visit);
            body(&it.otherwise, visit);
            all(&it.condition, visit);
        }
        Statement::Set(_, value) | Statement::Do(value) => expression(value, visit),
        Statement::SetBlock {
            filters: chain,
            body: inner,
            ..
        } => {
            filters(chain, visit);
            body(inner, visit);
        }
        Statement::With {
            values,
            body: inner,
        } => {
            all(values.iter().map(|(_, value)| value), visit);
            body(inner, visit);
        }
        Statement::FilterBlock {
            filters: chain,
            body: inner,
        } => {
            body(inner, visit);
            filters(chain, visit);
        }
        Statement::Call { call, caller } => {
            expression(call, visit);
            definition(caller, visit);
        }
        Statement::Macro(it) => definition(it, visit),
        Statement::Block(it) => body(&it.body, visit),
        Statement::AutoEscape {
            enabled,
            body: inner,
        } => {
            expression(enabled, visit);
            body(inner, visit);
        }
    }
}

fn definition<'a>(it: &'a MacroDefinition, visit: Visit<'_, 'a>) {
    all(
        it.parameters
            .iter()
            .filter_map(|parameter| parameter.default.as_ref()),
        visit,
    );
    body(&it.body, visit);
}

fn filters<'a>(chain: &'a [FilterCall], visit: Visit<'_, 'a>) {
    for it in chain.iter().rev() {
        arguments(&it.arguments, visit);
    }
}

fn all<'a>(expressions: impl IntoIterator<Item = &'a Expression>, visit: Visit<'_, 'a>) {
    for it in expressions {
        expression(it, visit);
    }
}

fn arguments<'a>(it: &'a CallArguments, visit: Visit<'_, 'a>) {
    all(&it.positional, visit);
    all(it.keywords.iter().map(|(_, value)| value), visit);
    all(&it.splat, visit);
    all(&it.keyword_splat, visit);
}

fn expression<'a>(it: &'a Expression, visit: Visit<'_, 'a>) {
    visit(it);
    stacker::maybe_grow(64 * 1024, 1024 * 1024, || children(it, visit));
}

fn children<'a>(it: &'a Expression, visit: Visit<'_, 'a>) {
    match &it.kind {
        Kind::Constant(_) | Kind::Name(_) => {}
        Kind::List(items) | Kind::Tuple(items) | Kind::Concat(items) => all(items, visit),
        Kind::Dict(entries) => {
            for (key, value) in entries {
                expression(key, visit);
                expression(value, visit);
            }
        }
        Kind::Negative(inner) | Kind::Positive(inner) | Kind::Not(inner) => {
            expression(inner, visit);
        }
        Kind::Attribute(inner, _) => expression(inner, visit),
        Kind::And(pair) | Kind::Or(pair) | Kind::Binary(_, pair) | Kind::Item(pair) => {
            all(pair.iter(), visit);
        }
        Kind::Compare(first, rest) => {
            expression(first, visit);
            all(rest.iter().map(|(_, operand)| operand), visit);
        }
        Kind::Conditional(parts) => {
            let (value, condition, otherwise) = parts.as_ref();
            expression(condition, visit);
            expression(value, visit);
            all(otherwise, visit);
        }
        Kind::Slice(inner, slice) => {
            expression(inner, visit);
            all(&slice.start, visit);
            all(&slice.stop, visit);
            all(&slice.step, visit);
        }
        Kind::Call(callee, given) => {
            expression(callee, visit);
            arguments(given, visit);
        }
        Kind::Filter(inner, call) | Kind::Test(inner, call) => {
            expression(inner, visit);
            arguments(&call.arguments, visit);
        }
    }
}
