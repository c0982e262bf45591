//! A macro that is ready to be called.

use std::sync::{Arc, OnceLock};

use crate::jinja::interpret::Unit;
use crate::jinja::syntax::{MacroDefinition, Statement, SyntaxError, parse};
use crate::jinja::template::Origin;
use crate::nodes::Macro;

/// A macro with what is made of its text at the first call.
#[derive(Debug)]
pub struct MacroEntry {
    /// The macro as parsed.
    pub node: Arc<Macro>,
    read: OnceLock<Result<Body, SyntaxError>>,
}

/// The text of a macro as a tree.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) unit: Arc<Unit>,
    pub(crate) definition: Arc<MacroDefinition>,
    /// Set once its filters and tests are known to exist.
    pub(crate) checked: OnceLock<()>,
}

impl MacroEntry {
    pub(super) fn new(node: Arc<Macro>) -> Self {
        let read = OnceLock::new();
        Self { node, read }
    }

    /// Returns where the macro's text stands.
    pub(crate) fn origin(&self) -> Origin {
        let location = self.node.location;
        Origin::Verbatim {
            file: location.file,
            offset: location.span.start as usize,
        }
    }

    /// Reads the macro's text at the first call.
    pub(crate) fn body(&self) -> Result<&Body, &SyntaxError> {
        self.read.get_or_init(|| self.parse()).as_ref()
    }

    /// Returns the names of the macro's parameters in order.
    pub(crate) fn parameters(&self) -> Result<impl Iterator<Item = &str>, &SyntaxError> {
        let body = self.body()?;
        let parameters = body.definition.parameters.iter();
        Ok(parameters.map(|it| &**body.unit.tree.name(it.name)))
    }

    fn parse(&self) -> Result<Body, SyntaxError> {
        let tree = parse(self.node.macro_sql.clone())?;
        let definition = tree
            .body
            .iter()
            .rev()
            .find_map(|statement| match statement {
                Statement::Macro(definition) => Some(definition.clone()),
                _ => None,
            });
        let definition = definition.ok_or_else(|| SyntaxError {
            message: "no macro in this text".to_owned(),
            span: crate::text::Span::default(),
            help: None,
        })?;
        let unit = Arc::new(Unit {
            tree,
            origin: self.origin(),
            is_macro: true,
        });
        Ok(Body {
            unit,
            definition,
            checked: OnceLock::new(),
        })
    }
}
