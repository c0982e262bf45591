//! `arguments` and `returns` of an entry of `functions:`.

use super::reader::Reader;
use crate::nodes::{Function, FunctionArgument, FunctionReturns};
use crate::yaml::Node;

/// Reads what a function takes and gives; it must say what it gives.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<Function> {
    let arguments = read_arguments(reader);
    let Some(returns) = reader.take("returns") else {
        let message = "an entry of `functions` has no `returns`".to_owned();
        let help = "add `returns: {data_type: …}`";
        reader.error(reader.location(), message, help);
        return None;
    };
    let mut inner = Reader::new(returns, "returns", reader.diagnostics());
    let data_type = take_type(&mut inner)?;
    let description = inner.take_text("description");
    inner.finish();
    Some(Function {
        arguments,
        returns: FunctionReturns {
            data_type,
            description,
        },
    })
}

fn read_arguments(reader: &mut Reader<'_>) -> Vec<FunctionArgument> {
    let mut arguments: Vec<FunctionArgument> = Vec::new();
    for node in reader.take_list("arguments") {
        let mut inner = Reader::new(node, "arguments", reader.diagnostics());
        let Some((name, location)) = inner.take_name() else {
            continue;
        };
        let Some(data_type) = take_type(&mut inner) else {
            continue;
        };
        let argument = FunctionArgument {
            name,
            data_type,
            description: inner.take_text("description"),
            default_value: inner.take("default_value").map(Node::to_json),
        };
        let before = arguments.iter().find(|it| it.default_value.is_some());
        if let (Some(before), None) = (before, &argument.default_value) {
            let message = format!(
                "argument `{}` has no default value, but `{}` before it has one",
                argument.name, before.name
            );
            let help = "move it before the arguments with `default_value`, or give it one";
            inner.error(location, message, help);
        }
        arguments.push(argument);
        inner.finish();
    }
    arguments
}

fn take_type(reader: &mut Reader<'_>) -> Option<String> {
    let found = reader.take_text("data_type");
    if found.is_none() && reader.take("data_type").is_none() {
        let message = format!("an entry of `{}` has no `data_type`", reader.what());
        reader.error(reader.location(), message, "add `data_type: …`");
    }
    found
}
