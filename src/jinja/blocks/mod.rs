//! dbt's own blocks, cut out of files as dbt does: macros, tests, materializations, snapshots, docs.
//!
//! In: the text of a file. Out: [`Block`]s with the spans of their parts and, for macros, what
//! their header says and which macros they call, and findings. Read `scan.rs` for what hides a tag.

mod header;
mod scan;

use scan::{Tag, Tags, Unclosed};

use crate::diagnostics::{Code, Diagnostic};
use crate::jinja::macros::StaticCall;
use crate::text::{FileId, Location, Span};

/// The tag that opens a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// `{% macro %}`
    Macro,
    /// `{% test %}` and `{% data_test %}`
    Test,
    /// `{% materialization %}`
    Materialization,
    /// `{% snapshot %}`
    Snapshot,
    /// `{% docs %}`
    Docs,
}

impl BlockKind {
    fn of(word: &str) -> Option<Self> {
        match word {
            "macro" => Some(Self::Macro),
            "test" | "data_test" => Some(Self::Test),
            "materialization" => Some(Self::Materialization),
            "snapshot" => Some(Self::Snapshot),
            "docs" => Some(Self::Docs),
            _ => None,
        }
    }
}

/// A parameter of a macro.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its default as written.
    pub default: Option<String>,
}

/// One block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its tag.
    pub kind: BlockKind,
    /// Its name; that of a macro in full: `test_unique`, `materialization_view_default`.
    pub name: String,
    /// Parameters of a macro or test.
    pub params: Vec<Param>,
    /// `supported_languages` of a materialization.
    pub languages: Option<Vec<String>>,
    /// Macros that the body of a macro calls by name.
    pub calls: Vec<StaticCall>,
    /// The whole block with its tags and the white space that they eat.
    pub span: Span,
    /// The opening tag.
    pub header: Span,
    /// What is between the tags, without the white space that they eat.
    pub body: Span,
}

/// Cuts the blocks of `kinds` out of a file. The first thing that cannot be read ends it.
pub fn blocks(file: FileId, text: &str, kinds: &[BlockKind]) -> (Vec<Block>, Vec<Diagnostic>) {
    let cut = cut(file, text, kinds);
    (cut.blocks, cut.findings)
}

/// Does the same, and tells of tags that stand in none of the blocks.
pub fn blocks_alone(
    file: FileId,
    text: &str,
    kinds: &[BlockKind],
) -> (Vec<Block>, Vec<Diagnostic>) {
    let mut cut = cut(file, text, kinds);
    let strays = std::mem::take(&mut cut.strays);
    let strays = strays.iter().map(|tag| stray(file, tag, kinds));
    cut.findings.extend(strays);
    (cut.blocks, cut.findings)
}

fn cut<'a>(file: FileId, text: &'a str, kinds: &[BlockKind]) -> Cut<'a> {
    let mut cut = Cut {
        file,
        text,
        blocks: Vec::new(),
        strays: Vec::new(),
        findings: Vec::new(),
    };
    if let Err(finding) = cut.run(kinds) {
        cut.findings.push(finding);
    }
    cut
}

fn stray(file: FileId, tag: &Tag<'_>, kinds: &[BlockKind]) -> Diagnostic {
    let word = tag.word;
    let block = match kinds.contains(&BlockKind::Snapshot) {
        true => "snapshot",
        false => "macro",
    };
    let help = match word.strip_prefix("end").and_then(BlockKind::of) {
        Some(_) => "remove it".to_owned(),
        None => format!("move it into a {block}, or remove it: nothing reads it here"),
    };
    Diagnostic::warning(
        Code::UnexpectedBlock,
        format!("`{word}` stands outside of every {block}"),
    )
    .at(Location::new(file, tag.marks))
    .help(help)
}

struct Cut<'a> {
    file: FileId,
    text: &'a str,
    blocks: Vec<Block>,
    /// Tags outside of blocks.
    strays: Vec<Tag<'a>>,
    findings: Vec<Diagnostic>,
}

