//! What a query reads, by DuckDB's own tree of it, and digests of relations.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::escape;
use super::type_name::quoted;
use crate::adapters::{AdapterError, Cell, Connection, FullName, Reads, RelationState, Table};

/// Functions of tables whose rows follow from the arguments.
const TABLE_FUNCTIONS: [&str; 5] = ["range", "generate_series", "unnest", "repeat", "repeat_row"];
/// Functions that DuckDB holds for the same at any time, and that are not.
const UNSTEADY: [&str; 9] = [
    "ago",
    "current_setting",
    "get_block_size",
    "getenv",
    "getvariable",
    "in_search_path",
    "query",
    "query_table",
    "version",
];
const UNSTEADY_PREFIXES: [&str; 4] = ["current_", "has_", "inet_", "pg_"];
/// Words that are functions where no column has their name.
const MOMENTS: [&str; 5] = [
    "current_date",
    "current_time",
    "current_timestamp",
    "localtime",
    "localtimestamp",
];
/// What may stand behind `from`.
const SOURCES: [&str; 7] = [
    "BASE_TABLE",
    "EMPTY",
    "EXPRESSION_LIST",
    "JOIN",
    "PIVOT",
    "SUBQUERY",
    "TABLE_FUNCTION",
];
/// Types of which different values can be equal.
const LOOSE_TYPES: [&str; 6] = [
    "DOUBLE",
    "FLOAT",
    "INTERVAL",
    "REAL",
    "TIME WITH TIME ZONE",
    "VARIANT",
];

/// The functions of an engine, as far as they tell whether a query gives the same again.
#[derive(Debug, Clone, Default)]
pub(super) struct Functions {
    steady: BTreeSet<String>,
    known: BTreeSet<String>,
}

impl Functions {
    /// Asks DuckDB for them.
    pub(super) fn of(connection: &mut dyn Connection) -> Result<Self, AdapterError> {
        let sql = "select lower(function_name), bool_and(internal and coalesce(stability, \
                   'CONSISTENT') = 'CONSISTENT' and function_type in ('scalar', 'aggregate', 'macro')) \
                   from duckdb_functions() group by all";
        let (_, table) = connection.execute(sql, true, None)?;
        let mut functions = Self::default();
        for row in table.rows {
            let [Cell::Text(name), steady] = row.as_slice() else {
                continue;
            };
            functions.known.insert(name.clone());
            let unsteady = UNSTEADY.contains(&name.as_str())
                || UNSTEADY_PREFIXES.iter().any(|it| name.starts_with(it));
            let table = TABLE_FUNCTIONS.contains(&name.as_str());
            if table || (*steady == Cell::Boolean(true) && !unsteady) {
                functions.steady.insert(name.clone());
            }
        }
        Ok(functions)
    }
}

/// Finds what a query reads. `Err` within says why that is not known.
pub(super) fn reads(
    connection: &mut dyn Connection,
    functions: &Functions,
    sql: &str,
) -> Result<Result<Reads, String>, AdapterError> {
    let asked = format!("select json_serialize_sql('{}')", escape(sql));
    let (_, table) = connection.execute(&asked, true, None)?;
    let Some(Cell::Text(json)) = table.rows.first().and_then(|it| it.first()) else {
        return Ok(Err("is no query".to_owned()));
    };
    let tree: Json = match serde_json::from_str(json) {
        Ok(tree) => tree,
        Err(_) => return Ok(Err("is nested too deeply".to_owned())),
    };
    let statements = tree["statements"].as_array().map(Vec::as_slice);
    let [statement] = statements.unwrap_or_default() else {
        return Ok(Err("is no single query".to_owned()));
    };
    let mut walk = Walk {
        functions,
        reads: Reads::default(),
    };
    walk.walk(statement, &[]);
    Ok(Ok(walk.reads))
}

struct Walk<'a> {
    functions: &'a Functions,
    reads: Reads,
}

