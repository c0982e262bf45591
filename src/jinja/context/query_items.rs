//! What a condition or a grouping of the semantic layer asks for: `{{ Dimension('order__status') }}`.
//!
//! In: the text. Out: [`QueryItem`]s in the order in which the template writes them. The rules for
//! names and methods are those of dbt-semantic-interfaces.

use std::sync::{Arc, Mutex, PoisonError};

use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::{raise, type_error};
use crate::jinja::library::object::{PythonObject, function, python_object};
use crate::jinja::python::{collect, text};
use crate::jinja::{
    Engine, Error, Globals, MacroSet, Origin, RenderError, Scope, State, Template, Value, library,
};
use crate::text::Location;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueryItem {
    /// `Dimension`, `TimeDimension`, `Entity` or `Metric`.
    pub kind: &'static str,
    /// Name as written, with entities before it.
    pub name: String,
    /// `entity_path`.
    pub path: Vec<String>,
    /// Unit of time.
    pub grain: Option<String>,
    /// Part of a date.
    pub date_part: Option<String>,
    /// What a metric is grouped by.
    pub group_by: Vec<String>,
    /// Whether `descending(true)` was called.
    pub descending: bool,
}

/// Units that can be taken out of a date.
const DATE_PARTS: [&str; 6] = ["day", "dow", "doy", "month", "quarter", "year"];

/// Finds what a text asks for. In an `order_by`, all items can be `descending`.
pub fn query_items(
    template: &str,
    at: Location,
    order_by: bool,
) -> Result<Vec<QueryItem>, Box<QueryError>> {
    let names = Arc::new(Names {
        found: Arc::default(),
        unknown: Mutex::default(),
        order_by,
    });
    let scope = Scope {
        package: Arc::from(""),
        globals: names.clone(),
        lenient: false,
    };
    let template = Template {
        name: "filter",
        text: template,
        origin: Origin::Within(at),
    };
    let rendered = Engine::new(MacroSet::default()).render(template, &scope);
    rendered.map_err(|error| Box::new(QueryError::Template(error)))?;
    let mut unknown = names.unknown.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(name) = unknown.pop() {
        return Err(Box::new(QueryError::Unknown(name)));
    }
    let found = names.found.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(found.clone())
}

/// Why a text cannot be read.
#[derive(Debug)]
pub enum QueryError {
    /// The template is wrong or asks for something that cannot be.
    Template(RenderError),
    /// The template names something that is not there.
    Unknown(String),
}

type Items = Arc<Mutex<Vec<QueryItem>>>;

struct Names {
    found: Items,
    unknown: Mutex<Vec<String>>,
    order_by: bool,
}

const DIMENSION: [&str; 2] = ["name", "entity_path"];
const TIME_DIMENSION: [&str; 5] = [
    "time_dimension_name",
    "time_granularity_name",
    "entity_path",
    "descending",
    "date_part_name",
];

impl Globals for Names {
    fn get(&self, name: &str) -> Option<Value> {
        let (found, order_by) = (self.found.clone(), self.order_by);
        let make = move |item: QueryItem| {
            item.check()?;
            Ok(Value::from_object(Builder {
                item,
                found: found.clone(),
                order_by,
            }))
        };
        match name {
            "Dimension" => Some(function("Dimension", move |_, args| {
                let [name, path] = bind("Dimension", DIMENSION, 1, args)?;
                make(QueryItem {
                    kind: "Dimension",
                    name: wanted("Dimension", name)?,
                    path: texts(path)?,
                    ..QueryItem::default()
                })
            })),
            "TimeDimension" => Some(function("TimeDimension", move |_, args| {
                let [name, grain, path, descending, part] =
                    bind("TimeDimension", TIME_DIMENSION, 1, args)?;
                make(QueryItem {
                    kind: "TimeDimension",
                    name: wanted("TimeDimension", name)?,
                    path: texts(path)?,
                    grain: optional(grain),
                    date_part: optional(part),
                    descending: descending.is_some_and(|it| it.is_true()),
                    ..QueryItem::default()
                })
            })),
            "Entity" => Some(function("Entity", move |_, args| {
                let [name, path] = bind("Entity", ["entity_name", "entity_path"], 1, args)?;
                make(QueryItem {
                    kind: "Entity",
                    name: wanted("Entity", name)?,
                    path: texts(path)?,
                    ..QueryItem::default()
                })
            })),
            "Metric" => Some(function("Metric", move |_, args| {
                let [name, group_by] = bind("Metric", ["metric_name", "group_by"], 1, args)?;
                make(QueryItem {
                    kind: "Metric",
                    name: wanted("Metric", name)?,
                    group_by: texts(group_by)?,
                    ..QueryItem::default()
                })
            })),
            _ => {
                if !library::global_names().iter().any(|it| it == name) {
                    let mut unknown = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
                    unknown.push(name.to_owned());
                }
                None
            }
        }
    }

