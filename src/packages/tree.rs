//! The files of a package, in memory.
//!
//! In: a folder, or what `archive` unpacks. Out: the same below another folder. Nothing in a tree
//! leads out of it: paths are plain, and links stay inside.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use crate::system::{self, System, SystemError};

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Leaf {
    /// A folder, which may be empty.
    Folder,
    /// A file.
    File {
        /// Its bytes.
        content: Vec<u8>,
        /// Whether it is a program.
        executable: bool,
    },
    /// A link to this path, relative to the link's folder.
    Link(String),
}

/// Files, folders and links by their paths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tree {
    pub(super) leaves: BTreeMap<PathBuf, Leaf>,
}

impl Tree {
    /// Reads a folder with all below it, without what git keeps for itself.
    pub(super) fn of_folder(system: &dyn System, folder: &Path) -> Result<Self, SystemError> {
        let mut tree = Self::default();
        let mut waiting = system.list(folder)?;
        while let Some(path) = waiting.pop() {
            let Ok(inside) = path.strip_prefix(folder).map(Path::to_path_buf) else {
                continue;
            };
            if inside == Path::new(".git") {
                continue;
            }
            let leaf = match system.entry(&path) {
                None => continue,
                Some(system::Entry::Folder) => {
                    waiting.extend(system.list(&path)?);
                    Leaf::Folder
                }
                Some(system::Entry::File { executable }) => Leaf::File {
                    content: system.read(&path)?,
                    executable,
                },
                Some(system::Entry::Link(target)) => Leaf::Link(target.display().to_string()),
            };
            tree.leaves.insert(inside, leaf);
        }
        Ok(tree)
    }

    /// Writes the tree below a folder.
    pub(super) fn plant(&self, system: &dyn System, folder: &Path) -> Result<(), SystemError> {
        system.create_dir_all(folder)?;
        for (path, leaf) in &self.leaves {
            let path = folder.join(path);
            match leaf {
                Leaf::Folder => system.create_dir_all(&path)?,
                Leaf::File {
                    content,
                    executable,
                } => {
                    system.write(&path, content)?;
                    if *executable {
                        system.make_executable(&path)?;
                    }
                }
                Leaf::Link(target) => system.link(Path::new(target), &path)?,
            }
        }
        Ok(())
    }

    /// Returns the bytes of a file.
    pub(super) fn file(&self, path: &str) -> Option<&[u8]> {
        match self.leaves.get(Path::new(path)) {
            Some(Leaf::File { content, .. }) => Some(content),
            _ => None,
        }
    }

    /// Takes the one folder away that everything lies in; `None` if there is not one such folder.
    pub(super) fn without_top(self) -> Option<Self> {
        let mut top: Option<PathBuf> = None;
        let mut inside = BTreeMap::new();
        for (path, leaf) in self.leaves {
            let mut parts = path.components();
            let first = PathBuf::from(parts.next()?.as_os_str());
            if *top.get_or_insert_with(|| first.clone()) != first {
                return None;
            }
            let rest = parts.as_path();
            match leaf {
                Leaf::Folder if rest.as_os_str().is_empty() => {}
                _ if rest.as_os_str().is_empty() => return None,
                leaf => {
                    inside.insert(rest.to_path_buf(), leaf);
                }
            }
        }
        top.map(|_| Self { leaves: inside })
    }

    /// Finds a link that leads out of the tree: where it is, and where it leads.
    pub(super) fn link_out(&self) -> Option<(&Path, &str)> {
        self.leaves.iter().find_map(|(path, leaf)| match leaf {
            Leaf::Link(target) if !self.stays_inside(path, target) => {
                Some((path.as_path(), target.as_str()))
            }
            _ => None,
        })
    }

    /// Tells whether a link leads to somewhere below the folder that everything lies in, and not
    /// over another link, which could lead elsewhere than it seems.
    fn stays_inside(&self, link: &Path, target: &str) -> bool {
        let mut at = link.parent().unwrap_or(Path::new("")).to_path_buf();
        for part in Path::new(target).components() {
            if matches!(self.leaves.get(&at), Some(Leaf::Link(_))) {
                return false;
            }
            match part {
                Component::Normal(part) => at.push(part),
                Component::CurDir => {}
                Component::ParentDir if at.pop() => {}
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => return false,
            }
        }
        true
    }
}
