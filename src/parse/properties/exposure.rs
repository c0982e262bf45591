//! One entry of `exposures:`.

use super::reader::{Places, Reader};
use crate::diagnostics::{Code, Diagnostic};
use crate::nodes::{Dict, Owner};
use crate::text::Location;

/// An exposure as declared; `depends_on` holds `ref('…')` and `source('…', '…')` as text.
#[derive(Debug, Clone)]
pub(in crate::parse) struct ExposureDef {
    pub(in crate::parse) name: String,
    pub(in crate::parse) location: Location,
    pub(in crate::parse) r#type: String,
    pub(in crate::parse) owner: Owner,
    pub(in crate::parse) description: String,
    pub(in crate::parse) label: Option<String>,
    pub(in crate::parse) maturity: Option<String>,
    pub(in crate::parse) url: Option<String>,
    pub(in crate::parse) meta: Dict,
    pub(in crate::parse) tags: Vec<String>,
    pub(in crate::parse) config: Dict,
    pub(in crate::parse) places: Places,
    pub(in crate::parse) depends_on: Vec<(String, Location)>,
}

const TYPES: &[&str] = &["dashboard", "notebook", "analysis", "ml", "application"];
const MATURITIES: &[&str] = &["low", "medium", "high"];

/// Reads one exposure.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<ExposureDef> {
    let (name, location) = reader.take_name()?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    if name.is_empty() || !name.chars().all(plain) {
        let message =
            format!("the exposure name `{name}` has other characters than letters, digits and `_`");
        let finding = Diagnostic::warning(Code::InvalidName, message).at(location);
        let help = "rename it and keep the title under `label:`";
        reader.diagnostics().push(finding.help(help));
    }
    let kind = one_of(reader, "type", TYPES);
    let maturity = one_of(reader, "maturity", MATURITIES);
    let owner = read_owner(reader);
    let depends_on = reader.take_list("depends_on");
    let depends_on = depends_on
        .iter()
        .filter_map(|node| node.as_str().map(|text| (text.to_owned(), node.location)));
    let depends_on = depends_on.collect();
    let Some(kind) = kind else {
        if reader.take("type").is_none() {
            let message = format!("the exposure `{name}` has no `type`");
            reader.error(
                location,
                message,
                "add `type:` with `dashboard`, `notebook`, `analysis`, `ml` or `application`",
            );
        }
        return None;
    };
    Some(ExposureDef {
        name,
        location,
        r#type: kind,
        owner: owner?,
        description: reader.take_text("description").unwrap_or_default(),
        label: reader.take_text("label"),
        maturity,
        url: reader.take_text("url"),
        meta: reader.take_dict("meta"),
        tags: reader.take_texts("tags"),
        config: reader.take_dict("config"),
        places: reader.places(&["meta", "tags"]),
        depends_on,
    })
}

fn one_of(reader: &mut Reader<'_>, key: &'static str, known: &[&str]) -> Option<String> {
    let node = reader.take(key)?;
    let text = reader.take_text(key)?;
    if !known.contains(&text.as_str()) {
        let message = format!("`{text}` is not a value of `{key}`");
        reader.error(
            node.location,
            message,
            &format!("one of {}", known.join(", ")),
        );
        return None;
    }
    Some(text)
}

/// Reads the `owner` of an exposure or a group.
pub(super) fn read_owner(reader: &mut Reader<'_>) -> Option<Owner> {
    let Some(node) = reader.take("owner") else {
        let message = format!("an entry of `{}` has no `owner`", reader.what());
        reader.error(
            reader.location(),
            message,
            "add `owner:` with `name:` or `email:`",
        );
        return None;
    };
    if node.as_map().is_none() {
        reader.wrong(node, "owner", "a mapping");
        return None;
    }
    let mut inner = Reader::new(node, "owner", reader.diagnostics());
    let (name, email) = (
        inner.take_text("name"),
        inner.take("email").map(|it| it.to_json()),
    );
    if name.is_none() && email.is_none() {
        let message = "an `owner` has neither `name` nor `email`".to_owned();
        inner.error(node.location, message, "add one of them");
        return None;
    }
    Some(Owner {
        name,
        email,
        extra: inner.rest(),
    })
}