impl Walk<'_> {
    fn unsteady(&mut self, reason: String) {
        self.reads.unsteady.get_or_insert(reason);
    }

    /// `scope` are the names of common table expressions that are seen here.
    fn walk(&mut self, json: &Json, scope: &[String]) {
        let fields = match json {
            Json::Array(items) => {
                items.iter().for_each(|item| self.walk(item, scope));
                return;
            }
            Json::Object(fields) => fields,
            _ => return,
        };
        let text = |name: &str| fields.get(name).and_then(Json::as_str).unwrap_or_default();
        match (text("class"), text("type")) {
            ("FUNCTION", _) => self.function(json),
            ("WINDOW", _) => {
                let name = text("function_name").to_lowercase();
                if self.functions.known.contains(&name) && !self.functions.steady.contains(&name) {
                    self.unsteady(format!("calls `{name}`"));
                }
            }
            ("COLUMN_REF", _) => {
                let names = fields.get("column_names").and_then(Json::as_array);
                if let Some([Json::String(name)]) = names.map(Vec::as_slice)
                    && MOMENTS.contains(&name.to_lowercase().as_str())
                {
                    self.unsteady(format!("takes `{name}`"));
                }
            }
            ("", "BASE_TABLE") => {
                let name = ["catalog_name", "schema_name", "table_name"].map(text);
                let bare = name[0].is_empty() && name[1].is_empty();
                let seen = scope.iter().any(|it| it.eq_ignore_ascii_case(name[2]));
                if !(bare && seen) {
                    self.reads.relations.insert(name.map(str::to_owned));
                }
                if fields.get("at_clause").is_some_and(|it| !it.is_null()) {
                    self.unsteady("reads a table of another time".to_owned());
                }
            }
            ("", kind)
                if fields.contains_key("sample")
                    && !fields.contains_key("cte_map")
                    && !SOURCES.contains(&kind) =>
            {
                self.unsteady("reads what is no relation".to_owned());
            }
            _ => {}
        }
        if fields.get("sample").is_some_and(|it| !it.is_null()) {
            self.unsteady("takes a sample".to_owned());
        }
        let mut scope = scope.to_vec();
        let ctes = fields.get("cte_map").and_then(|it| it["map"].as_array());
        for cte in ctes.into_iter().flatten() {
            let name = cte["key"].as_str().unwrap_or_default().to_owned();
            let recursive = cte["value"]["query"]["node"]["type"] == "RECURSIVE_CTE_NODE";
            if recursive {
                scope.push(name.clone());
            }
            self.walk(&cte["value"], &scope);
            if !recursive {
                scope.push(name);
            }
        }
        let others = fields.iter().filter(|(name, _)| *name != "cte_map");
        others.for_each(|(_, value)| self.walk(value, &scope));
    }

    fn function(&mut self, json: &Json) {
        let name = json["function_name"].as_str().unwrap_or_default();
        let lower = name.to_lowercase();
        // With one argument it is the time since then.
        let since = lower == "age" && json["children"].as_array().map(Vec::len) == Some(1);
        let steady = self.functions.steady.contains(&lower) || json["is_operator"] == true;
        if since || !steady {
            self.unsteady(format!("calls `{name}`"));
        }
    }
}

