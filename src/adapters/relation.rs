//! Names of tables and views.

/// What a relation is in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RelationKind {
    /// A table.
    Table,
    /// A view.
    View,
    /// A common table expression.
    Cte,
    /// A materialized view.
    MaterializedView,
    /// A file outside the database.
    External,
    /// A function.
    Function,
}

impl RelationKind {
    /// Returns dbt's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::View => "view",
            Self::Cte => "cte",
            Self::MaterializedView => "materialized_view",
            Self::External => "external",
            Self::Function => "function",
        }
    }

    /// Reads dbt's word.
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::Table,
            Self::View,
            Self::Cte,
            Self::MaterializedView,
            Self::External,
            Self::Function,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == word)
    }
}

/// A name in up to three parts, and how it is written in SQL. `None` parts are left out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Relation {
    /// First part.
    pub database: Option<String>,
    /// Second part.
    pub schema: Option<String>,
    /// Third part.
    pub identifier: Option<String>,
    /// What it is, where known.
    pub kind: Option<RelationKind>,
    /// Which parts are quoted: database, schema, identifier.
    pub quote: [bool; 3],
    /// Which parts are written: database, schema, identifier.
    pub include: [bool; 3],
    /// Character that quotes.
    pub quote_character: char,
    /// Rows to keep (`--empty` is 0).
    pub limit: Option<u64>,
    /// SQL that stands for the relation, where it is not a plain name (`external_location`).
    pub rendered: Option<String>,
}

impl Relation {
    /// Makes a relation with all parts quoted.
    pub fn new(database: Option<&str>, schema: Option<&str>, identifier: Option<&str>) -> Self {
        Self {
            database: database.map(str::to_owned),
            schema: schema.map(str::to_owned),
            identifier: identifier.map(str::to_owned),
            kind: None,
            quote: [true; 3],
            include: [true; 3],
            quote_character: '"',
            limit: None,
            rendered: None,
        }
    }

    /// Returns the parts in order.
    pub fn parts(&self) -> [Option<&str>; 3] {
        [
            self.database.as_deref(),
            self.schema.as_deref(),
            self.identifier.as_deref(),
        ]
    }

    /// Writes the name as it stands in SQL.
    pub fn render(&self) -> String {
        let name = self.rendered.clone().unwrap_or_else(|| self.render_name());
        match self.limit {
            Some(0) => format!("(select * from {name} where false limit 0)"),
            Some(limit) => format!("(select * from {name} limit {limit})"),
            None => name,
        }
    }

    fn render_name(&self) -> String {
        let parts = self.parts().into_iter().zip(self.quote).zip(self.include);
        let written = parts.filter_map(|((part, quoted), included)| {
            let part = part.filter(|_| included)?;
            let quote = self.quote_character;
            Some(if quoted {
                format!("{quote}{part}{quote}")
            } else {
                part.to_owned()
            })
        });
        written.collect::<Vec<_>>().join(".")
    }
}

impl std::fmt::Display for Relation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render())
    }
}
