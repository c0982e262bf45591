//! The columns of one node.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::relations::Relations;
use super::{ByHand, Content, Given, LineageInput, Query, SameRows, open, schemas};
use crate::artifacts::{ColumnOrigin, ColumnSource, NodeColumns, NotKnown, RowInfluence};
use crate::compile::EPHEMERAL_PREFIX;
use crate::nodes::{Compiled, Node, Resource, ResourceType, UniqueId};
use crate::sql::{
    self, Analysis, By, Catalog, Column, Known, KnownColumn, Made, Meaning, RowPart, Source,
    SqlType, Written, analyze,
};
use crate::text::{LineIndex, Span};

/// What is certain before a build, where that is less than what is known.
#[derive(Default)]
pub(super) struct Certain {
    /// Nodes of which only a build tells what they are.
    pub(super) open: HashSet<UniqueId>,
    /// What is certain of those, and of what is made of them.
    pub(super) known: HashMap<UniqueId, Known>,
}

/// What is known of relations.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) known: &'a HashMap<UniqueId, Known>,
    /// If nothing else is to be seen: what is certain.
    pub(super) certain: Option<&'a Certain>,
}

impl Seen<'_> {
    fn relation(&self, id: &UniqueId) -> Known {
        let certain = self.certain.and_then(|it| it.known.get(id));
        let known = certain.or_else(|| self.known.get(id));
        known.cloned().unwrap_or_default()
    }

    fn is_open(&self, id: &UniqueId) -> bool {
        self.certain.is_some_and(|it| it.open.contains(id))
    }
}

/// What is worked out of a node or source.
pub(super) struct NodeDescribed {
    pub(super) columns: NodeColumns,
    /// What those that read it know of it.
    pub(super) schema: Known,
    /// What is found in its SQL.
    pub(super) query: Query,
    /// Where its columns stand in its SQL.
    pub(super) places: Vec<Span>,
    /// What its SQL means, if that was asked.
    pub(super) meaning: Option<NodeMeaning>,
    /// What kinds of logic stand in it.
    pub(super) content: Content,
    /// The node or source whose rows its SQL gives.
    pub(super) same_rows: Option<SameRows>,
    /// The nodes and sources that it reads.
    pub(super) reads: Vec<UniqueId>,
}

/// What the SQL of a node means.
#[derive(Debug, Clone, Default)]
pub struct NodeMeaning {
    /// Its columns, by name in lower case.
    pub columns: IndexMap<String, Meaning>,
    /// Which rows there are.
    pub rows: Meaning,
    /// What says which rows there are.
    pub parts: Vec<RowPart>,
    /// How values are written, by what stays the same of them whatever the rows.
    pub written: BTreeMap<u128, Written>,
    /// Why nothing is known of it.
    pub unread: Option<String>,
}

impl NodeDescribed {
    fn plain(schema: Known) -> Self {
        Self {
            columns: plain(&schema),
            schema,
            query: Query::default(),
            places: Vec::new(),
            meaning: None,
            content: Content::default(),
            same_rows: None,
            reads: Vec::new(),
        }
    }
}

