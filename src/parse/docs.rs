//! `{% docs %}` blocks, and descriptions that name them.

use std::sync::Arc;

use indexmap::IndexMap;
use rayon::prelude::*;

use super::macros::MacroFile;
use crate::diagnostics::{Code, Diagnostic, guarded_at};
use crate::jinja::{
    Block, BlockKind, Engine, MacroSet, NoGlobals, Origin, Scope, Template, blocks,
};
use crate::nodes::{DocBlock, UniqueId};
use crate::text::{Location, Span};

/// Cuts the doc blocks out of all files. What stands in them is a template that knows no names.
pub(super) fn read(
    files: &[MacroFile<'_>],
    below: &[&str],
) -> (IndexMap<UniqueId, Arc<DocBlock>>, Vec<Diagnostic>) {
    let engine = Engine::new(MacroSet::default());
    let read: Vec<_> = files
        .par_iter()
        .zip(below)
        .map(|(file, below)| {
            let whole = Location::new(file.file, Span::default());
            let read = guarded_at(whole, || blocks(file.file, file.text, &[BlockKind::Docs]));
            let (found, mut diagnostics) =
                read.unwrap_or_else(|finding| (Vec::new(), vec![finding]));
            let docs = found.into_iter().map(|block| DocBlock {
                block_contents: content(file, &block, &engine, &mut diagnostics),
                unique_id: format!("doc.{}.{}", file.package, block.name).into(),
                name: block.name,
                package_name: file.package.to_owned(),
                path: (*below).to_owned(),
                original_file_path: file.path.to_owned(),
                location: Location::new(file.file, block.span),
            });
            (docs.collect::<Vec<_>>(), diagnostics)
        })
        .collect();
    let mut docs: IndexMap<UniqueId, Arc<DocBlock>> = IndexMap::new();
    let mut diagnostics = Vec::new();
    for (found, mut findings) in read {
        diagnostics.append(&mut findings);
        for block in found.into_iter().map(Arc::new) {
            if let Some(first) = docs.insert(block.unique_id.clone(), block.clone()) {
                diagnostics.push(twice(&first, &block));
            }
        }
    }
    (docs, diagnostics)
}

fn twice(first: &DocBlock, second: &DocBlock) -> Diagnostic {
    let message = format!("two docs blocks are named `{}`", second.name);
    Diagnostic::error(Code::DuplicateName, message)
        .label(second.location, "the second one")
        .label(first.location, "the first one")
        .help("rename one of them: `doc()` could not tell them apart")
}

fn content(
    file: &MacroFile<'_>,
    block: &Block,
    engine: &Engine,
    diagnostics: &mut Vec<Diagnostic>,
) -> String {
    let text = &file.text[block.body.range()];
    let template = Template {
        name: &block.name,
        text,
        origin: Origin::Verbatim {
            file: file.file,
            offset: block.body.start as usize,
        },
    };
    let scope = Scope {
        package: file.package.into(),
        globals: Arc::new(NoGlobals),
        lenient: true,
    };
    let rendered = match engine.render(template, &scope) {
        Ok(rendered) => rendered.text,
        Err(error) => {
            diagnostics.push(error.into_diagnostic());
            text.to_owned()
        }
    };
    rendered.trim().to_owned()
}
