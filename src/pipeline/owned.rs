//! A sink that says of whatever happens to a node who answers for it.

use std::sync::{Arc, OnceLock, Weak};

use crate::diagnostics::{Diagnostic, Subject};
use crate::events::{Event, NodeInfo, Sink};
use crate::nodes::Resources;

/// Passes events on; from the moment on at which resources are known, with their owners.
pub(super) struct Owned {
    sink: Arc<dyn Sink>,
    /// Not its own: they are freed when nobody else has them.
    resources: OnceLock<Weak<Resources>>,
}

impl Owned {
    pub(super) fn new(sink: Arc<dyn Sink>) -> Self {
        Self {
            sink,
            resources: OnceLock::new(),
        }
    }

    /// Takes note of what there is.
    pub(super) fn know(&self, resources: &Arc<Resources>) {
        // A run reads its project once.
        let _ = self.resources.set(Arc::downgrade(resources));
    }

    fn subject(&self, id: &str) -> Option<Subject> {
        self.resources.get()?.upgrade()?.subject(id)
    }
}

impl Sink for Owned {
    fn emit(&self, mut event: Event) {
        if let Event::NodeFinished { node, problems, .. } = &mut event
            && let Some(subject) = self.subject(&node.unique_id)
        {
            for problem in problems {
                let problem: &mut Diagnostic = Arc::make_mut(problem);
                let own = || Box::new(subject.clone());
                problem.subject.get_or_insert_with(own);
            }
            *node = Arc::new(NodeInfo {
                subject: Some(Arc::new(subject)),
                ..(**node).clone()
            });
        }
        self.sink.emit(event);
    }
}
