//! A text of a properties file that is one call: `ref('…')`, `source('…', '…')`, `metric('…')`.

use std::sync::Arc;

use super::Stage;
use crate::diagnostics::Diagnostic;
use crate::jinja::context::{Captured, ParseContext};
use crate::jinja::{Origin, Scope, Template};
use crate::text::Location;

/// Renders a call in a package and returns what it asks for. `name` is whose text it is.
pub(super) fn capture(
    text: &str,
    location: Location,
    package: &str,
    name: &str,
    stage: &Stage<'_>,
) -> Result<Captured, Diagnostic> {
    let context = Arc::new(ParseContext::detached(stage.project.clone(), package));
    let scope = Scope {
        package: Arc::from(package),
        globals: context.clone(),
        lenient: false,
    };
    let text = format!("{{{{ {text} }}}}");
    let template = Template {
        name,
        text: &text,
        origin: Origin::Within(location),
    };
    match stage.engine.render(template, &scope) {
        Ok(_) => Ok(context.captured()),
        Err(error) => Err(error.into_diagnostic()),
    }
}
