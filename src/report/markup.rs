//! Text with tags. Names of tags and attributes are written in the code, everything else is escaped.

use std::fmt::{Display, Write};

/// Attributes of a tag.
pub(super) type Attributes<'a> = &'a [(&'static str, &'a dyn Display)];

/// HTML that is being written.
#[derive(Debug, Default)]
pub(super) struct Markup(String);

impl Markup {
    /// Writes an element with what is inside.
    pub(super) fn put(
        &mut self,
        name: &'static str,
        attributes: Attributes<'_>,
        inside: impl FnOnce(&mut Self),
    ) {
        self.open(name, attributes);
        inside(self);
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    /// Writes an element that has a text.
    pub(super) fn leaf(
        &mut self,
        name: &'static str,
        attributes: Attributes<'_>,
        text: impl Display,
    ) {
        self.put(name, attributes, |it| it.text(text));
    }

    /// Writes an element of a drawing that has nothing inside.
    pub(super) fn shape(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.put(name, attributes, |_| {});
    }

    /// Writes a text.
    pub(super) fn text(&mut self, text: impl Display) {
        escape(&text.to_string(), &mut self.0);
    }

    /// Writes a name, which may break behind its dots and underscores.
    pub(super) fn name(&mut self, name: &str) {
        for part in name.split_inclusive(['.', '_']) {
            self.text(part);
            self.0.push_str("<wbr>");
        }
    }

    /// Writes a text in which parts between backticks are code.
    pub(super) fn prose(&mut self, text: &str) {
        for (place, part) in text.split('`').enumerate() {
            match place % 2 {
                0 => self.text(part),
                _ => self.leaf("code", &[], part),
            }
        }
    }

    /// Returns what was written.
    pub(super) fn into_text(self) -> String {
        self.0
    }

    fn open(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.0.push('<');
        self.0.push_str(name);
        for (name, value) in attributes {
            // Writing into a text does not fail.
            let _ = write!(self.0, " {name}=\"");
            escape(&value.to_string(), &mut self.0);
            self.0.push('"');
        }
        self.0.push('>');
    }
}

/// Escapes a text for elements and for values in double quotes. What no HTML may have is replaced.
pub(super) fn escape(text: &str, to: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => to.push_str("&amp;"),
            '<' => to.push_str("&lt;"),
            '>' => to.push_str("&gt;"),
            '"' => to.push_str("&quot;"),
            '\'' => to.push_str("&#39;"),
            '\n' | '\t' => to.push(letter),
            // Marks that turn the direction of what follows.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => to.push('\u{fffd}'),
            it if it.is_control() => to.push('\u{fffd}'),
            it => to.push(it),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_it_is_it_stays_a_text() {
        let mut markup = Markup::default();
        let hostile = "</script><img src=x onerror='a()'>&\u{0}\u{202e}";
        markup.leaf("b", &[("title", &hostile)], hostile);
        let escaped = "&lt;/script&gt;&lt;img src=x onerror=&#39;a()&#39;&gt;&amp;\u{fffd}\u{fffd}";
        assert_eq!(
            markup.into_text(),
            format!("<b title=\"{escaped}\">{escaped}</b>")
        );
    }
}
