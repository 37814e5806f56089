//! A log-format that somebody gives for a source: its mistakes at their place, the preview, and the file read with it.

use crate::engine_in_memory::{Engine, view};
use hopscope::engine::Sizes;
use hopscope::protocol::{CellValue, LogFormat, Preview, Rows, Settings};
use hopscope::record::Field;
use std::io::Write;

const COLUMNS: [Field; 8] = [
    Field::Format,
    Field::ClientIp,
    Field::PoolName,
    Field::ServerName,
    Field::ResponseCode,
    Field::UriPath,
    Field::Host,
    Field::Reject,
];

/// What this directive reads, and lines of it, among them one that HAProxy wrote about a server and one of nobody.
const DIRECTIVE: &str =
    r#"log-format "%ci:%cp [%tr] %b/%s %ST %TR/%Tw/%Tc/%Tr/%Ta {%[capture.req.hdr(0)]} %hr %{+Q}r""#;

fn log() -> String {
    let mut log = String::new();
    for i in 0..300 {
        log.push_str(&format!(
            "Nov 18 10:24:14 lb haproxy[7]: 192.0.2.{}:4000 [18/Nov/2026:10:{:02}:{:02}.000] be/web{} {} 1/0/2/30/{} {{a}} {{shop.example|acme|curl/8.5}} \"GET /p/{} HTTP/1.1\"\n",
            i % 200,
            i / 60,
            i % 60,
            i % 3,
            [200, 200, 503][i % 3],
            40 + i,
            i % 7,
        ));
        if i % 50 == 1 {
            log.push_str("Nov 18 10:24:14 lb haproxy[7]: Server be/web1 is DOWN, reason: Layer4 timeout, check duration: 2001ms. 1 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.\n\n");
        }
        if i % 100 == 2 {
            log.push_str("Nov 18 10:24:14 lb haproxy[7]: 192.0.2.1:4000 [18/Nov/2026:10:00:00.000] be/web0 OK 1/0/2/30/40 {a} \"GET /x HTTP/1.1\"\n");
        }
    }
    log
}

fn given(text: &str) -> Settings {
    let log_format =
        LogFormat { text: text.to_owned(), request: "Host|X-Tenant|User-Agent".into(), ..LogFormat::default() };
    Settings { log_format: Some(log_format), ..Settings::default() }
}

fn engines() -> [Engine; 3] {
    let sizes = |first, piece, block| Sizes { first, piece, block };
    [Engine::new(1, Sizes::default()), Engine::new(2, sizes(700, 1300, 900)), Engine::new(3, sizes(64, 177, 300))]
}

fn rows(engine: &Engine) -> Rows {
    let mut rows = engine.rows(&view(""), 0, 5_000, &COLUMNS, true);
    rows.generation = 0;
    rows.rows.iter_mut().for_each(|row| row.id = hopscope::protocol::RowId { shard: 0, row: 0 });
    rows
}

