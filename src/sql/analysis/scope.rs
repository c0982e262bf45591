//! What a name means within a query.

use std::cell::RefCell;
use std::collections::BTreeSet;

use sqlparser::ast::{Ident, NamedWindowDefinition};

use super::conditions::Loose;
use super::flow::{Flow, Made};
use super::keys::Link;
use super::meaning::{Meaning, Rows};
use super::query::Env;
use super::shape::{Named, Shape, is_same};
use super::{Analyzer, MistakeKind};
use crate::sql::types::SqlType;
use crate::text::Span;

/// A relation in a FROM.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    /// Its name there, or the parts of it.
    pub(super) name: Vec<String>,
    pub(super) shape: Shape,
    /// Columns that `*` and bare names leave out, since a join has them from the other side.
    pub(super) hidden: Vec<String>,
    /// How it stands beside those before it.
    pub(super) link: Link,
    /// If a LEFT JOIN brings it in: what must be unique if each row before it is to stay one row.
    pub(super) beside: Option<(usize, BTreeSet<String>)>,
}

impl Relation {
    /// Tells whether the parts in front of a column name it.
    pub(super) fn is(&self, parts: &[Ident]) -> bool {
        let pairs = self.name.iter().rev().zip(parts.iter().rev());
        let mut pairs = pairs.map(|(own, part)| is_same(own, &part.value));
        !parts.is_empty() && parts.len() <= self.name.len() && pairs.all(|it| it)
    }

    pub(super) fn hides(&self, name: &str) -> bool {
        self.hidden.iter().any(|it| it.eq_ignore_ascii_case(name))
    }
}

/// What names mean in one SELECT.
pub(super) struct Scope<'s> {
    pub(super) env: &'s Env<'s>,
    pub(super) relations: Vec<Relation>,
    /// Columns that a join has from both sides.
    pub(super) merged: Vec<(String, Flow)>,
    /// Whether a join may have others from both sides, since not all columns are known.
    pub(super) merges_hidden: bool,
    /// Columns of the SELECT itself, which expressions after them name.
    pub(super) aliases: RefCell<Vec<Named>>,
    /// Parameters of functions that are written in place, with their types.
    pub(super) parameters: RefCell<Vec<(String, SqlType)>>,
    pub(super) windows: &'s [NamedWindowDefinition],
    /// The rows of FROM; none while nothing stands there.
    pub(super) from: Option<Rows>,
    /// The rows of which windows are calculated.
    pub(super) windowed: Meaning,
    /// Joins that connect nothing, unless WHERE does.
    pub(super) loose: Vec<Loose>,
}

impl<'s> Scope<'s> {
    pub(super) fn new(env: &'s Env<'s>) -> Self {
        Self {
            env,
            relations: Vec::new(),
            merged: Vec::new(),
            merges_hidden: false,
            aliases: RefCell::default(),
            parameters: RefCell::default(),
            windows: &[],
            from: None,
            windowed: Meaning::default(),
            loose: Vec::new(),
        }
    }

    /// Finds a column of the SELECT itself.
    pub(super) fn alias(&self, name: &str) -> Option<Flow> {
        let aliases = self.aliases.borrow();
        let found = aliases.iter().rev().find(|it| it.is_named && it.is(name));
        found.map(|it| it.flow.clone())
    }

    /// Finds the type of a parameter; of those of one name the innermost is meant.
    fn parameter(&self, name: &str) -> Option<SqlType> {
        let parameters = self.parameters.borrow();
        let found = parameters.iter().rev().find(|it| is_same(&it.0, name));
        found.map(|it| it.1.clone())
    }

    /// Names the relations that have a column.
    fn having(&self, column: &str) -> Vec<String> {
        let has = |it: &&Relation| it.shape.find(column).next().is_some() && !it.hides(column);
        let relations = self.relations.iter().filter(has);
        relations.map(|it| it.name.join(".")).collect()
    }

    /// Lists what could be meant by a name.
    fn known(&self, parts: &[Ident]) -> Vec<String> {
        let before = parts.split_last().map(|it| it.1).unwrap_or_default();
        let named = self.relations.iter().filter(|it| it.is(before));
        let named: Vec<&Relation> = match before {
            [] => self.relations.iter().collect(),
            _ => named.collect(),
        };
        let columns = named.iter().flat_map(|it| &it.shape.columns);
        let prefix: String = before.iter().map(|it| format!("{}.", it.value)).collect();
        columns.map(|it| format!("{prefix}{}", it.name)).collect()
    }

    /// Lists those of which all columns are known.
    fn closed(&self) -> impl Iterator<Item = &Relation> {
        self.relations.iter().filter(|it| it.shape.open.is_empty())
    }

