//! Which files of a package are read, and as what.

use std::path::Path;

use crate::project::Paths;

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileKind {
    /// Macros.
    Macro,
    /// A model in SQL or Python.
    Model,
    /// Snapshots.
    Snapshot,
    /// An analysis.
    Analysis,
    /// A data test that is a query of its own.
    SingularTest,
    /// Data tests with arguments.
    GenericTest,
    /// Rows.
    Seed,
    /// Named texts.
    Documentation,
    /// Properties of resources.
    Schema,
    /// Rows for unit tests.
    Fixture,
    /// A function.
    Function,
}

impl FileKind {
    /// Tells whether macros are looked for in such files.
    pub fn holds_macros(self) -> bool {
        matches!(self, Self::Macro | Self::GenericTest)
    }
}

/// Folders and endings of one kind.
pub(super) struct Rule {
    pub(super) kind: FileKind,
    pub(super) folders: Vec<String>,
    pub(super) endings: &'static [&'static str],
}

/// Lists what is read, in dbt's order.
pub(super) fn rules(paths: &Paths) -> Vec<Rule> {
    let rule = |kind, folders: &[String], endings| Rule {
        kind,
        folders: folders.to_vec(),
        endings,
    };
    let below = |name: &str| -> Vec<String> {
        let folder = |it: &String| Path::new(it).join(name).to_string_lossy().into_owned();
        paths.tests.iter().map(folder).collect()
    };
    vec![
        rule(FileKind::Macro, &paths.macros, &[".sql"]),
        rule(FileKind::Model, &paths.models, &[".sql", ".py"]),
        rule(FileKind::Snapshot, &paths.snapshots, &[".sql"]),
        rule(FileKind::Analysis, &paths.analyses, &[".sql"]),
        rule(FileKind::SingularTest, &paths.tests, &[".sql"]),
        rule(FileKind::GenericTest, &below("generic"), &[".sql"]),
        rule(FileKind::Seed, &paths.seeds, &[".csv"]),
        rule(FileKind::Documentation, &paths.docs, &[".md"]),
        rule(FileKind::Schema, &paths.all(), &[".yml", ".yaml"]),
        rule(FileKind::Fixture, &below("fixtures"), &[".csv", ".sql"]),
        rule(FileKind::Function, &paths.functions, &[".sql", ".py"]),
    ]
}

impl Rule {
    /// Tells whether a file below one of the folders is of this kind.
    pub(super) fn takes(&self, relative: &str) -> bool {
        let parts = || relative.split(['/', std::path::MAIN_SEPARATOR]);
        let name = parts().next_back().unwrap_or_default();
        // Editors leave such files behind.
        if name.starts_with(['.', '#', '~']) {
            return false;
        }
        let ends = |ending: &&str| {
            let stem = name.len().saturating_sub(ending.len());
            let end = name.get(stem..).filter(|_| stem > 0);
            end.is_some_and(|end| end.eq_ignore_ascii_case(ending))
        };
        let elsewhere = self.kind == FileKind::SingularTest
            && matches!(parts().next(), Some("generic" | "fixtures"));
        self.endings.iter().any(ends) && !elsewhere
    }
}
