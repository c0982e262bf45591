//! Microbatch models of which no input says when its rows happened: each batch reads all rows.

use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Node, Resources};

/// Finds them. Whether models are built in batches at all is for the caller to say.
pub fn unfiltered(resources: &Resources) -> Vec<Diagnostic> {
    let has_time = |node: &Node| {
        node.depends_on.nodes.iter().any(|id| {
            let config = resources.nodes.get(id).map(|it| &it.config);
            let config = config.or_else(|| resources.sources.get(id).map(|it| &it.config));
            let event_time = config.and_then(|it| it.str("event_time"));
            event_time.is_some_and(|it| !it.is_empty())
        })
    };
    let models = resources.nodes.values().filter(|it| it.is_microbatch());
    let models = models.filter(|it| it.config.enabled() && !has_time(it));
    let finding = |node: &std::sync::Arc<Node>| {
        let message = format!(
            "no input of the microbatch model `{}` has an `event_time`: each batch reads all rows",
            node.name
        );
        Diagnostic::warning(Code::UnfilteredMicrobatch, message)
            .at(node.file_or_entry())
            .help(
                "set `event_time` of a model, seed or source that it reads to the column that says \
                   when a row happened",
            )
    };
    models.map(finding).collect()
}