/// Works out the columns of a node or source.
pub(super) fn describe(
    resource: Resource<'_>,
    input: &LineageInput<'_>,
    relations: &Relations,
    seen: Seen<'_>,
) -> NodeDescribed {
    let id = resource.unique_id();
    let told = input.told.get(id).map(schemas::told);
    let node = match resource {
        Resource::Source(source) => {
            let schema = told.unwrap_or_else(|| schemas::declared(source.columns.values(), false));
            return NodeDescribed::plain(schema);
        }
        Resource::Node(node) => node,
        _ => return NodeDescribed::plain(Known::default()),
    };
    let contract = (node.contract.enforced && !node.columns.is_empty())
        .then(|| schemas::declared(node.columns.values(), true));
    let elsewhere = || {
        // The database has it as an earlier run left it, and properties promise nothing.
        if seen.certain.is_some() {
            let contract = contract.clone().filter(|_| open::is_sent(node));
            return contract.unwrap_or_default();
        }
        let told = contract.clone().or(told.clone());
        told.unwrap_or_else(|| schemas::declared(node.columns.values(), false))
    };
    let compiled = input.compiled.get(id).filter(|_| node.language == "sql");
    let Some(compiled) = compiled.and_then(|it| it.compiled.as_ref()) else {
        return NodeDescribed::plain(elsewhere());
    };
    let view = View {
        own: (id, told.as_ref()),
        needs: resource.needs(),
        stand_ins: stand_ins(compiled),
        wants_content: input.checks && seen.certain.is_none(),
        relations,
        seen,
        compares: input.compared.contains(id),
        masking: input.masking,
    };
    let mut analysis = analyze(input.grammar, &compiled.code, &view);
    let content = Content {
        reads: match analysis.content.is_empty() {
            true => Vec::new(),
            false => {
                let reads = analysis.reads.iter();
                reads.map(|it| view.node(&it.parts).cloned()).collect()
            }
        },
        facts: std::mem::take(&mut analysis.content),
    };
    let (mut columns, own) = described(node, &analysis, &view, &compiled.code);
    let meaning = std::mem::take(&mut analysis.meaning);
    let why = unread(&analysis);
    let is_whole = node.resource_type == ResourceType::Model && !grows(node);
    let same_rows = analysis.same_rows.as_ref();
    let same_rows = same_rows.and_then(|it| SameRows::of(it, &analysis, &view));
    let is_open = seen.is_open(id);
    let schema = match analysis.is_complete {
        true if !is_open => Known {
            columns: own.into(),
            is_complete: true,
            keys: if is_whole {
                analysis.keys.into()
            } else {
                Arc::default()
            },
            is_single: is_whole && analysis.is_single,
        },
        _ => {
            let mut schema = elsewhere();
            if !schema.is_complete && !is_open {
                // What the query says, and what is said of it elsewhere.
                let mut all = own;
                for column in schema.columns.iter() {
                    if !all
                        .iter()
                        .any(|it| it.name.eq_ignore_ascii_case(&column.name))
                    {
                        all.push(column.clone());
                    }
                }
                schema.columns = all.into();
            }
            schema
        }
    };
    if is_open {
        columns = plain(&schema);
    }
    for column in schema.columns.iter() {
        let known = columns
            .columns
            .keys()
            .any(|it| it.eq_ignore_ascii_case(&column.name));
        if !known {
            columns
                .columns
                .insert(column.name.to_string(), untold(column));
        }
    }
    columns.is_complete = schema.is_complete;
    let meaning = view.compares.then(|| {
        let names = columns.columns.keys().map(|it| it.to_lowercase());
        NodeMeaning {
            columns: names.zip(meaning.columns).collect(),
            rows: meaning.rows,
            parts: meaning.parts,
            written: meaning.written,
            unread: why,
        }
    });
    let given = |it: &Column| (it.name.clone(), stored(&it.sql_type), it.place);
    let given = contract.map(|_| Given {
        columns: analysis
            .is_complete
            .then(|| analysis.columns.iter().map(given).collect()),
        star: analysis.star,
    });
    let strangers = analysis.reads.iter().filter(|it| !it.is_known);
    let strangers = strangers.map(|it| (it.parts.clone(), it.place)).collect();
    let reads = analysis.reads.iter();
    let reads = reads.filter_map(|it| view.node(&it.parts)).cloned();
    let reads = reads.collect();
    let by_hand = analysis.reads.iter().filter_map(|it| {
        let found = view.node(&it.parts)?;
        let is_needed = found == id || view.needs.contains(found);
        (!is_needed && it.parts.len() > 1).then(|| ByHand {
            parts: it.parts.clone(),
            id: found.clone(),
            place: it.place,
        })
    });
    let by_hand = by_hand.collect();
    NodeDescribed {
        columns,
        schema,
        query: Query {
            mistakes: analysis.mistakes,
            strangers,
            by_hand,
            calls: match input.checks {
                true => analysis.calls,
                false => Vec::new(),
            },
            contract: given,
        },
        places: analysis.columns.iter().map(|it| it.place).collect(),
        meaning,
        content,
        same_rows,
        reads,
    }
}

/// Tells whether a model adds rows to those that it has.
fn grows(node: &Node) -> bool {
    node.config.materialized() == "incremental"
}

