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
    files: Vec<Arc<File>>,
}

/// A file that is held, or one that is named until something in it is to be shown.
#[derive(Debug)]
struct File {
    text: Arc<Text>,
    late: OnceLock<Arc<Text>>,
}

impl Texts {
    /// Adds a text and returns its id.
    pub fn add(&mut self, path: impl Into<String>, content: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(Arc::new(File {
            text: text(path.into(), content.into()),
            late: OnceLock::new(),
        }));
        id
    }

    /// Adds a file by its path alone; its text is empty until it is brought in.
    pub fn name(&mut self, path: impl Into<String>) -> FileId {
        self.add(path, "")
    }

    /// Brings in the text of a file that is only named; all copies of the store see it.
    pub fn bring_in(&self, id: FileId, content: impl Into<Arc<str>>) {
        if let Some(file) = self.files.get(id.0 as usize) {
            let path = file.text.path.clone();
            file.late.get_or_init(|| text(path, content.into()));
        }
    }

    /// Returns a text, if the id is from this store.
    pub fn get(&self, id: FileId) -> Option<&Arc<Text>> {
        let file = self.files.get(id.0 as usize)?;
        Some(file.late.get().unwrap_or(&file.text))
    }

    /// Returns the content of a file, empty for an unknown id.
    pub fn content(&self, id: FileId) -> &str {
        self.get(id).map_or("", |text| &text.content)
    }

    /// Lists the texts with their ids in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Arc<Text>)> {
        let ids = (0..).map(FileId).take(self.files.len());
        ids.filter_map(|id| Some((id, self.get(id)?)))
    }
}

fn text(path: String, content: Arc<str>) -> Arc<Text> {
    Arc::new(Text {
        path,
        content,
        lines: OnceLock::new(),
    })
}
