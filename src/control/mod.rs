//! What is put under statistical control: metrics of nodes and runs, which charts they have, and what is measured of them.
//!
//! In: `control` of `dsql.yml`, and measurements out of the events of runs. Out: a [`Chart`] for each series, which says whether
//! common causes or special ones are at work. The arithmetic is in `quality::control`; measurements are read by
//! `execute::measured`.

mod chart;
mod metrics;
mod settings;

pub use chart::{Chart, Measured, Outcome, Phase, Series, SeriesOf, figure};
pub use metrics::{Metric, Source, Subject};
pub use settings::{OnSignal, Settings, Watch};
