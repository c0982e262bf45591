//! What templates asked for when they were rendered, so that the next parse need not render those
//! again that come out the same.
//!
//! A template's rendering depends on its node as far as it is known by then, which is its key, and
//! on what it can look at: macros, vars, the target, what it consults. The latter is the same for
//! all of them, and whoever brings answers of an earlier parse along has compared it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use borsh::{BorshDeserialize, BorshSerialize};
use xxhash_rust::xxh3::xxh3_128;

use crate::diagnostics::Diagnostic;
use crate::jinja::context::Captured;
use crate::nodes::Node;
use crate::text::{FileId, Location, Texts};

/// Digest of a node whose template has not been rendered.
type Key = u128;

/// Answers by node, with the paths of the files that they point into.
#[derive(Debug, Clone, Default, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Rendered {
    answers: BTreeMap<Key, Arc<Captured>>,
    files: BTreeMap<FileId, String>,
}

/// Answers of an earlier parse, and those of this one.
#[derive(Debug)]
pub(super) struct Renderings {
    before: BTreeMap<Key, Arc<Captured>>,
    /// Where the files of the earlier parse are in this one.
    files: HashMap<FileId, FileId>,
    found: Mutex<BTreeMap<Key, Arc<Captured>>>,
}

impl Renderings {
    /// Takes the answers of an earlier parse up; `texts` are those of this one.
    pub(super) fn new(before: Rendered, texts: &Texts) -> Self {
        let mut ids: HashMap<&str, Option<FileId>> = HashMap::new();
        for (id, text) in texts.iter() {
            // What has its path in common with another one is no way to find it.
            let several = ids.contains_key(text.path.as_str());
            ids.insert(&text.path, (!several).then_some(id));
        }
        let files = before.files.iter().filter_map(|(old, path)| {
            let new = ids.get(path.as_str()).copied().flatten()?;
            Some((*old, new))
        });
        Self {
            files: files.collect(),
            before: before.answers,
            found: Mutex::default(),
        }
    }

    /// Gives what the template of a node asks for, rendering it only if it is not known.
    pub(super) fn answer(
        &self,
        mut node: Node,
        render: impl FnOnce(Arc<Node>) -> Result<Captured, Diagnostic>,
    ) -> Result<Captured, Diagnostic> {
        let key = key(&mut node);
        let known = key.and_then(|key| self.moved(self.before.get(&key)?));
        let captured = known.map_or_else(|| render(Arc::new(node)), Ok)?;
        if let Some(key) = key {
            let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
            found.insert(key, Arc::new(captured.clone()));
        }
        Ok(captured)
    }

    /// Returns what this parse knows.
    pub(super) fn end(self, texts: &Texts) -> Rendered {
        let answers = self.found.into_inner();
        let mut answers = answers.unwrap_or_else(PoisonError::into_inner);
        let mut used = BTreeSet::new();
        for captured in answers.values_mut() {
            each_place(Arc::make_mut(captured), |place| {
                used.insert(place.file);
            });
        }
        let path = |id: FileId| Some((id, texts.get(id)?.path.clone()));
        Rendered {
            answers,
            files: used.into_iter().filter_map(path).collect(),
        }
    }

    /// Brings an answer's places over; none if a file is not there.
    fn moved(&self, captured: &Arc<Captured>) -> Option<Captured> {
        let mut captured = (**captured).clone();
        let mut all_there = true;
        each_place(&mut captured, |place| match self.files.get(&place.file) {
            Some(file) => place.file = *file,
            None => all_there = false,
        });
        all_there.then_some(captured)
    }
}

/// All of a node that its template can depend on: neither its time of birth nor the number of its
/// file, which its path stands for.
fn key(node: &mut Node) -> Option<Key> {
    let created_at = std::mem::take(&mut node.created_at);
    let file = std::mem::take(&mut node.location.file);
    let mut bytes = Vec::with_capacity(4096);
    let written = node.serialize(&mut bytes);
    (node.created_at, node.location.file) = (created_at, file);
    written.is_ok().then(|| xxh3_128(&bytes))
}

fn each_place(captured: &mut Captured, mut visit: impl FnMut(&mut Location)) {
    let Captured {
        refs,
        sources,
        functions,
        metrics: _,
        configs,
        macros: _,
    } = captured;
    let refs = refs.iter_mut();
    let sources = sources.iter_mut();
    let functions = functions.iter_mut();
    let calls = refs
        .map(|it| [&mut it.location, &mut it.caller])
        .chain(sources.map(|it| [&mut it.location, &mut it.caller]))
        .chain(functions.map(|it| [&mut it.location, &mut it.caller]));
    let configs = configs.iter_mut().map(|it| &mut it.location);
    let places = calls.flatten().chain(configs);
    places.flatten().for_each(&mut visit);
}
