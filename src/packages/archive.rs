//! `.tar.gz` ⇄ [`Tree`].
//!
//! What comes out of an archive is checked before anything is written: no path leads out of the
//! archive, no file lies behind a link, and neither number nor size of the files is out of bounds.

use std::io::Read;
use std::path::{Component, Path, PathBuf};

use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use tar::EntryType;

use super::tree::{Leaf, Tree};

/// How many bytes a packed archive may have.
pub(super) const PACKED: u64 = 256 << 20;
/// What is in an archive may be as large as this.
const LIMITS: Limits = Limits {
    bytes: 1 << 30,
    entries: 200_000,
};

/// How large an archive may be when it is unpacked: a small one can stand for any number of bytes.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// All its files together.
    bytes: u64,
    /// Files, folders and links.
    entries: usize,
}

/// What is wrong with an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ArchiveError {
    /// It cannot be read.
    Broken(String),
    /// It would do what no package has to do.
    Unsafe(String),
    /// Its files do not lie in one folder.
    NoFolder,
}

/// Unpacks a package: what lies in the one folder of the archive.
pub(super) fn unpack_package(packed: &[u8]) -> Result<Tree, ArchiveError> {
    let tree = unpack(packed)?.without_top();
    let tree = tree.ok_or(ArchiveError::NoFolder)?;
    // A link may lead to the folder's neighbours, which are none of the package's.
    safe_links(&tree)?;
    Ok(tree)
}

/// Unpacks.
pub(super) fn unpack(packed: &[u8]) -> Result<Tree, ArchiveError> {
    unpack_within(packed, LIMITS)
}

fn unpack_within(packed: &[u8], limits: Limits) -> Result<Tree, ArchiveError> {
    let broken = |error: std::io::Error| ArchiveError::Broken(error.to_string());
    // Names and padding take their share, too.
    let stream = GzDecoder::new(packed).take(limits.bytes.saturating_add(limits.bytes / 4));
    let mut archive = tar::Archive::new(stream);
    let mut tree = Tree::default();
    let mut total = 0_u64;
    for (count, entry) in archive.entries().map_err(broken)?.enumerate() {
        if count >= limits.entries {
            return Err(ArchiveError::Unsafe(format!(
                "it has more than {} files",
                limits.entries
            )));
        }
        let mut entry = entry.map_err(broken)?;
        let kind = entry.header().entry_type();
        if matches!(
            kind,
            EntryType::XGlobalHeader | EntryType::XHeader | EntryType::GNULongName
        ) {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let Some(path) = plain(&name) else {
            return Err(ArchiveError::Unsafe(format!("`{name}` leads out of it")));
        };
        if path.as_os_str().is_empty() {
            continue;
        }
        if let Some(link) = behind_link(&tree, &path) {
            let message = format!("`{name}` lies behind the link `{}`", link.display());
            return Err(ArchiveError::Unsafe(message));
        }
        let target = entry
            .link_name_bytes()
            .map(|it| String::from_utf8_lossy(&it).into_owned())
            .unwrap_or_default();
        let leaf = match kind {
            EntryType::Directory => Leaf::Folder,
            EntryType::Symlink => Leaf::Link(target),
            EntryType::Link => {
                let earlier = plain(&target).and_then(|it| tree.leaves.get(&it).cloned());
                let Some(leaf @ Leaf::File { .. }) = earlier else {
                    let message = format!("`{name}` is a link to `{target}`, which is not in it");
                    return Err(ArchiveError::Unsafe(message));
                };
                leaf
            }
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                let mut content = Vec::new();
                let mut part = entry.by_ref().take(limits.bytes - total + 1);
                part.read_to_end(&mut content).map_err(broken)?;
                total += content.len() as u64;
                if total > limits.bytes {
                    return Err(ArchiveError::Unsafe(format!(
                        "its files have more than {} bytes",
                        limits.bytes
                    )));
                }
                Leaf::File {
                    content,
                    executable: entry.header().mode().unwrap_or(0) & 0o100 != 0,
                }
            }
            _ => {
                let message = format!("`{name}` is neither a file nor a folder nor a link");
                return Err(ArchiveError::Unsafe(message));
            }
        };
        if leaf != Leaf::Folder && holds(&tree, &path) {
            let message = format!("`{name}` is a folder and something else");
            return Err(ArchiveError::Unsafe(message));
        }
        tree.leaves.insert(path, leaf);
    }
    // What follows the last entry is read for the checksum, which stands at the end.
    std::io::copy(&mut archive.into_inner(), &mut std::io::sink()).map_err(broken)?;
    safe_links(&tree)?;
    Ok(tree)
}

fn safe_links(tree: &Tree) -> Result<(), ArchiveError> {
    match tree.link_out() {
        Some((link, target)) => {
            let message = format!("the link `{}` leads to `{target}`", link.display());
            Err(ArchiveError::Unsafe(message))
        }
        None => Ok(()),
    }
}

