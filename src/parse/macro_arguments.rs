//! Arguments of macros, by their definitions, for projects with the flag `validate_macro_args`.

use std::collections::HashSet;
use std::sync::Arc;

use indexmap::IndexMap;

use super::properties::Documented;
use super::{Stage, files};
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Macro, MacroArgument, UniqueId};
use crate::project::FileKind;
use crate::text::FileId;

/// Tells whether the project compares what it says of arguments with their macros.
pub(super) fn are_checked(stage: &Stage<'_>) -> bool {
    stage.project.base.flags["VALIDATE_MACRO_ARGS"] == true
}

/// The files in folders for tests: as in dbt, parameters of macros in them are not looked at.
pub(super) fn unknown_in(stage: &Stage<'_>) -> HashSet<FileId> {
    let packages = stage.packages.iter();
    let files = packages.flat_map(|package| files::of(package, FileKind::GenericTest));
    files.filter_map(|file| file.file).collect()
}

/// Notes for each macro the parameters of its definition.
pub(super) fn fill(macros: &mut IndexMap<UniqueId, Arc<Macro>>, stage: &Stage<'_>) {
    let set = stage.engine.macros();
    let unknown = unknown_in(stage);
    for (id, it) in macros {
        if unknown.contains(&it.location.file) {
            continue;
        }
        // A macro that cannot be read says so when it is called.
        let Some(parameters) = set.get(id).and_then(|entry| entry.parameters().ok()) else {
            continue;
        };
        let arguments = parameters.map(|name| MacroArgument {
            name: name.to_owned(),
            r#type: None,
            description: String::new(),
        });
        Arc::make_mut(it).arguments = arguments.collect();
    }
}

/// Compares the arguments that a properties file lists with those of the macro.
pub(super) fn check(found: &Macro, documented: &[Documented]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut warn = |message: String, at, help: &str| {
        let warning = Diagnostic::warning(Code::InvalidMacroAnnotation, message);
        diagnostics.push(warning.at(at).help(help));
    };
    for (defined, listed) in found.arguments.iter().zip(documented) {
        if defined.name != listed.argument.name {
            let (name, argument) = (&found.name, &listed.argument.name);
            let message = format!("`{argument}` is not the name of this argument of `{name}`");
            let help = format!("the macro calls it `{}`", defined.name);
            warn(message, listed.name_at, &help);
        }
    }
    if let (Some(last), true) = (documented.last(), documented.len() != found.arguments.len()) {
        let (name, count) = (&found.name, found.arguments.len());
        let listed = documented.len();
        let message = format!("the number of arguments of `{name}` is {count}, not {listed}");
        let names: Vec<&str> = found.arguments.iter().map(|it| &*it.name).collect();
        let help = match names.as_slice() {
            [] => "the macro takes none: remove `arguments`".to_owned(),
            names => format!("list all that the macro names: {}", names.join(", ")),
        };
        warn(message, last.name_at, &help);
    }
    for listed in documented {
        let Some(kind) = listed.argument.r#type.as_deref() else {
            continue;
        };
        if !kind.trim().is_empty() && !is_type(kind) {
            let message = format!("`{kind}` is no type of a macro's argument");
            let help = "types are str, string, bool, int, integer, float, any, relation, column, \
                        list[…], dict[…, …] and optional[…]";
            warn(message, listed.type_at.unwrap_or(listed.name_at), help);
        }
    }
    diagnostics
}

/// Names of types, with the number of types that stand in brackets behind each.
const TYPES: [(&str, usize); 12] = [
    ("str", 0),
    ("string", 0),
    ("bool", 0),
    ("int", 0),
    ("integer", 0),
    ("float", 0),
    ("any", 0),
    ("list", 1),
    ("dict", 2),
    ("optional", 1),
    ("relation", 0),
    ("column", 0),
];

/// Tells whether a text is a type such as `dict[str, list[int]]`.
fn is_type(text: &str) -> bool {
    let text = text.replace([' ', '\t'], "");
    // The number of brackets is the depth: what is deeper than a hand writes is no type.
    text.matches('[').count() <= 100 && after_type(&text) == Some("")
}

/// Takes a type from the start of a text and returns what follows.
fn after_type(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_lowercase());
    let (name, mut rest) = text.split_at(end.unwrap_or(text.len()));
    let (_, count) = TYPES.iter().find(|(known, _)| *known == name)?;
    for at in 0..*count {
        rest = after_type(rest.strip_prefix(if at == 0 { '[' } else { ',' })?)?;
    }
    match count {
        0 => Some(rest),
        _ => rest.strip_prefix(']'),
    }
}

#[cfg(test)]
mod tests {
    use super::is_type;

    #[test]
    fn types_have_as_many_types_inside_as_dbt_says() {
        for (text, expected) in [
            ("str", true),
            ("list[ str ]", true),
            ("dict[str,optional[list[int]]]", true),
            ("list", false),
            ("dict[str]", false),
            ("str[int]", false),
            ("List[str]", false),
            ("varchar", false),
            ("", false),
        ] {
            assert_eq!(is_type(text), expected, "{text}");
        }
    }
}
