//! Engines without a connection: what would be sent to them is written down.
//!
//! In: a target's names, SQL. Out: statements, and what can be said without asking a database:
//! queries answer with no rows, and relations have the columns that somebody told of. `habits.rs`
//! is the table of what differs, `recorder.rs` stands for a connection. What differs in SQL is in
//! `templates/macros/<engine>/`.

mod habits;
mod recorder;

pub(super) use habits::Habits;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use self::habits::{BACKTICK_TYPE_NAMES, HABITS, TYPE_NAMES};
use self::recorder::Recorder;
use super::agate::Seed;
use super::duckdb::{Credentials, DuckDb};
use super::{
    Adapter, AdapterError, Argument, Capabilities, CellType, Column, Connection, FullName, Method,
    PythonJob, Quoting, Reads, Relation, RelationState, Response, SourceError, ToldColumn,
    TypeNames,
};
use crate::diagnostics::Diagnostic;
use crate::nodes::{Dict, Source};
use crate::sql;
use crate::text::FileId;

/// Finds the habits of an engine by the name that `--dialect` takes.
pub(super) fn habits(name: &str) -> Option<&'static Habits> {
    HABITS.iter().find(|it| it.dialect == name)
}

/// Lists the names that `--dialect` takes.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    HABITS.iter().map(|it| it.dialect)
}

/// Takes from a target what names databases and schemas; all else is about a connection.
pub(super) fn template_target(habits: &Habits, target: &Dict) -> Dict {
    let given = |keys: &[&str]| {
        let found = keys.iter().find_map(|key| target.get(*key)?.as_str());
        found.map(str::to_owned)
    };
    let database = given(habits.database_keys).or_else(|| given(&["database"]));
    let schema = given(habits.schema_keys).or_else(|| given(&["schema"]));
    let mut seen = Dict::new();
    let database = database.unwrap_or_default();
    seen.insert("database".to_owned(), database.clone().into());
    seen.insert(
        "schema".to_owned(),
        schema.clone().unwrap_or_default().into(),
    );
    let aliases = habits.database_keys.iter().chain(habits.schema_keys);
    for key in aliases {
        let is_schema = habits.schema_keys.contains(key);
        let value = match is_schema {
            true => schema.clone().unwrap_or_default(),
            false => database.clone(),
        };
        seen.entry((*key).to_owned())
            .or_insert_with(|| value.into());
    }
    seen
}

/// An engine whose statements are written down.
#[derive(Debug)]
pub(super) struct Dialect {
    habits: &'static Habits,
    database: String,
    columns: Mutex<Known>,
    /// The engine itself, never opened, where dsql has it: for its methods.
    engine: Option<DuckDb>,
}

/// Columns by schema and name, in lower case.
type Known = BTreeMap<(String, String), Vec<Column>>;

impl Dialect {
    /// Makes the adapter for a target as templates see it.
    pub(super) fn new(habits: &'static Habits, target: &Dict) -> Self {
        let database = target.get("database").and_then(|it| it.as_str());
        let engine = Credentials::parse(&Dict::new()).ok();
        let engine = engine.filter(|_| habits.grammar == sql::Grammar::DuckDb);
        Self {
            habits,
            database: database.unwrap_or_default().to_owned(),
            columns: Mutex::default(),
            engine: engine.map(DuckDb::new),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.columns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the columns of a relation by the parts of its name, quoted or not.
    fn by_parts(&self, parts: &[String]) -> Option<Vec<Column>> {
        let [.., schema, name] = parts else {
            return None;
        };
        let key = (schema.to_lowercase(), name.to_lowercase());
        self.known().get(&key).cloned()
    }
}

impl Adapter for Dialect {
    fn name(&self) -> &'static str {
        self.habits.kind
    }

    fn macro_prefixes(&self) -> Vec<&'static str> {
        self.habits.prefixes.to_vec()
    }

    fn quoting(&self) -> Quoting {
        self.habits.quoting
    }

    fn grammar(&self) -> sql::Grammar {
        self.habits.grammar
    }

    fn capabilities(&self) -> Capabilities {
        let habits = self.habits;
        Capabilities {
            transactional_ddl: habits.transactional_ddl,
            create_or_replace_table: habits.create_or_replace_table,
            quote: habits.quoting.character,
            max_identifier: habits.max_identifier,
            connects: false,
            overwrites_tables: habits.overwrites_tables,
            enforced_constraints: habits.enforced_constraints,
        }
    }

    fn connect(&self, _name: &str) -> Result<Box<dyn Connection>, AdapterError> {
        Ok(Box::new(Recorder::new(self.habits.transactional_ddl)))
    }

    fn close(&self) {}

    fn default_database(&self) -> &str {
        &self.database
    }

