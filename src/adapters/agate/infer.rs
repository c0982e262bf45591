//! Types of columns from the text of their values, as agate infers them with dbt's settings.

use chrono::{FixedOffset, NaiveDateTime, TimeZone};

use super::{Decimal, date, number, strip};
use crate::adapters::{Cell, CellType};

/// The types that agate tries, in dbt's order; whole numbers are never found in text.
const ORDER: [CellType; 7] = [
    CellType::Integer,
    CellType::Number,
    CellType::Date,
    CellType::DateTime,
    CellType::DateTime,
    CellType::Boolean,
    CellType::Text,
];

/// What a column can still be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    possible: [bool; 7],
    /// Most digits before and after the point.
    places: (usize, usize),
}

impl Column {
    /// Starts with all types possible, or with text alone.
    pub(super) fn new(is_text: bool) -> Self {
        let mut possible = [!is_text; 7];
        possible[6] = true;
        Self {
            possible,
            places: (1, 0),
        }
    }

    /// Rules out the types that a value is not of.
    pub(super) fn test(&mut self, value: &str) {
        let [integer, numbers, dates, date_times, iso, booleans, _] = &mut self.possible;
        *integer = false;
        if !(*numbers || *dates || *date_times || *iso || *booleans) {
            return;
        }
        let value = strip(value);
        if is_null(value) {
            return;
        }
        if *numbers {
            match number::places(value) {
                Some((whole, decimals)) => {
                    self.places.0 = self.places.0.max(whole);
                    self.places.1 = self.places.1.max(decimals);
                }
                None => *numbers = false,
            }
        }
        *dates = *dates && date::date(value).is_some();
        *date_times = *date_times && date::date_time(value).is_some();
        *iso = *iso && date::iso_date_time(value).is_some();
        *booleans = *booleans && boolean(value).is_some();
    }

    /// Returns the first type that is left.
    pub(super) fn cells(&self) -> CellType {
        let types = ORDER.into_iter().zip(self.possible);
        let first = types.into_iter().find(|(_, possible)| *possible);
        first.map_or(CellType::Text, |(cells, _)| cells)
    }

    /// Tells whether the numbers need digits after the point.
    pub(super) fn has_decimals(&self) -> bool {
        self.cells() == CellType::Number && Decimal::needs_decimals(self.places)
    }
}

fn is_null(value: &str) -> bool {
    value.is_empty() || value.eq_ignore_ascii_case("null")
}

fn boolean(value: &str) -> Option<Option<bool>> {
    if value.contains(',') {
        // agate does without commas in any value.
        return boolean(strip(&value.replace(',', "")));
    }
    if is_null(value) {
        Some(None)
    } else if value.eq_ignore_ascii_case("true") {
        Some(Some(true))
    } else if value.eq_ignore_ascii_case("false") {
        Some(Some(false))
    } else {
        None
    }
}

/// Reads a value as one of its column's type.
pub(super) fn cast(written: &str, to: CellType) -> Cell {
    let value = strip(written);
    if is_null(value) {
        return Cell::Null;
    }
    let cell = match to {
        CellType::Number => number::number(value).map(Cell::Decimal),
        CellType::Date => date::date(value).map(Cell::Date),
        CellType::DateTime => date::date_time(value)
            .map(Cell::DateTime)
            .or_else(|| date::iso_date_time(value).map(date_time_cell)),
        CellType::Boolean => boolean(value).map(|it| it.map_or(Cell::Null, Cell::Boolean)),
        CellType::Integer | CellType::Text => None,
    };
    cell.unwrap_or_else(|| Cell::Text(written.to_owned()))
}

fn date_time_cell((at, offset): (NaiveDateTime, Option<i32>)) -> Cell {
    let zone = offset.and_then(FixedOffset::east_opt);
    let at_zone = zone.and_then(|zone| zone.from_local_datetime(&at).single());
    at_zone.map_or(Cell::DateTime(at), Cell::DateTimeTz)
}
