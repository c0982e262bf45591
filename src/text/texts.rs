//! The store of all texts of one run.

use std::sync::{Arc, OnceLock};

use super::{FileId, LineColumn, LineIndex};

/// One file's path and content.
#[derive(Debug)]
pub struct Text {
    /// The path as shown to people: relative to the project where it lies inside.
    pub path: String,
    /// The content, decoded.
    pub content: Arc<str>,
    lines: OnceLock<LineIndex>,
}

impl Text {
    /// Returns line and column of a byte offset.
    pub fn line_column(&self, offset: usize) -> LineColumn {
        self.lines().line_column(&self.content, offset)
    }

    /// Returns the line index, made at the first call.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.content))
    }
}

/// All texts of one run, by [`FileId`].
#[derive(Debug, Default, Clone)]
pub struct Texts {
    files: Vec<Arc<Text>>,
}

impl Texts {
    /// Adds a text and returns its id.
    pub fn add(&mut self, path: impl Into<String>, content: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let (path, content) = (path.into(), content.into());
        self.files.push(Arc::new(Text {
            path,
            content,
            lines: OnceLock::new(),
        }));
        id
    }

    /// Returns a text, if the id is from this store.
    pub fn get(&self, id: FileId) -> Option<&Arc<Text>> {
        self.files.get(id.0 as usize)
    }

    /// Returns the content of a file, empty for an unknown id.
    pub fn content(&self, id: FileId) -> &str {
        self.get(id).map_or("", |text| &text.content)
    }

    /// Lists the texts with their ids in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Arc<Text>)> {
        (0..).map(FileId).zip(&self.files)
    }
}
