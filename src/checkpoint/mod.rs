//! Checkpoints: of which nodes a run measures what, before it commits them, and what it has measured.
//!
//! In: `dsql.yml` and configurations of nodes. Out: [`Settings`], and [`Measured`] as facts of an event and as figures
//! that can be put under control. `execute/checkpoint` measures.

mod measured;
mod settings;

pub use measured::{ColumnMeasured, Figure, InputMeasured, Measured};
pub use settings::{Entry, Settings};
