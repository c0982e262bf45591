//! `diff`: what is otherwise in one version of a table than in another.
//!
//! In: a node, two of its versions, a key. Out: columns that came, went or have another type, how many rows
//! came, went, changed and stayed, and some of them. The database compares; what only one of the versions
//! has as a column says nothing of its rows.

use std::sync::Arc;

use super::ledger::{Version, call_with, read};
use super::rollback::kept_help;
use super::{Execution, Failure};
use crate::adapters::{Cell, RelationCache, Table};
use crate::diagnostics::{Code, Diagnostic};
use crate::jinja::Value;
use crate::jinja::context::{Session, node_relation};
use crate::jinja::library;
use crate::jinja::python::{Dict as PythonDict, List};
use crate::nodes::{Node, Resources};

/// What is compared.
#[derive(Debug, Default)]
pub struct Comparison<'a> {
    /// The earlier version; none for the one before `to`.
    pub from: Option<i64>,
    /// The later version; none for the current one.
    pub to: Option<i64>,
    /// Columns that tell rows apart, where they are named.
    pub key: Vec<&'a str>,
    /// How many rows of each kind to return; none for all.
    pub limit: Option<usize>,
}

/// One of the two versions.
#[derive(Debug, Clone)]
pub struct Side {
    /// Its number.
    pub version: i64,
    /// Whether it is what the relation has.
    pub is_current: bool,
    /// The table that has its rows.
    pub relation: String,
}

/// A column of either version.
#[derive(Debug, Clone)]
pub struct ComparedColumn {
    /// Its name.
    pub name: String,
    /// Its type in the earlier version, if it has it.
    pub before: Option<String>,
    /// Its type in the later one.
    pub after: Option<String>,
    /// Whether it is of the key.
    pub is_key: bool,
}

impl ComparedColumn {
    fn has_two_types(&self) -> bool {
        self.before.is_some() && self.after.is_some() && self.differs()
    }

    /// Tells whether the versions do not agree on it.
    pub fn differs(&self) -> bool {
        self.before != self.after
    }
}

/// A row that is not in both.
#[derive(Debug, Clone)]
pub struct ComparedRow {
    /// `added`, `removed`, `changed`.
    pub change: String,
    /// How often it is there, where rows have no key.
    pub times: i64,
    /// For each column: its value before and after, and whether they differ.
    pub cells: Vec<(Cell, Cell, bool)>,
}

/// How two versions differ.
#[derive(Debug, Clone)]
pub struct Difference {
    /// Name of the node.
    pub name: String,
    /// The earlier version.
    pub from: Side,
    /// The later version.
    pub to: Side,
    /// Where the key comes from; none without a key.
    pub key_from: Option<&'static str>,
    /// Why there is no key, if there could be one.
    pub note: Option<String>,
    /// The columns of the later version, and those that are gone.
    pub columns: Vec<ComparedColumn>,
    /// How many rows were added, removed, changed, and are the same.
    pub counts: [i64; 4],
    /// Some of those that differ.
    pub rows: Vec<ComparedRow>,
}

/// What can become of a row, as the database names it.
pub const CHANGES: [&str; 4] = ["added", "removed", "changed", "same"];

impl Difference {
    /// Tells whether there is any.
    pub fn is_any(&self) -> bool {
        self.counts[..3].iter().any(|it| *it > 0)
            || self.columns.iter().any(ComparedColumn::differs)
    }
}

/// Compares two versions of a node. `Err` within says why that cannot be done.
pub fn difference(
    execution: &Execution,
    node: &Arc<Node>,
    asked: &Comparison<'_>,
) -> Result<Result<Difference, Diagnostic>, Failure> {
    let session = execution.session(&Arc::new(RelationCache::default()), "diff")?;
    let listed = read(execution, std::slice::from_ref(node), &session)?;
    let versions = listed.get(&node.unique_id).map_or(&[][..], Vec::as_slice);
    let sides = match sides(node, versions, asked, &session) {
        Ok(sides) => sides,
        Err(problem) => return Ok(Err(problem)),
    };
    let compared = compare(node, sides, asked, &execution.resources, &session);
    session.connection().rollback()?;
    compared
}

fn problem(node: &Node, message: String) -> Diagnostic {
    let at = node.patch_location.unwrap_or(node.file_or_entry());
    Diagnostic::error(Code::MissingVersion, message).at(at)
}

