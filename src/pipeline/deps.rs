//! `deps`: needs no profile and no database.

use super::{Exit, Outcome, Surroundings, basis};
use crate::diagnostics::{self, Diagnostic};
use crate::events::Event;
use crate::invocation::Invocation;
use crate::packages::{self, Addition, DepsRequest};
use crate::pipeline::Product;
use crate::project;
use crate::text::Texts;

/// Installs packages.
pub(super) fn deps(invocation: &mut Invocation, around: &Surroundings) -> Outcome {
    let mut texts = Texts::default();
    let mut findings = Vec::new();
    install(invocation, around, &mut texts, &mut findings);
    diagnostics::sort(&mut findings);
    let failed = findings.iter().any(Diagnostic::is_error);
    Outcome {
        texts,
        diagnostics: findings,
        exit: match failed {
            true => Exit::CouldNotRun,
            false => Exit::Done,
        },
        product: Product::None,
    }
}

fn install(
    invocation: &mut Invocation,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) {
    let basis = basis(invocation, around, texts, findings);
    let system = &*around.system;
    let Some(root) = project::load_root(system, &basis.options, texts, findings) else {
        return;
    };
    around.sink.emit(Event::Configured {
        log_path: root.log_path,
        flags: invocation.args(),
        secrets: project::secrets(system),
    });
    if !basis.readable || findings.iter().any(Diagnostic::is_error) {
        return;
    }
    let source = invocation.text("source").unwrap_or("hub");
    let add = invocation.text("add_package");
    let request = DepsRequest {
        system,
        sink: &*around.sink,
        project: &root.package,
        context: &root.deps_context,
        warnings: &basis.base.warnings,
        version_check: !basis.options.no_version_check,
        upgrade: invocation.on("upgrade"),
        lock_only: invocation.on("lock"),
        add: add.map(|it| Addition::parse(it, source)),
    };
    packages::deps(&request, texts, findings);
    request.warnings.judge(findings);
}
