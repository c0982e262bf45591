//! The name under which the program is called.

use std::ffi::OsStr;
use std::path::Path;

/// A program's name. A link named `dbt` makes dsql answer as `dbt`, for clients that call one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The program's own name.
    Dsql,
    /// The link's.
    Dbt,
}

impl Program {
    /// Reads the first word of a command line; whatever is not `dbt` is dsql.
    pub fn called(word: &OsStr) -> Self {
        match Path::new(word).file_stem() {
            Some(stem) if stem == "dbt" => Self::Dbt,
            _ => Self::Dsql,
        }
    }

    /// Returns the name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dsql => "dsql",
            Self::Dbt => "dbt",
        }
    }

    /// Rewrites commands that a text tells to type (`` `dsql build` ``, `"dsql deps"`) to the name.
    pub fn spoken(self, text: &str) -> String {
        let name = self.as_str();
        text.replace("`dsql ", &format!("`{name} "))
            .replace("\"dsql ", &format!("\"{name} "))
    }
}