/// Says why nothing is known of a text.
fn unread(analysis: &Analysis) -> Option<String> {
    let is_nothing = analysis.columns.is_empty() && !analysis.is_complete;
    let reads_nothing = analysis.reads.is_empty();
    let first = analysis
        .unknowns
        .first()
        .filter(|_| is_nothing && reads_nothing);
    first.map(|it| it.reason.clone())
}

/// What the SQL of a node sees.
struct View<'a> {
    /// The node, and what the database has of it.
    own: (&'a UniqueId, Option<&'a Known>),
    needs: &'a [UniqueId],
    /// Ephemeral models by the names of their common table expressions.
    stand_ins: HashMap<String, &'a UniqueId>,
    wants_content: bool,
    relations: &'a Relations,
    seen: Seen<'a>,
    /// Whether it is asked what the SQL means.
    compares: bool,
    masking: &'a [String],
}

impl View<'_> {
    fn node(&self, parts: &[String]) -> Option<&UniqueId> {
        let stand_in = match parts {
            [name] => self.stand_ins.get(&name.to_lowercase()).copied(),
            _ => None,
        };
        stand_in.or_else(|| self.relations.find(parts, self.needs))
    }
}

impl Catalog for View<'_> {
    fn relation(&self, parts: &[String]) -> Option<Known> {
        let id = self.node(parts)?;
        if id == self.own.0 {
            return Some(self.own.1.cloned().unwrap_or_default());
        }
        Some(self.seen.relation(id))
    }

    fn compares(&self) -> bool {
        self.compares
    }

    fn masks(&self, function: &str) -> bool {
        self.masking.iter().any(|it| it == function)
    }

    fn identity(&self, parts: &[String]) -> Option<String> {
        self.node(parts).map(ToString::to_string)
    }

    fn is_own(&self, parts: &[String]) -> bool {
        self.node(parts) == Some(self.own.0)
    }

    fn wants_content(&self) -> bool {
        self.wants_content
    }

    fn stand_in(&self, name: &str) -> Option<Known> {
        let id = self.stand_ins.get(&name.to_lowercase())?;
        Some(self.seen.relation(id))
    }
}

impl SameRows {
    /// Names what is read; none of what the node does not need, as it reads it by its name alone.
    fn of(same: &sql::SameRows, analysis: &Analysis, view: &View<'_>) -> Option<Self> {
        let node = |read: usize| {
            let found = view.node(&analysis.reads.get(read)?.parts)?;
            // No circle, as needs make none.
            view.needs.contains(found).then(|| found.clone())
        };
        let beside = same.beside.iter();
        let beside = beside.map(|(read, columns)| Some((node(*read)?, columns.clone())));
        Some(Self {
            of: node(same.of)?,
            beside: beside.collect::<Option<_>>()?,
        })
    }
}

/// Names the common table expressions that stand for ephemeral models.
fn stand_ins(compiled: &Compiled) -> HashMap<String, &UniqueId> {
    let ctes = compiled.extra_ctes.iter().filter_map(|cte| {
        let name = cte.sql.split_whitespace().next()?;
        let name = name.trim_matches('"').to_lowercase();
        name.starts_with(EPHEMERAL_PREFIX)
            .then_some((name, &cte.id))
    });
    ctes.collect()
}

/// A relation that is read: a node or source, or the name of what is neither.
type Place = (Option<UniqueId>, Option<String>);