/// Looks at a relation. None if there is none of that name.
pub(super) fn state(
    connection: &mut dyn Connection,
    name: &FullName,
) -> Result<Option<RelationState>, AdapterError> {
    let [catalog, schema, table] = name.each_ref().map(|part| escape(part));
    let or_default = |part: &str, default: &str| match part.is_empty() {
        true => default.to_owned(),
        false => format!("lower('{part}')"),
    };
    let place = format!(
        "lower(database_name) = {} and lower(schema_name) = {}",
        or_default(&catalog, "lower(current_database())"),
        or_default(&schema, "lower(current_schema())"),
    );
    let sql = format!(
        "select true, database_name, schema_name, table_name, sql || coalesce(comment, '') from \
         duckdb_tables() where {place} and lower(table_name) = lower('{table}') union all select \
         false, database_name, schema_name, view_name, sql from duckdb_views() where {place} and \
         lower(view_name) = lower('{table}')"
    );
    let (_, found) = connection.execute(&sql, true, None)?;
    let Some([Cell::Boolean(is_table), names @ .., Cell::Text(definition)]) =
        found.rows.first().map(Vec::as_slice)
    else {
        return Ok(None);
    };
    let definition = definition.clone();
    if !is_table {
        let Some((head, query)) = split(&definition) else {
            return Ok(None);
        };
        let query = normalized(connection, query)?;
        let definition = format!("{head}{query}");
        return Ok(Some(RelationState::View { definition, query }));
    }
    let names = names.iter().map(|it| match it {
        Cell::Text(name) => quoted(name),
        _ => String::new(),
    });
    let relation = names.collect::<Vec<_>>().join(".");
    let (content, rows) = content(connection, &relation)?;
    Ok(Some(RelationState::Table {
        definition,
        content,
        rows,
    }))
}

/// Digests names, types and rows, in whatever order they come, and counts rows. Equal digests are
/// equal content.
pub(super) fn content(
    connection: &mut dyn Connection,
    relation: &str,
) -> Result<(String, i64), AdapterError> {
    let asked = format!("select column_name, column_type from (describe select * from {relation})");
    let (_, columns): (_, Table) = connection.execute(&asked, true, None)?;
    let mut shape = String::new();
    let mut hashed = Vec::new();
    for row in &columns.rows {
        let [Cell::Text(name), Cell::Text(kind)] = row.as_slice() else {
            continue;
        };
        shape.push_str(&format!("{name} {kind}, "));
        let quoted = quoted(name);
        // Of these, different values are equal: their texts tell them apart.
        hashed.push(match LOOSE_TYPES.iter().any(|it| kind.contains(it)) {
            true => format!("{quoted}::varchar"),
            false => quoted,
        });
    }
    let hashed = hashed.join(", ");
    let asked = format!(
        "select concat_ws(' ', count(*), bit_xor(it), sum(it::hugeint)), count(*) from (select \
         hash({hashed}) as it from {relation})"
    );
    let (_, digest) = connection.execute(&asked, true, None)?;
    Ok(match digest.rows.first().map(Vec::as_slice) {
        Some([Cell::Text(digest), Cell::Integer(rows)]) => {
            let rows = i64::try_from(*rows).unwrap_or(i64::MAX);
            (format!("{shape}{digest}"), rows)
        }
        _ => (shape, 0),
    })
}

/// Cuts the statement that makes a view before its query. DuckDB writes all of them alike.
fn split(definition: &str) -> Option<(&str, &str)> {
    let upper = definition.to_ascii_uppercase();
    let starts = [" AS SELECT", " AS WITH", " AS (", " AS FROM", " AS VALUES"];
    let start = starts.iter().filter_map(|it| upper.find(it)).min()?;
    let (head, query) = definition.split_at(start + 4);
    Some((head, query.trim_end().trim_end_matches(';')))
}

/// Writes a view's query anew. As the catalog has it, types look otherwise once the database is
/// opened again: `cast(x as "DATE")` becomes `cast(x as DATE)`.
fn normalized(connection: &mut dyn Connection, query: &str) -> Result<String, AdapterError> {
    let asked = format!(
        "select case when tree ->> 'error' = 'false' then json_deserialize_sql(tree) end from (select \
         json_serialize_sql('{}') as tree)",
        escape(query)
    );
    let (_, written) = connection.execute(&asked, true, None)?;
    Ok(match written.rows.first().and_then(|it| it.first()) {
        Some(Cell::Text(written)) => written.clone(),
        _ => query.to_owned(),
    })
}
