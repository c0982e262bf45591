//! The time and the local time zone, handed in by whoever makes the context.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, TimeDelta as Span, Utc};
use chrono_tz::Tz;
use minijinja::{Error, State};

use super::class::Class;
use super::pytz;
use crate::jinja::library::errors::raise;
use crate::jinja::session::Session;

/// Where `now()` and local times come from.
#[derive(Clone)]
pub struct Clock {
    now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    zone: Tz,
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<clock in {}>", self.zone)
    }
}

impl Clock {
    /// Makes a clock; `zone` is the system's local time zone.
    pub fn new(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static, zone: Tz) -> Self {
        Self {
            now: Arc::new(now),
            zone,
        }
    }
}

/// Finds the clock of the context that a template runs in.
fn clock(state: &State) -> Result<Clock, Error> {
    let modules = Session::of(state).and_then(|session| session.builtin("modules"));
    let class = modules.and_then(|modules| {
        let datetime = modules.get_attr("datetime").ok()?;
        let class = datetime.get_attr("datetime").ok()?;
        class.downcast_object_ref::<Class>()?.clock.clone()
    });
    class.ok_or_else(|| raise("RuntimeError", "there is no clock here"))
}

/// Returns the time, UTC.
pub(super) fn utc_now(state: &State) -> Result<NaiveDateTime, Error> {
    Ok((clock(state)?.now)().naive_utc())
}

/// Returns the local time.
pub(super) fn local_now(state: &State) -> Result<NaiveDateTime, Error> {
    to_local(state, utc_now(state)?)
}

/// Converts UTC to local time.
pub(super) fn to_local(state: &State, utc: NaiveDateTime) -> Result<NaiveDateTime, Error> {
    Ok(utc + Span::seconds(local_offset(state, utc)?.into()))
}

/// Returns the distance of local time from UTC at a moment of UTC, in seconds.
pub(super) fn local_offset(state: &State, utc: NaiveDateTime) -> Result<i32, Error> {
    Ok(pytz::local_offset(clock(state)?.zone, utc.and_utc()))
}

/// Converts local time to UTC; of two possible moments the first, or the second if `fold`.
pub(super) fn to_utc(
    state: &State,
    local: NaiveDateTime,
    fold: bool,
) -> Result<NaiveDateTime, Error> {
    let at = |moment: NaiveDateTime| local_offset(state, moment);
    let before = local - Span::seconds(at(local - Span::days(1))?.into());
    let after = local - Span::seconds(at(local + Span::days(1))?.into());
    let fits = |utc: NaiveDateTime| Ok::<_, Error>(to_local(state, utc)? == local);
    Ok(match (fits(before)?, fits(after)?) {
        (true, true) if fold => before.max(after),
        (true, true) => before.min(after),
        (false, true) => after,
        // In a gap Python takes the offset from before it, or after it if `fold`.
        (false, false) if fold => after,
        _ => before,
    })
}

/// Returns the local zone as a fixed offset, as `astimezone()` gives it.
pub(super) fn local_zone(state: &State, utc: NaiveDateTime) -> Result<super::Zone, Error> {
    let zone = clock(state)?.zone;
    let seconds = pytz::local_offset(zone, utc.and_utc());
    let name = pytz::local_name(zone, utc.and_utc());
    Ok(super::Zone::Fixed(seconds, Some(name)))
}
