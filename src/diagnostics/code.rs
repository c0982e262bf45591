//! The identities of all findings. Each has a page `docs/errors/<code>.md`.

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident => $name:literal,)*) => {
        /// Identity of a finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(borsh::BorshSerialize, borsh::BorshDeserialize)]
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
    /// A comment allows a finding, and does not say why.
    AllowWithoutReason => "allow-without-reason",
    /// Several relations have a column of the name that is used.
    AmbiguousColumn => "ambiguous-column",
    /// A name is in several packages and none is nearer.
    AmbiguousRef => "ambiguous-ref",
    /// A function has too many arguments, or too few.
    ArgumentCount => "argument-count",
    /// A model does not keep what it promised.
    BrokenContract => "broken-contract",
    /// A materialization does not do what it must.
    BrokenMaterialization => "broken-materialization",
    /// Values are put into categories before consume.
    BusinessCase => "business-case",
    /// A value is made up before consume.
    BusinessDefault => "business-default",
    /// A model of transform leaves out rows by values of the business.
    BusinessFilter => "business-filter",
    /// Money or a status is calculated with before consume.
    BusinessFormula => "business-formula",
    /// Rows are left out by what is in another relation, before consume.
    BusinessSemiJoin => "business-semi-join",
    /// A query does not give what the contract says.
    ContractMismatch => "contract-mismatch",
    /// Nodes need each other in a circle.
    Cycle => "cycle",
    /// The database refuses a statement.
    DatabaseError => "database-error",
    /// A key has a newer name.
    DeprecatedKey => "deprecated-key",
    /// A macro works, but a way in which it is written or found is to go.
    DeprecatedMacro => "deprecated-macro",
    /// A model is past its `deprecation_date`.
    DeprecatedModel => "deprecated-model",
    /// An option or a flag works, but is to go.
    DeprecatedOption => "deprecated-option",
    /// A model reads one that is deprecated, or will be.
    DeprecatedRef => "deprecated-ref",
    /// A reference names a resource that is switched off.
    DisabledTarget => "disabled-target",
    /// Two macros of one package share a name.
    DuplicateMacro => "duplicate-macro",
    /// Two resources of one package share a name.
    DuplicateName => "duplicate-name",
    /// Two packages share a name.
    DuplicatePackage => "duplicate-package",
    /// A resource is described twice.
    DuplicateProperties => "duplicate-properties",
    /// Two resources write the same relation.
    DuplicateRelation => "duplicate-relation",
    /// A mapping has a key twice.
    DuplicateYamlKey => "duplicate-yaml-key",
    /// An exposure reads past the consume layer.
    ExposureLayer => "exposure-layer",
    /// Rows that a join repeats are added up as often.
    FanOut => "fan-out",
    /// A relation of the project is read by its name.
    HardcodedRelation => "hardcoded-relation",
    /// The compiler itself is at fault.
    InternalError => "internal-error",
    /// A configuration has a value that its key cannot have.
    InvalidConfig => "invalid-config",
    /// A data test cannot be read.
    InvalidDataTest => "invalid-data-test",
    /// A flag that a project sets cannot be used.
    InvalidFlag => "invalid-flag",
    /// Models cannot be generated from a table.
    InvalidGeneration => "invalid-generation",
    /// A template is not Jinja.
    InvalidJinja => "invalid-jinja",
    /// The lock file cannot be used.
    InvalidLock => "invalid-lock",
    /// What is said of a macro's arguments is not what its definition says.
    InvalidMacroAnnotation => "invalid-macro-annotation",
    /// A resource has a name that it cannot have.
    InvalidName => "invalid-name",
    /// A list of packages cannot be used.
    InvalidPackages => "invalid-packages",
    /// A profile or target cannot be used.
    InvalidProfile => "invalid-profile",
    /// A `dbt_project.yml` has a value that its key cannot have.
    InvalidProject => "invalid-project",
    /// A value of a properties file has the wrong shape.
    InvalidProperty => "invalid-property",
    /// The code of a model in Python cannot be read.
    InvalidPython => "invalid-python",
    /// A data test cannot put rows into quarantine.
    InvalidQuarantine => "invalid-quarantine",
    /// A CSV file cannot be read as a table.
    InvalidSeed => "invalid-seed",
    /// A word of a selection cannot be read.
    InvalidSelector => "invalid-selector",
    /// Semantic models, metrics or saved queries contradict each other.
    InvalidSemantics => "invalid-semantics",
    /// A `dsql.yml` has a key or a value that it cannot have.
    InvalidSettings => "invalid-settings",
    /// An artifact of an earlier run cannot be used.
    InvalidState => "invalid-state",
    /// A unit test cannot be read.
    InvalidUnitTest => "invalid-unit-test",
    /// The text of `--vars` is no mapping.
    InvalidVars => "invalid-vars",
    /// A YAML file does not parse.
    InvalidYaml => "invalid-yaml",
    /// A join connects nothing.
    JoinWithoutCondition => "join-without-condition",
    /// A model reads what its layer does not.
    LayerDirection => "layer-direction",
    /// A model is not called as those of its layer are.
    LayerName => "layer-name",
    /// The data-quality score is below what it has to be.
    LowScore => "low-score",
    /// An aggregate stands where rows are not grouped yet.
    MisplacedAggregate => "misplaced-aggregate",
    /// Less is said of an object than the project requires.
    MissingMetadata => "missing-metadata",
    /// A package that is asked for is not there.
    MissingPackage => "missing-package",
    /// There is no `dbt_project.yml`.
    MissingProject => "missing-project",
    /// What an earlier run left is needed, and is not there.
    MissingState => "missing-state",
    /// A version of a node is asked for that is not there, or is not kept.
    MissingVersion => "missing-version",
    /// The ledger in the warehouse was made by a later dsql.
    NewerLedger => "newer-ledger",
    /// What a node has built does not pass its data tests.
    NotPublished => "not-published",
    /// Runs cannot be disturbed on a copy of the target.
    NotRehearsed => "not-rehearsed",
    /// A file is not UTF-8.
    NotUtf8 => "not-utf8",
    /// A word of a selection finds nothing.
    NothingSelected => "nothing-selected",
    /// A command has no node to work on.
    NothingToDo => "nothing-to-do",
    /// A value is compared with NULL.
    NullComparison => "null-comparison",
    /// A metric shows a special cause.
    OutOfControl => "out-of-control",
    /// A package is asked for in ways that do not go together.
    PackageConflict => "package-conflict",
    /// A package has another name than its list says.
    PackageNameMismatch => "package-name-mismatch",
    /// An exposure reads a model that is not public.
    PrivateExposure => "private-exposure",
    /// A model in Python fails while it runs, or cannot run here.
    PythonError => "python-error",
    /// A package goes by another name.
    RedirectedPackage => "redirected-package",
    /// The engine refuses the SQL of a node.
    RefusedSql => "refused-sql",
    /// A template fails while it runs.
    RenderFailed => "render-failed",
    /// A rule of the business stands in several models.
    RepeatedRule => "repeated-rule",
    /// A reference names a model that it may not use.
    RestrictedRef => "restricted-ref",
    /// A lock file cannot name where a package comes from.
    SecretInLock => "secret-in-lock",
    /// The columns of a CSV file are not what its first line or its configuration says.
    SeedHeader => "seed-header",
    /// A seed is too large to tell whether it has changed.
    SeedNotCompared => "seed-not-compared",
    /// How old a source may be is not said.
    SourceWithoutFreshness => "source-without-freshness",
    /// A model of stage looks at many rows at once.
    StageAggregation => "stage-aggregation",
    /// A model of stage leaves out repeated rows.
    StageDeduplication => "stage-deduplication",
    /// A model of stage makes a value up.
    StageDefault => "stage-default",
    /// A model of stage leaves out rows by their values.
    StageFilter => "stage-filter",
    /// A model of stage reads more than one relation.
    StageInputs => "stage-inputs",
    /// A model of stage joins.
    StageJoin => "stage-join",
    /// The baseline holds findings that are not there.
    StaleBaseline => "stale-baseline",
    /// A star fills a contract.
    StarInContract => "star-in-contract",
    /// A run is compared with the folder that it writes.
    StateIsTarget => "state-is-target",
    /// A file cannot be read or written.
    SystemError => "system-error",
    /// A column with a restricted tag reaches a public model or an exposure.
    TagReachesPublic => "tag-reaches-public",
    /// Values of two kinds stand side by side.
    TypeMismatch => "type-mismatch",
    /// A template uses a name, attribute, filter or test that does not exist.
    UndefinedName => "undefined-name",
    /// Columns have no description.
    UndescribedColumn => "undescribed-column",
    /// A model has no description.
    UndescribedModel => "undescribed-model",
    /// Sides of a set operation have other numbers of columns.
    UnequalUnion => "unequal-union",
    /// A tag stands where nothing reads it.
    UnexpectedBlock => "unexpected-block",
    /// No input of a microbatch model says when its rows happened.
    UnfilteredMicrobatch => "unfiltered-microbatch",
    /// A column beside aggregates is no key of the groups.
    UngroupedColumn => "ungrouped-column",
    /// No relation has a column of the name that is used.
    UnknownColumn => "unknown-column",
    /// Rows of a unit test have a column that is not there.
    UnknownFixtureColumn => "unknown-fixture-column",
    /// How old a source is cannot be told.
    UnknownFreshness => "unknown-freshness",
    /// A node is in a group that is not there.
    UnknownGroup => "unknown-group",
    /// A file has a key that nothing reads.
    UnknownKey => "unknown-key",
    /// A setting names a column that is not there.
    UnknownKeyColumn => "unknown-key-column",
    /// A package is not in the index.
    UnknownPackage => "unknown-package",
    /// SQL names a relation that is not there.
    UnknownTable => "unknown-table",
    /// A model is in no layer.
    UnlayeredModel => "unlayered-model",
    /// Nobody answers for an exposure.
    UnownedExposure => "unowned-exposure",
    /// A git package is not tied to a commit.
    UnpinnedPackage => "unpinned-package",
    /// A package cannot be fetched.
    UnreachablePackage => "unreachable-package",
    /// A route for alerts does not work.
    UnreachableRoute => "unreachable-route",
    /// SQL is not read, so nothing is known of its columns.
    UnreadSql => "unread-sql",
    /// A file or folder cannot be read.
    UnreadableFile => "unreadable-file",
    /// A `function()` names no function.
    UnresolvedFunction => "unresolved-function",
    /// A reference names no model, seed or snapshot.
    UnresolvedRef => "unresolved-ref",
    /// A reference names no source table.
    UnresolvedSource => "unresolved-source",
    /// An archive cannot be unpacked, or should not be.
    UnsafeArchive => "unsafe-archive",
    /// No data test says what tells the rows of a model apart.
    UntestedKey => "untested-key",
    /// A model has no data test.
    UntestedModel => "untested-model",
    /// A comment allows what is not there.
    UnusedAllow => "unused-allow",
    /// A folder is configured in which nothing is.
    UnusedConfig => "unused-config",
    /// Nothing reads a common table expression.
    UnusedCte => "unused-cte",
    /// Nothing reads a model.
    UnusedModel => "unused-model",
    /// A properties file describes something that is not there.
    UnusedProperties => "unused-properties",
    /// The rows of an incremental model do not fit what guards its writes.
    UnwritableRows => "unwritable-rows",
    /// A template warns.
    UserWarning => "user-warning",
    /// A project requires another version of dbt.
    WrongDbtVersion => "wrong-dbt-version",
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
