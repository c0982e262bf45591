//! The functions of dbt's base context that know nothing of a project.

mod collections;
mod iterate;

use minijinja::{Error, State, Value};

pub(crate) use iterate::Lazy;

use super::arguments::bind;
use super::errors::type_error;
use super::number::type_name;
use super::object::function;
use super::{json, yaml};
use md5::{Digest, Md5};

/// Names of the functions, in dbt's order.
const NAMES: [&str; 10] = [
    "diff_of_two_dicts",
    "fromjson",
    "fromyaml",
    "local_md5",
    "set",
    "set_strict",
    "tojson",
    "toyaml",
    "zip",
    "zip_strict",
];

/// Looks a function up by name.
pub fn global(name: &str) -> Option<Value> {
    type Call = fn(&mut State, &[Value]) -> Result<Value, Error>;
    let call: Call = match name {
        "diff_of_two_dicts" => |_, args| collections::diff_of_two_dicts(args),
        "fromjson" => |_, args| json::from_json(args),
        "fromyaml" => |_, args| yaml::from_yaml(args),
        "local_md5" => |_, args| local_md5(args),
        "set" => |_, args| collections::set(args),
        "set_strict" => |_, args| collections::set_strict(args),
        "tojson" => |_, args| json::to_json(args),
        "toyaml" => |_, args| yaml::to_yaml(args),
        "zip" => |_, args| collections::zip(args),
        "zip_strict" => |_, args| collections::zip_strict(args),
        _ => return None,
    };
    let name = NAMES.iter().find(|known| **known == name)?;
    Some(function(name, call))
}

/// Lists the names of the functions.
pub fn global_names() -> Vec<String> {
    NAMES.map(str::to_owned).to_vec()
}

fn local_md5(args: &[Value]) -> Result<Value, Error> {
    let [value] = bind("local_md5", ["value"], 1, args)?;
    let value = value.unwrap_or_default();
    let Some(text) = value.as_str() else {
        let name = type_name(&value);
        return Err(type_error(format!(
            "'{name}' object has no attribute 'encode'"
        )));
    };
    Ok(Value::from(format!("{:x}", Md5::digest(text.as_bytes()))))
}
