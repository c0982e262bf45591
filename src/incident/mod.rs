//! Contact tracing for data: which published versions, columns and rows a bad delivery has reached, and when.
//!
//! In: versions of nodes as the ledger lists them, their lineage, and what a change of the first node reaches. Out: a [`Trace`].
//! Pure: `execute/incidents` asks the warehouse and contains, `pipeline/incident` brings both together.

mod keys;
mod trace;

pub use keys::keys_carried;
pub use trace::{Contact, Found, Since, Trace, TraceInput, since_when, trace};
