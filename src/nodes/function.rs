//! What only functions have.

use borsh::{BorshDeserialize, BorshSerialize};

use super::binary::free;

/// Arguments and result of a function of the database.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Function {
    /// Arguments, in order.
    pub arguments: Vec<FunctionArgument>,
    /// Result.
    pub returns: FunctionReturns,
}

/// One argument.
#[derive(Debug, Clone, PartialEq, serde::Serialize, BorshSerialize, BorshDeserialize)]
pub struct FunctionArgument {
    /// Name.
    pub name: String,
    /// SQL type.
    pub data_type: String,
    /// Description, as written.
    pub description: Option<String>,
    /// Value where it is left out.
    #[borsh(serialize_with = "free::write", deserialize_with = "free::read")]
    pub default_value: Option<serde_json::Value>,
}

/// The result.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, BorshSerialize, BorshDeserialize)]
pub struct FunctionReturns {
    /// SQL type.
    pub data_type: String,
    /// Description, as written.
    pub description: Option<String>,
}

impl Default for Function {
    /// A function of which no properties file tells, as it stands in dbt's manifest.
    fn default() -> Self {
        Self {
            arguments: Vec::new(),
            returns: FunctionReturns {
                data_type: "INVALID_TYPE".to_owned(),
                description: None,
            },
        }
    }
}
