//! The identities of all findings. Each has a page `docs/errors/<code>.md`.

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident => $name:literal,)*) => {
        /// Identity of a finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// All codes, in the order of their names.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Returns the kebab-case name.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

// Sorted by name. One line each.
codes! {
    /// A name is in several packages and none is nearer.
    AmbiguousRef => "ambiguous-ref",
    /// Nodes need each other in a circle.
    Cycle => "cycle",
    /// A reference names a resource that is switched off.
    DisabledTarget => "disabled-target",
    /// Two resources of one package share a name.
    DuplicateName => "duplicate-name",
    /// Two resources write the same relation.
    DuplicateRelation => "duplicate-relation",
    /// A mapping has a key twice.
    DuplicateYamlKey => "duplicate-yaml-key",
    /// The compiler itself is at fault.
    InternalError => "internal-error",
    /// A configuration has a value that its key cannot have.
    InvalidConfig => "invalid-config",
    /// A template is not Jinja.
    InvalidJinja => "invalid-jinja",
    /// A word of a selection cannot be read.
    InvalidSelector => "invalid-selector",
    /// A YAML file does not parse.
    InvalidYaml => "invalid-yaml",
    /// A word of a selection finds nothing.
    NothingSelected => "nothing-selected",
    /// A template fails while it runs.
    RenderFailed => "render-failed",
    /// A template uses a name, attribute, filter or test that does not exist.
    UndefinedName => "undefined-name",
    /// A reference names no model, seed or snapshot.
    UnresolvedRef => "unresolved-ref",
    /// A reference names no source table.
    UnresolvedSource => "unresolved-source",
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
