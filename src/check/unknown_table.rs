//! A relation that the database does not have, and that is no model.

use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::nodes::{Resources, UniqueId};
use crate::text::Location;

pub(super) fn finding(
    parts: &[String],
    resources: &Resources,
    own: &UniqueId,
    at: Location,
) -> Diagnostic {
    let name = parts.last().map_or("", String::as_str);
    let message = format!("there is no relation `{}`", parts.join("."));
    let finding = Diagnostic::error(Code::UnknownTable, message).at(at);
    let nodes = resources.nodes.values();
    let models = nodes.filter(|it| it.resource_type.is_refable() && it.unique_id != *own);
    let models = models.map(|it| it.name.as_str());
    if let Some(near) = did_you_mean(name, models) {
        return finding.help(format!("did you mean `{{{{ ref('{near}') }}}}`?"));
    }
    let sources = resources.sources.values();
    let near = did_you_mean(name, sources.clone().map(|it| it.name.as_str()));
    let source = sources
        .into_iter()
        .find(|it| Some(it.name.as_str()) == near);
    match source {
        Some(source) => finding.help(format!(
            "did you mean `{{{{ source('{}', '{}') }}}}`?",
            source.source_name, source.name
        )),
        None => finding.help("read models by `{{ ref('name') }}`, and tables that something else fills by `{{ source('name', 'table') }}`"),
    }
}
