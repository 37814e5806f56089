//! `option tcplog`, the same since HAProxy 1.5:
//!
//! ```text
//! 10.0.1.2:33313 [06/Feb/2009:12:12:51.443] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0
//!                                                        Tw/Tc/Tt  B  ts ac/fc/bc/sc/rc sq/bq
//! ```

use super::parts::{self, Layout, Stop, Timers};
use crate::record::{Field, Row, Sink};
use crate::text::Cursor;

/// Reads what follows the three timers. Fields that a customised format adds at the end stay in the raw line.
pub(super) fn read(cursor: &mut Cursor, timers: &Timers, start: i64, row: &mut Row) -> Result<(), Stop> {
    set_timers(timers, start, row);
    parts::length(cursor, row)?;
    parts::state(cursor, row)?;
    parts::counters(cursor, row)?;
    Layout::Tcp.set(row);
    Ok(())
}

#[inline(always)]
pub(super) fn set_timers(timers: &Timers, start: i64, row: &mut impl Sink) {
    timers.set(0, Field::QueueTime, row);
    timers.set(1, Field::ConnectTime, row);
    timers.set_total(2, start, row);
    timers.set_rest(row);
}
