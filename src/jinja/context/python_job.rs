//! `submit_python_job(model, compiled_code)`: the engine runs the code of a model in Python.

use std::sync::Arc;

use super::adapter::database_error;
use super::calls::compilation_error;
use super::node_relation;
use super::results::response_value;
use super::run::RunContext;
use crate::adapters::PythonJob;
use crate::events::Event;
use crate::jinja::Value;
use crate::jinja::library::arguments::bind;
use crate::jinja::library::object::function;
use crate::jinja::python::text;

/// Makes `submit_python_job` for a context.
pub(super) fn python_job(context: Arc<RunContext>) -> Value {
    function("submit_python_job", move |_, args| {
        let names = ["parsed_model", "compiled_code"];
        let [_, code] = bind("submit_python_job", names, 2, args)?;
        let code = text(&code.unwrap_or_default());
        let Some(node) = context.node() else {
            let message = "submit_python_job() runs the code of a model, and there is none";
            return Err(compilation_error(message));
        };
        let session = context.session();
        let project = &session.project;
        let relation = node_relation(node, project.quoting);
        let sink = project.base.sink.clone();
        let said = move |message: String| {
            sink.emit(Event::UserMessage {
                message,
                info: true,
                print: true,
            });
        };
        // A file that starts with blank lines has lost them: line numbers count from the code on.
        let code = code.trim_start();
        let job = PythonJob {
            name: &node.alias,
            code,
            path: &node.original_file_path,
            database: node
                .database
                .as_deref()
                .unwrap_or(&project.default_database),
            schema: &node.schema,
            this: node.raw_code.contains("this").then(|| relation.render()),
            folder: &project.base.system.current_dir(),
            system: project.base.system.as_ref(),
            said: &said,
        };
        let mut connection = session.connection();
        let answer = session.adapter.run_python(connection.as_mut(), &job);
        let response = answer.map_err(|error| database_error(error, code))?;
        Ok(response_value(response))
    })
}
