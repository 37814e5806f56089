//! The zone that times are shown in. Whatever shows a time while something follows it ([`crate::ui::reactive`], `live`)
//! is drawn again when another is chosen.

use crate::show;
use leptos::prelude::*;
use std::cell::Cell;

/// Minutes east of UTC of the zones in use.
pub const ZONES: [i32; 38] = [
    -720, -660, -600, -570, -540, -480, -420, -360, -300, -240, -210, -180, -150, -120, -60, 0, 60, 120, 180, 210, 240,
    270, 300, 330, 345, 360, 390, 420, 480, 525, 540, 570, 600, 630, 660, 720, 765, 780,
];

/// Minutes east of UTC; `None` for what the clock of this computer shows at that moment.
pub type Zone = Option<i64>;

thread_local! {
    static CHOSEN: Cell<Option<RwSignal<Zone>>> = const { Cell::new(None) };
}

/// From now on times are shown in this zone.
pub fn show_in(zone: RwSignal<Zone>) {
    CHOSEN.set(Some(zone));
    show::set_ahead(ahead);
}

fn ahead(micros: i64) -> i64 {
    let minutes = match CHOSEN.get().map(|zone| zone.get()) {
        Some(Some(minutes)) => minutes,
        // Which has a summer and a winter.
        Some(None) => {
            let millis = (micros.div_euclid(1_000) as f64).into();
            -js_sys::Date::new(&millis).get_timezone_offset() as i64
        }
        None => 0,
    };
    minutes * 60_000_000
}
