//! `--select` and `--exclude`: which resources a command works on.
//!
//! In: the words of the command line and a [`Graph`](super::Graph). Out: positions in the graph.
//! The grammar is dbt's: words are united, commas intersect, `+`, `n+` and `@` widen, `method:value`
//! picks. One file per method under `methods/`; `selectors/` reads the definitions of selectors.yml.

mod criteria;
mod indirect;
mod methods;
mod select;
mod selectors;
mod spec;
mod wildcard;

pub use criteria::Criteria;
pub use indirect::IndirectSelection;
pub use methods::names as method_names;
pub use select::{Earlier, Scope, select};
pub use selectors::Selectors;
pub use spec::Spec;
