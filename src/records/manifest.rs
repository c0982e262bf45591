//! `manifest.json`: written from the resources, or renewed where only its metadata has changed.

use std::io;
use std::path::Path;

use borsh::{BorshDeserialize, BorshSerialize};
use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3;

use super::in_order::in_order;
use crate::artifacts::{Manifest, ManifestMetadata, Neighbours, Part};
use crate::graph::{Graph, Index};
use crate::nodes::{Dict, Resources};
use crate::system::{ReadParts, System, SystemError};

const FILE: &str = "manifest.json";

/// What a manifest is behind its metadata.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Body {
    length: u64,
    digest: u128,
}

/// Writes the manifest.
pub fn write_manifest(
    metadata: &ManifestMetadata,
    resources: &Resources,
    graph: &Graph,
    selectors: Dict,
    target: &Path,
    system: &dyn System,
) -> Result<Body, SystemError> {
    let path = target.join(FILE);
    let head = Manifest::head(metadata).map_err(|error| SystemError {
        action: "write",
        path: path.clone(),
        source: error.into(),
    })?;
    let manifest = Manifest {
        resources,
        selectors,
        parents: neighbours(graph, |at| graph.parents(at).collect()),
        children: neighbours(graph, |at| graph.children(at).collect()),
    };
    let mut body = Measured::default();
    in_order(&manifest.parts(), Part::to_vec, |parts| {
        let body = parts.inspect(|part| part.iter().for_each(|part| body.add(part)));
        system.write_parts(&path, &mut std::iter::once(Ok(head)).chain(body))
    })?;
    Ok(body.end())
}

/// Writes the manifest at hand with other metadata; none where its body is not this one, or where
/// it cannot be read or written.
pub fn renew_manifest(
    metadata: &ManifestMetadata,
    body: &Body,
    target: &Path,
    system: &dyn System,
) -> Option<()> {
    let path = target.join(FILE);
    let before = system.size(&path)?.checked_sub(body.length)?;
    let head = Manifest::head(metadata).ok()?;
    let mut body = Rest {
        old: system.read_parts(&path).ok()?,
        before: usize::try_from(before).ok()?,
        measured: Some(Measured::default()),
        expected: body,
    };
    let mut whole = std::iter::once(Ok(head)).chain(&mut body);
    system.write_parts(&path, &mut whole).ok()
}

/// The body of a manifest as it is read; an error at its end where it is not the expected one.
struct Rest<'a> {
    old: ReadParts,
    /// Bytes that come before it.
    before: usize,
    /// None at the end.
    measured: Option<Measured>,
    expected: &'a Body,
}

impl Iterator for Rest<'_> {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let Some(part) = self.old.next() else {
            let expected = self.measured.take()?.end() == *self.expected;
            return (!expected).then(|| Err(io::Error::other("another manifest")));
        };
        Some(part.map(|mut part| {
            let before = self.before.min(part.len());
            self.before -= before;
            part.drain(..before);
            if let Some(measured) = &mut self.measured {
                measured.add(&part);
            }
            part
        }))
    }
}

/// A body in the making.
#[derive(Default)]
struct Measured {
    length: u64,
    hash: Xxh3,
}

impl Measured {
    fn add(&mut self, part: &[u8]) {
        self.length += part.len() as u64;
        self.hash.update(part);
    }

    fn end(self) -> Body {
        Body {
            length: self.length,
            digest: self.hash.digest128(),
        }
    }
}

/// Lists direct neighbours of every resource, sorted.
fn neighbours(graph: &Graph, of: impl Fn(Index) -> Vec<Index> + Sync) -> Vec<Neighbours<'_>> {
    let indices: Vec<Index> = graph.indices().collect();
    let named = indices.into_par_iter().map(|at| {
        let mut ids: Vec<&str> = of(at).into_iter().map(|it| &**graph.id(it)).collect();
        ids.sort_unstable();
        (&**graph.id(at), ids)
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::system::MemorySystem;

    fn metadata(name: &str) -> ManifestMetadata {
        ManifestMetadata {
            project_name: name.to_owned(),
            ..ManifestMetadata::default()
        }
    }

    fn written(name: &str) -> (Body, MemorySystem, Vec<u8>) {
        let (system, folder) = (MemorySystem::default(), Path::new("target"));
        let (resources, graph) = (Resources::default(), Graph::default());
        let body = write_manifest(
            &metadata(name),
            &resources,
            &graph,
            Dict::new(),
            folder,
            &system,
        )
        .unwrap();
        let bytes = system.read(&folder.join(FILE)).unwrap();
        (body, system, bytes)
    }

    #[test]
    fn a_renewed_manifest_is_the_one_that_would_be_written() {
        let (body, system, _) = written("shop");
        let folder = Path::new("target");
        for name in ["a", "a longer name", "shop"] {
            let (_, _, expected) = written(name);
            renew_manifest(&metadata(name), &body, folder, &system).unwrap();
            assert_eq!(system.read(&folder.join(FILE)).unwrap(), expected);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn another_manifest_stays_as_it_is(at in 0.0..1.0, byte in 1u8.., cut in any::<bool>()) {
            let (body, system, mut bytes) = written("shop");
            let path = Path::new("target/manifest.json");
            let start = bytes.len() - body.length as usize;
            let at = start + (at * body.length as f64) as usize;
            match cut {
                true => bytes.truncate(at),
                false => bytes[at] ^= byte,
            }
            system.write(path, &bytes).unwrap();
            prop_assert!(renew_manifest(&metadata("x"), &body, Path::new("target"), &system).is_none());
            prop_assert_eq!(system.read(path).unwrap(), bytes);
        }
    }
}