    fn names(&self) -> Vec<String> {
        let own = ["Dimension", "TimeDimension", "Entity", "Metric"];
        own.map(str::to_owned).to_vec()
    }
}

fn wanted(function: &str, value: Option<Value>) -> Result<String, Error> {
    let value = value.unwrap_or_default();
    let name = value.as_str().map(str::to_owned);
    name.ok_or_else(|| type_error(format!("{function}() takes a name, not {}", text(&value))))
}

fn optional(value: Option<Value>) -> Option<String> {
    value.filter(|it| !it.is_none()).map(|it| text(&it))
}

fn texts(value: Option<Value>) -> Result<Vec<String>, Error> {
    let Some(value) = value.filter(|it| !it.is_none()) else {
        return Ok(Vec::new());
    };
    Ok(collect(&value)?.iter().map(text).collect())
}

impl QueryItem {
    fn check(&self) -> Result<(), Error> {
        let wrong = |message: String| Err(raise("InvalidQuerySyntax", message));
        if self.kind == "Metric" && self.name.contains("__") {
            return wrong("The name of the metric should not have entity links.".to_owned());
        }
        match &self.date_part {
            Some(part) if !DATE_PARTS.contains(&part.to_lowercase().as_str()) => wrong(format!(
                "'{part}' is not a valid date part. Valid values are {}",
                DATE_PARTS.join(", ")
            )),
            _ => Ok(()),
        }
    }
}

/// An item whose methods give it a unit, a part of a date or a direction. It is asked for once it
/// is written.
#[derive(Debug)]
struct Builder {
    item: QueryItem,
    found: Items,
    order_by: bool,
}

impl PythonObject for Builder {
    const TYPE: &'static str = "_RenderingClassForJinjaTemplate";
    const METHODS: &'static [&'static str] = &["date_part", "descending", "grain"];

    fn str(&self) -> String {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if !found.contains(&self.item) {
            found.push(self.item.clone());
        }
        String::new()
    }

    /// Inside of a list it is not written, and not asked for.
    fn repr(&self) -> String {
        format!("<{}>", Self::TYPE)
    }

    fn method(
        self: &Arc<Self>,
        _state: &mut State,
        name: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let is_dimension = self.item.kind == "Dimension";
        let allowed = is_dimension || (self.order_by && name == "descending");
        if !Self::METHODS.contains(&name) || !allowed {
            let message = format!(
                "`{name}` can't be used with `{}` in this context.",
                self.item.kind
            );
            return Err(raise("InvalidBuilderMethodException", message));
        }
        let mut item = self.item.clone();
        match name {
            "grain" => {
                let [grain] = bind(name, ["time_granularity"], 1, args)?;
                item.grain = optional(grain).or(item.grain);
            }
            "date_part" => {
                let [part] = bind(name, ["date_part_name"], 1, args)?;
                item.date_part = optional(part).or(item.date_part);
            }
            _ => {
                let [descending] = bind(name, ["_is_descending"], 1, args)?;
                item.descending |= descending.is_some_and(|it| it.is_true());
            }
        }
        item.check()?;
        Ok(Value::from_object(Self {
            item,
            found: self.found.clone(),
            order_by: self.order_by,
        }))
    }
}

python_object!(Builder);
