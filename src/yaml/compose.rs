//! Scanner events → one tree: anchors, aliases, merge keys, tags, spans.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span as Marks, Tag};

use super::leniency::Lenient;
use super::origin::{after_properties, quoted_end};
use super::scalar::{self, Kind};
use super::{Entry, Mapping, Node, Value, explain, tags};
use crate::diagnostics::{Code, Diagnostic};
use crate::text::{FileId, Location, Span};

/// How many nodes aliases and merge keys may copy in one file.
const MOST_COPIES: usize = 100_000;

/// Composes the only document of `text`.
pub(super) fn compose(file: FileId, text: &str) -> (Option<Node>, Vec<Diagnostic>) {
    let mut lenient = Lenient::new(text);
    loop {
        let mut composer = Composer::new(file, text, &lenient);
        match composer.run() {
            Ok(root) => {
                let mut findings = composer.findings;
                let empty = || Node::new(Value::Null, Location::new(file, Span::default()));
                let root = root.unwrap_or_else(empty);
                let failed = findings.iter().any(Diagnostic::is_error);
                crate::diagnostics::sort(&mut findings);
                return ((!failed).then_some(root), findings);
            }
            Err(Stop::Scan(error)) => {
                if !lenient.mend(&error) {
                    let at = lenient.origin(error.marker().index());
                    return (
                        None,
                        vec![explain::scan_error(file, text, at, error.info())],
                    );
                }
            }
            Err(Stop::Finding(finding)) => return (None, vec![*finding]),
        }
    }
}

/// Why composing stops early.
enum Stop {
    Scan(ScanError),
    Finding(Box<Diagnostic>),
}

/// A collection that is still open.
struct Open {
    start: usize,
    /// End of the last child.
    end: usize,
    anchor: usize,
    tag: Option<String>,
    kind: OpenKind,
    /// Nodes inside so far.
    size: usize,
    /// Whether it stands in brackets.
    bracket: bool,
}

enum OpenKind {
    Seq(Vec<Node>),
    Map {
        own: Vec<Entry>,
        merged: Vec<Entry>,
        key: Option<(Node, bool)>,
    },
}

/// A finished anchored node and the number of nodes in it; `None` while it is open.
type Anchored = Option<(Node, usize)>;

struct Composer<'a> {
    file: FileId,
    text: &'a str,
    lenient: &'a Lenient<'a>,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    names: HashMap<String, Location>,
    copies: usize,
    /// How many of the open collections stand in brackets.
    brackets: usize,
    has_tabs: bool,
    root: Option<Node>,
    findings: Vec<Diagnostic>,
}

impl<'a> Composer<'a> {
    fn new(file: FileId, text: &'a str, lenient: &'a Lenient<'a>) -> Self {
        Self {
            file,
            text,
            lenient,
            open: Vec::new(),
            anchors: HashMap::new(),
            names: HashMap::new(),
            copies: 0,
            brackets: 0,
            has_tabs: text.contains('\t'),
            root: None,
            findings: Vec::new(),
        }
    }

