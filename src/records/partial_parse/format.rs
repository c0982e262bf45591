//! The file: a mark, parts of the resources, a directory of them with the inputs, its place.
//!
//! Parts are made and read in parallel. Every byte is covered by a digest, so that damage anywhere
//! makes the whole file as good as missing. The digests find damage and nothing else: whoever can
//! write the file can write fitting digests, whatever they are.

use std::collections::{BTreeSet, HashSet};
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use borsh::{BorshDeserialize, BorshSerialize};
use indexmap::IndexMap;
use rayon::prelude::*;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::Kept;
use super::inputs::{Fingerprint, Head};
use super::listener::Said;
use crate::diagnostics::Diagnostic;
use crate::nodes::{
    Config, DocBlock, Exposure, Group, Macro, Node, ResourceType, Resources, Semantic, Source,
    UniqueId, UnitTest,
};
use crate::project::config::defaults;
use crate::records::in_order::in_order;
use crate::system::{System, SystemError};

const MARK: &[u8] = b"dsql partial parse\n";

/// Resources in one part.
const ENTRIES: usize = 512;

/// Nodes and sources in one part: they can be read by ones.
const FEW: usize = 64;

/// What is found where in the file.
#[derive(BorshSerialize, BorshDeserialize)]
struct Directory {
    head: Head,
    files: Vec<Fingerprint>,
    parts: Vec<(u64, u128)>,
    /// Digests of the ids of nodes and sources, sorted, each with the number of its part.
    index: Vec<(u64, u32)>,
    /// Parts that hold neither.
    around: Vec<u32>,
}

/// Values of one kind, in their order.
#[derive(BorshSerialize, BorshDeserialize)]
enum Part {
    Nodes(Vec<Arc<Node>>),
    Sources(Vec<Arc<Source>>),
    Exposures(Vec<Arc<Exposure>>),
    Groups(Vec<Arc<Group>>),
    UnitTests(Vec<Arc<UnitTest>>),
    Semantic(Vec<Arc<Semantic>>),
    Macros(Vec<Arc<Macro>>),
    Docs(Vec<Arc<DocBlock>>),
    Disabled(Vec<Arc<Node>>),
    DisabledSources(Vec<Arc<Source>>),
    DisabledExposures(Vec<Arc<Exposure>>),
    DisabledUnitTests(Vec<Arc<UnitTest>>),
    DisabledSemantic(Vec<Arc<Semantic>>),
    Findings(Vec<Diagnostic>),
    Said(Vec<Said>),
}

/// Writes the file.
pub(super) fn write(
    kept: &Kept,
    (head, files): &(Head, Vec<Fingerprint>),
    path: &Path,
    system: &dyn System,
) -> Result<(), SystemError> {
    let parts = cut(kept);
    let (index, around) = index(&parts);
    let written = Mutex::new(vec![(0, 0); parts.len()]);
    let jobs: Vec<(usize, &Part)> = parts.iter().enumerate().collect();
    let make = |(at, part): &(usize, &Part)| -> io::Result<Vec<u8>> {
        let bytes = borsh::to_vec(part)?;
        let entry = (bytes.len() as u64, xxh3_128(&bytes));
        written.lock().unwrap_or_else(PoisonError::into_inner)[*at] = entry;
        Ok(bytes)
    };
    in_order(&jobs, make, |parts| {
        let end = || {
            let parts = written.lock().unwrap_or_else(PoisonError::into_inner);
            let directory = Directory {
                head: head.clone(),
                files: files.clone(),
                parts: parts.clone(),
                index: index.clone(),
                around: around.clone(),
            };
            let mut bytes = borsh::to_vec(&directory)?;
            let place = (bytes.len() as u64, xxh3_128(&bytes));
            place.serialize(&mut bytes)?;
            Ok(bytes)
        };
        let begin = std::iter::once_with(|| Ok(MARK.to_vec()));
        let mut all = begin.chain(parts).chain(std::iter::once_with(end));
        system.write_parts(path, &mut all)
    })
}

