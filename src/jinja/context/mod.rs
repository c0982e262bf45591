//! What templates can name besides macros, one type per phase.
//!
//! [`Project`] holds what all templates of one invocation see. [`YamlContext`] serves values in
//! YAML files, [`ParseContext`] reading a node, [`RunContext`] compiling and running one. A phase
//! never sees another's names: `names` of each is a snapshot in the tests.

mod adapter;
mod base;
mod calls;
mod config;
mod environment;
mod json;
mod messages;
mod overrides;
mod node;
mod parse;
mod project;
mod python_job;
mod query_comment;
mod query_items;
mod results;
mod run;
mod runtime_config;
mod variables;
mod yaml_context;

pub use adapter::{DatabaseError, relations_from_rows};
pub use base::Base;
pub use config::{ConfigCall, run_config_value};
pub use json::{from_json, to_json};
pub use overrides::overrides;
pub use parse::{Captured, ParseContext};
pub use project::{FindVariable, Project};
pub use query_comment::QueryComment;
pub use query_items::{QueryError, QueryItem, query_items};
pub use results::{StoredResult, response_of};
pub use run::{
    Exists, Gate, Names, Operation, RunContext, Session, Target, Usage, node_relation,
    source_relation,
};
pub use yaml_context::YamlContext;
