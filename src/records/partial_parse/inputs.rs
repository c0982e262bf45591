//! Everything that reading a project depends on, as digests.

use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::graph::GraphOptions;
use crate::invocation::Question;
use crate::jinja::context::Project as Facts;
use crate::parse::{FilePlace, ParseInput, can_be_amended, may_override};
use crate::project::FileKind;
use crate::system::System;
use crate::text::{FileId, Texts};

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
    /// Of everything.
    whole: Fingerprint,
    /// Of everything but what stands in files that can be read again alone.
    around_files: Fingerprint,
    /// Of what stands in each of those.
    files: Vec<(FilePlace, Fingerprint)>,
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
        let nested = facts.base.flags["REQUIRE_GENERIC_TEST_ARGUMENTS_PROPERTY"] == true;
        nested.hash(&mut hash);
        format!("{options:?} {:?}", loaded.vars).hash(&mut hash);
        for package in &loaded.packages {
            (&package.name, &package.root).hash(&mut hash);
            format!("{:?}", package.project).hash(&mut hash);
        }
        (&facts.name, facts.target.to_string()).hash(&mut hash);
        (&facts.default_database, &facts.default_schema).hash(&mut hash);
        (facts.adapter.macro_prefixes(), facts.quoting).hash(&mut hash);
        facts.base.stores_failures().hash(&mut hash);
        facts.base.system.time_zone().hash(&mut hash);
        let mut templates = hash.clone();
        // What a file says of a source can stand in another one.
        let overridden = loaded.packages.iter().any(|package| {
            let files = package.files.iter();
            let mut schemas = files.filter(|it| it.kind == FileKind::Schema);
            schemas.any(|it| it.file.is_some_and(|id| may_override(texts.content(id))))
        });
        let mut apart: HashSet<FileId> = HashSet::new();
        let mut places = Vec::new();
        for (at, package) in loaded.packages.iter().enumerate() {
            for (nth, file) in package.files.iter().enumerate() {
                let described = overridden && file.kind == FileKind::Schema;
                let alone = can_be_amended(file.kind) && !described;
                let place = (&file.search_path, &file.relative_path);
                (file.kind, file.file, &file.path, place, alone).hash(&mut hash);
                if alone {
                    apart.extend(file.file);
                    places.push((at, nth));
                } else {
                    (file.content, &file.checksum).hash(&mut hash);
                }
            }
            "end".hash(&mut hash);
            let macros = package.files.iter().filter(|it| it.kind.holds_macros());
            for file in macros {
                let text = file.file.map(|id| texts.content(id));
                (&file.original_file_path, text).hash(&mut templates);
            }
            "end".hash(&mut templates);
        }
        // A profile counts by what its target comes to: it may hold passwords.
        let profile = loaded.profile.location.and_then(|it| texts.get(it.file));
        for (id, text) in texts.iter() {
            let is_profile = profile.is_some_and(|it| it.path == text.path);
            let content = (!is_profile && !apart.contains(&id)).then_some(&text.content);
            (&text.path, content).hash(&mut hash);
        }
        let around_files: Fingerprint = hash.0.finalize().into();
        let files = fingerprints(&places, input, texts);
        let mut whole = Sha::default();
        (around_files, &files).hash(&mut whole);
        Self {
            whole: whole.0.finalize().into(),
            around_files,
            files,
            around_templates: templates.0.finalize().into(),
            facts: Arc::clone(facts),
        }
    }

    /// Describes these inputs, what templates looked at since included.
    pub(super) fn head(&self, system: &dyn System) -> Head {
        self.describe(self.whole, system)
    }

    /// Describes them without what stands in the files that can be read again alone, which have
    /// fingerprints of their own.
    pub(super) fn head_around_files(&self, system: &dyn System) -> (Head, Vec<Fingerprint>) {
        let files = self.files.iter().map(|(_, it)| *it).collect();
        (self.describe(self.around_files, system), files)
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
        head.fingerprint == self.whole && self.answers_agree(head, system)
    }

    /// Lists the files in which something else stands than in an earlier run, if that had all else
    /// in common with this one.
    pub(super) fn differ_in(
        &self,
        (head, files): (&Head, &[Fingerprint]),
        system: &dyn System,
    ) -> Option<Vec<FilePlace>> {
        let same = head.fingerprint == self.around_files && files.len() == self.files.len();
        if !same || !self.answers_agree(head, system) {
            return None;
        }
        let both = self.files.iter().zip(files);
        let differ = both.filter(|((_, now), before)| now != *before);
        Some(differ.map(|((place, _), _)| *place).collect())
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

/// Fingerprints of what stands in files, in their order.
fn fingerprints(
    places: &[FilePlace],
    input: &ParseInput<'_>,
    texts: &Texts,
) -> Vec<(FilePlace, Fingerprint)> {
    let of = |&(package, nth): &FilePlace| {
        let file = &input.loaded.packages[package].files[nth];
        let mut hash = Sha::default();
        (file.content, &file.checksum).hash(&mut hash);
        file.file.map(|id| texts.content(id)).hash(&mut hash);
        ((package, nth), hash.0.finalize().into())
    };
    places.par_iter().with_min_len(64).map(of).collect()
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
