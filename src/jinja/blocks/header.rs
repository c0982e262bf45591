//! What the tree of a macro's block says about it.

use super::{Block, Param};
use crate::jinja::macros::static_calls;
use crate::jinja::syntax::{
    Expression, Kind, MacroDefinition, MacroKind, Statement, SyntaxError, Tree, parse,
};
use crate::text::Span;

/// Reads the block's text and fills name, parameters, languages and calls.
pub(super) fn read(block: &mut Block, text: &str) -> Result<(), SyntaxError> {
    let tree = parse(text)?;
    let mut definitions = tree.body.iter().filter_map(|statement| match statement {
        Statement::Macro(definition) => Some(definition.as_ref()),
        _ => None,
    });
    let Some(definition) = definitions.next_back() else {
        return Err(SyntaxError {
            message: "no macro in this block".to_owned(),
            span: Span::new(0, text.len()),
            help: None,
        });
    };
    block.name = definition.name.to_string();
    block.params = params(&tree, definition);
    if definition.kind == MacroKind::Materialization {
        block.languages = definition
            .parameters
            .first()
            .map(|it| languages(it.default.as_ref()));
        block.params = Vec::new();
    }
    block.calls = static_calls(&tree);
    Ok(())
}

fn params(tree: &Tree, definition: &MacroDefinition) -> Vec<Param> {
    let source = |default: &Expression| tree.text.get(default.span.range()).map(str::to_owned);
    let parameters = definition.parameters.iter().map(|parameter| Param {
        name: tree.name(parameter.name).to_string(),
        default: parameter.default.as_ref().and_then(source),
    });
    parameters.collect()
}

fn languages(list: Option<&Expression>) -> Vec<String> {
    let Some(Kind::List(items)) = list.map(|it| &it.kind) else {
        return Vec::new();
    };
    let text = |item: &Expression| match &item.kind {
        Kind::Constant(value) => value.as_str().map(str::to_owned),
        _ => None,
    };
    items.iter().filter_map(text).collect()
}