fn sides(
    node: &Node,
    versions: &[Version],
    asked: &Comparison<'_>,
    session: &Session,
) -> Result<[Side; 2], Diagnostic> {
    let name = &node.name;
    let Some(last) = versions.last() else {
        let message = format!("no version of `{name}` is listed");
        return Err(problem(node, message).help(kept_help(versions)));
    };
    let to = asked.to.unwrap_or(last.number);
    let before = versions.iter().rev().find(|it| it.number < to);
    let Some(from) = asked.from.or(before.map(|it| it.number)) else {
        let message = format!("`{name}` has no version before {to}");
        return Err(problem(node, message).help("name two versions with `--from` and `--to`"));
    };
    let side = |number: i64| {
        let help = kept_help(versions);
        let Some(version) = versions.iter().find(|it| it.number == number) else {
            let message = format!(
                "`{name}` has no version {number}: the last one is {}",
                last.number
            );
            return Err(problem(node, message).help(help));
        };
        let is_current = number == last.number;
        let relation = match &version.kept_as {
            _ if version.checksum.is_none() => {
                let message = format!("version {number} of `{name}` is a view");
                return Err(problem(node, message).help("compare the tables that it reads"));
            }
            _ if is_current => node_relation(node, session.project.quoting).render(),
            Some(kept) => kept.clone(),
            None => {
                let message = format!("version {number} of `{name}` is not kept");
                return Err(problem(node, message).help(help));
            }
        };
        Ok(Side {
            version: number,
            is_current,
            relation,
        })
    };
    Ok([side(from)?, side(to)?])
}

fn compare(
    node: &Node,
    [from, to]: [Side; 2],
    asked: &Comparison<'_>,
    resources: &Resources,
    session: &Arc<Session>,
) -> Result<Result<Difference, Diagnostic>, Failure> {
    let before = columns(&from.relation, session)?;
    let after = columns(&to.relation, session)?;
    let mut compared = both(&before, &after);
    let in_both = |name: &str| {
        let is_it = |it: &(String, String)| it.0.eq_ignore_ascii_case(name);
        before.iter().any(is_it) && after.iter().any(is_it)
    };
    if let Some(unknown) = asked.key.iter().find(|it| !in_both(it)) {
        let message = format!(
            "`{unknown}` of `--key` is no column of both versions of `{}`",
            node.name
        );
        let names: Vec<_> = after
            .iter()
            .map(|it| it.0.as_str())
            .filter(|it| in_both(it))
            .collect();
        let help = format!("they have {}", names.join(", "));
        return Ok(Err(problem(node, message).help(help)));
    }
    let key = key(node, asked, resources).filter(|(key, _)| key.iter().all(|it| in_both(it)));
    let mut key_from = None;
    let mut note = None;
    if let Some((key, source)) = key {
        let mut twice = None;
        for side in [&from, &to] {
            if comes_twice(&side.relation, &key, session)? {
                twice = twice.or(Some(side.version));
            }
        }
        match twice {
            None => {
                key_from = Some(source);
                for column in &mut compared {
                    column.is_key = key.iter().any(|it| it.eq_ignore_ascii_case(&column.name));
                }
            }
            Some(version) => {
                note = Some(format!(
                    "`{}` ({source}) comes twice in version {version}: rows are compared as a whole",
                    key.join(", ")
                ));
            }
        }
    }
    let (counts, rows) = rows(&from, &to, &compared, asked.limit, session)?;
    Ok(Ok(Difference {
        name: node.name.clone(),
        from,
        to,
        key_from,
        note,
        columns: compared,
        counts,
        rows,
    }))
}

/// Lists names and types.
fn columns(relation: &str, session: &Session) -> Result<Vec<(String, String)>, Failure> {
    let sql = format!("select * from {relation} limit 0");
    let (_, table) = session.connection().execute(&sql, true, None)?;
    let columns = table.columns.into_iter();
    let typed = columns.map(|it| (it.name, it.sql_type.unwrap_or_default()));
    Ok(typed.collect())
}

fn both(before: &[(String, String)], after: &[(String, String)]) -> Vec<ComparedColumn> {
    let found = |all: &[(String, String)], name: &str| {
        let found = all.iter().find(|it| it.0.eq_ignore_ascii_case(name));
        found.map(|it| it.1.clone())
    };
    let gone = before.iter().filter(|it| found(after, &it.0).is_none());
    let all = after.iter().chain(gone);
    all.map(|(name, _)| ComparedColumn {
        name: name.clone(),
        before: found(before, name),
        after: found(after, name),
        is_key: false,
    })
    .collect()
}