/// Reads the file, if it is whole and `compare` finds that it is of use; gives what that says beside it.
pub(super) fn read<T>(
    bytes: &[u8],
    compare: impl FnOnce((&Head, &[Fingerprint])) -> Option<T>,
) -> Option<(Kept, T)> {
    let (contents, compared) = Contents::read(bytes, compare)?;
    let all = 0..contents.places.len();
    let parts = all.into_par_iter().map(|at| contents.part(bytes, at));
    let kept = bring_together(parts.collect::<Option<Vec<Part>>>()?);
    Some((kept, compared))
}

/// What is where in a file.
#[derive(Debug)]
pub(super) struct Contents {
    places: Vec<(Range<usize>, u128)>,
    index: Vec<(u64, u32)>,
    around: Vec<u32>,
}

impl Contents {
    /// Reads the directory of a file, if that is whole and `compare` finds that it is of use.
    pub(super) fn read<T>(
        bytes: &[u8],
        compare: impl FnOnce((&Head, &[Fingerprint])) -> Option<T>,
    ) -> Option<(Self, T)> {
        let bytes = bytes.strip_prefix(MARK)?;
        let (bytes, place) = bytes.split_last_chunk::<PLACE>()?;
        let (length, expected): (u64, u128) = borsh::from_slice(place).ok()?;
        let start = bytes.len().checked_sub(usize::try_from(length).ok()?)?;
        let (bytes, directory) = bytes.split_at_checked(start)?;
        if xxh3_128(directory) != expected {
            return None;
        }
        let directory: Directory = borsh::from_slice(directory).ok()?;
        let compared = compare((&directory.head, &directory.files))?;
        let mut start = 0;
        let places = directory.parts.into_iter().map(|(length, expected)| {
            let end = usize::try_from(length).ok()?.checked_add(start)?;
            let place = std::mem::replace(&mut start, end)..end;
            Some((MARK.len() + place.start..MARK.len() + place.end, expected))
        });
        let places = places.collect::<Option<Vec<_>>>()?;
        let (index, around) = (directory.index, directory.around);
        let contents = Self {
            places,
            index,
            around,
        };
        (start == bytes.len()).then_some((contents, compared))
    }

    /// Reads all but nodes and sources.
    pub(super) fn around(&self, bytes: &[u8]) -> Option<Kept> {
        let parts = self
            .around
            .par_iter()
            .map(|at| self.part(bytes, *at as usize));
        Some(bring_together(parts.collect::<Option<Vec<Part>>>()?))
    }

    /// Reads some nodes and sources, in the order of the project; none if one of them is not there.
    pub(super) fn some(&self, bytes: &[u8], wanted: &HashSet<UniqueId>) -> Option<Resources> {
        let numbers = wanted.iter().map(|id| {
            let digest = xxh3_64(id.as_bytes());
            let at = self.index.binary_search_by_key(&digest, |it| it.0).ok()?;
            Some(self.index.get(at)?.1 as usize)
        });
        let numbers = numbers.collect::<Option<BTreeSet<usize>>>()?;
        let numbers: Vec<usize> = numbers.into_iter().collect();
        let parts = numbers.into_par_iter().map(|at| self.part(bytes, at));
        let mut parts = parts.collect::<Option<Vec<Part>>>()?;
        for part in &mut parts {
            match part {
                Part::Nodes(nodes) => nodes.retain(|it| wanted.contains(&it.unique_id)),
                Part::Sources(sources) => sources.retain(|it| wanted.contains(&it.unique_id)),
                _ => {}
            }
        }
        let found = Arc::unwrap_or_clone(bring_together(parts).resources);
        (found.nodes.len() + found.sources.len() == wanted.len()).then_some(found)
    }

    fn part(&self, bytes: &[u8], at: usize) -> Option<Part> {
        let (place, expected) = self.places.get(at)?;
        let bytes = bytes.get(place.clone())?;
        let whole = xxh3_128(bytes) == *expected;
        let part: Part = whole.then(|| borsh::from_slice(bytes).ok())??;
        Some(part.with_defaults())
    }
}

