//! Rows of columns, and of the edges between them: what the SQL of objects says, where a run has worked it out.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Value as Json, json};

use super::objects::{given, tests_of};
use super::{MetadataInput, Rows};
use crate::artifacts::{ColumnOrigin, NodeColumns};
use crate::lineage::{Carried, Inherited, Place, carried, inherit};
use crate::nodes::{Column, Node, Resource, UniqueId};

/// How a column is made that says which rows there are, and is no part of any column.
const ROWS: &str = "rows";

/// Lists the columns of the objects that are looked at, and their edges.
pub fn attributes(
    input: &MetadataInput<'_>,
    columns: &BTreeMap<UniqueId, NodeColumns>,
    is_looked_at: &HashSet<UniqueId>,
) -> Vec<Rows> {
    let described = Described::of(input, columns);
    let looked_at = columns.iter().filter_map(|(id, own)| {
        let resource = input.resources.get(id)?;
        is_looked_at.contains(id).then_some((resource, own))
    });
    let looked_at: Vec<_> = looked_at.collect();
    let columns = looked_at
        .iter()
        .flat_map(|(it, own)| described.rows(*it, own));
    let edges = looked_at
        .iter()
        .flat_map(|(it, own)| edges(*it, own, input));
    let all = [
        Rows::of("metadata_attribute", columns, input.secrets),
        Rows::of("column_lineage_edge", edges, input.secrets),
    ];
    all.into_iter().flatten().collect()
}

/// What is known of columns beside what their SQL says.
struct Described<'a> {
    carried: Carried,
    /// By node, and name in lower case.
    inherited: HashMap<(UniqueId, String), Inherited>,
    tests: HashMap<&'a UniqueId, Vec<&'a Node>>,
}

impl<'a> Described<'a> {
    fn of(input: &MetadataInput<'a>, columns: &BTreeMap<UniqueId, NodeColumns>) -> Self {
        let inherited = inherit(input.resources, input.graph, columns).into_iter();
        let inherited = inherited.filter_map(|it| {
            let key = (it.place.node.clone()?, it.place.column.to_lowercase());
            Some((key, it))
        });
        Self {
            carried: carried(input.resources, input.graph, columns),
            inherited: inherited.collect(),
            tests: tests_of(input.resources),
        }
    }

    fn rows(&self, of: Resource<'_>, own: &NodeColumns) -> Vec<Json> {
        let declared = |name: &str| {
            let mut all = of.columns()?.values();
            all.find(|it| it.name.eq_ignore_ascii_case(name))
        };
        let columns = own.columns.iter().enumerate();
        let mut rows: Vec<Json> = columns
            .map(|(at, (name, origin))| self.row(of, (at, name), Some(origin), declared(name)))
            .collect();
        // What properties list, and nobody has seen.
        if !own.is_complete {
            let listed = of.columns().into_iter().flat_map(|it| it.values());
            let known = |name: &str| own.columns.keys().any(|it| it.eq_ignore_ascii_case(name));
            let unseen = listed.filter(|it| !known(&it.name)).enumerate();
            let after = own.columns.len();
            rows.extend(
                unseen.map(|(at, it)| self.row(of, (after + at, &it.name), None, Some(it))),
            );
        }
        rows
    }

    fn row(
        &self,
        of: Resource<'_>,
        (at, name): (usize, &str),
        origin: Option<&ColumnOrigin>,
        declared: Option<&Column>,
    ) -> Json {
        let id = of.unique_id();
        let place = Place {
            node: Some(id.clone()),
            relation: None,
            column: name.to_owned(),
        };
        let inherited = self.inherited.get(&(id.clone(), name.to_lowercase()));
        let inherited = inherited.and_then(|it| it.description.as_ref());
        let own = declared.and_then(|it| given(&it.description));
        let sources = origin.map(|it| it.sources.iter().map(named).collect::<Vec<_>>());
        json!({
            "object_id": id,
            "object": of.search_name(),
            "name": name,
            "position": at + 1,
            "data_type": origin.and_then(|it| it.data_type.as_ref()),
            "declared_type": declared.and_then(|it| it.data_type.as_ref()),
            "description": own.or(inherited.map(|it| it.0.text.as_str())),
            "described_by": inherited.filter(|_| own.is_none()).map(|it| written(&it.1)),
            "tags": declared.map(|it| &it.tags),
            "carried_tags": self.carried.tags(&place),
            "constraints": declared.map(|it| &it.constraints),
            "tests": self.tests(id, name),
            "made": origin.and_then(|it| it.made).map(crate::sql::Made::as_str),
            "sources": sources,
            "is_known": origin.is_some_and(|it| it.is_known),
            "meta": declared.map(|it| &it.meta),
        })
    }

    /// Names the data tests of a column.
    fn tests(&self, id: &UniqueId, column: &str) -> Vec<&str> {
        let tests = self.tests.get(id).into_iter().flatten();
        let generic = tests.filter_map(|it| it.as_generic_test());
        let own = generic.filter(|it| {
            let tested = it.column_name.as_deref();
            tested.is_some_and(|it| it.eq_ignore_ascii_case(column))
        });
        own.map(|it| it.name.as_str()).collect()
    }
}

fn named(of: &crate::artifacts::ColumnSource) -> String {
    let relation = of.node.as_deref().or(of.relation.as_deref());
    format!("{}.{}", relation.unwrap_or_default(), of.column)
}

fn written(place: &Place) -> String {
    let relation = place.node.as_deref().or(place.relation.as_deref());
    format!("{}.{}", relation.unwrap_or_default(), place.column)
}

fn edges(of: Resource<'_>, own: &NodeColumns, input: &MetadataInput<'_>) -> Vec<Json> {
    let child = (of.unique_id(), of.search_name());
    let edge = |node: Option<&UniqueId>, relation: Option<&str>, columns: (&str, Option<&str>)| {
        let parent = node
            .and_then(|id| input.resources.get(id))
            .map(Resource::search_name);
        json!({
            "parent_id": node,
            "parent": parent.as_deref().or(relation),
            "parent_column": columns.0,
            "child_id": child.0,
            "child": child.1,
            "child_column": columns.1,
        })
    };
    let mut all = Vec::new();
    for (name, origin) in &own.columns {
        for it in &origin.sources {
            let columns = (it.column.as_str(), Some(name.as_str()));
            let mut row = edge(it.node.as_ref(), it.relation.as_deref(), columns);
            row["made"] = json!(it.made.as_str());
            row["is_masked"] = json!(it.masked);
            all.push(row);
        }
    }
    for it in &own.influences {
        let columns = (it.column.as_str(), None);
        let mut row = edge(it.node.as_ref(), it.relation.as_deref(), columns);
        row["made"] = json!(ROWS);
        row["is_masked"] = json!(false);
        all.push(row);
    }
    all
}
