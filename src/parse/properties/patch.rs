//! One entry of `models:`, `seeds:`, `snapshots:`, `analyses:` or `data_tests:`.

use serde_json::Value as Json;

use super::column::{self, ColumnDef, Gap};
use super::reader::{Places, Reader};
use super::{function, time_spine, version};
use crate::nodes::{Constraint, Dict, Function};
use crate::text::Location;
use crate::yaml::Node;

/// What an entry describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::parse) enum PatchKind {
    Model,
    Seed,
    Snapshot,
    Analysis,
    DataTest,
    Function,
}

impl PatchKind {
    /// All kinds.
    pub(in crate::parse) const ALL: [Self; 5] = [
        Self::Model,
        Self::Seed,
        Self::Snapshot,
        Self::Analysis,
        Self::DataTest,
    ];

    /// The key of the properties file.
    pub(in crate::parse) fn key(self) -> &'static str {
        match self {
            Self::Model => "models",
            Self::Seed => "seeds",
            Self::Snapshot => "snapshots",
            Self::Analysis => "analyses",
            Self::DataTest => "data_tests",
            Self::Function => "functions",
        }
    }

    /// Tells whether data tests can stand under it.
    pub(in crate::parse) fn is_testable(self) -> bool {
        matches!(self, Self::Model | Self::Seed | Self::Snapshot)
    }
}

/// What a properties file says of a node.
#[derive(Debug, Clone)]
pub(in crate::parse) struct Patch {
    pub(in crate::parse) kind: PatchKind,
    pub(in crate::parse) name: String,
    pub(in crate::parse) location: Location,
    pub(in crate::parse) description: String,
    pub(in crate::parse) config: Dict,
    /// The `config` block with its Jinja, where that is compared with other states.
    pub(in crate::parse) config_as_written: Option<Dict>,
    pub(in crate::parse) places: Places,
    pub(in crate::parse) columns: Vec<ColumnDef>,
    pub(in crate::parse) data_tests: Vec<Node>,
    pub(in crate::parse) quote_columns: Option<bool>,
    pub(in crate::parse) constraints: Vec<Constraint>,
    /// Where foreign keys say what they refer to, by that text.
    pub(in crate::parse) foreign_keys: Vec<(String, Location)>,
    /// What an enforced contract will not do without.
    pub(in crate::parse) gaps: Vec<Gap>,
    pub(in crate::parse) deprecation_date: Option<(String, Location)>,
    /// The version of the model that this is about.
    pub(in crate::parse) version: Option<PatchVersion>,
    pub(in crate::parse) time_spine: Option<Dict>,
    /// A snapshot without a file: `relation: ref('…')`.
    pub(in crate::parse) relation: Option<(String, Location)>,
    /// Arguments and result of a function.
    pub(in crate::parse) function: Option<Function>,
}

/// One version of a model.
#[derive(Debug, Clone)]
pub(in crate::parse) struct PatchVersion {
    /// The version: a text or a number.
    pub(in crate::parse) v: Json,
    /// The version that a `ref()` without one means.
    pub(in crate::parse) latest: Json,
    /// Name of its file without extension.
    pub(in crate::parse) file: String,
}

/// Reads one entry; a model with versions gives one for each of them.
pub(super) fn read(reader: &mut Reader<'_>, kind: PatchKind) -> Option<Vec<Patch>> {
    let (name, location) = reader.take_name()?;
    let description = reader.take_text("description").unwrap_or_default();
    let mut config = reader.take_dict("config");
    const BESIDE: [&str; 5] = ["meta", "docs", "group", "contract", "access"];
    let places = reader.places(&BESIDE);
    for key in BESIDE {
        reader.move_into_config(key, &mut config);
    }
    let relation = match kind {
        PatchKind::Snapshot => reader.take("relation").and_then(|node| {
            let text = node.as_str().map(str::to_owned);
            text.map(|text| (text, node.location))
        }),
        _ => None,
    };
    let function = match kind {
        PatchKind::Function => Some(function::read(reader)?),
        _ => None,
    };
    let latest = reader.take("latest_version");
    let versions = match kind {
        PatchKind::Model => version::read_all(reader),
        _ => Vec::new(),
    };
    let columns = column::read_all(reader);
    let versioned = !versions.is_empty();
    let time_spine = time_spine::read(reader, &columns, versioned);
    let patch = Patch {
        kind,
        name,
        location,
        description,
        config,
        config_as_written: None,
        places,
        columns,
        data_tests: if kind.is_testable() {
            reader.take_data_tests()
        } else {
            Vec::new()
        },
        quote_columns: reader.take_bool("quote_columns"),
        constraints: column::read_model_constraints(reader),
        foreign_keys: match kind {
            PatchKind::Model => column::foreign_keys(reader.node()),
            _ => Vec::new(),
        },
        gaps: column::gaps(reader.node()),
        deprecation_date: reader.take_date("deprecation_date"),
        version: None,
        time_spine,
        relation,
        function,
    };
    match kind {
        PatchKind::Model => version::expand(patch, versions, latest, reader),
        _ => Some(vec![patch]),
    }
}
