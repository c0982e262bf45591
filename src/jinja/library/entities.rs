//! Characters that HTML writes as `&name;` or `&#number;`.

/// Puts the characters in place of their names.
pub(crate) fn unescape(text: &str) -> String {
    // The table comes with a filter that also strips tags: it sees none.
    let plain = |part: &str| minijinja_contrib::filters::striptags(part.to_owned());
    let part = |part: &str| match part.contains('&') {
        // That filter trims white space at the start.
        true => format!(
            "{}{}",
            &part[..part.len() - part.trim_start().len()],
            plain(part.trim_start())
        ),
        false => part.to_owned(),
    };
    text.split('<').map(part).collect::<Vec<_>>().join("<")
}
