//! Explain selection: exact with any number of shards and pieces, silent about chance, and right about what was planted.

use crate::engine_in_memory::{Engine, view};
use hopscope::engine::Sizes;
use hopscope::protocol::{
    CellValue, Compare, Difference, Differences, Differing, FromHub, Range, Significance, ToHub, View,
};
use hopscope::record::Field;

const TCP: &[u8] = include_bytes!("../../public/samples/haproxy-tcp.log");
const HTTP: &[u8] = include_bytes!("../../public/samples/haproxy-http.log");
const AVI: &[u8] = include_bytes!("../../public/samples/avi-l7.jsonl");
const NAVAJO: &[u8] = include_bytes!("../../public/samples/navajo.log");
const TRAFFIC: &[u8] = include_bytes!("../../public/samples/paloalto-traffic.log");

fn explain(engine: &Engine, view: &View, compare: Compare) -> Differences {
    let messages = engine.send(ToHub::Explain { id: 1, view: view.clone(), compare }, Vec::new());
    let found = messages.into_iter().find_map(|message| match message {
        FromHub::Explained(found) => Some(*found),
        _ => None,
    });
    found.expect("an answer")
}

fn find(found: &Differences, field: Field) -> &Difference {
    found.fields.iter().find(|difference| difference.field == field as u16).unwrap_or_else(|| panic!("{field:?}"))
}

fn text(value: &str) -> CellValue {
    CellValue::Text(value.to_owned())
}

/// Numbers below `below`, the same for the same seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }
}

/// Ten o'clock on 2026-11-21, UTC, µs.
const TEN: i64 = 1_795_255_200_000_000;

fn minutes(from: i64, to: i64) -> Range {
    Range { from: TEN + from * 60_000_000, to: TEN + to * 60_000_000 }
}

/// An hour of requests that are drawn one by one, so that any part of it is a random sample. From minute 20 to 30 the
/// server db2 answers nothing, where `fails`.
fn hour(seed: u64, requests: u64, fails: bool) -> Vec<u8> {
    use std::fmt::Write;
    let mut dice = Dice(seed);
    let mut log = String::new();
    for _ in 0..requests {
        let second = dice.roll(3_600);
        let (minute, server) = (second / 60, dice.roll(4) + 1);
        let failed = fails && server == 2 && (20..30).contains(&minute);
        let app = if failed { -1 } else { 5 + (dice.roll(40) * dice.roll(40)) as i64 };
        let total = if failed { 30_001 } else { app + 2 };
        let status = if failed { 504 } else { [200, 200, 200, 304, 302][dice.roll(5) as usize] };
        let state = if failed { "sH--" } else { "----" };
        // Few come often, most seldom.
        let most = 1 << (1 + dice.roll(11));
        let client = dice.roll(most);
        let id = dice.roll(1 << 40);
        let (method, path) = (["GET", "GET", "POST"][dice.roll(3) as usize], dice.roll(300));
        let stamp = format!("10:{minute:02}:{:02}", second % 60);
        writeln!(
            log,
            "Nov 21 {stamp} lb haproxy[7]: 10.0.{}.{}:{} [21/Nov/2026:{stamp}.{:03}] fe be/db{server} 0/0/1/{app}/{total} {status} {} - - {state} {}/1/0/0/0 0/0 \"{method} /p/{path}?id={id} HTTP/1.1\"",
            client / 256, client % 256, 1_024 + dice.roll(60_000), dice.roll(1_000), 200 + dice.roll(9_000), dice.roll(50),
        )
        .unwrap();
    }
    log.into_bytes()
}

