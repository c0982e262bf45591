//! Names of tables and views.

use std::fmt;

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
    /// A model without a relation of its own.
    Ephemeral,
    /// Something that dbt knows nothing of.
    External,
    /// A table that only points at another.
    PointerTable,
    /// A function.
    Function,
}

impl RelationKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Table,
        Self::View,
        Self::Cte,
        Self::MaterializedView,
        Self::Ephemeral,
        Self::External,
        Self::PointerTable,
        Self::Function,
    ];

    /// Returns dbt's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::View => "view",
            Self::Cte => "cte",
            Self::MaterializedView => "materialized_view",
            Self::Ephemeral => "ephemeral",
            Self::External => "external",
            Self::PointerTable => "pointer_table",
            Self::Function => "function",
        }
    }

    /// Reads dbt's word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
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
    /// Rows to keep by when they happened.
    pub event_time_filter: Option<EventTimeFilter>,
    /// SQL that stands for the relation, where it is not a plain name (`external_location`).
    pub rendered: Option<String>,
    /// A last part without quotes: the view of an `information_schema`.
    pub suffix: Option<String>,
    /// Whether dbt made it, so that parts that are not quoted match in any case.
    pub dbt_created: bool,
}

/// How an engine writes names: which parts are quoted and which are written (database, schema,
/// identifier), and the character that quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quoting {
    /// Which parts are quoted.
    pub quote: [bool; 3],
    /// Which parts are written.
    pub include: [bool; 3],
    /// Character that quotes.
    pub character: char,
}

impl Default for Quoting {
    fn default() -> Self {
        Self {
            quote: [true; 3],
            include: [true; 3],
            character: '"',
        }
    }
}

impl Relation {
    /// Returns the relation as an engine writes it.
    #[must_use]
    pub fn written(self, quoting: Quoting) -> Self {
        Self {
            quote: quoting.quote,
            include: quoting.include,
            quote_character: quoting.character,
            ..self
        }
    }

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
            event_time_filter: None,
            rendered: None,
            suffix: None,
            dbt_created: false,
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

    /// Returns the relation's schema: the name without its last part.
    #[must_use]
    pub fn without_identifier(&self) -> Self {
        Self {
            identifier: None,
            include: [self.include[0], self.include[1], false],
            ..self.clone()
        }
    }

    /// Returns the `information_schema` of the relation's database, or a view in it.
    #[must_use]
    pub fn information_schema(&self, view: Option<&str>) -> Self {
        Self {
            database: self.database.clone(),
            schema: None,
            identifier: Some("INFORMATION_SCHEMA".to_owned()),
            kind: Some(RelationKind::View),
            quote: [self.quote[0], self.quote[1], false],
            include: [self.database.is_some(), false, true],
            quote_character: self.quote_character,
            limit: None,
            event_time_filter: None,
            rendered: None,
            suffix: view.map(str::to_owned),
            dbt_created: false,
        }
    }

    /// Writes the name as it stands in SQL, whatever the limit.
    pub fn render(&self) -> String {
        if let Some(rendered) = &self.rendered {
            return rendered.clone();
        }
        let parts = self.parts().into_iter().zip(self.quote).zip(self.include);
        let written = parts.filter_map(|((part, quoted), included)| {
            let part = part.filter(|_| included)?;
            Some(if quoted {
                self.quoted(part)
            } else {
                part.to_owned()
            })
        });
        let written: Vec<_> = written.chain(self.suffix.clone()).collect();
        written.join(".")
    }

    /// Writes the name, or a query for as many rows as the limit says.
    pub fn limited(&self) -> String {
        let name = self.render();
        match self.limit {
            Some(0) => format!("(select * from {name} where false limit 0)"),
            Some(limit) => format!("(select * from {name} limit {limit})"),
            None => name,
        }
    }

    /// Puts the filter around what stands for the relation.
    pub fn filtered(&self, rendered: &str) -> String {
        match &self.event_time_filter {
            Some(filter) => format!("(select * from {rendered} where {filter})"),
            None => rendered.to_owned(),
        }
    }

    /// Puts a name into the relation's quotes.
    pub fn quoted(&self, name: &str) -> String {
        let quote = self.quote_character;
        format!("{quote}{name}{quote}")
    }

    /// Compares with the parts that are given. A name that differs in case alone, where case
    /// counts, is an error: dbt does not guess.
    pub fn matches(&self, search: [Option<&str>; 3]) -> Result<bool, ApproximateMatch> {
        let (mut exact, mut approximate) = (true, true);
        for (at, wanted) in search.into_iter().enumerate() {
            let Some(wanted) = wanted else { continue };
            let part = self.parts()[at];
            let lowered = part.map(str::to_lowercase);
            exact &= if self.dbt_created && !self.quote[at] {
                lowered.as_deref() == Some(&*wanted.to_lowercase())
            } else {
                part == Some(wanted)
            };
            let bare = |name: &str| name.trim_matches(self.quote_character).to_lowercase();
            approximate &= part.map(bare) == Some(bare(wanted));
        }
        if approximate && !exact {
            let [database, schema, identifier] = search;
            return Err(ApproximateMatch {
                searched: Self::new(database, schema, identifier).render(),
                found: self.render(),
            });
        }
        Ok(exact)
    }
}

impl fmt::Display for Relation {
    /// Writes the relation as it stands in SQL; one with a limit or a filter is a query.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind == Some(RelationKind::Function) {
            return f.write_str(&self.render());
        }
        f.write_str(&self.filtered(&self.limited()))
    }
}

/// Leaves out what happened before or after a span of time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EventTimeFilter {
    /// The column that says when a row happened, as it stands in SQL.
    pub field_name: String,
    /// First moment, as Python prints it.
    pub start: String,
    /// First moment after it.
    pub end: String,
}

impl fmt::Display for EventTimeFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            field_name,
            start,
            end,
        } = self;
        write!(f, "{field_name} >= '{start}' and {field_name} < '{end}'")
    }
}

/// A relation whose name is nearly the one searched for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "When searching for a relation, dbt found an approximate match. Instead of guessing \nwhich \
     relation to use, dbt will move on. Please delete {found}, or rename it to be less ambiguous.\
     \nSearched for: {searched}\nFound: {found}"
)]
pub struct ApproximateMatch {
    /// The name searched for, as in SQL.
    pub searched: String,
    /// The name found, as in SQL.
    pub found: String,
}
