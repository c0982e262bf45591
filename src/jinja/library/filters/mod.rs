//! The filters of Jinja2 3.1 and those of dbt.
//!
//! Each takes the state and its arguments, the value first. Python's generators are iterators that
//! can be gone through once; printing one says so, as in Python.

mod attributes;
mod html;
mod indent;
mod map;
mod numbers;
mod order;
mod pretty;
mod select;
mod sequences;
mod sums;
mod text;
mod urlize;
mod wordwrap;

use minijinja::value::{Rest, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::base::Lazy;

/// A filter.
pub(super) type Filter = fn(&mut State, &[Value]) -> Result<Value, Error>;

const FILTERS: &[(&str, Filter)] = &[
    ("abs", numbers::abs),
    ("attr", attributes::attr),
    ("batch", sequences::batch),
    ("capitalize", text::capitalize),
    ("center", text::center),
    ("count", sequences::length),
    ("d", sequences::default),
    ("default", sequences::default),
    ("dictsort", order::dictsort),
    ("e", html::escape),
    ("escape", html::escape),
    ("filesizeformat", numbers::filesizeformat),
    ("first", sequences::first),
    ("float", numbers::float),
    ("forceescape", html::force_escape),
    ("format", text::format),
    ("groupby", order::groupby),
    ("indent", indent::indent),
    ("int", numbers::int),
    ("items", sequences::items),
    ("join", sequences::join),
    ("last", sequences::last),
    ("length", sequences::length),
    ("list", sequences::list),
    ("lower", text::lower),
    ("map", map::map),
    ("max", order::max),
    ("min", order::min),
    ("pprint", pretty::pprint),
    ("random", sequences::random),
    ("reject", select::reject),
    ("rejectattr", select::rejectattr),
    ("replace", text::replace),
    ("reverse", sequences::reverse),
    ("round", numbers::round),
    ("safe", html::safe),
    ("select", select::select),
    ("selectattr", select::selectattr),
    ("slice", sequences::slice),
    ("sort", order::sort),
    ("string", text::string),
    ("striptags", html::striptags),
    ("sum", sums::sum),
    ("title", text::title),
    ("tojson", html::tojson),
    ("trim", text::trim),
    ("truncate", text::truncate),
    ("unique", order::unique),
    ("upper", text::upper),
    ("urlencode", html::urlencode),
    ("urlize", urlize::urlize),
    ("wordcount", text::wordcount),
    ("wordwrap", wordwrap::wordwrap),
    ("xmlattr", html::xmlattr),
    // dbt's own; rendering to values gives the first four another meaning.
    ("as_bool", same),
    ("as_native", same),
    ("as_number", same),
    ("as_text", same),
    ("is_list", sequences::is_list),
];

/// Filters that minijinja has and Jinja2 has not.
const FOREIGN: &[&str] = &["bool", "chain", "lines", "split", "zip"];

/// Adds the filters to an environment.
pub(super) fn install(environment: &mut Environment<'_>) {
    for name in FOREIGN {
        environment.remove_filter(name);
    }
    for (name, filter) in FILTERS {
        let run = move |state: &mut State<'_, '_>, args: Rest<ValueOrKwargs>| {
            filter(state, &args.into_values())
        };
        environment.add_filter(*name, run);
    }
}

/// Tells whether there is a filter of a name.
pub(super) fn exists(name: &str) -> bool {
    FILTERS.iter().any(|(known, _)| *known == name)
}

fn same(_: &mut State, args: &[Value]) -> Result<Value, Error> {
    Ok(args.first().cloned().unwrap_or_default())
}

/// Makes the iterator that a Python generator is.
fn generator(items: Vec<Value>) -> Value {
    Lazy::value("generator", items.into_iter().map(Ok))
}

/// Fails because a value is undefined.
fn undefined() -> Error {
    Error::new(ErrorKind::UndefinedError, "the value is undefined")
}

/// Fails as Jinja does for arguments that a filter cannot use.
fn argument_error(message: impl Into<String>) -> Error {
    super::errors::raise("FilterArgumentError", message)
}
