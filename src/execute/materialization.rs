//! Calls of materializations.

use std::sync::Arc;

use super::{Failure, advice};
use crate::diagnostics::did_you_mean;
use crate::jinja::context::{Names, RunContext, Session, StoredResult};
use crate::jinja::python::Dict as PythonDict;
use crate::jinja::{Arguments, Value, library};
use crate::nodes::{Node, ResourceType};

/// Calls a materialization that runs a statement `main`; returns what that found, too.
pub(super) fn run_main(
    materialization: &str,
    node: &Arc<Node>,
    session: &Arc<Session>,
    names: Names,
    called: &mut Vec<String>,
) -> Result<(Value, StoredResult), Failure> {
    let (returned, main) = call(materialization, node, session, names, called)?;
    let main = main.ok_or_else(|| Failure::Broken {
        message: "main is not being called during running model".to_owned(),
        help: format!("call `statement('main')` in the materialization `{materialization}`"),
    })?;
    Ok((returned, main))
}

/// Calls a materialization; also returns what its statement `main` found, if it had one.
pub(super) fn call(
    materialization: &str,
    node: &Arc<Node>,
    session: &Arc<Session>,
    names: Names,
    called: &mut Vec<String>,
) -> Result<(Value, Option<StoredResult>), Failure> {
    let macros = session.engine.macros();
    let entry = macros
        .find_materialization(materialization)
        .ok_or_else(|| {
            let message = format!(
                "No materialization '{materialization}' was found for adapter {}! (searched types \
                 'default' and '{}')",
                session.adapter.name(),
                session.adapter.name()
            );
            const KEY: &str = "materialized";
            let at = advice::set_in_template(node, KEY);
            let help = match did_you_mean(materialization, macros.materializations()) {
                Some(near) => {
                    let setting = advice::setting(KEY, near, at.is_some());
                    format!("did you mean `{setting}`?")
                }
                None => {
                    format!("write a macro `{{% materialization {materialization}, default %}}`")
                }
            };
            Failure::Unknown { message, help, at }
        })?;
    let languages = entry.node.supported_languages.as_deref();
    if languages.is_some_and(|known| !known.iter().any(|it| it == node.language)) {
        let known = languages.unwrap_or_default().iter();
        let known: Vec<String> = known.map(|it| format!("'{it}'")).collect();
        let message = format!(
            "Materialization \"{}\" only supports languages [{}]; got \"{}\"",
            entry.node.name,
            known.join(", "),
            node.language
        );
        let help = match node.resource_type {
            ResourceType::UnitTest => {
                "unit tests run models in SQL: remove it, or test a model that reads this one"
            }
            _ if node.language == "python" => {
                "set `materialized` to `table` or `incremental`, or write the model in SQL"
            }
            _ => "choose another `materialized`, or write the model in another language",
        };
        return Err(Failure::Unknown {
            message,
            help: help.to_owned(),
            at: advice::set_in_template(node, "materialized"),
        });
    }
    let package = Arc::from(node.package_name.as_str());
    let context = RunContext::with_names(session.clone(), Some(node.clone()), package, names);
    let id = entry.node.unique_id.clone();
    let returned = session
        .engine
        .call_macro(&id, &Arguments::default(), &context.scope());
    called.extend(context.macros_at(1));
    Ok((returned?, context.main_result()))
}

/// Takes up the relations that a materialization returns.
pub(super) fn keep_relations(
    materialization: &str,
    returned: &Value,
    session: &Session,
) -> Result<(), Failure> {
    let relations = returned
        .downcast_object_ref::<PythonDict>()
        .and_then(|it| it.get("relations"));
    let relations = relations.and_then(|it| it.try_iter().ok().map(Iterator::collect::<Vec<_>>));
    let relations = relations.ok_or_else(|| Failure::Broken {
        message: format!(
            "The materialization (\"{materialization}\") did not explicitly return a list of \
             relations to add to the cache."
        ),
        help: "end it with `{{ return({'relations': [this]}) }}`".to_owned(),
    })?;
    for relation in relations.iter().filter_map(library::relation_of) {
        session.cache.add(&relation);
    }
    Ok(())
}