fn text(cell: &Option<CellValue>) -> &str {
    match cell {
        Some(CellValue::Text(text)) => text,
        _ => "",
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn a_file_is_read_again_with_the_format_that_was_given() {
    let log = log();
    let mut all = Vec::new();
    for bytes in [log.clone().into_bytes(), gzip(log.as_bytes())] {
        for engine in engines() {
            engine.add("edge.log", &bytes);
            let before = rows(&engine);
            engine.reread(0, given(DIRECTIVE));
            let source = engine.progress().sources.remove(0);
            assert_eq!((source.rows, source.unparsed), (309, 3), "{}", source.why);
            assert_eq!(source.format, "HAProxy log-format");
            assert_eq!(source.settings, given(DIRECTIVE));
            let read = rows(&engine);
            let layout = |layout: &str| read.rows.iter().filter(|row| text(&row.cells[0]) == layout).count();
            assert_eq!((layout("haproxy-custom"), layout("haproxy-event"), layout("text")), (300, 6, 3));
            let first = &read.rows[0];
            assert_eq!(first.cells[1..4].iter().map(text).collect::<Vec<_>>(), ["192.0.2.0", "be", "web0"]);
            assert_eq!(first.cells[4], Some(CellValue::Int(200)));
            assert_eq!(first.cells[5..7].iter().map(text).collect::<Vec<_>>(), ["/p/0", "shop.example"]);
            let refused = read.rows.iter().find(|row| text(&row.cells[0]) == "text").unwrap();
            assert_eq!(text(&refused.cells[7]), "other log-format");
            // What has no field is in the opened log, under the name that was given.
            let row = engine.rows(&view("format=haproxy-custom"), 0, 1, &[], false).rows.remove(0);
            let detail = engine.detail(row.id);
            assert_eq!(detail.extras, [("X-Tenant".to_owned(), "acme".to_owned())]);
            assert_eq!(engine.summary(&view("resp_code>=500")).total, 100);
            // And back.
            engine.reread(0, Settings::default());
            assert_eq!(rows(&engine), before);
            all.push(read);
        }
    }
    assert!(all.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_log_that_looks_like_a_usual_one_is_read_as_it_was_said() {
    // The lines of option httplog, with captures whose names only the configuration knows.
    let log = crate::log_format::log().replace(" be/", " fe be/").replace("{a} ", "");
    let log: String = log
        .lines()
        .filter(|line| line.contains(".000] fe be"))
        .map(|line| {
            let (head, rest) = line.split_once(" fe be/").unwrap();
            let mut words = rest.splitn(4, ' ');
            let [server, code, timers, rest] = std::array::from_fn(|_| words.next().unwrap());
            format!("{head} fe be/{server} {timers} {code} 512 - - ---- 9/9/9/9/0 0/0 {rest}\n")
        })
        .collect();
    let engine = Engine::open(2, &[("edge.log", log.as_bytes())]);
    assert_eq!(engine.progress().sources[0].format, "HAProxy HTTP");
    let pasted = "frontend fe\n  option httplog\n  capture request header X-Tenant len 9\n  capture request header Host len 64\n";
    let log_format = Some(LogFormat { text: pasted.to_owned(), ..LogFormat::default() });
    engine.reread(0, Settings { log_format, ..Settings::default() });
    let source = engine.progress().sources.remove(0);
    assert_eq!((source.format.as_str(), source.unparsed), ("HAProxy log-format", 3));
    // Named by its place, whatever it looks like.
    assert!(
        rows(&engine).rows.iter().filter(|row| text(&row.cells[7]).is_empty()).all(|row| text(&row.cells[6]) == "acme")
    );
}

#[test]
fn the_preview_says_what_would_be_read_and_what_would_not() {
    let log = log();
    for bytes in [log.clone().into_bytes(), gzip(log.as_bytes())] {
        let engine = Engine::open(2, &[("edge.log", &bytes)]);
        let before = engine.progress();
        let preview = engine.preview(0, given(DIRECTIVE));
        assert_eq!((preview.lines, preview.matching, &preview.mistake), (200, 194, &None));
        let lines: Vec<_> = preview.shown.iter().map(|line| (line.line, line.miss.is_none())).collect();
        assert_eq!(lines, [(1, true), (2, true), (3, false), (6, false)]);
        let value = |line: usize, field: Field| {
            let found = preview.shown[line].fields.iter().find(|(other, _)| *other == field as u16);
            found.map(|(_, value)| value.clone())
        };
        assert_eq!(value(1, Field::ServerName), Some(CellValue::Text("web1".into())));
        assert_eq!(value(1, Field::RequestTime), Some(CellValue::Int(1000)));
        assert_eq!(preview.shown[1].extras, [("X-Tenant".to_owned(), "acme".to_owned())]);
        let miss = preview.shown[2].miss.as_ref().unwrap();
        assert_eq!((miss.column, miss.expected.as_str(), miss.read_as.as_str()), (32, "%ci:%cp", "HAProxy event"));
        let miss = preview.shown[3].miss.as_ref().unwrap();
        assert_eq!((miss.column, miss.expected.as_str(), miss.read_as.as_str()), (82, "%ST (a number)", ""));
        // Nothing changed by asking.
        assert_eq!(engine.progress(), before);
    }
    assert_eq!(Engine::open(1, &[]).preview(7, given(DIRECTIVE)), Preview { id: 1, ..Preview::default() });
}

#[test]
fn a_mistake_is_shown_at_its_place() {
    let engine = Engine::open(1, &[("edge.log", log().as_bytes())]);
    for (text, line, column, message, advice) in [
        ("%ci %zz", 1, 5, "%zz is no name of a log format.", "The names are in section 8.2.6"),
        ("%ci %sT", 1, 5, "%sT is no name of a log format.", "Is it %ST or %st?"),
        ("log-format \"%ci \\\"%b\\\" %Zz\"", 1, 24, "%Zz is no name", "The names are"),
        ("mode http\n  log-format %ci\\ %[src  # client", 2, 20, "An expression is not closed.", "Close it with ]."),
        ("log-format '%ci ü %zz'", 1, 19, "%zz is no name", ""),
        ("%ci 100%", 1, 8, "% is no name", "a percent sign of its own is written %%"),
        ("%ci %{+Q", 1, 6, "A bracket is not closed.", "Close it with }."),
        (
            "log-format '%ci'\nlog-format '%ci %b'",
            2,
            13,
            "Here begins a second log-format.",
            "Paste that of the frontend",
        ),
        ("mode http", 1, 1, "There is no log-format here", "Paste what stands behind log-format"),
        ("", 1, 1, "There is no log-format here", ""),
    ] {
        let mistake = engine.preview(0, given(text)).mistake.unwrap_or_else(|| panic!("{text}"));
        assert_eq!((mistake.line, mistake.column), (line, column), "{text}: {mistake:?}");
        assert!(mistake.message.contains(message) && mistake.advice.contains(advice), "{text}: {mistake:?}");
        // What does not compile is not set.
        engine.reread(0, given(text));
        assert_eq!(engine.progress().sources[0].settings, Settings::default());
    }
}

#[test]
fn lines_of_other_formats_are_read_as_before() {
    let mixed = [log().as_bytes(), include_bytes!("../../public/samples/access.log")].concat();
    let engine = Engine::open(2, &[("mixed.log", &mixed)]);
    let web = |engine: &Engine| rows(engine).rows.iter().filter(|row| text(&row.cells[0]).starts_with("web")).count();
    let before = web(&engine);
    engine.reread(0, given(DIRECTIVE));
    assert_eq!(web(&engine), before);
    assert!(before > 50);
    assert_eq!(engine.summary(&view("format=haproxy-custom")).total, 300);
}

#[test]
fn a_format_with_two_values_swapped_is_doubted() {
    let engine = Engine::open(1, &[("edge.log", log().as_bytes())]);
    let doubt = |text: &str| {
        let preview = engine.preview(0, given(text));
        assert!(preview.mistake.is_none() && preview.matching > 100, "{preview:?}");
        preview.doubt
    };
    assert_eq!(doubt(DIRECTIVE), "");
    let line = "%ci:%cp [%tr] %b/%s %ST %TR/%Tw/%Tc/%Tr/%Ta {%[capture.req.hdr(0)]} %hr %{+Q}r";
    assert!(doubt(&line.replace("%Tr/%Ta", "%Ta/%Tr")).contains("a timer is longer than the total time"));
    // What stands for the status is a timer.
    let swapped = doubt("%ci:%cp [%tr] %b/%s %TR %ST/%Tw/%Tc/%Tr/%Ta {%[capture.req.hdr(0)]} %hr %{+Q}r");
    assert!(swapped.contains("the status (%ST) is none of HTTP"), "{swapped}");
}
