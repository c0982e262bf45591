//! What a checkpoint has measured, as facts of an event and as figures.

use serde_json::{Map, Value as Json, json};

use crate::nodes::UniqueId;

/// What was measured of a node's relation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measured {
    /// Rows of the relation.
    pub rows: u64,
    /// Rows that columns were measured of, which differ where a sample is.
    pub rows_measured: u64,
    /// Rows that went into quarantine.
    pub rows_quarantined: u64,
    /// Rows that were discarded before, or took the place of others as they were put back.
    pub rows_filtered: u64,
    /// Bytes of its values; none of what has no rows of its own.
    pub bytes: Option<u64>,
    /// How old the newest row is, seconds.
    pub lag_seconds: Option<f64>,
    /// How long the node took until then, seconds.
    pub seconds: f64,
    /// Its columns.
    pub columns: Vec<ColumnMeasured>,
    /// What it was made of.
    pub inputs: Vec<InputMeasured>,
}

/// What was measured of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnMeasured {
    /// Its name.
    pub name: String,
    /// Rows without a value.
    pub nulls: u64,
    /// Distinct values, about.
    pub distinct: u64,
    /// The least value; null where there is none, or nobody may see it.
    pub min: Json,
    /// The greatest one.
    pub max: Json,
    /// The mean, of numbers and truth values.
    pub mean: Option<f64>,
}

/// What was measured of an input.
#[derive(Debug, Clone, PartialEq)]
pub struct InputMeasured {
    /// The node or source.
    pub node: UniqueId,
    /// Its rows.
    pub rows: u64,
}

/// One number that can be put under control.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The metric.
    pub metric: &'static str,
    /// The column or the input that it is about, if it is not about the whole node.
    pub part: Option<String>,
    /// The number.
    pub value: f64,
    /// Of how many, where it is a part of something.
    pub size: Option<f64>,
}

impl Measured {
    /// Returns the facts of the event.
    pub fn facts(&self) -> Map<String, Json> {
        let columns = self.columns.iter().map(|it| {
            json!({
                "column": it.name,
                "nulls": it.nulls,
                "distinct": it.distinct,
                "min": it.min,
                "max": it.max,
                "mean": it.mean,
            })
        });
        let inputs = self
            .inputs
            .iter()
            .map(|it| json!({"node": it.node, "rows": it.rows}));
        let facts = [
            ("rows", json!(self.rows)),
            ("rows_measured", json!(self.rows_measured)),
            ("rows_quarantined", json!(self.rows_quarantined)),
            ("rows_filtered", json!(self.rows_filtered)),
            ("bytes", json!(self.bytes)),
            ("lag_seconds", json!(self.lag_seconds)),
            ("columns", columns.collect()),
            ("inputs", inputs.collect()),
        ];
        let facts = facts.map(|(name, value)| (name.to_owned(), value));
        facts.into_iter().collect()
    }

    /// Lists its figures.
    #[allow(clippy::cast_precision_loss, reason = "charts are about magnitudes")]
    pub fn figures(&self) -> Vec<Figure> {
        let rows = self.rows as f64;
        let quarantined = self.rows_quarantined as f64;
        let mut figures = vec![
            whole("rows", rows),
            part_of("quarantined_share", None, quarantined, rows + quarantined),
        ];
        figures.extend(self.bytes.map(|it| whole("bytes", it as f64)));
        figures.extend(self.lag_seconds.map(|it| whole("lag_seconds", it)));
        for it in &self.columns {
            let part = Some(it.name.clone());
            let of = self.rows_measured as f64;
            figures.push(part_of("null_share", part.clone(), it.nulls as f64, of));
            let values = [
                ("distinct", Some(it.distinct as f64)),
                ("mean", it.mean),
                ("min", it.min.as_f64()),
                ("max", it.max.as_f64()),
            ];
            figures.extend(values.into_iter().filter_map(|(metric, value)| {
                Some(Figure {
                    part: part.clone(),
                    ..whole(metric, value?)
                })
            }));
        }
        for it in &self.inputs {
            let part = Some(it.node.to_string());
            let of = it.rows as f64;
            let rows_in = whole("rows_in", of);
            let lost = (of - rows - quarantined).max(0.0);
            figures.push(part_of("lost_share", part.clone(), lost, of));
            figures.push(Figure { part, ..rows_in });
        }
        figures
    }
}

fn whole(metric: &'static str, value: f64) -> Figure {
    Figure {
        metric,
        part: None,
        value,
        size: None,
    }
}

fn part_of(metric: &'static str, part: Option<String>, value: f64, size: f64) -> Figure {
    Figure {
        part,
        size: Some(size),
        ..whole(metric, value)
    }
}