#[test]
fn any_number_of_shards_and_any_pieces_give_the_same_answer() {
    let files: [(&str, &[u8]); 5] =
        [("tcp.log", TCP), ("http.log", HTTP), ("avi.jsonl", AVI), ("navajo.log", NAVAJO), ("traffic.log", TRAFFIC)];
    let log = hour(1, 3_000, true);
    for files in [&files[..], &[("hour.log", &log)]] {
        let open = |shards, sizes| {
            let engine = Engine::new(shards, sizes);
            files.iter().for_each(|(name, bytes)| engine.add(name, bytes));
            engine
        };
        let whole = open(1, Sizes::default());
        let (from, to) = whole.summary(&view("")).extent.unwrap();
        let brush = Some(Range { from: from + (to - from) / 3, to: from + (to - from) / 2 });
        let views = [
            (Compare::Selection, View { brush, ..view("") }),
            (Compare::Selection, View { brush, significance: Significance::Significant, ..view("") }),
            (Compare::Significant, view("")),
            (Compare::Significant, View { brush, ..view("total_time>1ms") }),
            (Compare::Search, view("resp_code>=500")),
            (Compare::Search, View { period: brush, ..view("get") }),
        ];
        let mut fields = 0;
        for (compare, view) in &views {
            let expected = explain(&whole, view, *compare);
            fields += expected.fields.len();
            for (shards, first, piece) in [(2, 700, 1_300), (3, 64, 977), (5, 1 << 20, 1 << 20)] {
                let parts = open(shards, Sizes { first, piece, block: piece });
                assert_eq!(explain(&parts, view, *compare), expected, "{shards} shards, {compare:?} {view:?}");
            }
        }
        assert!(fields > 10, "the test compares nothing: {fields}");
    }
}

#[test]
fn counts_and_percentiles_are_those_of_the_two_groups() {
    let log = hour(2, 6_000, true);
    let engine = Engine::open(2, &[("hour.log", &log)]);
    let brushed = View { brush: Some(minutes(20, 30)), ..view("") };
    let found = explain(&engine, &brushed, Compare::Selection);
    let (group, all) = (engine.summary(&brushed).total, engine.summary(&view("")).total);
    assert_eq!(found.logs, [group, all - group]);
    let mut values = 0;
    for difference in &found.fields {
        let Differing::Values(shown) = &difference.detail else { continue };
        let field = Field::from_index(usize::from(difference.field)).unwrap();
        let count = |view: &View, value: &CellValue| {
            let all = engine.values(view, field).values;
            all.iter().find(|other| other.value == *value).map_or(0, |other| other.count)
        };
        for (value, logs) in shown.iter().filter_map(|(value, logs)| Some((value.as_ref()?, logs))) {
            let (inside, all) = (count(&brushed, value), count(&view(""), value));
            assert_eq!(*logs, [inside, all - inside], "{field:?} {value:?}");
            values += 1;
        }
        assert_eq!(difference.base, found.logs);
    }
    assert!(values > 5);
    let total = find(&found, Field::TotalTime);
    let Differing::Numbers { p50, p95 } = &total.detail else { panic!("{total:?}") };
    let inside = engine.summary(&brushed).end_to_end.total;
    // Before and after, as the rest.
    let mut rest: Vec<i64> = Vec::new();
    for range in [minutes(0, 20), minutes(30, 60)] {
        let of = View { brush: Some(range), ..view("") };
        let rows = engine.rows(&of, 0, 10_000, &[Field::TotalTime], false).rows;
        rest.extend(rows.iter().filter_map(|row| match row.cells[0] {
            Some(CellValue::Int(time)) => Some(time),
            _ => None,
        }));
    }
    rest.sort_unstable();
    let rank = |percent: usize| rest[(rest.len() * percent).div_ceil(100) - 1];
    assert_eq!((*p50, *p95), ([inside.p50, rank(50)], [inside.p95, rank(95)]));
    assert_eq!(total.base, [inside.count, rest.len() as u64]);
}

#[test]
fn a_part_of_a_log_without_incident_shows_nothing() {
    for seed in 0..12 {
        let log = hour(100 + seed, 2_500, false);
        let engine = Engine::open(2, &[("hour.log", &log)]);
        for range in [minutes(20, 30), minutes(0, 2), minutes(5, 45)] {
            let found = explain(&engine, &View { brush: Some(range), ..view("") }, Compare::Selection);
            assert_eq!((&found.fields, &found.slight), (&Vec::new(), &Vec::new()), "seed {seed} {range:?}");
            assert!(found.alike.len() > 10 && found.logs[0] >= found.least, "{found:?}");
        }
    }
}

