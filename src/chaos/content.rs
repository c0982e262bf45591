//! What is in the databases at a moment, and how two moments differ.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::Request;
use crate::adapters::{Adapter, AdapterError, Cell, Connection, Relation};
use crate::alerts::Status;
use crate::execute::{ALERTS, EVENTS, LEDGER_SCHEMA, REJECTED, VERSIONS};
use crate::nodes::{Node, QUARANTINE, ResourceType, UniqueId};

/// Ends of the names of schemas that hold what is not published.
const ASIDE: &[&str] = &[REJECTED, VERSIONS];
/// What a view is called.
const VIEW: &str = "VIEW";

/// Rows of one relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rows {
    /// `BASE TABLE` or `VIEW`.
    kind: String,
    count: String,
    /// Equal digests are equal names, types and rows, in any order.
    digest: String,
}

/// What is in the databases.
#[derive(Debug, Clone, Default)]
pub(super) struct Contents {
    /// Rows of the nodes that are there.
    pub(super) nodes: BTreeMap<UniqueId, Rows>,
    /// Names of all other relations.
    pub(super) others: BTreeSet<String>,
    /// What is wrong with the ledger.
    pub(super) ledger: Option<String>,
    /// What is wrong with the events.
    pub(super) events: Option<String>,
    /// What is wrong with the alerts.
    pub(super) alerts: Option<String>,
}

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The node, or the name of a relation that belongs to none.
    pub relation: String,
    /// A clause that goes on after the name.
    pub what: String,
}

impl Contents {
    pub(super) fn of(adapter: &dyn Adapter, request: &Request<'_>) -> Result<Self, AdapterError> {
        let mut connection = adapter.connect("chaos")?;
        let sql = "select table_catalog, table_schema, table_name, table_type from \
                   information_schema.tables";
        let (_, table) = connection.execute(sql, true, None)?;
        let mut relations = BTreeMap::new();
        for row in &table.rows {
            let [database, schema, name, kind] = row.as_slice() else {
                continue;
            };
            let parts = [database, schema, name].map(Cell::to_string);
            let key = parts.each_ref().map(|it| it.to_lowercase());
            relations.insert(key, (parts, kind.to_string()));
        }
        let mut contents = Self::default();
        for node in &request.nodes {
            let relation = request.relation(node);
            let key = relation
                .parts()
                .map(|it| it.unwrap_or_default().to_lowercase());
            let Some((_, kind)) = relations.remove(&key) else {
                continue;
            };
            let rows = rows(adapter, connection.as_mut(), &relation, node, kind)?;
            contents.nodes.insert(node.unique_id.clone(), rows);
        }
        let own = |name: &str| {
            let found = relations.values().find(|(parts, _)| {
                parts[1].eq_ignore_ascii_case(LEDGER_SCHEMA) && parts[2] == name
            });
            found.map(|(parts, _)| parts)
        };
        if let Some(parts) = own("publishes") {
            contents.ledger = ledger(connection.as_mut(), parts)?;
        }
        if let Some(parts) = own(EVENTS) {
            contents.events = events(connection.as_mut(), parts)?;
        }
        if let Some(parts) = own(ALERTS) {
            contents.alerts = alerts(connection.as_mut(), parts)?;
        }
        for ([database, schema, name], _) in relations.into_values() {
            if schema.ends_with(QUARANTINE) {
                let parts = [&database, &schema, &name].map(|it| Some(it.as_str()));
                let [database, schema, name] = parts;
                let relation = Relation::new(database, schema, name);
                let rows = quarantined(connection.as_mut(), &relation)?;
                if rows != "0" {
                    let name = relation.render();
                    contents.others.insert(format!("{name} with {rows} rows"));
                }
                continue;
            }
            let aside = ASIDE.iter().any(|it| schema.ends_with(it));
            if !aside && schema != LEDGER_SCHEMA {
                contents
                    .others
                    .insert(format!("{database}.{schema}.{name}"));
            }
        }
        Ok(contents)
    }

