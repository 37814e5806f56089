//! Bars made of the values of a field: exact for any number of shards.

use crate::engine::{open, tiny};
use crate::engine_in_memory::view;
use hopscope::protocol::{CellValue, Range, View};
use hopscope::record::Field;

/// The parts of the bars are the bars of the parts: what a search with one more filter finds, in the period of the whole and
/// whatever is brushed.
#[test]
fn bars_of_parts_add_up_to_the_bars() {
    for shards in [1, 2, 7] {
        let engine = open(shards, tiny(700, 1300, 900));
        let base = View { query: "client_ip!=198.51.100.34".to_owned(), ..view("") };
        let whole = engine.summary(&base);
        let methods: Vec<_> = engine.values(&base, Field::Method).values.into_iter().map(|value| value.value).collect();
        assert!(methods.len() > 2);
        let brush = Some(Range { from: whole.histogram.start, to: whole.histogram.start + whole.histogram.step * 9 });
        let part = |term: String| View { query: format!("{} {term}", base.query), brush, ..base.clone() };
        let mut views: Vec<View> = methods
            .iter()
            .map(|value| match value {
                CellValue::Text(text) => part(format!("method={text}")),
                CellValue::Int(_) => unreachable!("a method is a text"),
            })
            .collect();
        views.push(part("missing(method)".to_owned()));
        let bars = engine.bars(&views, &whole.histogram);
        for (at, bin) in whole.histogram.bins.iter().enumerate() {
            let sum: u64 = bars.iter().map(|part| part[at]).sum();
            assert_eq!(sum, u64::from(bin.significant) + u64::from(bin.other), "bar {at}, {shards} shards");
        }
        for (part, bars) in views.iter().zip(&bars) {
            let without_time = View { brush: None, ..part.clone() };
            let found = engine.summary(&without_time);
            assert_eq!(bars.iter().sum::<u64>(), found.total - found.without_time, "{}", part.query);
        }
    }
}