/// Finds the columns that tell rows apart, and where that is said.
fn key(
    node: &Node,
    asked: &Comparison<'_>,
    resources: &Resources,
) -> Option<(Vec<String>, &'static str)> {
    let owned = |columns: Vec<&str>| columns.into_iter().map(str::to_owned).collect::<Vec<_>>();
    if !asked.key.is_empty() {
        return Some((owned(asked.key.clone()), "--key"));
    }
    if node.config.materialized() == "snapshot" {
        let names = node.config.dict("snapshot_meta_column_names");
        let name = names.and_then(|it| it.get("dbt_scd_id")?.as_str());
        return Some((owned(vec![name.unwrap_or("dbt_scd_id")]), "snapshot"));
    }
    let mut unique = node.config.strings("unique_key");
    if !unique.is_empty() {
        if node.config.str("incremental_strategy") == Some("scd2") {
            unique.extend(node.config.strings("updated_at").first());
        }
        return Some((owned(unique), "unique_key"));
    }
    let found = node.as_model().map(|it| it.primary_key.clone());
    if let Some(key) = found.filter(|it| !it.is_empty()) {
        return Some((key, "primary key"));
    }
    let tests = resources
        .nodes
        .values()
        .filter_map(|it| it.as_generic_test());
    let mut tests = tests.filter(|it| it.attached_node.as_ref() == Some(&node.unique_id));
    let unique = tests.find(|it| it.name == "unique" && it.column_name.is_some())?;
    Some((vec![unique.column_name.clone()?], "data test `unique`"))
}

fn comes_twice(relation: &str, key: &[String], session: &Arc<Session>) -> Result<bool, Failure> {
    let quoted: Vec<String> = key.iter().map(|it| quote(it, session)).collect();
    let columns = quoted.join(", ");
    let sql = format!(
        "select count(*) from (select {columns} from {relation} group by {columns} having count(*) > 1 limit 1) as twice"
    );
    let (_, table) = session.connection().execute(&sql, true, None)?;
    Ok(table
        .rows
        .first()
        .is_some_and(|row| row.first() != Some(&Cell::Integer(0))))
}

fn quote(name: &str, session: &Session) -> String {
    let quote = session.adapter.capabilities().quote;
    let doubled = name.replace(quote, &format!("{quote}{quote}"));
    session.adapter.quote(&doubled)
}

type Rows = ([i64; 4], Vec<ComparedRow>);

fn rows(
    from: &Side,
    to: &Side,
    columns: &[ComparedColumn],
    limit: Option<usize>,
    session: &Arc<Session>,
) -> Result<Rows, Failure> {
    let has_key = columns.iter().any(|it| it.is_key);
    let described = columns.iter().map(|it| {
        PythonDict::value([
            ("name", Value::from(quote(&it.name, session))),
            ("before", Value::from(it.before.is_some())),
            ("after", Value::from(it.after.is_some())),
            ("loose", Value::from(it.has_two_types())),
            ("key", Value::from(it.is_key)),
        ])
    });
    let described = List::value(described.collect::<Vec<_>>());
    let asked = |wanted: &str| -> Result<Arc<Table>, Failure> {
        let macro_name = match has_key {
            true => "compare_by_key",
            false => "compare_whole_rows",
        };
        let limit = limit.map_or(Value::from(()), Value::from);
        let arguments = vec![
            ("before", Value::from(from.relation.as_str())),
            ("after", Value::from(to.relation.as_str())),
            ("columns", described.clone()),
            ("wanted", Value::from(wanted)),
            ("limit", limit),
        ];
        let found = call_with(session, macro_name, arguments)?;
        Ok(library::table_of(&found).unwrap_or_default())
    };
    let mut counts = [0; 4];
    for row in &asked("counts")?.rows {
        let [Cell::Text(change), Cell::Integer(count)] = row.as_slice() else {
            continue;
        };
        if let Some(at) = CHANGES.iter().position(|it| it == change) {
            counts[at] = i64::try_from(*count).unwrap_or(i64::MAX);
        }
    }
    let is_same = counts[..3].iter().all(|it| *it == 0);
    if is_same || limit == Some(0) {
        return Ok((counts, Vec::new()));
    }
    let found = asked("rows")?;
    let row = |row: &Vec<Cell>| {
        let [Cell::Text(change), Cell::Integer(times), cells @ ..] = row.as_slice() else {
            return None;
        };
        let is_changed = change == CHANGES[2];
        let cells = cells.chunks_exact(3).map(|it| {
            let differs = is_changed && it[2] == Cell::Boolean(true);
            (it[0].clone(), it[1].clone(), differs)
        });
        Some(ComparedRow {
            change: change.clone(),
            times: i64::try_from(*times).unwrap_or(i64::MAX),
            cells: cells.collect(),
        })
    };
    Ok((counts, found.rows.iter().filter_map(row).collect()))
}
