//! What a template can name besides its own variables and the macros.

use minijinja::Value;

/// The names of a context: `ref`, `config`, `adapter`, `var` and all the others.
///
/// Macros shadow these names, as in dbt; `builtins.<name>` reaches past the macros. The engine
/// itself adds `context`, `builtins` and `return`, and the library `range`, `dict` and the other
/// functions that Jinja has everywhere.
pub trait Globals: Send + Sync {
    /// Looks a name up.
    fn get(&self, name: &str) -> Option<Value>;

    /// Lists all names, for `context.keys()` and did-you-mean.
    fn names(&self) -> Vec<String>;

    /// Returns what stands in for a macro: of a package, or of any by its bare name.
    fn stand_in(&self, package: Option<&str>, name: &str) -> Option<Value> {
        let (_, _) = (package, name);
        None
    }

    /// A macro is about to be called; depth 0 is a call from the template itself.
    fn macro_called(&self, unique_id: &str, depth: usize) {
        let (_, _) = (unique_id, depth);
    }
}

/// A context without names.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoGlobals;

impl Globals for NoGlobals {
    fn get(&self, _name: &str) -> Option<Value> {
        None
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}