/// Translates what the SQL says into nodes, and lists the columns for those that read them.
fn described(
    node: &Node,
    analysis: &Analysis,
    view: &View<'_>,
    sql: &str,
) -> (NodeColumns, Vec<KnownColumn>) {
    let reads = analysis.reads.iter().map(|read| {
        let id = view.node(&read.parts).cloned();
        let relation = id.is_none().then(|| read.parts.join("."));
        (id, relation)
    });
    let places: Vec<Place> = reads.collect();
    let (mut columns, mut known, mut taken) = (IndexMap::new(), Vec::new(), HashSet::new());
    for column in &analysis.columns {
        let name = free_name(&column.name, &mut taken);
        let sql_type = stored(&column.sql_type);
        let mut sources: Vec<ColumnSource> = column
            .sources
            .iter()
            .map(|it| source(it, &places))
            .collect();
        sources.sort();
        let origin = ColumnOrigin {
            data_type: written(&sql_type),
            made: Some(column.made),
            sources,
            is_known: column.is_known,
        };
        known.push(KnownColumn {
            name: Arc::from(name.as_str()),
            sql_type,
        });
        columns.insert(name, origin);
    }
    for (column, origin) in of_snapshot(node, analysis, &places) {
        columns.insert(column.name.to_string(), origin);
        known.push(column);
    }
    let mut by: BTreeMap<(Option<UniqueId>, Option<String>, String), Vec<By>> = BTreeMap::new();
    for influence in &analysis.influences {
        let (node, relation) = places[influence.read].clone();
        let key = (node, relation, influence.column.to_string());
        by.entry(key).or_default().push(influence.by);
    }
    let influences = by
        .into_iter()
        .map(|((node, relation, column), by)| RowInfluence {
            node,
            relation,
            column,
            by,
        });
    let lines = LineIndex::new(sql);
    let unknown = analysis.unknowns.iter().map(|it| NotKnown {
        reason: it.reason.clone(),
        line: lines.line_column(sql, it.place.range().start).line,
    });
    let described = NodeColumns {
        columns,
        is_complete: analysis.is_complete,
        influences: influences.collect(),
        unknown: unknown.collect(),
    };
    (described, known)
}

fn source(of: &Source, places: &[Place]) -> ColumnSource {
    let (node, relation) = places[of.read].clone();
    ColumnSource {
        node,
        relation,
        column: of.column.to_string(),
        made: of.made,
        masked: of.masked,
    }
}

/// Names a column whose name another one has as DuckDB does.
fn free_name(name: &str, taken: &mut HashSet<String>) -> String {
    if taken.insert(name.to_lowercase()) {
        return name.to_owned();
    }
    let names = (1..).map(|number: usize| format!("{name}_{number}"));
    let mut free = names.filter(|it| taken.insert(it.to_lowercase()));
    free.next().unwrap_or_default()
}

/// Lists the columns that a snapshot has beside those of its query.
fn of_snapshot(
    node: &Node,
    analysis: &Analysis,
    places: &[Place],
) -> Vec<(KnownColumn, ColumnOrigin)> {
    let time = node
        .config
        .str("updated_at")
        .filter(|_| node.config.str("strategy") == Some("timestamp"));
    let find = |name: &str| -> Option<&Column> {
        analysis
            .columns
            .iter()
            .find(|it| it.name.eq_ignore_ascii_case(name))
    };
    let time = time.and_then(find);
    let keys = node.config.strings("unique_key");
    let added = schemas::added(node, time.map(|it| it.sql_type.clone()));
    let described = added.into_iter().map(|added| {
        let of: Vec<&Column> = match added.sql_type {
            SqlType::Varchar => keys.iter().filter_map(|it| find(it)).chain(time).collect(),
            _ => time.into_iter().collect(),
        };
        let sources = of.iter().flat_map(|it| &it.sources).map(|it| ColumnSource {
            made: it.made.max(Made::Expression),
            ..source(it, places)
        });
        let mut sources: Vec<ColumnSource> = sources.collect();
        sources.sort();
        sources.dedup();
        let origin = ColumnOrigin {
            data_type: written(&added.sql_type),
            made: Some(Made::Expression),
            sources,
            is_known: true,
        };
        (added, origin)
    });
    described.collect()
}

/// Describes columns that no query makes.
pub(super) fn plain(schema: &Known) -> NodeColumns {
    let columns = schema.columns.iter();
    NodeColumns {
        columns: columns
            .map(|it| {
                (
                    it.name.to_string(),
                    ColumnOrigin {
                        is_known: true,
                        ..untold(it)
                    },
                )
            })
            .collect(),
        is_complete: schema.is_complete,
        ..NodeColumns::default()
    }
}

/// Describes a column of which nobody says what it comes of.
fn untold(column: &KnownColumn) -> ColumnOrigin {
    ColumnOrigin {
        data_type: written(&column.sql_type),
        made: None,
        sources: Vec::new(),
        is_known: false,
    }
}

/// Returns the type as a table has it: a column of nothing but nulls is a whole number there.
fn stored(sql_type: &SqlType) -> SqlType {
    match sql_type {
        SqlType::Null => SqlType::INTEGER,
        other => other.clone(),
    }
}

fn written(sql_type: &SqlType) -> Option<String> {
    sql_type.is_known().then(|| sql_type.to_string())
}