    /// Writes what removes all nodes, those first that need others.
    pub(super) fn drops(&self, request: &Request<'_>) -> Vec<String> {
        let nodes = request.nodes.iter().rev();
        let drop = |node: &Arc<Node>| {
            let kind = match self.nodes.get(&node.unique_id)?.kind.as_str() {
                VIEW => "view",
                _ => "table",
            };
            Some(format!("drop {kind} {}", request.relation(node).render()))
        };
        nodes.filter_map(drop).collect()
    }

    /// Lists how a later moment differs from this one.
    pub(super) fn differences(
        &self,
        found: &Self,
        left_out: &BTreeSet<UniqueId>,
    ) -> Vec<Difference> {
        let mut differences = Vec::new();
        let ids: BTreeSet<&UniqueId> = self.nodes.keys().chain(found.nodes.keys()).collect();
        for id in ids.into_iter().filter(|it| !left_out.contains(*it)) {
            let what = match (self.nodes.get(id), found.nodes.get(id)) {
                (Some(expected), Some(found)) if expected == found => continue,
                (Some(expected), Some(found)) => expected.unlike(found),
                (Some(_), None) => "is missing".to_owned(),
                (None, _) => "should not be there".to_owned(),
            };
            let relation = id.to_string();
            differences.push(Difference { relation, what });
        }
        for name in found.others.difference(&self.others) {
            differences.push(Difference {
                relation: name.clone(),
                what: "is left over".to_owned(),
            });
        }
        for name in self.others.difference(&found.others) {
            differences.push(Difference {
                relation: name.clone(),
                what: "is missing".to_owned(),
            });
        }
        differences.extend(found.ledger.clone().map(|what| Difference {
            relation: "the ledger".to_owned(),
            what,
        }));
        differences.extend(found.events.clone().map(|what| Difference {
            relation: "the table of events".to_owned(),
            what,
        }));
        differences.extend(found.alerts.clone().map(|what| Difference {
            relation: "the table of alerts".to_owned(),
            what,
        }));
        differences
    }

    /// Lists the nodes that are neither as at one moment nor as at another.
    pub(super) fn between(&self, before: &Self, after: &Self) -> Vec<UniqueId> {
        let ids: BTreeSet<&UniqueId> = self.nodes.keys().chain(before.nodes.keys()).collect();
        let is_between = |id: &&&UniqueId| {
            let found = self.nodes.get(**id);
            found != before.nodes.get(**id) && found != after.nodes.get(**id)
        };
        ids.iter()
            .filter(is_between)
            .map(|it| (*it).clone())
            .collect()
    }
}

impl Rows {
    fn unlike(&self, found: &Self) -> String {
        if self.kind != found.kind {
            return format!("is a {}, not a {}", found.kind, self.kind);
        }
        match self.count == found.count {
            true => format!("has {} rows as it should, and other ones", found.count),
            false => format!("has {} rows instead of {}", found.count, self.count),
        }
    }
}

/// Reads the rows of a node. Of snapshots that take the time for a version's, these times are left out.
fn rows(
    adapter: &dyn Adapter,
    connection: &mut dyn Connection,
    relation: &Relation,
    node: &Node,
    kind: String,
) -> Result<Rows, AdapterError> {
    let name = relation.render();
    let mut query = format!("select * from {name}");
    if node.resource_type == ResourceType::Snapshot {
        let columns = connection.describe_query(&query)?;
        let times = times(node);
        let columns = columns.iter().map(|it| {
            let quoted = adapter.quote(&it.name);
            match times.iter().any(|time| time.eq_ignore_ascii_case(&it.name)) {
                true => format!("{quoted} is null"),
                false => quoted,
            }
        });
        let columns: Vec<String> = columns.collect();
        query = format!("select {} from {name}", columns.join(", "));
    }
    let (count, digest) = match adapter.content(connection, &query) {
        Ok((digest, count)) => (count.to_string(), digest),
        // A view of what is not there.
        Err(error) => ("no".to_owned(), error.to_string()),
    };
    Ok(Rows {
        kind,
        count,
        digest,
    })
}

