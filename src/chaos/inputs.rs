//! The tables that rows come from: sources in the target's databases, and seeds.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::lab::Lab;
use super::{Request, Trouble};
use crate::adapters::{AdapterError, Cell, Relation};
use crate::graph::Graph;
use crate::jinja::context::source_relation;
use crate::nodes::{Node, Resource, ResourceType, UniqueId};

/// The table beside an input that holds all its rows.
const KEPT: &str = "__chaos_rows";
/// Parts of names that say when a row came, or was changed.
const ARRIVAL: &[&str] = &[
    "received",
    "loaded",
    "ingest",
    "synced",
    "extracted",
    "arrived",
    "updated",
    "changed",
    "modified",
];
/// The column in it that orders them.
pub(super) const PLACE: &str = "__chaos_place";

/// A table that rows come from.
pub(super) struct Input {
    pub(super) id: UniqueId,
    /// As in the project: `raw.orders`, or the seed's name.
    pub(super) name: String,
    pub(super) relation: Relation,
    /// All that comes after it.
    pub(super) after: BTreeSet<UniqueId>,
    /// Its columns, with their types.
    pub(super) columns: Vec<(String, String)>,
    pub(super) rows: usize,
    /// A column of the source's time, where one is declared.
    time: Option<String>,
}

impl Input {
    /// Returns the name of a column as the table writes it.
    pub(super) fn column(&self, name: &str) -> Option<&(String, String)> {
        self.columns
            .iter()
            .find(|(it, _)| it.eq_ignore_ascii_case(name))
    }

    /// Names the table that holds all rows.
    pub(super) fn kept(&self) -> String {
        let beside = Relation {
            identifier: Some(KEPT.to_owned()),
            ..self.relation.clone()
        };
        beside.render()
    }

    /// Lists the nodes that are built of it and keep rows from one run to the next.
    pub(super) fn keepers(&self, request: &Request<'_>) -> Vec<Arc<Node>> {
        let keeps = |node: &&Arc<Node>| {
            let kind = node.config.materialized();
            matches!(kind, "incremental" | "snapshot") && self.after.contains(&node.unique_id)
        };
        request.nodes.iter().filter(keeps).cloned().collect()
    }

    /// Picks the column by which rows come: that of the source's time, one that a model goes by, or one
    /// of times.
    fn order(&self, lab: &Lab<'_>, readers: &[Arc<Node>]) -> String {
        let known = |name: &str| self.column(name).map(|(name, _)| name.clone());
        let asked = readers.iter().flat_map(|it| {
            let keys = ["updated_at", "event_time"];
            keys.map(|key| it.config.str(key))
        });
        let asked = asked.flatten().find_map(known);
        // Of several times the one that says when a row came, or was changed.
        let named = || {
            let words = ARRIVAL.iter();
            let of = |word: &&str| {
                self.columns
                    .iter()
                    .find(|(it, _)| it.to_lowercase().contains(*word))
            };
            words.filter_map(of).next().map(|(name, _)| name.clone())
        };
        let kinds = ["TIMESTAMP", "DATE"];
        let typed = || {
            let of = |kind: &&str| {
                self.columns
                    .iter()
                    .find(|(_, it)| it.to_uppercase().starts_with(*kind))
            };
            kinds.iter().find_map(of).map(|(name, _)| name.clone())
        };
        let column = self
            .time
            .as_deref()
            .and_then(known)
            .or(asked)
            .or_else(named)
            .or_else(typed);
        let all = self.columns.iter().map(|(name, _)| lab.quoted(name));
        // All columns make the order one and the same each time.
        column
            .iter()
            .map(|it| lab.quoted(it))
            .chain(all)
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Writes what keeps all rows beside the table, numbered in the order in which they come.
    pub(super) fn keep(&self, lab: &Lab<'_>, readers: &[Arc<Node>]) -> String {
        format!(
            "create table {} as select *, row_number() over (order by {}) as {PLACE} from {}",
            self.kept(),
            self.order(lab, readers),
            self.relation.render()
        )
    }

    /// Writes what puts some of the kept rows into the table, in place of all others.
    pub(super) fn fill(&self, lab: &Lab<'_>, which: &str) -> [String; 2] {
        let columns = self.columns.iter().map(|(name, _)| lab.quoted(name));
        let columns = columns.collect::<Vec<_>>().join(", ");
        let table = self.relation.render();
        [
            format!("delete from {table}"),
            format!(
                "insert into {table} ({columns}) select {columns} from {} where {which}",
                self.kept()
            ),
        ]
    }

    /// Writes what removes the kept rows.
    pub(super) fn forget(&self) -> String {
        format!("drop table {}", self.kept())
    }
}

/// Finds the inputs of the nodes that are tables in the databases.
pub(super) fn inputs(lab: &Lab<'_>) -> Result<Vec<Input>, Trouble> {
    let request = lab.request;
    let ids: BTreeSet<&UniqueId> = request.nodes.iter().map(|it| &it.unique_id).collect();
    let input = |id: &UniqueId, name: String, relation: Relation, time: Option<String>| Input {
        id: id.clone(),
        name,
        relation,
        after: after(request.graph, id),
        columns: Vec::new(),
        rows: 0,
        time,
    };
    let mut wanted = Vec::new();
    for resource in request.resources.linked() {
        match resource {
            Resource::Source(source) => {
                let name = source.search_name();
                let relation = source_relation(source, request.quoting);
                let time = source.loaded_at_field.clone();
                let found = input(&source.unique_id, name, relation, time);
                wanted.extend(
                    found
                        .after
                        .iter()
                        .any(|it| ids.contains(it))
                        .then_some(found),
                );
            }
            Resource::Node(node)
                if node.resource_type == ResourceType::Seed && ids.contains(&node.unique_id) =>
            {
                let relation = request.relation(node);
                wanted.push(input(&node.unique_id, node.name.clone(), relation, None));
            }
            _ => {}
        }
    }
    lab.ask(|adapter| -> Result<_, AdapterError> {
        let mut connection = adapter.connect("chaos")?;
        let sql = "select table_catalog, table_schema, table_name, column_name, data_type from \
                   information_schema.columns join information_schema.tables using (table_catalog, \
                   table_schema, table_name) where table_type = 'BASE TABLE' order by ordinal_position";
        let (_, table) = connection.execute(sql, true, None)?;
        let mut inputs = Vec::new();
        for mut input in wanted {
            let parts = input.relation.parts().map(|it| it.unwrap_or_default().to_lowercase());
            let own = table.rows.iter().filter(|row| {
                let cells = row.iter().take(3).map(|it| it.to_string().to_lowercase());
                cells.eq(parts.iter().cloned())
            });
            let column = |row: &Vec<Cell>| match row.as_slice() {
                [.., name, kind] => (name.to_string(), kind.to_string()),
                _ => Default::default(),
            };
            input.columns = own.map(column).collect();
            if input.columns.is_empty() {
                continue;
            }
            let sql = format!("select count(*) from {}", input.relation.render());
            let (_, counted) = connection.execute(&sql, true, None)?;
            let rows = counted.rows.first().and_then(|it| it.first());
            let rows = rows.and_then(|it| it.to_string().parse().ok());
            input.rows = rows.unwrap_or_default();
            inputs.push(input);
        }
        Ok(inputs)
    })
}

/// Lists all that comes after a resource.
pub(super) fn after(graph: &Graph, id: &str) -> BTreeSet<UniqueId> {
    let below = graph.index(id).map(|at| graph.downstream(at));
    let below = below.into_iter().flatten();
    below.map(|at| graph.id(at).clone()).collect()
}
