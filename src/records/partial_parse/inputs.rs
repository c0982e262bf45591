//! Everything that reading a project depends on, as digests.

use std::hash::{Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::graph::GraphOptions;
use crate::invocation::Question;
use crate::jinja::context::Project as Facts;
use crate::parse::ParseInput;
use crate::system::System;
use crate::text::{Text, Texts};

/// SHA-256 of something.
pub(super) type Fingerprint = [u8; 32];

/// What a file of an earlier run says about its inputs.
#[derive(Debug, Clone, PartialEq, Eq, Default, BorshSerialize, BorshDeserialize)]
pub(super) struct Head {
    /// Of what is known before anything is parsed.
    fingerprint: Fingerprint,
    /// What templates looked at, and what it was. Values are not kept: they may be nobody's business.
    answers: Vec<(Question, Fingerprint)>,
}

/// Everything that parsing and linking depend on.
#[derive(Debug)]
pub struct Inputs {
    fingerprint: Fingerprint,
    /// Of what a template can look at besides its node.
    around_templates: Fingerprint,
    facts: Arc<Facts>,
}

/// Digest of the sources that this program is built from.
const BUILD: &str = env!("DSQL_BUILD");

impl Inputs {
    /// Takes the fingerprint of a loaded project; `texts` are all that were read for it.
    pub fn of(input: &ParseInput<'_>, options: &GraphOptions, texts: &Texts) -> Self {
        let (loaded, facts) = (input.loaded, &input.project);
        let mut hash = Sha::default();
        BUILD.hash(&mut hash);
        input.packages_override_materializations.hash(&mut hash);
        format!("{options:?} {:?}", loaded.vars).hash(&mut hash);
        for package in &loaded.packages {
            (&package.name, &package.root).hash(&mut hash);
            format!("{:?}", package.project).hash(&mut hash);
        }
        (&facts.name, facts.target.to_string()).hash(&mut hash);
        (&facts.default_database, &facts.default_schema).hash(&mut hash);
        (facts.adapter.name(), facts.quoting).hash(&mut hash);
        facts.base.stores_failures().hash(&mut hash);
        facts.base.system.time_zone().hash(&mut hash);
        let mut templates = hash.clone();
        for package in &loaded.packages {
            package.files.hash(&mut hash);
            let macros = package.files.iter().filter(|it| it.kind.holds_macros());
            for file in macros {
                let text = file.file.map(|id| texts.content(id));
                (&file.original_file_path, text).hash(&mut templates);
            }
            "end".hash(&mut templates);
        }
        // A profile counts by what its target comes to: it may hold passwords.
        let profile = loaded.profile.location.and_then(|it| texts.get(it.file));
        texts_of(texts, profile.map(|it| it.path.as_str())).hash(&mut hash);
        Self {
            fingerprint: hash.0.finalize().into(),
            around_templates: templates.0.finalize().into(),
            facts: Arc::clone(facts),
        }
    }

    /// Describes these inputs, what templates looked at since included.
    pub(super) fn head(&self, system: &dyn System) -> Head {
        self.describe(self.fingerprint, system)
    }

    /// Describes those of them that templates can look at.
    pub(super) fn head_of_templates(&self, system: &dyn System) -> Head {
        self.describe(self.around_templates, system)
    }

    fn describe(&self, fingerprint: Fingerprint, system: &dyn System) -> Head {
        let questions = self.facts.base.consulted.list().into_iter();
        Head {
            fingerprint,
            answers: questions
                .map(|question| {
                    let answer = self.answer(&question, system);
                    (question, answer)
                })
                .collect(),
        }
    }

    /// Tells whether an earlier run had the same inputs.
    pub(super) fn agree(&self, head: &Head, system: &dyn System) -> bool {
        head.fingerprint == self.fingerprint && self.answers_agree(head, system)
    }

    /// Tells whether templates of an earlier run could look at the same.
    pub(super) fn agree_of_templates(&self, head: &Head, system: &dyn System) -> bool {
        head.fingerprint == self.around_templates && self.answers_agree(head, system)
    }

    /// Notes what was looked at in an earlier run.
    pub(super) fn consult(&self, head: &Head) {
        let questions = head.answers.iter().map(|(question, _)| question.clone());
        self.facts.base.consulted.again(questions);
    }

    fn answers_agree(&self, head: &Head, system: &dyn System) -> bool {
        let mut answers = head.answers.iter();
        answers.all(|(question, answer)| self.answer(question, system) == *answer)
    }

    fn answer(&self, question: &Question, system: &dyn System) -> Fingerprint {
        let mut hash = Sha::default();
        match question {
            Question::Variable(name) => system.env(name).hash(&mut hash),
            Question::Name(name) => self
                .facts
                .named(name)
                .map(ToString::to_string)
                .hash(&mut hash),
            Question::File(path) => system.read(Path::new(path)).ok().hash(&mut hash),
        }
        hash.0.finalize().into()
    }
}

/// Fingerprints of the texts in the order they were read, of several at once; that at `without`
/// counts by its path alone.
fn texts_of(texts: &Texts, without: Option<&str>) -> Vec<Fingerprint> {
    let all: Vec<&Arc<Text>> = texts.iter().map(|(_, text)| text).collect();
    let several = all.par_chunks(256).map(|several| {
        let mut hash = Sha::default();
        for text in several {
            text.path.hash(&mut hash);
            if Some(text.path.as_str()) != without {
                text.content.hash(&mut hash);
            }
        }
        hash.0.finalize().into()
    });
    several.collect()
}

/// SHA-256 over whatever can be hashed.
#[derive(Clone, Default)]
struct Sha(Sha256);

impl Hasher for Sha {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        // Nobody asks: the digest is taken as a whole.
        0
    }
}
