//! Templates of messages: an alert in, a text out.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::message::{Alert, Reached, Rows};
use super::observed::RunFacts;
use super::settings::{Channel, TemplateFile};
use super::subject::{Subject, What};
use crate::diagnostics::{Code, Diagnostic};
use crate::jinja::context::from_json;
use crate::jinja::{
    Engine, Globals, MacroSet, MacroSettings, Origin, Scope, Template, Value, library,
};

/// The name of the alert in templates.
const ALERT: &str = "alert";

/// Puts an alert into a template. What goes to an address has to be JSON.
pub fn render(
    template: &TemplateFile,
    channel: &Channel,
    alert: &Alert,
) -> Result<String, Box<Diagnostic>> {
    let engine = Engine::new(MacroSet::new(&IndexMap::new(), MacroSettings::default()));
    let alert = serde_json::to_value(alert).unwrap_or_default();
    let scope = Scope {
        package: Arc::from(""),
        globals: Arc::new(Names(alert)),
        lenient: false,
    };
    let asked = Template {
        name: &template.path,
        text: &template.text,
        origin: Origin::Verbatim {
            file: template.file,
            offset: 0,
        },
    };
    let rendered = engine.render(asked, &scope);
    let text = rendered.map_err(|it| Box::new(it.into_diagnostic()))?.text;
    if matches!(channel, Channel::Email(_)) {
        return Ok(text);
    }
    match serde_json::from_str::<Json>(&text) {
        Ok(_) => Ok(text),
        Err(error) => {
            let message = format!("`{}` gives no JSON: {error}", template.path);
            let finding = Diagnostic::error(Code::InvalidSettings, message);
            let finding = finding.at(template.location);
            let help =
                "write values as `{{ alert.title | tojson }}`, with the quotes that it brings";
            Err(Box::new(finding.help(help)))
        }
    }
}

/// Makes an alert about nothing, to try templates and routes with.
pub fn sample(project: &str, target: &str, run: RunFacts) -> Alert {
    let at = run.ended_at.clone();
    let subject = Subject {
        subject: "test:test.shop.unique_orders_id".to_owned(),
        kind: "test".to_owned(),
        node: "test.shop.unique_orders_id".to_owned(),
        name: "unique_orders_id".to_owned(),
        severity: "error".to_owned(),
        message: "Got 1 result, configured to fail if != 0".to_owned(),
        since: at.clone(),
        last_seen_at: at,
        occurrences: 1,
        ..Subject::default()
    };
    let mut alert = Alert {
        project: project.to_owned(),
        target: target.to_owned(),
        file: Some("models/orders.yml".to_owned()),
        tested: Some("orders".to_owned()),
        failures: Some(1),
        owners: vec!["Ann <ann@example.com>".to_owned()],
        reaches: Reached {
            nodes: vec!["revenue".to_owned()],
            exposures: vec!["dashboard (Bob)".to_owned()],
        },
        rows: Some(Rows {
            columns: vec!["unique_field".to_owned(), "n_records".to_owned()],
            rows: vec![vec![Some("\"1\" \\ é".to_owned()), None]],
            masked: Vec::new(),
        }),
        look: Some("dsql show --select unique_orders_id".to_owned()),
        repair: Some("dsql build --select orders+".to_owned()),
        ..Alert::of(What::Test, &subject, &run)
    };
    alert.put_into_words("this is a test, nothing has happened");
    alert
}

struct Names(Json);

impl Globals for Names {
    fn get(&self, name: &str) -> Option<Value> {
        match name {
            ALERT => Some(from_json(&self.0)),
            _ => library::global(name),
        }
    }

    fn names(&self) -> Vec<String> {
        let own = std::iter::once(ALERT.to_owned());
        own.chain(library::global_names()).collect()
    }
}
