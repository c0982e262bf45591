//! One entry of `groups:`.

use super::exposure::read_owner;
use super::reader::Reader;
use crate::nodes::{Dict, Owner};
use crate::text::Location;

/// A group as declared.
#[derive(Debug, Clone)]
pub(in crate::parse) struct GroupDef {
    pub(in crate::parse) name: String,
    pub(in crate::parse) location: Location,
    pub(in crate::parse) owner: Owner,
    pub(in crate::parse) description: Option<String>,
    pub(in crate::parse) config: Dict,
}

/// Reads one group.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<GroupDef> {
    let (name, location) = reader.take_name()?;
    let owner = read_owner(reader);
    let (description, config) = (reader.take_text("description"), reader.take_dict("config"));
    Some(GroupDef {
        name,
        location,
        owner: owner?,
        description,
        config,
    })
}