#[test]
fn the_server_that_fails_is_found() {
    for seed in 0..6 {
        let log = hour(200 + seed, 5_000, true);
        let engine = Engine::open(2, &[("hour.log", &log)]);
        let found = explain(&engine, &View { brush: Some(minutes(20, 30)), ..view("") }, Compare::Selection);
        let state = find(&found, Field::TerminationState);
        assert!((0.2..0.3).contains(&state.size), "{state:?}");
        let Differing::Values(values) = &state.detail else { panic!("{state:?}") };
        let states: Vec<_> = values.iter().filter_map(|(value, _)| value.clone()).collect();
        assert!(states.contains(&text("sH--")) && states.contains(&text("----")), "{states:?}");
        // Requests are spread as before: the servers themselves do not differ.
        assert!(found.alike.contains(&(Field::ServerName as u16)), "{found:?}");
        // Among failures, the server is what they share.
        let found = explain(&engine, &view(""), Compare::Significant);
        let first_of_values = found.fields.iter().find(|difference| difference.field == Field::ServerName as u16);
        let Some(Difference { detail: Differing::Values(values), base, .. }) = first_of_values else {
            panic!("{found:?}")
        };
        assert_eq!((&values[0].0, values[0].1[0]), (&Some(text("db2")), base[0]));
        assert!(found.made_of.contains(&(Field::Significance as u16)));
        let slow = find(&found, Field::TotalTime);
        assert!(slow.size > 0.99, "{slow:?}");
        // What the search names is what it differs by: that is left out.
        let found = explain(&engine, &view("server_name=db2 start_time>=2026-11-21T10:20:00Z"), Compare::Search);
        assert_eq!(found.made_of, [Field::ServerName as u16]);
        assert!(found.fields.iter().any(|difference| difference.field == Field::ResponseCode as u16), "{found:?}");
    }
}

#[test]
fn a_few_logs_are_too_few_to_tell() {
    let log = hour(7, 3_000, true);
    let engine = Engine::open(1, &[("hour.log", &log)]);
    let times = engine.rows(&view(""), 0, 3_000, &[], false).rows;
    let range = |from: usize, to: usize| Range { from: times[from].time.unwrap(), to: times[to].time.unwrap() };
    let few = explain(&engine, &View { brush: Some(range(100, 103)), ..view("") }, Compare::Selection);
    assert!(few.logs[0] < few.least && few.logs[0] > 0, "{few:?}");
    assert!(few.fields.is_empty() && few.slight.is_empty() && few.alike.is_empty());
    let nothing = explain(&engine, &view("no such word anywhere"), Compare::Search);
    assert_eq!((nothing.logs, nothing.fields.len()), ([0, 3_000], 0));
}

#[test]
fn what_stands_out_names_what_most_significant_logs_share() {
    let told = |engine: &Engine, view: &View| -> Vec<String> {
        let sentences = engine.summary(view).stands_out;
        sentences.iter().map(|sentence| sentence.pieces.iter().map(|piece| piece.0.as_str()).collect()).collect()
    };
    for seed in 0..4 {
        let log = hour(300 + seed, 5_000, true);
        let engine = Engine::open(2, &[("hour.log", &log)]);
        let summary = engine.summary(&view(""));
        let (failed, others) = (summary.counts.significant, summary.counts.all - summary.counts.significant);
        let other =
            engine.summary(&View { significance: Significance::NonSignificant, ..view("server_name=db2") }).total;
        assert_eq!(engine.summary(&view("significant=true server_name!=db2")).total, 0);
        let share = hopscope::show::share(other, others);
        let expected = format!(
            "Server db2 has 100% of the {}, and {share} of the others.",
            hopscope::show::count(failed, "significant log", "significant logs")
        );
        assert_eq!(told(&engine, &view(""))[0], expected);
        // Without others there is nothing that these have more often.
        let only = told(&engine, &View { significance: Significance::Significant, ..view("") });
        assert!(only.iter().all(|sentence| !sentence.contains("of the others")), "{only:?}");
        assert!(told(&engine, &view("significant=false")).is_empty());
    }
}

