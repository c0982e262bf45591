//! Arguments of `ref`, `source` and `metric`, checked with dbt's words.

use crate::jinja::library::arguments::Arguments;
use crate::jinja::library::errors::{raise, raise_with_help};
use crate::jinja::library::number::type_name;
use crate::jinja::{Error, Value};
use crate::nodes::RefArgs;

/// Reads the arguments of `ref()`.
pub(super) fn reference(args: &[Value]) -> Result<RefArgs, Error> {
    let mut args = Arguments::new(args);
    let (package, name) = match args.positional {
        [name] => (None, name),
        [package, name] => (Some(package), name),
        other => {
            return Err(compilation_error(format!(
                "ref() takes at most two arguments ({} given)",
                other.len()
            )));
        }
    };
    let version = args
        .take("version")
        .filter(Value::is_true)
        .or_else(|| args.take("v"));
    const NOT_A_NAME: &str = "The name argument to ref() must be a string";
    if name.is_undefined() {
        let message = format!("{NOT_A_NAME}, got {}", type_name(name));
        let help = "put quotes around the name".to_owned();
        return Err(raise_with_help("CompilationError", message, Some(help)));
    }
    let name = text(name, NOT_A_NAME)?;
    let package = package.filter(|package| !package.is_none());
    let package = package
        .map(|it| text(it, "The package argument to ref() must be a string or None"))
        .transpose()?;
    let version = version
        .filter(Value::is_true)
        .map(|version| super::json::to_json(&version));
    Ok(RefArgs {
        name,
        package,
        version,
    })
}

/// Reads the arguments of `source()`.
pub(super) fn source(args: &[Value]) -> Result<(String, String), Error> {
    match Arguments::new(args).positional {
        [source, table] => Ok((
            text(
                source,
                "The source name (first) argument to source() must be a string",
            )?,
            text(
                table,
                "The table name (second) argument to source() must be a string",
            )?,
        )),
        other => Err(compilation_error(format!(
            "source() takes exactly two arguments ({} given)",
            other.len()
        ))),
    }
}

/// Reads the arguments of `function()`: a package, where it is named, and a name.
pub(super) fn function(args: &[Value]) -> Result<(Option<String>, String), Error> {
    let (package, name) = match Arguments::new(args).positional {
        [name] => (None, name),
        [package, name] => (Some(package).filter(|it| !it.is_none()), name),
        other => {
            return Err(compilation_error(format!(
                "function() takes at most two arguments ({} given)",
                other.len()
            )));
        }
    };
    let name = text(name, "The name argument to function() must be a string")?;
    let wrong = "The package argument to function() must be a string or None";
    let package = package.map(|it| text(it, wrong)).transpose()?;
    Ok((package, name))
}

/// Reads the arguments of `metric()`.
pub(super) fn metric(args: &[Value]) -> Result<Vec<String>, Error> {
    let args = Arguments::new(args);
    if args.positional.is_empty() || args.positional.len() > 2 {
        let given = args.positional.len();
        return Err(compilation_error(format!(
            "metric() takes at most two arguments ({given} given)"
        )));
    }
    let wrong = "The name argument to metric() must be a string";
    args.positional
        .iter()
        .map(|argument| text(argument, wrong))
        .collect()
}

/// Raises dbt's `CompilationError`.
pub(super) fn compilation_error(message: impl Into<String>) -> Error {
    raise("CompilationError", message)
}

fn text(value: &Value, otherwise: &str) -> Result<String, Error> {
    value
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| compilation_error(format!("{otherwise}, got {}", type_name(value))))
}
