//! A seed's file as rows, for `load_agate_table` and `dsql seed`.

use std::path::Path;

use crate::adapters::agate::{self, Seed, SeedConfig, SeedError};
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Details, Node};
use crate::system::System;
use crate::text::Texts;

/// Reads a seed's file. Where something is to be said of it, its text is brought into `texts`.
pub(super) fn read_seed(
    node: &Node,
    system: &dyn System,
    texts: &Texts,
) -> Result<Seed, SeedError> {
    let Details::Seed { root_path } = &node.details else {
        let message = "can only load_agate_table for seeds";
        return Err(failed(
            vec![Diagnostic::error(Code::InvalidSeed, message).at(node.location)],
            texts,
        ));
    };
    let path = Path::new(root_path).join(&node.original_file_path);
    let file = node.location.file;
    let bytes = system.read(&path).map_err(|error| {
        let finding = Diagnostic::error(Code::UnreadableFile, error.to_string());
        failed(vec![finding.in_file(file)], texts)
    })?;
    let delimiter = node
        .config
        .str("delimiter")
        .and_then(|it| it.chars().next())
        .unwrap_or(',');
    let typed = node.config.dict("column_types");
    let typed: Vec<String> = typed
        .into_iter()
        .flat_map(|it| it.keys().cloned())
        .collect();
    let config = SeedConfig {
        delimiter,
        typed_columns: &typed,
    };
    let read = agate::read_seed(file, &bytes, config);
    if read.as_ref().map_or(true, |seed| !seed.warnings.is_empty()) {
        texts.bring_in(file, String::from_utf8_lossy(&bytes));
    }
    read.map_err(|findings| failed(findings, texts))
}

/// Writes findings as lines of `file:line:column: message` too.
fn failed(findings: Vec<Diagnostic>, texts: &Texts) -> SeedError {
    let line = |finding: &Diagnostic| {
        let place = finding.location();
        let text = place.and_then(|it| Some((texts.get(it.file)?, it.span.start as usize)));
        match text {
            Some((text, start)) if !text.content.is_empty() => {
                let at = text.line_column(start);
                format!(
                    "{}:{}:{}: {}",
                    text.path, at.line, at.column, finding.message
                )
            }
            _ => finding.message.clone(),
        }
    };
    SeedError {
        message: findings.iter().map(line).collect::<Vec<_>>().join("\n"),
        findings,
    }
}