#[test]
fn requests_are_compared_where_there_are_and_their_steps_are_left_out() {
    let engine = Engine::open(2, &[("navajo.log", NAVAJO)]);
    let all = engine.summary(&view(""));
    let failed = engine.summary(&view("significant=true type=request")).total;
    let found = explain(&engine, &view(""), Compare::Significant);
    assert_eq!(found.logs, [failed, all.requests.unwrap() - failed]);
    assert_eq!((found.requests, found.left_out), (true, all.total - all.requests.unwrap()));
    // What tells lines apart tells nothing of requests, and shares are of all that is compared.
    let kinds = [Field::LogType, Field::Format, Field::TraceGroup, Field::Operation];
    for difference in &found.fields {
        assert!(kinds.iter().all(|field| *field as u16 != difference.field), "{difference:?}");
        assert!(
            matches!(difference.detail, Differing::Numbers { .. }) || difference.base == found.logs,
            "{difference:?}"
        );
    }
    let servlet = find(&found, Field::Servlet);
    let Differing::Values(values) = &servlet.detail else { panic!("{servlet:?}") };
    let login = values.iter().find(|(value, _)| *value == Some(text("LoginRenderer"))).unwrap().1;
    assert!(login[0] * found.logs[1] > 3 * login[1] * found.logs[0], "{values:?}");
    // A search for requests is compared with the other requests, one for messages with the other lines.
    let found = explain(&engine, &view("status=502"), Compare::Search);
    let searched = engine.summary(&view("status=502")).total;
    assert_eq!((found.requests, found.logs), (true, [searched, all.requests.unwrap() - searched]));
    let found = explain(&engine, &view("type=trace"), Compare::Search);
    let lines = engine.summary(&view("type=trace")).total;
    assert_eq!((found.requests, found.left_out, found.logs), (false, 0, [lines, all.total - lines]));
}

#[test]
fn load_at_the_time_stands_behind_what_tells_of_logs() {
    let engine = Engine::open(2, &[("http.log", HTTP)]);
    let (from, to) = engine.summary(&view("")).extent.unwrap();
    let minute = 60_000_000;
    let brush = Some(Range { from: from + 28 * minute, to: from + 32 * minute });
    assert!(from + 32 * minute < to);
    let found = explain(&engine, &View { brush, ..view("") }, Compare::Selection);
    let (load, told): (Vec<_>, Vec<_>) = found.fields.iter().partition(|difference| difference.load);
    assert!(!load.is_empty() && told.len() > 2, "{found:?}");
    assert!(found.fields.is_sorted_by_key(|difference| difference.load));
    for group in [&load, &told] {
        assert!(group.is_sorted_by(|a, b| a.size >= b.size), "{group:?}");
    }
    assert!(told.iter().all(|difference| difference.field != Field::Feconn as u16));
}

/// A sentence, the tile and a click on the sentence count the same logs.
#[test]
fn what_stands_out_counts_as_the_tile_and_the_search_do() {
    let log = hour(9, 5_000, true);
    let mut counted = 0;
    for (name, file) in [("hour.log", &log[..]), ("tcp.log", TCP), ("http.log", HTTP), ("navajo.log", NAVAJO)] {
        let engine = Engine::open(3, &[(name, file)]);
        let summary = engine.summary(&view(""));
        let tile = summary.tiles.iter().find(|tile| tile.field == Field::Significance as u16).unwrap();
        for sentence in &summary.stands_out {
            let why = sentence
                .pieces
                .iter()
                .position(|piece| piece.1.as_ref().is_some_and(|(field, _)| *field == Field::Significance as u16));
            let Some(why) = why else { continue };
            let (said, reason) = (&sentence.pieces[why - 1].0, &sentence.pieces[why].0);
            let in_tile = tile.top.iter().find(|top| top.value == text(reason)).unwrap().count;
            let logs = hopscope::show::logs(in_tile);
            assert!(said.starts_with(&logs) || said.contains(&format!(" of the {logs} ")), "{said:?} {logs}");
            assert_eq!(engine.summary(&view(&format!("significance=\"{reason}\""))).total, in_tile, "{reason}");
            counted += 1;
        }
    }
    assert!(counted > 4, "{counted}");
    // All 17 requests are significant: their lines are no others that they differ from.
    let engine = Engine::open(1, &[("navajo.log", NAVAJO)]);
    let all = engine.summary(&view("status=502 exists(type)"));
    assert!(
        all.stands_out.iter().all(|s| s.pieces.iter().all(|piece| !piece.0.contains("others"))),
        "{:?}",
        all.stands_out
    );
}
