//! What a user will want first, done before with a file of ours.
//!
//! A browser runs wasm slowly at first and compiles well what has run often. No loop is exchanged while it runs, so the
//! first pieces of a file would be read at a third of the speed, while the compiler takes the other cores.

use super::{Beside, Shard, answer};
use crate::engine::input::Input;
use crate::protocol::Significance;
use crate::protocol::shard::{Ask, Bins, Cut, Known, Measure, Order, Piece, Place, Select};
use crate::record::Field;

/// Bytes in a piece: each is one call of the loop over lines.
const PIECE: u64 = 256 << 10;

/// Reads `input` and asks what is asked of a file that was read, with a shard that nobody sees.
pub(super) async fn rehearse<I: Input>(input: I, size: u64) {
    let shard = Shard::<I>::new(|| 0);
    let ask = |ask, beside| answer(&shard, ask, beside);
    let name = String::from("rehearsal");
    ask(Ask::Open { source: 0, reading: 0, name }, Beside::Input(input)).await;
    for (sequence, start) in (0..size).step_by(PIECE as usize).enumerate() {
        let piece = Piece {
            source: 0,
            reading: 0,
            sequence: sequence as u32,
            start,
            end: (start + PIECE).min(size),
            place: Place::File { exact: false },
            cut: Cut::Lines,
            ends: Vec::new(),
            known: Known::default(),
            header: Vec::new(),
        };
        ask(Ask::Parse(piece), Beside::Nothing).await;
    }
    let select = Select {
        query: String::new(),
        hidden: Vec::new(),
        newest: 0,
        period: None,
        brush: None,
        significance: Significance::All,
    };
    let bins = Bins { start: 0, step: i64::MAX, count: 1 };
    ask(Ask::Collect { select: select.clone(), bins }, Beside::Nothing).await;
    let ranges = vec![(Measure::Field(Field::ResponseLength as u16), 0, 1 << 10), (Measure::Total, 0, 1 << 20)];
    ask(Ask::Refine { select: select.clone(), ranges }, Beside::Nothing).await;
    let order = Order { field: Field::StartTime as u16, descending: true, ranks: Vec::new() };
    ask(Ask::Head { select, order, after: None, count: 64, errors: false }, Beside::Nothing).await;
}