/// Packs, the same bytes for the same tree.
pub(super) fn pack(tree: &Tree) -> std::io::Result<Vec<u8>> {
    let encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut builder = tar::Builder::new(encoder);
    for (path, leaf) in &tree.leaves {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        let none: &[u8] = &[];
        match leaf {
            Leaf::Folder => {
                header.set_entry_type(EntryType::Directory);
                header.set_size(0);
                builder.append_data(&mut header, path, none)?;
            }
            Leaf::File {
                content,
                executable,
            } => {
                if *executable {
                    header.set_mode(0o755);
                }
                header.set_size(content.len() as u64);
                builder.append_data(&mut header, path, content.as_slice())?;
            }
            Leaf::Link(target) => {
                header.set_entry_type(EntryType::Symlink);
                header.set_size(0);
                builder.append_link(&mut header, path, target)?;
            }
        }
    }
    builder.into_inner()?.finish()
}

/// Returns a path without `.`; `None` if it leads out.
fn plain(name: &str) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in Path::new(name).components() {
        match part {
            Component::Normal(part) => plain.push(part),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    // A backslash parts folders on some systems.
    (!name.contains('\\') || cfg!(unix)).then_some(plain)
}

/// Tells whether something lies below a path.
fn holds(tree: &Tree, path: &Path) -> bool {
    let mut behind = tree.leaves.range(path.to_path_buf()..);
    let next = behind.find(|(it, _)| *it != path);
    next.is_some_and(|(it, _)| it.starts_with(path))
}

/// Finds a link, or a file, among the folders of a path.
fn behind_link<'a>(tree: &Tree, path: &'a Path) -> Option<&'a Path> {
    let mut above = path.ancestors().skip(1);
    above.find(|folder| !matches!(tree.leaves.get(*folder), None | Some(Leaf::Folder)))
}

#[cfg(test)]
mod tests {
    use tar::Header;

    use super::*;

    fn packed(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder =
            tar::Builder::new(GzEncoder::new(Vec::new(), flate2::Compression::fast()));
        for (path, content) in entries {
            let mut header = Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, path, *content).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    fn small(packed: &[u8]) -> Result<Tree, ArchiveError> {
        let limits = Limits {
            bytes: 1_000_000,
            entries: 3,
        };
        unpack_within(packed, limits)
    }

    fn broken(packed: &[u8]) -> String {
        match unpack(packed) {
            Err(ArchiveError::Broken(reason)) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn bombs_are_not_unpacked() {
        let zeros = vec![0; 1_000_000];
        let bomb = packed(&[("pkg/a", &zeros[..]), ("pkg/b", b"one more")]);
        assert!(bomb.len() < 10_000);
        let message = "its files have more than 1000000 bytes".to_owned();
        assert_eq!(small(&bomb), Err(ArchiveError::Unsafe(message)));
        assert!(small(&packed(&[("pkg/a", &zeros[..])])).is_ok());

        let none: &[u8] = b"";
        let names = ["pkg/a", "pkg/b", "pkg/c", "pkg/d"].map(|it| (it, none));
        let message = "it has more than 3 files".to_owned();
        assert_eq!(small(&packed(&names)), Err(ArchiveError::Unsafe(message)));
        assert!(small(&packed(&names[..3])).is_ok());

        // A name without end is not read to its end.
        let mut builder =
            tar::Builder::new(GzEncoder::new(Vec::new(), flate2::Compression::fast()));
        let name = vec![b'a'; 3_000_000];
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::GNULongName);
        header.set_size(name.len() as u64);
        header.set_cksum();
        builder.append(&header, &name[..]).unwrap();
        let endless = builder.into_inner().unwrap().finish().unwrap();
        assert!(matches!(small(&endless), Err(ArchiveError::Broken(_))));
    }

    #[test]
    fn damage_is_seen() {
        let content: Vec<u8> = (0..10_000_u32).flat_map(u32::to_le_bytes).collect();
        let whole = packed(&[("pkg/dbt_project.yml", b"name: pkg"), ("pkg/a", &content)]);
        assert!(unpack(&whole).is_ok());
        broken(&whole[..whole.len() - 100]);
        broken(&whole[..whole.len() / 2]);
        broken(b"");
        broken(b"<html>");
        // The checksum is the last but eight bytes.
        let mut other = whole.clone();
        let place = other.len() - 8;
        other[place] ^= 1;
        assert!(broken(&other).contains("checksum"), "{}", broken(&other));
    }

    /// The size that an extended header gives counts, or what is in a file would be entries.
    #[test]
    fn what_is_in_a_file_is_no_entry() {
        let inner = {
            let mut header = Header::new_ustar();
            let name = b"../../evil.sql";
            header.as_old_mut().name[..name.len()].copy_from_slice(name);
            header.set_size(0);
            header.set_cksum();
            header.as_bytes().to_vec()
        };
        let mut builder =
            tar::Builder::new(GzEncoder::new(Vec::new(), flate2::Compression::fast()));
        let size = inner.len().to_string();
        let extension = [("size", size.as_bytes())];
        builder.append_pax_extensions(extension).unwrap();
        let mut header = Header::new_ustar();
        header.set_path("pkg/blob").unwrap();
        header.set_size(0);
        header.set_cksum();
        builder.append(&header, &inner[..]).unwrap();
        let tree = unpack(&builder.into_inner().unwrap().finish().unwrap()).unwrap();
        assert_eq!(tree.leaves.len(), 1);
        assert_eq!(tree.file("pkg/blob"), Some(&inner[..]));
    }
}
