//! What is wrong in a query, or looks wrong.

use crate::text::Span;

/// Something that an engine does not accept, or that does not do what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where it stands in the text.
    pub place: Span,
    /// What it is.
    pub kind: MistakeKind,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MistakeKind {
    /// No relation in sight has a column of this name, though all columns of all of them are known.
    UnknownColumn {
        /// The name as it is written.
        name: String,
        /// Names that stand for columns there.
        known: Vec<String>,
    },
    /// Several relations have a column of this name.
    AmbiguousColumn {
        /// The name as it is written.
        name: String,
        /// What the relations are called.
        relations: Vec<String>,
    },
    /// A column stands beside aggregates, and is no key of the groups.
    UngroupedColumn {
        /// The name as it is written.
        name: String,
        /// Whether there is a GROUP BY.
        has_keys: bool,
    },
    /// An aggregate or a window stands where rows are not grouped yet.
    MisplacedAggregate {
        /// What is called.
        function: String,
        /// Where it stands: a clause, or another aggregate.
        within: Clause,
    },
    /// A function is called with too many arguments, or too few.
    ArgumentCount {
        /// What is called.
        function: String,
        /// How many there are.
        given: usize,
        /// The fewest that it takes.
        least: usize,
        /// The most, if there is an end.
        most: Option<usize>,
    },
    /// Values of two kinds stand beside each other.
    TypeMismatch {
        /// Their types.
        types: [String; 2],
        /// What is done with them.
        done: Mixing,
    },
    /// A text in quotes stands for a number or a day, and is none.
    NoValue {
        /// The text, with its quotes.
        text: String,
        /// The type that it would have.
        sql_type: String,
    },
    /// The sides of a set operation have other numbers of columns.
    UnequalUnion {
        /// How many the first has.
        left: usize,
        /// How many this one has.
        right: usize,
    },
    /// A relation is joined by a condition that says nothing of it, or by none.
    JoinWithoutCondition {
        /// What the relation is called.
        relation: String,
        /// What is there instead.
        instead: Instead,
    },
    /// Rows of a relation come several times, and are added up as often.
    FanOut {
        /// The relation whose rows come several times.
        repeated: String,
        /// The relation that is joined.
        joined: String,
        /// The columns by which it is joined.
        by: Vec<String>,
        /// The columns that tell its rows apart.
        key: Vec<String>,
        /// The aggregate, as it is written.
        aggregate: String,
    },
    /// A value is compared with NULL, which is never true.
    NullComparison {
        /// The operator.
        operator: String,
    },
    /// A common table expression is not read.
    UnusedCte {
        /// Its name.
        name: String,
    },
    /// The grammar does not read the text: why, in the words of the parser. The engine might.
    Unread(String),
}

/// Where an aggregate or a window does not belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clause {
    /// An aggregate in WHERE.
    Where,
    /// A window in WHERE.
    WindowInWhere,
    /// An aggregate in the condition of a join.
    Join,
    /// An aggregate in another one.
    Aggregate,
    /// A window in HAVING.
    WindowInHaving,
}

/// What is done with values of two kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mixing {
    /// They are compared by an operator.
    Compared {
        /// The operator.
        operator: String,
        /// Whether the engine takes it, and makes texts of both.
        is_taken: bool,
    },
    /// They are calculated with.
    Calculated {
        /// The operator.
        operator: String,
    },
    /// They come to one value: in a CASE, a COALESCE.
    Chosen,
    /// They are rows of one column of a set operation.
    Unified {
        /// The column.
        column: String,
        /// Whether the engine takes it, and makes texts of both.
        is_taken: bool,
    },
}

/// What is there instead of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instead {
    /// A join without a word; whether it is an outer one, which keeps rows that meet none.
    Nothing {
        /// Whether it is.
        is_outer: bool,
    },
    /// A comma, and nothing in WHERE that connects the two.
    Comma,
    /// A condition that names columns of one side, or of none.
    OneSide {
        /// Whether the join is an outer one.
        is_outer: bool,
    },
}
