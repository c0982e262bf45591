//! How tests join a selection of what they test.

/// `--indirect-selection`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IndirectSelection {
    /// A test joins when any of its parents is selected.
    #[default]
    Eager,
    /// A test joins when all of its parents are selected.
    Cautious,
    /// A test joins when all of its parents are selected or upstream of what is.
    Buildable,
    /// No test joins.
    Empty,
}

impl IndirectSelection {
    /// All modes with their names on the command line.
    pub const ALL: [(&'static str, Self); 4] = [
        ("eager", Self::Eager),
        ("cautious", Self::Cautious),
        ("buildable", Self::Buildable),
        ("empty", Self::Empty),
    ];

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(known, _)| *known == name)
            .map(|(_, mode)| mode)
    }
}
