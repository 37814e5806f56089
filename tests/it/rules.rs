//! Rules that change: judged again from the columns, everything is as if it had been read by them.

use crate::corpora;
use crate::engine_in_memory::{Engine, view};
use hopscope::engine::Sizes;
use hopscope::protocol::{Codes, RowId, RowMark, Rows, Rules, RulesText, Sessions, Significance, Summary, ToHub, View};
use hopscope::query::presets::PRESETS;
use hopscope::record::Field;
use proptest::prelude::*;
use std::path::Path;
use std::{fs, sync::OnceLock};

const TCP: &[u8] = include_bytes!("../../public/samples/haproxy-tcp.log");
const HTTP: &[u8] = include_bytes!("../../public/samples/haproxy-http.log");
const AVI: &[u8] = include_bytes!("../../public/samples/avi-l7.jsonl");
const ACCESS: &[u8] = include_bytes!("../../public/samples/access.log");
const COLUMNS: &[Field] = &[Field::Significant, Field::Significance, Field::ResponseCode, Field::Format, Field::Line];

/// The golden files of every format, and the samples.
fn files() -> &'static [(String, Vec<u8>)] {
    static FILES: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    FILES.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut folders = vec![root.join("public/samples")];
        folders.extend(fs::read_dir(root.join("tests/golden")).unwrap().map(|folder| folder.unwrap().path()));
        let mut files: Vec<_> = folders
            .iter()
            .flat_map(|folder| fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()))
            .filter(|path| {
                path.extension().is_some_and(|ext| ["log", "json", "jsonl", "csv"].iter().any(|e| ext == *e))
            })
            .collect();
        files.sort();
        let name = |path: &Path| path.strip_prefix(root).unwrap().to_string_lossy().replace('/', "-");
        let files: Vec<_> = files.iter().map(|path| (name(path), fs::read(path).unwrap())).collect();
        assert!(files.len() > 30, "{} files", files.len());
        files
    })
}

/// Few shards and whole pieces, and the other way round; the rules are `first` from the start.
fn engines(first: &Rules) -> Vec<Engine> {
    let sizes = |first, piece, block| Sizes { first, piece, block };
    [(1, Sizes::default()), (2, sizes(700, 1300, 900)), (3, sizes(64, 1777, 3000))]
        .into_iter()
        .map(|(shards, sizes)| {
            let engine = Engine::new(shards, sizes);
            engine.judge(first);
            engine
        })
        .collect()
}

fn opened(first: &Rules) -> Vec<Engine> {
    let engines = engines(first);
    for engine in &engines {
        files().iter().for_each(|(name, bytes)| engine.add(name, bytes));
    }
    engines
}

fn views() -> [View; 5] {
    let base = view("");
    [
        View { significance: Significance::Significant, ..base.clone() },
        View { significance: Significance::NonSignificant, ..base.clone() },
        view("significance~=\"response code\" OR slow"),
        view("significant=true resp_code>=400"),
        base,
    ]
}

/// What must not depend on shards, pieces, and how often the rules changed.
fn answers(engine: &Engine) -> (Vec<Summary>, Vec<Rows>) {
    let mut summaries: Vec<Summary> = views().iter().map(|view| engine.summary(view)).collect();
    for summary in &mut summaries {
        // Why a line was not understood depends on the format of the line before it, and on no rule.
        (summary.generation, summary.unparsed) = (0, Default::default());
    }
    let rows = views().into_iter().map(|view| {
        let mut rows = engine.rows(&view, 0, u32::MAX, COLUMNS, false);
        rows.rows.iter_mut().for_each(|row| row.id = RowId { shard: 0, row: 0 });
        rows.generation = 0;
        rows
    });
    (summaries, rows.collect())
}

fn significant(engine: &Engine, query: &str) -> u64 {
    engine.summary(&View { significance: Significance::Significant, ..view(query) }).total
}

fn codes(text: &str) -> Codes {
    Codes::from_text(text).unwrap()
}

