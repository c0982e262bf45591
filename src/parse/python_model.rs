//! Models in Python: what their code asks for, found by reading it as dbt does.

use serde_json::{Value as Json, json};

use crate::diagnostics::{Code, Diagnostic};
use crate::jinja::context::{Captured, ConfigCall};
use crate::nodes::{Dict, Node, RefArgs, RefCall, SourceCall};
use crate::python::{Argument, Call, Function, read};
use crate::text::{Location, Span};

const NAMES: &[&str] = &[
    "dbt.ref",
    "dbt.source",
    "dbt.config",
    "dbt.config.get",
    "dbt.config.meta_get",
];

/// Returns what the code of a model asks for.
pub(super) fn capture(node: &Node) -> Result<Captured, Diagnostic> {
    let at = |span: Span| {
        let base = node.location.span.start as usize;
        Location::new(node.location.file, span.shifted(base))
    };
    let code = &*node.raw_code;
    if let Some(start) = ["{{", "{%", "{#"]
        .iter()
        .filter_map(|it| code.find(it))
        .min()
    {
        let message = "No jinja in python model code is allowed";
        let help = "read settings by `dbt.config.get('key')`, and set them in a properties file, \
                    where Jinja is";
        return Err(wrong(message, at(Span::new(start, start + 2)), help));
    }
    let script = read(code, NAMES).map_err(|error| {
        let help = "write what Python reads: `python3 -m py_compile` tells more";
        wrong(error.to_string(), at(error.location), help)
    })?;
    if script.is_empty {
        return Ok(Captured::default());
    }
    check(&script.functions, &at)?;
    let mut reader = Reader {
        at: &at,
        captured: Captured::default(),
        keys: Keys::default(),
        meta_keys: Keys::default(),
    };
    for call in &script.calls {
        reader.take(call)?;
    }
    Ok(reader.finish())
}

fn wrong(message: impl Into<String>, at: Location, help: &str) -> Diagnostic {
    Diagnostic::error(Code::InvalidPython, message)
        .at(at)
        .help(help)
}

/// Checks the function `model`.
fn check(functions: &[Function], at: &dyn Fn(Span) -> Location) -> Result<(), Diagnostic> {
    const HELP: &str = "write one `def model(dbt, session):` that ends with `return` and a frame";
    let models: Vec<_> = functions.iter().filter(|it| it.name == "model").collect();
    let [model] = models.as_slice() else {
        let count = models.len();
        let message =
            format!("dbt allows exactly one model defined per python file, found {count}");
        let place = models.last().map_or(Span::default(), |it| it.location);
        return Err(wrong(message, at(place), HELP));
    };
    let mut problems = Vec::new();
    let first = model.parameters.first();
    if first.is_some_and(|first| first != "dbt") {
        problems.push((
            "'dbt' not provided for model as the first argument",
            model.location,
        ));
    }
    if model.parameters.len() != 2 {
        let message =
            "model function should have two args, `dbt` and a session to current warehouse";
        problems.push((message, model.location));
    }
    if !model.returns_one {
        let message = "In current version, model function should return only one dataframe object";
        problems.push((message, model.last));
    }
    let mut problems = problems.into_iter();
    let Some((message, place)) = problems.next() else {
        return Ok(());
    };
    let mut finding = wrong(message, at(place), HELP);
    finding
        .notes
        .extend(problems.map(|(message, _)| message.to_owned()));
    Err(finding)
}

/// Configurations that the code reads, with its defaults.
#[derive(Default)]
struct Keys {
    used: Vec<Json>,
    defaults: Vec<Json>,
}

struct Reader<'a> {
    at: &'a dyn Fn(Span) -> Location,
    captured: Captured,
    keys: Keys,
    meta_keys: Keys,
}

