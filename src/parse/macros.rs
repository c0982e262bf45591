//! Macro files → macros.

use std::sync::Arc;

use indexmap::IndexMap;
use rayon::prelude::*;

use crate::diagnostics::{Code, Diagnostic, guarded_at};
use crate::jinja::macros::static_calls;
use crate::jinja::{Block, BlockKind, MacroSet, blocks, blocks_alone};
use crate::nodes::{Dict, Docs, Macro, UniqueId};
use crate::project::stripped;
use crate::text::{FileId, Location, Span};

/// A file that may hold macros.
#[derive(Debug, Clone)]
pub(super) struct MacroFile<'a> {
    pub(super) package: &'a str,
    pub(super) file: FileId,
    /// Path below the package's root.
    pub(super) path: &'a str,
    pub(super) text: &'a str,
    /// Whether tags outside of blocks are told.
    pub(super) blocks_alone: bool,
}

const KINDS: &[BlockKind] = &[
    BlockKind::Macro,
    BlockKind::Test,
    BlockKind::Materialization,
];

/// Cuts the macros out of all files. Two of one name in a package are an error.
pub(super) fn read(
    files: &[MacroFile<'_>],
    created_at: f64,
) -> (IndexMap<UniqueId, Arc<Macro>>, Vec<Diagnostic>) {
    let read: Vec<_> = files
        .par_iter()
        .map(|file| {
            let whole = Location::new(file.file, Span::default());
            guarded_at(whole, || read_file(file, created_at))
                .unwrap_or_else(|finding| (Vec::new(), vec![finding]))
        })
        .collect();
    let mut macros: IndexMap<UniqueId, Arc<Macro>> = IndexMap::new();
    let mut diagnostics = Vec::new();
    for (found, mut findings) in read {
        diagnostics.append(&mut findings);
        for it in found {
            if let Some(first) = macros.get(&it.unique_id) {
                diagnostics.push(duplicate(first, &it));
                continue;
            }
            macros.insert(it.unique_id.clone(), Arc::new(it));
        }
    }
    (macros, diagnostics)
}

fn read_file(file: &MacroFile<'_>, created_at: f64) -> (Vec<Macro>, Vec<Diagnostic>) {
    let (found, diagnostics) = match file.blocks_alone {
        true => blocks_alone(file.file, file.text, KINDS),
        false => blocks(file.file, file.text, KINDS),
    };
    // dbt cuts blocks out of the text without the blanks around it.
    let whole = stripped(file.text);
    let macros = found.into_iter().map(|mut block| {
        block.span = block.span.within(whole);
        read_block(file, block, created_at)
    });
    (macros.collect(), diagnostics)
}

fn read_block(file: &MacroFile<'_>, block: Block, created_at: f64) -> Macro {
    Macro {
        unique_id: format!("macro.{}.{}", file.package, block.name).into(),
        name: block.name,
        package_name: file.package.to_owned(),
        path: file.path.to_owned(),
        original_file_path: file.path.to_owned(),
        macro_sql: file.text[block.span.range()].into(),
        location: Location::new(file.file, block.span),
        depends_on: Vec::new(),
        description: String::new(),
        meta: Dict::new(),
        docs: Docs::default(),
        config: empty_config(),
        arguments: Vec::new(),
        patch_path: None,
        supported_languages: block.languages,
        created_at,
    }
}

fn empty_config() -> Dict {
    let config = serde_json::json!({ "meta": {}, "docs": Docs::default() });
    config.as_object().cloned().unwrap_or_default()
}

/// Fills `depends_on` from the calls in the macros' bodies; `is_context` tells names of the
/// context from names of macros.
pub(super) fn link(
    macros: &mut IndexMap<UniqueId, Arc<Macro>>,
    set: &MacroSet,
    is_context: &(dyn Fn(&str) -> bool + Sync),
) {
    let calls_of = |it: &Arc<Macro>| -> Vec<UniqueId> {
        let Some(entry) = set.get(&it.unique_id) else {
            return Vec::new();
        };
        // A macro that cannot be read says so when it is called.
        let Ok(body) = entry.body() else {
            return Vec::new();
        };
        set.dependencies(entry, &static_calls(&body.unit.tree), is_context)
    };
    let linked: Vec<Vec<UniqueId>> = macros.par_values().map(calls_of).collect();
    for (it, depends_on) in macros.values_mut().zip(linked) {
        Arc::make_mut(it).depends_on = depends_on;
    }
}

fn duplicate(first: &Macro, second: &Macro) -> Diagnostic {
    let message = format!(
        "two macros of package `{}` are named `{}`",
        second.package_name, second.name
    );
    Diagnostic::error(Code::DuplicateMacro, message)
        .label(second.header(), "the second one")
        .label(first.header(), "the first one")
        .help("rename or remove one of them")
}
