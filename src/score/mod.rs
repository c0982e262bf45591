//! Data-quality scores: how far what is known of data speaks for it, from tests to the whole project.
//!
//! In: [`TestFacts`] and [`NodeFacts`]. Out: [`Scores`], each a weighted mean between 0 and 1, and the [`Risk`] of each node.
//! Pure: `execute/scored` reads results and writes scores, `pipeline/score` brings both together.

mod card;
mod dimension;
mod facts;
mod risk;
mod settings;

pub use card::{Level, Score, Scores, scores};
pub use dimension::{DIMENSIONS, TRANSPARENCY};
pub use facts::{NodeFacts, TestFacts, Transparency};
pub use risk::Risk;
pub use settings::{SCORE_BY, Settings};