    /// Whether a name is of several columns, whatever others there are.
    fn is_ambiguous(&self, column: &str) -> bool {
        let has = |it: &&Relation| it.shape.find(column).next().is_some() && !it.hides(column);
        let is_closed = self.closed().count() == self.relations.len();
        is_closed || !self.merges_hidden && self.closed().filter(has).count() > 1
    }

    /// Whether all columns of all relations are known, also of the queries around it.
    fn is_closed(&self) -> bool {
        let own = self.closed().count() == self.relations.len();
        own && self.env.outer.is_none_or(Scope::is_closed)
    }
}

/// What a name comes to.
enum Found {
    Flow(Flow),
    /// Several columns have it.
    Ambiguous,
    /// It may be a column that is not known.
    Hidden,
    None,
}

impl Analyzer<'_> {
    /// Finds the value of a name.
    pub(super) fn name(&mut self, parts: &[Ident], scope: &Scope<'_>) -> Flow {
        let Some(first) = parts.first() else {
            return Flow::unknown();
        };
        if let Some(sql_type) = scope.parameter(&first.value) {
            let flow = Flow::constant(sql_type);
            let fields = parts.get(1..).unwrap_or_default();
            return fields_of(flow, fields).meant(named(parts));
        }
        let mut around = Some(scope);
        let mut lacks = false;
        while let Some(scope) = around {
            match find(parts, scope, &mut lacks) {
                Found::Flow(flow) => {
                    self.meant(first, &flow);
                    return flow;
                }
                Found::Ambiguous => {
                    let name = written(parts);
                    let reason = format!("`{name}` is a column of several relations");
                    if scope.is_ambiguous(&first.value) {
                        let relations = scope.having(&first.value);
                        let kind = MistakeKind::AmbiguousColumn { name, relations };
                        self.mistaken(parts, kind);
                    }
                    return self.unknown_name(parts, &reason);
                }
                Found::Hidden => {
                    let reason = format!(
                        "which relation `{}` comes from is not known, as not all columns are",
                        written(parts)
                    );
                    return self.unknown_name(parts, &reason);
                }
                Found::None => around = scope.env.outer,
            }
        }
        if parts.last().is_some_and(is_function) {
            return match first.value.starts_with('#') {
                true => Flow::unknown().meant(named(parts)),
                false => Flow::constant(SqlType::Unknown).meant(named(parts)),
            };
        }
        let reason = match lacks || scope.is_closed() {
            true => {
                let around = std::iter::successors(Some(scope), |it| it.env.outer);
                let known = around.map(|it| it.known(parts)).find(|it| !it.is_empty());
                let (name, known) = (written(parts), known.unwrap_or_default());
                let reason = format!("there is no column `{name}`");
                self.mistaken(parts, MistakeKind::UnknownColumn { name, known });
                reason
            }
            false => format!("what `{}` is, is not known", written(parts)),
        };
        self.unknown_name(parts, &reason)
    }

    /// Notes which column a name means, for those who look at what stands in the query.
    fn meant(&mut self, name: &Ident, flow: &Flow) {
        if let [source] = &*flow.sources
            && flow.is_known
            && flow.made <= Made::Cast
            && self.catalog.wants_content()
        {
            let column = (source.read, source.column.clone());
            self.meanings.insert(name.span.start, column);
        }
    }

    fn unknown_name(&mut self, parts: &[Ident], reason: &str) -> Flow {
        if let Some(place) = self.place_of(parts) {
            self.unknown(place, reason);
        }
        Flow::unknown().meant(named(parts))
    }

    fn mistaken(&mut self, parts: &[Ident], kind: MistakeKind) {
        // Other engines have names that are not known here.
        if let Some(place) = self.place_of(parts).filter(|_| self.is_tried()) {
            self.mistake(place, kind);
        }
    }

    pub(super) fn place_of(&self, parts: &[Ident]) -> Option<Span> {
        let spans = parts.iter().map(|it| self.span(it.span));
        spans.reduce(Span::to)
    }
}

/// Looks in one SELECT. `lacks` is whether what stands in front of the name is a relation, all of whose columns are known,
/// that has no such column: then it is no column of another whose columns are not known.
fn find(parts: &[Ident], scope: &Scope<'_>, lacks: &mut bool) -> Found {
    // `relation.column.field`: as many parts as can be name the relation.
    for before in (1..parts.len()).rev() {
        let (name, rest) = parts.split_at(before);
        let Some((column, fields)) = rest.split_first() else {
            continue;
        };
        for relation in scope.relations.iter().filter(|it| it.is(name)) {
            let found = relation.shape.find(&column.value).next();
            let found = found
                .map(|it| it.flow.clone())
                .or_else(|| relation.shape.find_open(&column.value));
            match found {
                Some(flow) => return Found::Flow(fields_of(flow, fields)),
                None if !relation.shape.open.is_empty() => return Found::Hidden,
                None => *lacks = true,
            }
        }
    }
    // DuckDB's name for the columns of the SELECT itself.
    if let [first, column, fields @ ..] = parts
        && first.value.eq_ignore_ascii_case("alias")
        && let Some(flow) = scope.alias(&column.value)
    {
        return Found::Flow(fields_of(flow, fields));
    }
    let Some((column, fields)) = parts.split_first() else {
        return Found::None;
    };
    let found = listed(&column.value, scope);
    let hidden = || match *lacks {
        true => Found::None,
        false => hidden(&column.value, scope),
    };
    match found.unwrap_or_else(hidden) {
        Found::Flow(flow) => Found::Flow(fields_of(flow, fields)),
        Found::None if fields.is_empty() => {
            let whole = scope.relations.iter().find(|it| it.is(parts));
            whole.map_or(Found::None, |it| Found::Flow(row(&it.shape)))
        }
        found => found,
    }
}