    fn type_names(&self) -> &'static TypeNames {
        match self.habits.quoting.character {
            '`' => &BACKTICK_TYPE_NAMES,
            _ => &TYPE_NAMES,
        }
    }

    fn convert_type(&self, cells: CellType, has_decimals: bool) -> &'static str {
        let types = &self.habits.types;
        match cells {
            CellType::Number if has_decimals => types.decimals,
            CellType::Integer | CellType::Number => types.integers,
            CellType::Boolean => types.booleans,
            CellType::Date => "date",
            CellType::DateTime => types.times,
            CellType::Text => types.texts,
        }
    }

    fn source_sql(&self, _source: &Source) -> Result<Option<String>, SourceError> {
        Ok(None)
    }

    fn wait_for_turn(
        &self,
        _connection: &mut dyn Connection,
        _relation: &Relation,
        _keys: &[&str],
    ) -> Result<Option<MutexGuard<'_, ()>>, AdapterError> {
        Ok(None)
    }

    fn methods(&self) -> &'static [Method] {
        self.engine.as_ref().map_or(&[], Adapter::methods)
    }

    fn call(
        &self,
        _connection: Option<&mut dyn Connection>,
        method: &str,
        arguments: &mut [Argument],
    ) -> Result<serde_json::Value, AdapterError> {
        if let Some(engine) = &self.engine {
            return engine.call(None, method, arguments);
        }
        Err(AdapterError::Method {
            method: method.to_owned(),
            message: format!("is not a method of {}", self.habits.kind),
        })
    }

    fn run_python(
        &self,
        _connection: &mut dyn Connection,
        _job: &PythonJob<'_>,
    ) -> Result<Response, AdapterError> {
        Err(AdapterError::Python {
            message: format!(
                "a model in Python has no statements for {}",
                self.habits.kind
            ),
            offset: None,
            help: Some("leave it out: `--exclude`".to_owned()),
        })
    }

    fn identity(&self, _connection: &mut dyn Connection) -> Result<String, AdapterError> {
        Ok(self.habits.dialect.to_owned())
    }

    fn reads(
        &self,
        _connection: &mut dyn Connection,
        _sql: &str,
    ) -> Result<Result<Reads, String>, AdapterError> {
        Ok(Err("there is no connection".to_owned()))
    }

    fn content(
        &self,
        _connection: &mut dyn Connection,
        _query: &str,
    ) -> Result<(String, i64), AdapterError> {
        Ok((String::new(), 0))
    }

    fn relation_state(
        &self,
        _connection: &mut dyn Connection,
        _name: &FullName,
    ) -> Result<Option<RelationState>, AdapterError> {
        Ok(None)
    }

    fn explain_load(&self, _seed: &Seed, _file: FileId, _message: &str) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn known_columns(&self, relation: &Relation) -> Option<Vec<Column>> {
        let word = |it: &Option<String>| it.as_deref().unwrap_or_default().to_lowercase();
        let (schema, name) = (word(&relation.schema), word(&relation.identifier));
        let known = self.known();
        // Rows on their way, `orders__dbt_tmp`, are those of the model, and may lie in no schema.
        let own = name.split("__dbt_").next().unwrap_or(&name);
        let found = [name.as_str(), own].into_iter().find_map(|name| {
            let key = (schema.clone(), name.to_owned());
            let anywhere = || {
                known
                    .iter()
                    .find(|(it, _)| schema.is_empty() && it.1 == name)
            };
            known.get(&key).or_else(|| Some(anywhere()?.1))
        });
        Some(found.cloned().unwrap_or_default())
    }

    fn query_columns(&self, sql: &str) -> Option<Vec<Column>> {
        let lookup = |parts: &[String]| {
            let columns = self.by_parts(parts)?;
            let name = |it: Column| sql::OutputColumn {
                name: it.name,
                quoted: true,
            };
            Some(columns.into_iter().map(name).collect())
        };
        let found = sql::output_columns(self.habits.grammar, sql, &lookup)?;
        let column = |it: sql::OutputColumn| {
            let name = match it.quoted {
                true => it.name,
                false => self.habits.case.fold(&it.name),
            };
            Column::new(name, "", self.type_names())
        };
        Some(found.into_iter().map(column).collect())
    }

    fn tell_columns(&self, relation: &Relation, columns: Vec<ToldColumn>) {
        let columns = columns.into_iter().map(|it| {
            let name = match it.quoted {
                true => it.name,
                false => self.habits.case.fold(&it.name),
            };
            Column::new(name, it.data_type.unwrap_or_default(), self.type_names())
        });
        let word = |it: &Option<String>| it.as_deref().unwrap_or_default().to_lowercase();
        let key = (word(&relation.schema), word(&relation.identifier));
        self.known().insert(key, columns.collect());
    }
}