impl Reader<'_> {
    fn take(&mut self, call: &Call) -> Result<(), Diagnostic> {
        let all = call.positional.iter();
        for it in all.chain(call.keywords.iter().map(|(_, value)| value)) {
            self.value(it, &call.name)?;
        }
        match call.name.as_str() {
            "dbt.ref" => self.reference(call),
            "dbt.source" => self.source(call),
            "dbt.config" => self.config(call),
            _ => self.key(call),
        }
    }

    fn value<'c>(&self, argument: &'c Argument, name: &str) -> Result<&'c Json, Diagnostic> {
        argument.value.as_ref().ok_or_else(|| {
            let message = format!("a value that is given to `{name}` is no literal");
            let help = "write the text or number itself: the code is read, and not run, to find \
                        out what the model needs";
            wrong(message, (self.at)(argument.location), help)
        })
    }

    fn name(&self, argument: &Argument, function: &str) -> Result<String, Diagnostic> {
        let value = self.value(argument, function)?;
        value.as_str().map(str::to_owned).ok_or_else(|| {
            let message = format!("`{function}` takes names, which are texts");
            wrong(
                message,
                (self.at)(argument.location),
                "put quotes around the name",
            )
        })
    }

    fn reference(&mut self, call: &Call) -> Result<(), Diagnostic> {
        let location = (self.at)(call.location);
        let (package, name) = match call.positional.as_slice() {
            [name] => (None, name),
            [package, name] => (Some(package), name),
            other => {
                let message = format!("ref() takes at most two arguments ({} given)", other.len());
                return Err(wrong(message, location, "write `dbt.ref('name')`"));
            }
        };
        let package = package.map(|it| self.name(it, "dbt.ref")).transpose()?;
        let name = self.name(name, "dbt.ref")?;
        let named = |key: &str| {
            let mut keywords = call.keywords.iter();
            let (_, value) = keywords.find(|(name, _)| name.as_deref() == Some(key))?;
            value.value.clone().filter(is_true)
        };
        self.captured.refs.push(RefCall {
            args: RefArgs {
                name,
                package,
                version: named("version").or_else(|| named("v")),
            },
            location: Some(location),
            caller: None,
        });
        Ok(())
    }

    fn source(&mut self, call: &Call) -> Result<(), Diagnostic> {
        let location = (self.at)(call.location);
        let [source, table] = call.positional.as_slice() else {
            let message = format!(
                "source() takes exactly two arguments ({} given)",
                call.positional.len()
            );
            let help = "write `dbt.source('source', 'table')`";
            return Err(wrong(message, location, help));
        };
        self.captured.sources.push(SourceCall {
            source: self.name(source, "dbt.source")?,
            table: self.name(table, "dbt.source")?,
            location: Some(location),
            caller: None,
        });
        Ok(())
    }

    fn config(&mut self, call: &Call) -> Result<(), Diagnostic> {
        let location = (self.at)(call.location);
        let values = match (call.positional.as_slice(), call.keywords.as_slice()) {
            ([one], []) => one.value.as_ref().and_then(Json::as_object).cloned(),
            ([], keywords @ [_, ..]) => keywords
                .iter()
                .map(|(key, it)| Some((key.clone()?, it.value.clone()?)))
                .collect(),
            _ => None,
        };
        let unfit = || {
            let message = "Invalid inline model config";
            wrong(message, location, "write `dbt.config(key=value)`")
        };
        let call = ConfigCall::of(values.ok_or_else(unfit)?, Some(location));
        let call = call.map_err(|error| {
            let help = "keep one of them";
            wrong(error.to_string(), location, help)
        })?;
        self.captured.configs.push(call);
        Ok(())
    }

    fn key(&mut self, call: &Call) -> Result<(), Diagnostic> {
        let (key, default) = match call.positional.as_slice() {
            [key] => (key, None),
            [key, default] => (key, Some(default)),
            [] => {
                let message = format!("{}() requires at least one argument", call.name);
                let help = "name the configuration to read";
                return Err(wrong(message, (self.at)(call.location), help));
            }
            more => {
                let message = format!(
                    "{}() takes at most 2 arguments ({} given)",
                    call.name,
                    more.len()
                );
                let help = "give a name, and what to take where it is not set";
                return Err(wrong(message, (self.at)(call.location), help));
            }
        };
        let key = self.value(key, &call.name)?.clone();
        let default = default.map(|it| self.value(it, &call.name)).transpose()?;
        let default = default.cloned().unwrap_or_default();
        let keys = match call.name.as_str() {
            "dbt.config.get" => &mut self.keys,
            _ => &mut self.meta_keys,
        };
        keys.used.push(key);
        keys.defaults.push(default);
        Ok(())
    }

    /// Adds the keys that the code reads, which the compiled code gives back.
    fn finish(mut self) -> Captured {
        if self.keys.used.is_empty() && self.meta_keys.used.is_empty() {
            return self.captured;
        }
        let entries = [
            ("config_keys_used", json!(self.keys.used)),
            ("config_keys_defaults", json!(self.keys.defaults)),
            ("meta_keys_used", json!(self.meta_keys.used)),
            ("meta_keys_defaults", json!(self.meta_keys.defaults)),
        ];
        let values: Dict = entries
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect();
        self.captured.configs.push(ConfigCall {
            values,
            location: None,
        });
        self.captured
    }
}

/// Python's idea of truth.
fn is_true(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(false) => false,
        Json::Number(number) => number.as_f64() != Some(0.0),
        Json::String(text) => !text.is_empty(),
        _ => true,
    }
}