/// Lists what is in which part: digests of the ids of nodes and sources, and the parts that hold neither.
fn index(parts: &[Part]) -> (Vec<(u64, u32)>, Vec<u32>) {
    let (mut index, mut around) = (Vec::new(), Vec::new());
    for (at, part) in (0..).zip(parts) {
        let mut add = |id: &UniqueId| index.push((xxh3_64(id.as_bytes()), at));
        match part {
            Part::Nodes(nodes) => nodes.iter().for_each(|it| add(&it.unique_id)),
            Part::Sources(sources) => sources.iter().for_each(|it| add(&it.unique_id)),
            _ => around.push(at),
        }
    }
    index.sort_unstable();
    (index, around)
}

/// Bytes that say where the directory is: its length and its digest.
const PLACE: usize = 8 + 16;

fn cut(kept: &Kept) -> Vec<Part> {
    let it = &*kept.resources;
    let disabled = it.disabled.values().flatten();
    let parts = [
        in_parts(it.nodes.values(), FEW, Part::Nodes),
        in_parts(it.sources.values(), FEW, Part::Sources),
        several(it.exposures.values(), Part::Exposures),
        several(it.groups.values(), Part::Groups),
        several(it.unit_tests.values(), Part::UnitTests),
        several(it.semantic.values(), Part::Semantic),
        several(it.macros.values(), Part::Macros),
        several(it.docs.values(), Part::Docs),
        several(disabled, Part::Disabled),
        several(it.disabled_sources.values(), Part::DisabledSources),
        several(it.disabled_exposures.values(), Part::DisabledExposures),
        several(it.disabled_unit_tests.values(), Part::DisabledUnitTests),
        several(it.disabled_semantic.values(), Part::DisabledSemantic),
        vec![
            Part::Findings(kept.findings.clone()),
            Part::Said(kept.said.clone()),
        ],
    ];
    parts.into_iter().flatten().collect()
}

fn several<'a, T: 'a>(
    values: impl Iterator<Item = &'a Arc<T>>,
    part: fn(Vec<Arc<T>>) -> Part,
) -> Vec<Part> {
    in_parts(values, ENTRIES, part)
}

fn in_parts<'a, T: 'a>(
    values: impl Iterator<Item = &'a Arc<T>>,
    most: usize,
    part: fn(Vec<Arc<T>>) -> Part,
) -> Vec<Part> {
    let values: Vec<Arc<T>> = values.cloned().collect();
    values.chunks(most).map(|it| part(it.to_vec())).collect()
}

impl Part {
    /// Puts the defaults of configurations back.
    fn with_defaults(mut self) -> Self {
        let put = |config: &mut Config, kind: ResourceType| {
            let set = std::mem::take(config.set_values_mut());
            *config = Config::new(set, defaults(kind));
        };
        match &mut self {
            Self::Nodes(nodes) | Self::Disabled(nodes) => {
                for node in nodes.iter_mut().map(Arc::make_mut) {
                    put(&mut node.config, node.resource_type);
                }
            }
            Self::Sources(sources) | Self::DisabledSources(sources) => {
                for it in sources.iter_mut().map(Arc::make_mut) {
                    put(&mut it.config, ResourceType::Source);
                }
            }
            Self::Exposures(exposures) | Self::DisabledExposures(exposures) => {
                for it in exposures.iter_mut().map(Arc::make_mut) {
                    put(&mut it.config, ResourceType::Exposure);
                }
            }
            Self::UnitTests(tests) | Self::DisabledUnitTests(tests) => {
                for it in tests.iter_mut().map(Arc::make_mut) {
                    put(&mut it.config, ResourceType::UnitTest);
                }
            }
            Self::Semantic(all) | Self::DisabledSemantic(all) => {
                for it in all.iter_mut().map(Arc::make_mut) {
                    put(&mut it.config, it.resource_type);
                }
            }
            _ => {}
        }
        self
    }
}

