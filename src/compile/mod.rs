//! A node's template → SQL with a source map. Compiles and nothing else: what it writes are the
//! files below `target/compiled`, through the writer it is given.
//!
//! In: a node, a [`Session`](crate::jinja::context::Session) with a connection (templates may ask
//! the database), and the [`Compiler`]. Out: the node with [`Compiled`](crate::nodes::Compiled).
//! Ephemeral models are compiled once and put in front of what names them.

mod compiler;
mod deferral;
mod files;
mod inject;
mod paths;
mod resolver;
mod unit_test;

pub use compiler::{CompileError, Compiler, name_targets};
pub use deferral::Deferral;
pub use files::NodeFiles;
pub use inject::EPHEMERAL_PREFIX;
pub use paths::{Subfolder, target_path};
pub use resolver::Resolver;
pub use unit_test::unit_test_node;
