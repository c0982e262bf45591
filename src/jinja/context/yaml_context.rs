//! The context of values in properties files, and of descriptions.

use crate::jinja::library;
use crate::jinja::library::object::function;
use crate::jinja::python::text;
use std::sync::Arc;

use super::project::Project;
use crate::jinja::{Globals, Value};

type Doc = dyn Fn(&[String]) -> Result<String, crate::jinja::Error> + Send + Sync;

/// Names for templates in YAML: the project's facts and variables, and `doc` in descriptions.
pub struct YamlContext {
    project: Arc<Project>,
    package: Arc<str>,
    doc: Option<Arc<Doc>>,
}

impl YamlContext {
    /// Makes a context for the properties files of a package.
    pub fn new(project: Arc<Project>, package: Arc<str>) -> Self {
        Self {
            project,
            package,
            doc: None,
        }
    }

    /// Adds `doc()`, which is given its arguments.
    #[must_use]
    pub fn with_doc(
        mut self,
        doc: impl Fn(&[String]) -> Result<String, crate::jinja::Error> + Send + Sync + 'static,
    ) -> Self {
        self.doc = Some(Arc::new(doc));
        self
    }
}

impl Globals for YamlContext {
    fn get(&self, name: &str) -> Option<Value> {
        if let ("doc", Some(doc)) = (name, &self.doc) {
            let doc = doc.clone();
            return Some(function("doc", move |_, args| {
                let names: Vec<String> = args.iter().map(text).collect();
                doc(&names).map(Value::from)
            }));
        }
        self.project.get(name, &self.package, true)
    }

    fn names(&self) -> Vec<String> {
        let doc = self.doc.as_ref().map(|_| "doc".to_owned());
        let known = Project::names().map(str::to_owned);
        known.chain(doc).chain(library::global_names()).collect()
    }
}
