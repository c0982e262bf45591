//! Every expression of a tree, in the order in which Jinja2 goes through its own.

use super::tree::{CallArguments, Expression, FilterCall, Kind, MacroDefinition, Statement, Tree};

/// What is come across.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part<'a> {
    /// An expression.
    Expression(&'a Expression),
    /// A filter of a block.
    Filter(&'a FilterCall),
    /// What follows, down to [`Self::Leave`], stands under a condition: right below an `{% if %}`
    /// or in a conditional expression.
    Condition,
    /// What follows, down to [`Self::Leave`], stands in a block of its own.
    Block,
    /// A condition or block ends.
    Leave,
}

/// Calls `visit` for every expression, outer ones first.
pub(crate) fn walk<'a>(tree: &'a Tree, visit: &mut dyn FnMut(&'a Expression)) {
    walk_parts(tree, &mut |part| {
        if let Part::Expression(expression) = part {
            visit(expression);
        }
    });
}

/// Calls `visit` for all parts.
pub(crate) fn walk_parts<'a>(tree: &'a Tree, visit: &mut dyn FnMut(Part<'a>)) {
    body(&tree.body, visit);
}

type Visit<'v, 'a> = &'v mut dyn FnMut(Part<'a>);

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
            visit(Part::Condition);
            for (condition, then) in branches {
                expression(condition, visit);
                body(then, visit);
            }
            body(otherwise, visit);
            visit(Part::Leave);
        }
        Statement::For(it) => {
            expression(&it.iterable, visit);
            visit(Part::Block);
            body(&it.body, visit);
            body(&it.otherwise, visit);
            all(&it.condition, visit);
            visit(Part::Leave);
        }
        Statement::Set(_, value) | Statement::Do(value) => expression(value, visit),
        Statement::SetBlock {
            filters: chain,
            body: inner,
            ..
        } => {
            visit(Part::Block);
            filters(chain, visit);
            body(inner, visit);
            visit(Part::Leave);
        }
        Statement::With {
            values,
            body: inner,
        } => {
            all(values.iter().map(|(_, value)| value), visit);
            block(inner, visit);
        }
        Statement::FilterBlock {
            filters: chain,
            body: inner,
        } => {
            visit(Part::Block);
            body(inner, visit);
            filters(chain, visit);
            visit(Part::Leave);
        }
        Statement::Call { call, caller } => {
            expression(call, visit);
            definition(caller, visit);
        }
        Statement::Macro(it) => definition(it, visit),
        Statement::Block(it) => block(&it.body, visit),
        Statement::AutoEscape {
            enabled,
            body: inner,
        } => {
            expression(enabled, visit);
            block(inner, visit);
        }
    }
}

fn block<'a>(statements: &'a [Statement], visit: Visit<'_, 'a>) {
    visit(Part::Block);
    body(statements, visit);
    visit(Part::Leave);
}

fn definition<'a>(it: &'a MacroDefinition, visit: Visit<'_, 'a>) {
    visit(Part::Block);
    all(
        it.parameters
            .iter()
            .filter_map(|parameter| parameter.default.as_ref()),
        visit,
    );
    body(&it.body, visit);
    visit(Part::Leave);
}

fn filters<'a>(chain: &'a [FilterCall], visit: Visit<'_, 'a>) {
    for it in chain.iter().rev() {
        visit(Part::Filter(it));
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
    visit(Part::Expression(it));
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
            visit(Part::Condition);
            expression(condition, visit);
            expression(value, visit);
            all(otherwise, visit);
            visit(Part::Leave);
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