    fn run(&mut self) -> Result<Option<Node>, Stop> {
        let lenient = self.lenient;
        let mut documents = 0;
        for event in Parser::new_from_str(lenient.text()) {
            let (event, marks) = event.map_err(Stop::Scan)?;
            match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        let at = self.location(self.byte(&marks), self.end(&marks));
                        return Err(Stop::Finding(Box::new(second_document(at))));
                    }
                }
                Event::Alias(id) => self.alias(id, &marks)?,
                Event::Scalar(text, style, anchor, tag) => {
                    self.scalar(text.into_owned(), style, anchor, tag.as_deref(), &marks)?;
                }
                Event::SequenceStart(anchor, tag) => {
                    self.start(OpenKind::Seq(Vec::new()), anchor, tag.as_deref(), &marks)?;
                }
                Event::MappingStart(anchor, tag) => {
                    let kind = OpenKind::Map {
                        own: Vec::new(),
                        merged: Vec::new(),
                        key: None,
                    };
                    self.start(kind, anchor, tag.as_deref(), &marks)?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.finish(&marks)?,
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            }
        }
        Ok(self.root.take())
    }

    fn byte(&self, marks: &Marks) -> usize {
        self.lenient.origin(marks.start.index())
    }

    fn end(&self, marks: &Marks) -> usize {
        self.lenient.origin(marks.end.index())
    }

    fn location(&self, start: usize, end: usize) -> Location {
        Location::new(self.file, Span::new(start, end))
    }

    fn error(&mut self, location: Location, message: impl Into<String>) {
        self.findings.push(explain::with_jinja_hint(
            self.text,
            location,
            message.into(),
        ));
    }

    fn alias(&mut self, id: usize, marks: &Marks) -> Result<(), Stop> {
        let location = self.location(self.byte(marks), self.end(marks));
        let Some(Some((node, size))) = self.anchors.get(&id) else {
            let message = "this alias stands inside the value it names";
            return Err(stop(
                Diagnostic::error(Code::InvalidYaml, message).at(location),
            ));
        };
        let (node, size) = (node.clone(), *size);
        self.count_copies(size, location)?;
        self.add(node, size, location.span.end as usize, false)
    }

    fn count_copies(&mut self, size: usize, location: Location) -> Result<(), Stop> {
        self.copies += size;
        if self.copies <= MOST_COPIES {
            return Ok(());
        }
        let message = format!("aliases in this file repeat more than {MOST_COPIES} values");
        let finding = Diagnostic::error(Code::InvalidYaml, message)
            .label(location, "one too many")
            .help("write the values out, or split the file");
        Err(stop(finding))
    }

    fn scalar(
        &mut self,
        text: String,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        marks: &Marks,
    ) -> Result<(), Stop> {
        let (start, end) = self.scalar_span(&text, style, marks);
        self.refuse_tab(start)?;
        let location = self.location(start, end);
        self.register(anchor, start)?;
        let mut text = text;
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            self.drop_added_line_end(&mut text, marks);
        }
        let tag = tag.map(full_tag);
        let implicit = tag
            .as_ref()
            .map_or(style == ScalarStyle::Plain, |tag| tag == "!");
        let tag = tag.filter(|tag| tag != "!");
        let merge = implicit && self.expects_key() && scalar::resolve(&text) == Kind::Merge;
        let value = match tag {
            Some(tag) => tags::tagged_scalar(&tag, text),
            None if !implicit => Ok(Value::String(text)),
            // PyYAML takes both for text where they are keys.
            None if self.expects_key() && matches!(text.as_str(), "=" | "<<") => {
                Ok(Value::String(text))
            }
            None => tags::plain(text),
        };
        let value = value.unwrap_or_else(|message| {
            let finding = explain::with_jinja_hint(self.text, location, message);
            let finding = match implicit {
                true => finding.help("put quotes around it if it is text"),
                false => finding.help("remove the tag, or put quotes around the whole"),
            };
            self.findings.push(finding);
            Value::Null
        });
        let node = Node::new(value, location);
        self.remember(anchor, &node, 1);
        self.add(node, 1, end, merge)
    }

    /// The scanner's span of a quoted scalar runs on over blanks and comments, that of a block
    /// scalar leaves the indicator out, and that of an empty one lies on the colon before it.
    fn scalar_span(&self, text: &str, style: ScalarStyle, marks: &Marks) -> (usize, usize) {
        let (start, end) = (self.byte(marks), self.end(marks));
        let after = self.text.get(start..end).unwrap_or_default();
        match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                (start, start + quoted_end(after))
            }
            ScalarStyle::Literal | ScalarStyle::Folded => (start, start + after.trim_end().len()),
            ScalarStyle::Plain if text.is_empty() => {
                let indicator = self.text.get(start..).unwrap_or_default();
                let at = start + usize::from(indicator.starts_with([':', '-', '?']));
                (at, at)
            }
            ScalarStyle::Plain => (start, end),
        }
    }

    /// A block scalar that the file's last line ends without a line end has none for PyYAML.
    fn drop_added_line_end(&self, text: &mut String, marks: &Marks) {
        let unfinished = self.end(marks) >= self.text.len() && !self.text.ends_with(['\n', '\r']);
        let last_line = self.text.rsplit('\n').next().unwrap_or_default();
        let blank = |line: &str| line.trim_matches([' ', '\t']).is_empty();
        let added = !blank(last_line) || text.lines().last().is_some_and(blank);
        if unfinished && added && text.ends_with('\n') {
            text.pop();
        }
    }

    fn expects_key(&self) -> bool {
        matches!(
            self.open.last(),
            Some(Open {
                kind: OpenKind::Map { key: None, .. },
                ..
            })
        )
    }

    fn start(
        &mut self,
        kind: OpenKind,
        anchor: usize,
        tag: Option<&Tag>,
        marks: &Marks,
    ) -> Result<(), Stop> {
        let start = self.byte(marks);
        self.refuse_tab(start)?;
        let content = self.text.get(start..).map(after_properties);
        let bracket = content.is_some_and(|it| it.starts_with(['[', '{']));
        self.brackets += usize::from(bracket);
        if self.open.len() >= explain::DEEPEST {
            return Err(stop(explain::too_deep(self.location(start, start + 1))));
        }
        self.register(anchor, start)?;
        self.open.push(Open {
            start,
            end: start,
            anchor,
            tag: tag.map(full_tag).filter(|tag| tag != "!"),
            kind,
            size: 1,
            bracket,
        });
        Ok(())
    }

    fn finish(&mut self, marks: &Marks) -> Result<(), Stop> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        self.brackets -= usize::from(open.bracket);
        // A bracket ends what a bracket opened; a block ends with its last child.
        let end = if open.bracket {
            self.byte(marks) + 1
        } else {
            open.end
        };
        let location = self.location(open.start, end.max(open.start));
        let value = match open.kind {
            OpenKind::Seq(items) => match &open.tag {
                Some(tag) => tags::tagged_seq(tag, items),
                None => Ok(Value::Seq(items)),
            },
            OpenKind::Map { own, merged, .. } => {
                let mapping = self.mapping(own, merged);
                match &open.tag {
                    Some(tag) => tags::tagged_map(tag, mapping),
                    None => Ok(Value::Map(mapping)),
                }
            }
        };
        let value = value.unwrap_or_else(|message| {
            self.error(location, message);
            Value::Null
        });
        let node = Node::new(value, location);
        self.remember(open.anchor, &node, open.size);
        self.add(node, open.size, end, false)
    }

    /// Merged entries come first; a mapping's own entries override them in place.
    fn mapping(&mut self, own: Vec<Entry>, merged: Vec<Entry>) -> Mapping {
        let own = if own.len() < 2 {
            Mapping::from_entries(own, |_, _| {})
        } else {
            let findings = &mut self.findings;
            Mapping::from_entries(own, |first, second| findings.push(duplicate(first, second)))
        };
        if merged.is_empty() {
            return own;
        }
        Mapping::from_entries(merged.into_iter().chain(own), |_, _| {})
    }

    /// Puts a finished node into the collection that is open.
    fn add(&mut self, node: Node, size: usize, end: usize, merge: bool) -> Result<(), Stop> {
        let Some(mut open) = self.open.pop() else {
            self.root = Some(node);
            return Ok(());
        };
        open.size += size;
        open.end = open.end.max(end);
        let added = match &mut open.kind {
            OpenKind::Seq(items) => {
                items.push(node);
                Ok(())
            }
            OpenKind::Map { own, merged, key } => match key.take() {
                None => {
                    if matches!(node.value, Value::Seq(_) | Value::Map(_)) {
                        let message = format!("{} cannot be a key", node.kind());
                        self.error(node.location, message);
                    }
                    *key = Some((node, merge));
                    Ok(())
                }
                Some((_, true)) => self.merge(node, size, merged),
                Some((key, false)) => {
                    own.push(Entry { key, value: node });
                    Ok(())
                }
            },
        };
        self.open.push(open);
        added
    }

    /// Takes in what stands after `<<`: of several mappings in a list the first wins, of several
    /// `<<` the last.
    fn merge(&mut self, node: Node, size: usize, merged: &mut Vec<Entry>) -> Result<(), Stop> {
        self.count_copies(size, node.location)?;
        let location = node.location;
        match node.value {
            Value::Map(mapping) => merged.extend(mapping),
            Value::Seq(items) => {
                for item in items.into_iter().rev() {
                    match item.value {
                        Value::Map(mapping) => merged.extend(mapping),
                        _ => self.error(item.location, "`<<` merges mappings only"),
                    }
                }
            }
            _ => self.error(location, "`<<` merges a mapping or a list of mappings"),
        }
        Ok(())
    }

    /// Outside brackets a tab cannot stand before what a line starts with.
    fn refuse_tab(&self, start: usize) -> Result<(), Stop> {
        if self.brackets > 0 || !self.has_tabs {
            return Ok(());
        }
        let before = self.text.get(..start).unwrap_or_default();
        let indent = before.len() - before.trim_end_matches([' ', '\t', '-', '?']).len();
        let indent = before.get(before.len() - indent..).unwrap_or_default();
        let starts_line =
            indent.len() == before.len() || before[..before.len() - indent.len()].ends_with('\n');
        match indent.find('\t').filter(|_| starts_line) {
            Some(tab) => Err(stop(explain::tab(self.file, start - indent.len() + tab))),
            None => Ok(()),
        }
    }

    /// Opens an anchor and refuses a name used before, as PyYAML does.
    fn register(&mut self, anchor: usize, start: usize) -> Result<(), Stop> {
        if anchor == 0 {
            return Ok(());
        }
        self.anchors.insert(anchor, None);
        let properties = self.text.get(start..).unwrap_or_default();
        let Some(name) = anchor_name(properties) else {
            return Ok(());
        };
        let location = self.location(start, start + 1);
        if let Some(first) = self.names.insert(name.clone(), location) {
            let finding =
                Diagnostic::error(Code::InvalidYaml, format!("two anchors named `&{name}`"))
                    .label(location, "named again here")
                    .label(first, "first here")
                    .help("give one of them another name");
            return Err(stop(finding));
        }
        Ok(())
    }

    fn remember(&mut self, anchor: usize, node: &Node, size: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, Some((node.clone(), size)));
        }
    }
}

fn stop(finding: Diagnostic) -> Stop {
    Stop::Finding(Box::new(finding))
}

fn full_tag(tag: &Tag) -> String {
    format!("{}{}", tag.handle, tag.suffix)
}

/// Reads the name out of `&name` or `!tag &name`.
fn anchor_name(properties: &str) -> Option<String> {
    let mut words = properties.split_whitespace();
    let word = words.next()?;
    let anchor = word
        .strip_prefix('&')
        .or_else(|| words.next()?.strip_prefix('&'))?;
    let end = anchor
        .find([',', '[', ']', '{', '}'])
        .unwrap_or(anchor.len());
    anchor.get(..end).map(str::to_owned)
}

fn duplicate(first: &Node, second: &Node) -> Diagnostic {
    let key = first.value.to_text();
    Diagnostic::warning(
        Code::DuplicateYamlKey,
        format!("the key `{key}` stands here twice"),
    )
    .label(second.location, "this one counts")
    .label(first.location, "this one is ignored")
    .help("remove one of them")
}

fn second_document(at: Location) -> Diagnostic {
    Diagnostic::error(Code::InvalidYaml, "a second document starts here")
        .at(at)
        .help("remove this line: one file holds one document")
}