/// Finds a name without a relation in front of it.
fn bare(name: &str, scope: &Scope<'_>) -> Found {
    listed(name, scope).unwrap_or_else(|| hidden(name, scope))
}

/// Finds a name among the columns that are known.
fn listed(name: &str, scope: &Scope<'_>) -> Option<Found> {
    let merged = scope
        .merged
        .iter()
        .find(|(it, _)| it.eq_ignore_ascii_case(name));
    if let Some((_, flow)) = merged {
        return Some(Found::Flow(flow.clone()));
    }
    let relations = scope.relations.iter().filter(|it| !it.hides(name));
    // Of several columns of one relation the first is meant.
    let found = relations.filter_map(|it| it.shape.find(name).next());
    let mut found = found.map(|it| it.flow.clone());
    match (found.next(), found.next()) {
        (Some(flow), None) => Some(Found::Flow(flow)),
        (Some(_), Some(_)) => {
            let alias = scope.alias(name);
            Some(alias.map_or(Found::Ambiguous, Found::Flow))
        }
        (None, _) => scope.alias(name).map(Found::Flow),
    }
}

/// Finds a name among the columns that are not known.
fn hidden(name: &str, scope: &Scope<'_>) -> Found {
    let relations = scope.relations.iter().filter(|it| !it.hides(name));
    let mut open = relations.filter(|it| !it.shape.open.is_empty());
    match (open.next(), open.next()) {
        (Some(one), None) => match one.shape.find_open(name) {
            // If a query around it has the column, it may be that one.
            Some(flow) if scope.env.outer.is_none() => Found::Flow(flow),
            Some(flow) => match scope.env.outer.map(|it| bare(name, it)) {
                Some(Found::Flow(_)) => Found::Hidden,
                _ => Found::Flow(flow),
            },
            None => Found::Hidden,
        },
        (Some(_), Some(_)) => Found::Hidden,
        (None, _) => Found::None,
    }
}

fn fields_of(flow: Flow, fields: &[Ident]) -> Flow {
    if fields.is_empty() {
        return flow;
    }
    let sql_type = fields
        .iter()
        .fold(flow.sql_type.clone(), |of, field| of.field(&field.value));
    let names = fields.iter().map(|it| it.value.to_lowercase());
    let names = names.map(|it| Meaning::text("field", &it));
    let meaning = Meaning::of("part", std::iter::once(flow.meaning).chain(names));
    flow.then(Made::Expression).typed(sql_type).meant(meaning)
}

/// A whole row as one value.
fn row(shape: &Shape) -> Flow {
    let fields = shape.columns.iter();
    let fields = fields.map(|it| (it.name.clone(), it.flow.sql_type.clone()));
    let sql_type = match shape.open.is_empty() {
        true => SqlType::Struct(fields.collect()),
        false => SqlType::Unknown,
    };
    let mut row = Flow::of(
        Made::Expression,
        shape.columns.iter().map(|it| it.flow.clone()),
    );
    row.is_known &= shape.open.is_empty();
    row.typed(sql_type)
}

/// What a name means that comes to nothing else.
fn named(parts: &[Ident]) -> Meaning {
    Meaning::text("name", &written(parts).to_lowercase())
}

pub(super) fn written(parts: &[Ident]) -> String {
    let parts: Vec<_> = parts.iter().map(|it| it.value.as_str()).collect();
    parts.join(".")
}

/// Knows values that are written as names are, also by their places in the list.
pub(super) fn is_function(name: &Ident) -> bool {
    let names = [
        "all",
        "current_date",
        "current_time",
        "current_timestamp",
        "current_user",
        "current_role",
        "current_schema",
        "current_catalog",
        "localtime",
        "localtimestamp",
        "session_user",
        "sysdate",
        "user",
        "rowid",
        "ctid",
    ];
    let is_plain = name.quote_style.is_none();
    let is_known = names.iter().any(|it| it.eq_ignore_ascii_case(&name.value));
    is_plain && (is_known || name.value.starts_with('#'))
}
