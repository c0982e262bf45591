//! A seed's file as rows, for `load_agate_table` and `dsql seed`.

use std::path::Path;

use crate::adapters::Table;
use crate::adapters::agate::{self, SeedConfig};
use crate::diagnostics::Diagnostic;
use crate::nodes::{Details, Node};
use crate::system::System;
use crate::text::LineIndex;

/// Reads a seed's file into rows.
pub(super) fn read_seed(node: &Node, system: &dyn System) -> Result<Table, String> {
    let Details::Seed { root_path } = &node.details else {
        return Err("can only load_agate_table for seeds".to_owned());
    };
    let path = Path::new(root_path).join(&node.original_file_path);
    let bytes = system.read(&path).map_err(|error| error.to_string())?;
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
    let read = agate::read_seed(node.location.file, &bytes, config);
    let seed = read.map_err(|findings| located(&findings, &bytes, &node.original_file_path))?;
    Ok(seed.table().clone())
}

/// Writes findings in a seed's file as lines of `file:line:column: message`.
fn located(findings: &[Diagnostic], bytes: &[u8], path: &str) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines = LineIndex::new(&text);
    let line = |finding: &Diagnostic| {
        let start = finding.location().map_or(0, |it| it.span.start as usize);
        let at = lines.line_column(&text, start);
        let help = finding
            .help
            .as_ref()
            .map(|help| format!(" ({help})"))
            .unwrap_or_default();
        format!(
            "{path}:{}:{}: {}{help}",
            at.line, at.column, finding.message
        )
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}
