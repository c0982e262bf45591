//! All macros of a project, and which of them a name means.
//!
//! In: the macros of the project, its packages and the built-in ones. Out: [`MacroSet`], which
//! answers by dbt's rules: the caller's package, then the root project, then package names, then
//! the built-in macros, of which the adapter's win over the general ones.

mod calls;
mod entry;
mod lookup;
mod set;

pub use calls::StaticCall;
pub(crate) use calls::static_calls;
pub use entry::MacroEntry;
pub use lookup::Found;
pub use set::{MacroSet, MacroSettings};
