//! Sources that are files: what `external_location` makes of their names.

use serde_json::Value;

use crate::adapters::SourceError;
use crate::adapters::profile::python_text;
use crate::nodes::{Dict, Source};

/// Returns what stands for a source in SQL, if it is no table.
pub(super) fn location(source: &Source) -> Result<Option<String>, SourceError> {
    let mut meta = source.meta.clone();
    let own = source.config.iter();
    let own = own.filter(|(key, _)| !source.config.is_known(key));
    meta.extend(own.map(|(key, value)| (key.clone(), value.clone())));
    if let Some(plugin) = meta.get("plugin") {
        return Err(SourceError::Plugin(python_text(plugin)));
    }
    let Some(template) = meta.get("external_location").map(python_text) else {
        return Ok(None);
    };
    let formatter = meta.get("formatter").map(python_text);
    let fields = Fields(fields(source, meta));
    let location = match formatter.as_deref().unwrap_or("newstyle") {
        "newstyle" => fields.braces(&template),
        "oldstyle" => fields.percent(&template),
        "template" => fields.dollar(&template),
        other => Err(SourceError::Formatter(other.to_owned())),
    }?;
    let is_plain = !location.contains('(') && !location.starts_with('\'');
    Ok(Some(match is_plain {
        true => format!("'{location}'"),
        false => location,
    }))
}

fn fields(source: &Source, meta: Dict) -> Dict {
    let mut fields = Dict::new();
    fields.insert("name".to_owned(), source.name.as_str().into());
    fields.insert("identifier".to_owned(), source.identifier.as_str().into());
    fields.insert("schema".to_owned(), source.schema.as_str().into());
    fields.insert("database".to_owned(), source.database.clone().into());
    fields.insert("tags".to_owned(), source.tags.clone().into());
    fields.extend(meta);
    fields
}

/// What a location may name.
struct Fields(Dict);

impl Fields {
    fn get(&self, name: &str) -> Result<String, SourceError> {
        let value: Option<&Value> = self.0.get(name);
        value
            .map(python_text)
            .ok_or_else(|| SourceError::Field(name.to_owned()))
    }

    /// Fills in `{name}`; a brace that is meant stands twice.
    fn braces(&self, template: &str) -> Result<String, SourceError> {
        let mut out = String::new();
        let mut rest = template;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            out.push_str(before);
            if let Some(after) = from.strip_prefix("{{").or(from.strip_prefix("}}")) {
                out.push_str(&from[..1]);
                rest = after;
                continue;
            }
            let field = from.strip_prefix('{').and_then(|it| it.split_once('}'));
            let (name, after) = field.ok_or(SourceError::Brace)?;
            out.push_str(&self.get(name)?);
            rest = after;
        }
        Ok(out + rest)
    }

    /// Fills in `%(name)s`; a percent sign that is meant stands twice.
    fn percent(&self, template: &str) -> Result<String, SourceError> {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, from)) = rest.split_once('%') {
            out.push_str(before);
            if let Some(after) = from.strip_prefix('%') {
                out.push('%');
                rest = after;
                continue;
            }
            let field = from.strip_prefix('(').and_then(|it| it.split_once(")s"));
            let (name, after) = field.ok_or(SourceError::Percent)?;
            out.push_str(&self.get(name)?);
            rest = after;
        }
        Ok(out + rest)
    }

    /// Fills in `$name` and `${name}`; a dollar sign that is meant stands twice.
    fn dollar(&self, template: &str) -> Result<String, SourceError> {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, from)) = rest.split_once('$') {
            out.push_str(before);
            if let Some(after) = from.strip_prefix('$') {
                out.push('$');
                rest = after;
                continue;
            }
            let braced = from.strip_prefix('{').and_then(|it| it.split_once('}'));
            let is_end = |it: char| !it.is_ascii_alphanumeric() && it != '_';
            let length = from.find(is_end).unwrap_or(from.len());
            let (name, after) = braced.unwrap_or_else(|| from.split_at(length));
            if name.is_empty() {
                return Err(SourceError::Dollar);
            }
            out.push_str(&self.get(name)?);
            rest = after;
        }
        Ok(out + rest)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_filled_in_as_by_python() {
        let Value::Object(fields) = json!({"name": "orders", "year": 2024}) else {
            unreachable!()
        };
        let fields = Fields(fields);
        let braces = |it| fields.braces(it).map_err(|it| it.to_string());
        assert_eq!(
            braces("a/{name}-{year}.csv"),
            Ok("a/orders-2024.csv".to_owned())
        );
        assert_eq!(braces("{{{name}}}"), Ok("{orders}".to_owned()));
        assert!(braces("{nope}").is_err_and(|it| it.contains("nope")));
        assert!(braces("a}").is_err() && braces("{a").is_err());
        let percent = |it| fields.percent(it).map_err(|it| it.to_string());
        assert_eq!(
            percent("100%%/%(name)s.csv"),
            Ok("100%/orders.csv".to_owned())
        );
        assert!(percent("%d").is_err());
        let dollar = |it| fields.dollar(it).map_err(|it| it.to_string());
        assert_eq!(
            dollar("$$/${name}_$year.csv"),
            Ok("$/orders_2024.csv".to_owned())
        );
        assert!(dollar("$ ").is_err());
    }
}
