//! What templates look at besides the files of the project.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use borsh::{BorshDeserialize, BorshSerialize};

/// Something that can be another one at the next invocation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum Question {
    /// The value of an environment variable.
    Variable(String),
    /// What a name of the context stands for: `flags`, `invocation_args_dict` …
    Name(String),
    /// The content of a file that is read on the way.
    File(String),
}

/// Notes each question once, from any thread.
#[derive(Debug, Default)]
pub struct Consulted(Mutex<BTreeSet<Question>>);

impl Consulted {
    /// Notes an environment variable.
    pub fn variable(&self, name: &str) {
        self.questions().insert(Question::Variable(name.to_owned()));
    }

    /// Notes a name of the context.
    pub fn name(&self, name: &str) {
        self.questions().insert(Question::Name(name.to_owned()));
    }

    /// Notes what was noted at an earlier invocation.
    pub fn again(&self, questions: impl IntoIterator<Item = Question>) {
        self.questions().extend(questions);
    }

    /// Notes a file.
    pub fn file(&self, path: &Path) {
        let path = path.to_string_lossy().into_owned();
        self.questions().insert(Question::File(path));
    }

    /// Lists what was noted, sorted.
    pub fn list(&self) -> Vec<Question> {
        self.questions().iter().cloned().collect()
    }

    fn questions(&self) -> MutexGuard<'_, BTreeSet<Question>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
