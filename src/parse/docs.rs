//! `{% docs %}` blocks, and descriptions that name them.

use std::sync::Arc;

use indexmap::IndexMap;
use rayon::prelude::*;

use super::macros::MacroFile;
use crate::diagnostics::{Diagnostic, guarded_at};
use crate::jinja::{BlockKind, blocks};
use crate::nodes::{DocBlock, UniqueId};
use crate::text::{Location, Span};

/// Cuts the doc blocks out of all files.
pub(super) fn read(
    files: &[MacroFile<'_>],
    below: &[&str],
) -> (IndexMap<UniqueId, Arc<DocBlock>>, Vec<Diagnostic>) {
    let read: Vec<_> = files
        .par_iter()
        .zip(below)
        .map(|(file, below)| {
            let whole = Location::new(file.file, Span::default());
            let read = guarded_at(whole, || blocks(file.file, file.text, &[BlockKind::Docs]));
            let (found, diagnostics) = read.unwrap_or_else(|finding| (Vec::new(), vec![finding]));
            let docs = found.into_iter().map(|block| DocBlock {
                unique_id: format!("doc.{}.{}", file.package, block.name).into(),
                name: block.name,
                package_name: file.package.to_owned(),
                path: (*below).to_owned(),
                original_file_path: file.path.to_owned(),
                block_contents: file.text[block.body.range()].trim().to_owned(),
                location: Location::new(file.file, block.span),
            });
            (docs.collect::<Vec<_>>(), diagnostics)
        })
        .collect();
    let mut docs = IndexMap::new();
    let mut diagnostics = Vec::new();
    for (found, mut findings) in read {
        diagnostics.append(&mut findings);
        docs.extend(
            found
                .into_iter()
                .map(|it| (it.unique_id.clone(), Arc::new(it))),
        );
    }
    (docs, diagnostics)
}