fn bring_together(parts: Vec<Part>) -> Kept {
    let mut kept = Kept::default();
    let mut it = Resources::default();
    for part in parts {
        match part {
            Part::Nodes(all) => add(&mut it.nodes, all, |it| &it.unique_id),
            Part::Sources(all) => add(&mut it.sources, all, |it| &it.unique_id),
            Part::Exposures(all) => add(&mut it.exposures, all, |it| &it.unique_id),
            Part::Groups(all) => add(&mut it.groups, all, |it| &it.unique_id),
            Part::UnitTests(all) => add(&mut it.unit_tests, all, |it| &it.unique_id),
            Part::Semantic(all) => add(&mut it.semantic, all, |it| &it.unique_id),
            Part::Macros(all) => add(&mut it.macros, all, |it| &it.unique_id),
            Part::Docs(all) => add(&mut it.docs, all, |it| &it.unique_id),
            Part::Disabled(all) => {
                for node in all {
                    let id = node.unique_id.clone();
                    it.disabled.entry(id).or_default().push(node);
                }
            }
            Part::DisabledSources(all) => add(&mut it.disabled_sources, all, |it| &it.unique_id),
            Part::DisabledExposures(all) => {
                add(&mut it.disabled_exposures, all, |it| &it.unique_id);
            }
            Part::DisabledUnitTests(all) => {
                add(&mut it.disabled_unit_tests, all, |it| &it.unique_id);
            }
            Part::DisabledSemantic(all) => add(&mut it.disabled_semantic, all, |it| &it.unique_id),
            Part::Findings(all) => kept.findings.extend(all),
            Part::Said(all) => kept.said.extend(all),
        }
    }
    kept.resources = Arc::new(it);
    kept
}

fn add<T>(to: &mut IndexMap<UniqueId, Arc<T>>, all: Vec<Arc<T>>, id: fn(&T) -> &UniqueId) {
    to.extend(all.into_iter().map(|it| (id(&it).clone(), it)));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagnostics::Code;
    use crate::system::MemorySystem;
    use crate::text::Location;

    fn file() -> Vec<u8> {
        let mut resources = Resources::default();
        for at in 0..(2 * ENTRIES + 3) {
            let id: UniqueId = format!("doc.shop.{at}").into();
            let doc = DocBlock {
                unique_id: id.clone(),
                name: at.to_string(),
                package_name: "shop".to_owned(),
                path: String::new(),
                original_file_path: String::new(),
                block_contents: String::new(),
                location: Location::default(),
            };
            resources.docs.insert(id, Arc::new(doc));
        }
        let kept = Kept {
            resources: Arc::new(resources),
            findings: vec![Diagnostic::warning(Code::UnusedConfig, "unused")],
            said: Vec::new(),
        };
        let (path, system) = (Path::new("kept"), MemorySystem::default());
        write(&kept, &Default::default(), path, &system).unwrap();
        system.read(path).unwrap()
    }

    #[test]
    fn a_whole_file_is_read_if_it_is_wanted() {
        let same = |(head, _): (&Head, &[Fingerprint])| (*head == Head::default()).then_some(());
        let (kept, ()) = read(&file(), same).unwrap();
        let last = kept.resources.docs.last().unwrap().1;
        assert_eq!(last.name, (2 * ENTRIES + 2).to_string());
        assert_eq!(kept.findings[0].message, "unused");
        assert!(read(&file(), |_| None::<()>).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_damaged_file_is_not_used(at in 0.0..1.0, byte in 1u8.., cut in any::<bool>()) {
            let mut bytes = file();
            let at = (at * bytes.len() as f64) as usize;
            match cut {
                true => bytes.truncate(at),
                false => bytes[at] ^= byte,
            }
            prop_assert!(read(&bytes, |_| Some(())).is_none());
        }

        #[test]
        fn a_foreign_file_is_not_used(bytes: Vec<u8>) {
            prop_assert!(read(&bytes, |_| Some(())).is_none());
            prop_assert!(read(&[MARK, &bytes].concat(), |_| Some(())).is_none());
        }
    }
}
