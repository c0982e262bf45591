//! Jinja macros.

use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};

use super::binary::free;
use super::{Dict, Docs, UniqueId};
use crate::text::{Location, Span};

/// A documented argument.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, BorshSerialize, BorshDeserialize)]
pub struct MacroArgument {
    /// Name.
    pub name: String,
    /// Type, as written.
    pub r#type: Option<String>,
    /// Description.
    pub description: String,
}

/// One macro, test, materialization or snapshot wrapper of a file.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Macro {
    /// Key: `macro.<package>.<name>`.
    pub unique_id: UniqueId,
    /// Name, with the prefix of its kind: `test_unique`, `materialization_view_default`.
    pub name: String,
    /// Package it belongs to: `dbt` and `dbt_duckdb` for built-in ones.
    pub package_name: String,
    /// File, relative to the package's root.
    pub path: String,
    /// File, relative to the package's root.
    pub original_file_path: String,
    /// The block from `{% macro` to `%}` of its end, verbatim.
    pub macro_sql: Arc<str>,
    /// Where it stands.
    pub location: Location,
    /// Macros that its body names, resolved.
    pub depends_on: Vec<UniqueId>,
    /// Description, rendered.
    pub description: String,
    /// Free-form facts.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub meta: Dict,
    /// Whether documentation shows it.
    pub docs: Docs,
    /// Documented arguments.
    pub arguments: Vec<MacroArgument>,
    /// `<package>://<path>` of the properties file.
    pub patch_path: Option<String>,
    /// Languages of a materialization.
    pub supported_languages: Option<Vec<String>>,
    /// The `config` block of the properties file.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub config: Dict,
    /// Seconds since 1970.
    pub created_at: f64,
}

impl Macro {
    /// Returns the bytes of the tag that starts it.
    pub fn header(&self) -> Location {
        let open = self.macro_sql.find("{%").unwrap_or_default();
        let end = self.macro_sql[open..].find("%}").map(|at| open + at + 2);
        let start = self.location.span.start as usize;
        let end = end.unwrap_or(self.macro_sql.len());
        Location::new(self.location.file, Span::new(start + open, start + end))
    }

    /// Tells whether dsql brings the macro along.
    pub fn is_built_in(&self) -> bool {
        matches!(self.package_name.as_str(), "dbt" | "dbt_duckdb")
    }
}
