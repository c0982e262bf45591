//! What goes into a rendering and what comes out.

use std::sync::Arc;

use minijinja::Value;

use super::globals::Globals;
use crate::text::{FileId, Location, SourceMap, Span};

/// Where the text of a template stands in the files of the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The text is in the file as it stands, from a byte offset on.
    Verbatim {
        /// The file.
        file: FileId,
        /// Offset of the text's first byte.
        offset: usize,
    },
    /// The text was made from these bytes, a YAML scalar for instance.
    Within(Location),
    /// The text is in no file.
    Nowhere,
}

impl Origin {
    /// Turns a span of the text into a place in a file.
    pub fn locate(self, span: Span) -> Option<Location> {
        match self {
            Self::Verbatim { file, offset } => Some(Location::new(file, span.shifted(offset))),
            Self::Within(location) => Some(location),
            Self::Nowhere => None,
        }
    }
}

/// A text to render.
#[derive(Debug, Clone, Copy)]
pub struct Template<'a> {
    /// What messages call it: a path or a unique id.
    pub name: &'a str,
    /// The text.
    pub text: &'a str,
    /// Where the text stands.
    pub origin: Origin,
}

/// Where a template is rendered: the package whose macros it sees first, and the names it can use.
#[derive(Clone)]
pub struct Scope {
    /// Package of the node that the template belongs to.
    pub package: Arc<str>,
    /// The context.
    pub globals: Arc<dyn Globals>,
    /// Whether attributes and calls of undefined values are undefined again and no errors, as
    /// while dbt parses (`capture_macros`).
    pub lenient: bool,
}

/// A rendered text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The text.
    pub text: String,
    /// The way back to the template.
    pub source_map: SourceMap,
}

/// Arguments of a call from outside of a template.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    /// Those without a name.
    pub positional: Vec<Value>,
    /// Those with a name.
    pub keywords: Vec<(String, Value)>,
}