/// Names the columns of a snapshot in which the time of a run stands.
fn times(node: &Node) -> Vec<String> {
    let by_time = node.config.str("strategy") == Some("timestamp");
    let keeps_deleted = matches!(node.config.str("hard_deletes"), None | Some("ignore"));
    if by_time && keeps_deleted {
        return Vec::new();
    }
    let names = [
        "dbt_valid_from",
        "dbt_valid_to",
        "dbt_updated_at",
        "dbt_scd_id",
    ];
    let own = node.config.dict("snapshot_meta_column_names");
    let named = |name: &&str| {
        let own = own.and_then(|it| it.get(*name)).and_then(|it| it.as_str());
        own.unwrap_or(name).to_owned()
    };
    names.iter().map(named).collect()
}

/// Counts the rows that are in quarantine; what was there and is no longer does not count.
fn quarantined(connection: &mut dyn Connection, table: &Relation) -> Result<String, AdapterError> {
    let sql = format!(
        "select coalesce(sum(dsql_copies), 0) from {} where dsql_state = 'quarantined'",
        table.render()
    );
    let counted = connection.execute(&sql, true, None);
    let table = match counted {
        Ok((_, table)) => table,
        // A table of somebody else, in a schema of such a name.
        Err(AdapterError::Statement { .. }) => return Ok("its".to_owned()),
        Err(error) => return Err(error),
    };
    let count = table.rows.first().and_then(|it| it.first());
    Ok(count.map(Cell::to_string).unwrap_or_default())
}

/// Tells which runs have an event twice, or lack one of those before their last.
fn events(
    connection: &mut dyn Connection,
    parts: &[String; 3],
) -> Result<Option<String>, AdapterError> {
    let found = twice_or_missing(connection, parts, ["run_id", "sequence", "sequence"])?;
    Ok(found.map(|(twice, gaps)| format!("has {twice} events twice and lacks {gaps}")))
}

/// Counts alerts that nobody has tried to send, though nothing holds them up.
fn alerts(
    connection: &mut dyn Connection,
    parts: &[String; 3],
) -> Result<Option<String>, AdapterError> {
    let [database, schema, name] = parts.each_ref().map(|it| Some(it.as_str()));
    let table = Relation::new(database, schema, name).render();
    let sql = format!(
        "select count(*) from {table} where status = '{}' and attempts = 0 \
         and next_attempt_at <= created_at",
        Status::Waiting.as_str()
    );
    let (_, found) = connection.execute(&sql, true, None)?;
    let many = found.rows.first().and_then(|it| it.first());
    let many = many.map(Cell::to_string).filter(|it| it != "0");
    Ok(many.map(|it| format!("has {it} alerts that nobody has tried to send")))
}

/// Finds what is listed twice, or with a gap.
fn ledger(
    connection: &mut dyn Connection,
    parts: &[String; 3],
) -> Result<Option<String>, AdapterError> {
    let found = twice_or_missing(connection, parts, ["node", "publish_id", "version"])?;
    let told = |(twice, gaps)| format!("lists {twice} publishes twice and lacks {gaps} versions");
    Ok(found.map(told))
}

/// Counts rows of a table whose `id` comes twice, and what is missing where `number` counts from 1, both within `group`; none if
/// neither is.
fn twice_or_missing(
    connection: &mut dyn Connection,
    parts: &[String; 3],
    [group, id, number]: [&str; 3],
) -> Result<Option<(String, String)>, AdapterError> {
    let [database, schema, name] = parts.each_ref().map(|it| Some(it.as_str()));
    let table = Relation::new(database, schema, name).render();
    let sql = format!(
        "select coalesce(sum(listed - ids), 0), coalesce(sum(latest - numbers), 0) from (select {group}, \
         count(*) as listed, count(distinct {id}) as ids, count(distinct {number}) as numbers, \
         max({number}) as latest from {table} group by {group}) as groups"
    );
    let (_, found) = connection.execute(&sql, true, None)?;
    let counts = found.rows.first().map(Vec::as_slice);
    Ok(match counts {
        Some([twice, gaps]) if [twice, gaps].iter().any(|it| it.to_string() != "0") => {
            Some((twice.to_string(), gaps.to_string()))
        }
        _ => None,
    })
}