fn presets() -> [(&'static str, Rules); 3] {
    RulesText::PRESETS.map(|(name, line)| (name, Rules::from_text(line).unwrap()))
}

fn other() -> Rules {
    Rules {
        sessions: Sessions::Raised,
        total_time: Some(20_000),
        app_response: Some(5_000),
        client_rtt: None,
        server_rtt: Some(1),
        excluded: codes("404 5xx"),
    }
}

#[test]
fn judged_again_by_the_same_rules_nothing_changes() {
    let mut first = None;
    for engine in opened(&Rules::default()) {
        let read = answers(&engine);
        engine.judge(&Rules::default());
        assert!(answers(&engine) == read, "judged again");
        engine.judge(&other());
        assert!(answers(&engine) != read, "other rules");
        engine.judge(&Rules::default());
        assert!(answers(&engine) == read, "there and back");
        assert!(*first.get_or_insert_with(|| read.clone()) == read, "shards and pieces");
    }
}

#[test]
fn judged_later_is_as_read_by_the_rules() {
    for (name, rules) in presets().into_iter().chain([("other", other())]) {
        for (late, early) in opened(&Rules::default()).iter().zip(opened(&rules)) {
            late.judge(&rules);
            let (late, early) = (answers(late), answers(&early));
            for (late, early) in late.0.iter().zip(&early.0) {
                assert_eq!(late, early, "{name}");
            }
            assert!(late.1 == early.1, "{name}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn any_rules_at_any_time(
        sessions in prop_oneof![Just(Sessions::Ended), Just(Sessions::Raised), Just(Sessions::Halog)],
        times in prop::array::uniform4(prop::option::of(1i64..10_000_000)),
        excluded in "(([1-5]xx|40[0-9]|50[0-9]|-1),){0,5}",
        steps in 0usize..60,
        shards in 1usize..4,
        later in any::<bool>(),
    ) {
        let [total_time, app_response, client_rtt, server_rtt] = times;
        let excluded = codes(&excluded);
        let rules = Rules { sessions, total_time, app_response, client_rtt, server_rtt, excluded };
        let sizes = Sizes { first: 500, piece: 2000, block: 1500 };
        let (changed, fresh) = (Engine::new(shards, sizes), Engine::new(1, Sizes::default()));
        fresh.judge(&rules);
        if later {
            changed.judge(&other());
        }
        for (name, bytes) in [("http.log", HTTP), ("tcp.log", TCP), ("avi.jsonl", AVI), ("access.log", ACCESS)] {
            // While it is read; what came before is judged again, what comes after at once.
            changed.add_and((name, bytes), ToHub::Judge { rules: rules.to_text() }, steps);
            fresh.add(name, bytes);
        }
        prop_assert!(answers(&changed) == answers(&fresh));
    }

    #[test]
    fn no_answer_is_of_two_sets_of_rules(steps in 0usize..40) {
        let engine = Engine::open(3, &[("http.log", HTTP), ("tcp.log", TCP), ("avi.jsonl", AVI)]);
        let view = View { significance: Significance::Significant, ..view("slow OR get OR significance~=server") };
        let mut answer = engine.ask_and_judge(&view, &other(), steps);
        let (mut new, generation) = (engine.summary(&view), answer.generation);
        engine.judge(&Rules::default());
        let mut old = engine.summary(&view);
        // Answered before the rules changed, it says so.
        let told = generation < new.generation;
        [&mut answer, &mut new, &mut old].into_iter().for_each(|summary| summary.generation = 0);
        prop_assert!(answer == new || (answer == old && told), "{} {}", answer.total, told);
    }
}

#[test]
fn hidden_and_removed_sources_stay_so() {
    let engine = Engine::open(2, &[("http.log", HTTP), ("tcp.log", TCP), ("access.log", ACCESS)]);
    engine.send(ToHub::Show { source: 0, visible: false }, Vec::new());
    engine.send(ToHub::Remove { source: 1 }, Vec::new());
    engine.judge(&other());
    let only = Engine::open(1, &[("access.log", ACCESS)]);
    only.judge(&other());
    let counts = |engine: &Engine| {
        let Summary { loaded, total, counts, .. } = engine.summary(&view(""));
        (loaded, total, counts)
    };
    assert_eq!(counts(&engine), counts(&only));
    engine.send(ToHub::Show { source: 0, visible: true }, Vec::new());
    let both = Engine::new(1, Sizes::default());
    both.judge(&other());
    both.add("http.log", HTTP);
    both.add("access.log", ACCESS);
    assert_eq!(counts(&engine), counts(&both));
}

#[test]
fn the_logs_own_word_stays() {
    let engine = Engine::open(2, &[("avi.jsonl", AVI)]);
    let own = AVI.split(|byte| *byte == b'\n').filter(|line| {
        let line = String::from_utf8_lossy(line).replace(' ', "");
        line.contains("\"adf\":true")
    });
    let own = own.count() as u64;
    assert!(own > 5);
    for (_, rules) in presets().into_iter().chain([("", other())]) {
        engine.judge(&rules);
        assert_eq!(significant(&engine, ""), own);
    }
    // Without it, limits and codes decide.
    let selected = br#"{"uri_path":"/a","client_rtt":10,"response_code":404,"app_response_time":700}
{"uri_path":"/b","client_rtt":1001,"response_code":200}
{"adf":true,"uri_path":"/c","client_rtt":1,"response_code":404,"significance":"Request ended abnormally: response code 4xx"}
"#;
    let engine = Engine::open(1, &[("selected.jsonl", selected)]);
    assert_eq!(significant(&engine, ""), 3);
    let excluded = codes("404");
    engine.judge(&Rules { client_rtt: None, excluded, ..Rules::default() });
    assert_eq!(significant(&engine, ""), 1);
    engine.judge(&Rules { app_response: Some(700_000), client_rtt: Some(1_001_000), ..Rules::default() });
    assert_eq!(significant(&engine, ""), 2);
    let reasons = engine.values(&view("uri_path=/a"), Field::Significance).values;
    assert_eq!(reasons.len(), 2, "{reasons:?}");
}

/// Lines of HAProxy's with a state, by what their fields say.
#[test]
fn counts_are_those_of_the_lines() {
    let engine = Engine::open(2, &[("http.log", HTTP)]);
    let text = std::str::from_utf8(HTTP).unwrap();
    // Status, total time in ms, and whether only these can be a reason.
    let lines: Vec<(i64, i64, bool)> = text
        .lines()
        .filter_map(|line| {
            let words: Vec<&str> = line.split_once("] ")?.1.split(' ').collect();
            let timers: Vec<&str> = words.get(2)?.split('/').collect();
            let total = timers.get(4)?.parse().ok()?;
            let fine = words[7].starts_with(['-', 'L']) && words[8].ends_with("/0");
            Some((words[3].parse().ok()?, total, fine))
        })
        .collect();
    let is_event = |query: &str| engine.summary(&view(query)).total;
    let events = is_event("significant=true missing(termination_state)");
    for (total_time, excluded) in [(5_000, ""), (100, ""), (30, "4xx"), (1_000, "404,503")] {
        let codes = codes(excluded);
        engine.judge(&Rules { total_time: Some(total_time * 1000), excluded: codes.clone(), ..Rules::default() });
        let counts = |(code, total, fine): &&(i64, i64, bool)| {
            !fine || *total >= total_time || ((*code < 0 || *code >= 400) && !codes.has(*code))
        };
        assert_eq!(
            significant(&engine, ""),
            lines.iter().filter(counts).count() as u64 + events,
            "{total_time} {excluded}"
        );
    }
}

#[test]
fn presets_are_what_their_tool_selects() {
    let presets = presets();
    let check = |text: &[u8]| {
        let engine = Engine::open(2, &[("a.log", text)]);
        [&presets[1].1, &presets[2].1]
            .into_iter()
            .zip(PRESETS)
            .map(|(rules, search)| {
                engine.judge(rules);
                let (judged, found) =
                    (significant(&engine, "exists(termination_state)"), engine.summary(&view(search.query)).total);
                assert_eq!(judged, found, "{}", search.name);
                found
            })
            .collect::<Vec<_>>()
    };
    let (http, tcp) = (check(HTTP), check(TCP));
    assert!(http[0] > http[1] && http[1] > 0 && tcp[0] > 0 && tcp[1] == 0, "{http:?} {tcp:?}");
    if let Some(lines) = corpora::lines("haproxy/raravena80/haproxy.log.gz") {
        assert_eq!(check(&lines.join(&b'\n'))[1], 50);
    }
}

#[test]
fn marks_follow() {
    let line = "Nov 18 10:21:26 lb haproxy[7]: 192.0.2.1:5 [18/Nov/2026:10:21:26.767] fe be/s1 0/0/0/40/41 503 17 - - ---- 1/1/1/1/0 0/0 \"GET / HTTP/1.1\"\n";
    let engine = Engine::open(1, &[("a.log", line.repeat(2500).as_bytes())]);
    let mark = |row: u64| engine.rows(&view(""), row, 1, COLUMNS, false).rows[0].mark;
    for row in [0, 1023, 1024, 2499] {
        engine.judge(&Rules::default());
        assert_eq!(mark(row), RowMark::Error);
        engine.judge(&Rules { excluded: codes("503"), ..Rules::default() });
        assert_eq!(mark(row), RowMark::Fine);
        engine.judge(&Rules { excluded: codes("5xx"), app_response: Some(40_000), ..Rules::default() });
        assert_eq!(mark(row), RowMark::Warning);
    }
    // Rows after the last judged stand on the same page.
    engine.add("b.log", line.as_bytes());
    assert_eq!((mark(2500), significant(&engine, "")), (RowMark::Warning, 2501));
}
