//! Events as data: what happens in a run, with a fixed schema, in files that are added to until they are delivered.
//!
//! In: [`Event`](crate::events::Event)s. Out: lines of JSON in a spool, one for each [`Entry`]; a line is there before the
//! next event happens, so a run that dies leaves all that it said. Each entry has a number in its run, by which
//! whoever delivers it knows what is there already. Read `entry.rs` for the schema.

mod entry;
mod recorder;
mod spool;
mod values;

pub use entry::{COLUMNS, SCHEMA_VERSION, values};
pub use recorder::{About, Recorder};
pub use spool::{Head, SpoolFile, is_last, spools};
