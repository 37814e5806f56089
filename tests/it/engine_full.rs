//! Files that are larger than a worker's memory.

use crate::engine_in_memory::{Engine, MEMORY, view};
use hopscope::engine::Sizes;
use hopscope::protocol::SourceState;
use hopscope::record::Field;

const LINE: &str = "10.0.1.2:33313 [06/Feb/2009:12:12:51.443] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0\n";

#[test]
fn reading_stops_where_memory_is_full_and_says_so() {
    let text = LINE.repeat(1_000);
    for shards in [1, 3] {
        let engine = Engine::new(shards, Sizes { first: 300, piece: 900, block: 900 });
        engine.add("small.log", LINE.as_bytes());
        MEMORY.set((3 << 30) + 1);
        engine.add("large.log", text.as_bytes());
        MEMORY.set(0);
        let progress = engine.progress();
        let [small, large] = &progress.sources[..] else { panic!("two files") };
        assert_eq!((small.state, small.notes.len()), (SourceState::Done, 0));
        assert_eq!(large.state, SourceState::Stopped);
        assert!(progress.done && 0 < large.rows && large.rows < 1_000, "{large:?}");
        let [note] = &large.notes[..] else { panic!("{:?}", large.notes) };
        assert!(note.starts_with("Memory is full: "), "{note}");
        assert!(
            note.contains(&format!(" of 83.0 KB of large.log were read, {} logs are shown.", large.rows)),
            "{note}"
        );
        assert_eq!(engine.summary(&view("")).total, large.rows + 1);
        let lines = engine.rows(&view("source=large.log"), 0, 1_000, &[Field::Line], false);
        assert_eq!(lines.rows.len() as u64, large.rows);
    }
}

#[test]
fn a_file_that_waits_when_memory_is_full_is_not_read() {
    let engine = Engine::new(2, Sizes { first: 300, piece: 900, block: 900 });
    let text = LINE.repeat(100);
    MEMORY.set((3 << 30) + 1);
    engine.add_all(&[("a.log", text.as_bytes()), ("b.log", text.as_bytes())]);
    MEMORY.set(0);
    let progress = engine.progress();
    let [a, b] = &progress.sources[..] else { panic!("two files") };
    assert_eq!((a.state, b.state, b.rows), (SourceState::Stopped, SourceState::Stopped, 0));
    assert!(b.notes[0].starts_with("Memory is full: b.log was not read. "), "{:?}", b.notes);
}
