//! Template + typed context → text + source map. The only place that names minijinja.
//!
//! minijinja gives the values, the object protocol, the environment of filters and tests and the
//! errors; reading templates and running them is done here, because templates of dbt are Python's
//! Jinja2 and not minijinja's dialect. Read `engine.rs` first.
//!
//! Conventions for objects of the context: `render` is Python's `str`; the attribute `__repr__`
//! gives Python's `repr` as a text, `__class__` the name of the type as a text; operators are
//! methods with Python's names (`__add__`). Lists and dicts handed to templates are
//! [`python::List`] and [`python::Dict`].

mod blocks;
pub mod context;
mod engine;
mod error;
mod functions;
mod globals;
mod interpret;
pub mod library;
pub mod macros;
mod names;
mod place;
pub mod python;
mod session;
mod syntax;
mod template;
mod written;

pub use blocks::{Block, BlockKind, Param, blocks, blocks_alone};
pub use engine::Engine;
pub use error::{MacroCall, RenderError, RenderErrorKind};
pub use globals::{Globals, NoGlobals};
pub use macros::{MacroSet, MacroSettings};
pub use place::{Place, place};
pub use session::Session;
pub use template::{Arguments, Origin, Rendered, Scope, Template};
pub use written::config_as_written;

pub use minijinja::value::{Object, Tuple};
pub use minijinja::{Error, ErrorKind, State, Value};
