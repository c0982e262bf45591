//! A page to look at: what runs have left behind, as one HTML file.
//!
//! In: [`Report`], figures and texts out of events, scores, charts, checkpoints and quarantines; `execute::reported` reads
//! them, `pipeline::report` brings them together. Out: the text of a file that needs nothing beside itself, draws without
//! scripts, and says what is missing. Whatever somebody has called a node stays a text: [`markup`] alone writes tags.

mod charts;
mod dag;
mod facts;
mod figures;
mod flow;
mod graph;
mod incidents;
mod layered;
mod markup;
mod page;
mod quarantine;
mod runs;
mod scores;
mod states;
mod summary;
mod timeline;

pub use facts::{
    Asked, ChartFacts, ChartPoint, Dag, Flow, GraphNode, Incident, IncidentStep, NodeRun,
    Quarantined, Reason, Report, Run, ScoreFacts, SignalFacts, TrendPoint,
};
pub use page::page;
pub use states::State;
