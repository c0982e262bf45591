//! What the engine itself says of the SQL of nodes, without any rows.

use std::collections::{HashMap, HashSet};

use crate::nodes::UniqueId;
use crate::sql::Call;

/// What the engine says.
#[derive(Debug, Default)]
pub struct Bound {
    /// Nodes whose SQL it takes.
    pub taken: HashSet<UniqueId>,
    /// Nodes whose SQL it refuses, whatever the rows.
    pub refused: HashMap<UniqueId, Refusal>,
    /// Of nodes with a contract: their columns, in order.
    pub contracts: HashMap<UniqueId, Vec<GivenType>>,
    /// Calls in other nodes that it refuses, whatever they are given.
    pub calls: HashMap<Call, RefusedCall>,
    /// Names of relations, as they are written, that the database does not have and nothing is known to make.
    pub missing: HashSet<Vec<String>>,
    /// Whether the target's database was asked for names: what it has may be otherwise the next time.
    pub hangs_on_database: bool,
}

/// Why SQL is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The engine's words, complete.
    pub message: String,
    /// Byte offset in the SQL that it points at.
    pub offset: Option<usize>,
}

/// Why a call is refused, in the engine's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefusedCall {
    /// There is no such function.
    Name(String),
    /// None of that name takes so many arguments.
    Arguments(String),
}

/// The type of a column of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenType {
    /// The column.
    pub name: String,
    /// Its type.
    pub given: String,
    /// The type of the contract, as the engine writes it.
    pub wanted: Option<String>,
}