impl<'a> Cut<'a> {
    fn run(&mut self, kinds: &[BlockKind]) -> Result<(), Diagnostic> {
        let mut tags = Tags::new(self.text);
        let mut flow: Vec<Tag<'_>> = Vec::new();
        let mut current: Option<(Tag<'_>, BlockKind)> = None;
        while let Some(tag) = tags.next().map_err(|it| self.unclosed(it))? {
            match tag.word {
                "if" | "for" => flow.push(tag),
                "endif" | "endfor" => self.end_of_flow(flow.pop(), tag)?,
                _ => {}
            }
            let kind = BlockKind::of(tag.word).filter(|kind| kinds.contains(kind));
            if let Some(kind) = kind {
                if let Some(around) = flow.last() {
                    let message = "block definition inside control flow";
                    return Err(self
                        .error(message, tag.marks)
                        .label(Location::new(self.file, around.marks), "inside of this")
                        .help("move the block to the top level of the file"));
                }
                if let Some((outer, _)) = current {
                    let (outer_word, inner) = (outer.word, tag.word);
                    let message = format!(
                        "`{outer_word}` has no `{{% end{outer_word} %}}` before this `{inner}`"
                    );
                    return Err(self
                        .error(message, tag.marks)
                        .label(Location::new(self.file, outer.marks), "opens here")
                        .help(format!("add `{{% end{outer_word} %}}` above")));
                }
                current = Some((tag, kind));
            } else if let Some((open, kind)) = current
                && tag.word.strip_prefix("end") == Some(open.word)
            {
                current = None;
                self.block(kind, open, tag);
            } else if current.is_none() {
                self.strays.push(tag);
            }
        }
        let Some((open, _)) = current else {
            return Ok(());
        };
        let word = open.word;
        let message = format!("`{word}` is never closed");
        Err(self
            .error(message, open.marks)
            .help(format!("add `{{% end{word} %}}`")))
    }

    fn end_of_flow(&self, open: Option<Tag<'_>>, end: Tag<'_>) -> Result<(), Diagnostic> {
        let word = end.word;
        match open {
            Some(open) if word.strip_prefix("end") == Some(open.word) => Ok(()),
            Some(open) => {
                let expected = open.word;
                let message = format!("got `{word}` but expected `end{expected}` next");
                Err(self
                    .error(message, end.marks)
                    .label(Location::new(self.file, open.marks), "this is open"))
            }
            None => {
                let opener = word.trim_start_matches("end");
                let message = format!("got `{word}` without `{opener}` before it");
                Err(self.error(message, end.marks))
            }
        }
    }

    fn block(&mut self, kind: BlockKind, open: Tag<'a>, close: Tag<'a>) {
        let span = open.span.to(close.span);
        let mut block = Block {
            kind,
            name: open.name.unwrap_or_default().to_owned(),
            params: Vec::new(),
            languages: None,
            calls: Vec::new(),
            span,
            header: open.marks,
            body: Span::new(open.span.end as usize, close.span.start as usize),
        };
        if matches!(kind, BlockKind::Snapshot | BlockKind::Docs) {
            if open.name.is_none() {
                let message = format!("`{}` without a name", open.word);
                let help = format!("write `{{% {} my_name %}}`", open.word);
                self.findings
                    .push(self.error(message, open.marks).help(help));
                return;
            }
        } else if let Err(error) = header::read(&mut block, &self.text[span.range()]) {
            let at = error.span.shifted(span.start as usize);
            let mut finding = self.error(error.message, at);
            finding.help = error.help;
            self.findings.push(finding);
            return;
        }
        self.blocks.push(block);
    }

    fn unclosed(&self, unclosed: Unclosed) -> Diagnostic {
        let wanted = unclosed.wanted;
        let message = format!("the file ends where {wanted} is expected");
        self.error(message, unclosed.opening)
    }

    fn error(&self, message: impl Into<String>, span: Span) -> Diagnostic {
        Diagnostic::error(Code::InvalidJinja, message).at(Location::new(self.file, span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[BlockKind] = &[
        BlockKind::Macro,
        BlockKind::Test,
        BlockKind::Materialization,
    ];

    fn cut(text: &str) -> (Vec<Block>, Vec<Diagnostic>) {
        blocks(FileId(0), text, ALL)
    }

    #[test]
    fn tags_in_strings_comments_and_raw_blocks_are_hidden() {
        let text = "{% macro f() %}{{ '{% endmacro %}' }}{# {% endmacro %} #}\
                    {% raw %}{% endmacro %}{% endraw %}{% endmacro %} {% macro g() %}{% endmacro %}";
        let (found, findings) = cut(text);
        assert_eq!(findings, []);
        let names: Vec<_> = found.iter().map(|block| block.name.as_str()).collect();
        assert_eq!(names, ["f", "g"]);
    }

    #[test]
    fn blocks_hold_the_white_space_that_their_tags_eat() {
        let text = "a\n  {%- macro f(x, y=1 + 1) -%} b {%- endmacro -%}  \nc";
        let (found, _) = cut(text);
        let slice = |span: Span| &text[span.range()];
        assert_eq!(
            slice(found[0].span),
            "\n  {%- macro f(x, y=1 + 1) -%} b {%- endmacro -%}  \n"
        );
        assert_eq!(slice(found[0].body), "b");
        assert_eq!(found[0].params[1].default.as_deref(), Some("1 + 1"));
    }

    #[test]
    fn full_names_and_languages() {
        let text = "{% materialization m, adapter='duckdb', supported_languages=['sql', 'python'] %}\
                    {% endmaterialization %}{% test t(model) %}{% endtest %}";
        let (found, _) = cut(text);
        assert_eq!(found[0].name, "materialization_m_duckdb");
        let languages = found[0].languages.clone().unwrap_or_default();
        assert_eq!(languages, ["sql", "python"]);
        assert_eq!(found[1].name, "test_t");
    }

    #[test]
    fn what_is_wrong_is_found() {
        for (text, message) in [
            ("{% macro f() %}", "`macro` is never closed"),
            (
                "{% if x %}{% macro f() %}{% endmacro %}{% endif %}",
                "block definition inside control flow",
            ),
            ("{% endif %}", "got `endif` without `if` before it"),
            (
                "{% macro f() %}{% macro g() %}",
                "`macro` has no `{% endmacro %}` before this `macro`",
            ),
            ("{{ 1", "the file ends where }} is expected"),
            (
                "{% macro f() %}{{ 1 + }}{% endmacro %}",
                "unexpected 'end of print statement'",
            ),
        ] {
            let (_, findings) = cut(text);
            assert_eq!(
                findings.first().map(|it| it.message.as_str()),
                Some(message),
                "{text}"
            );
        }
    }
}
