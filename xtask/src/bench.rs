//! Times the built page in Chromium beside the ceiling (only reading the same file) and beside native tools on the same
//! files, and rewrites the table of BENCHMARKS.md. Ratios of one run are what counts: seconds depend on the machine.

use crate::args::Args;
use crate::generate::{self, Kind, Recipe};
use crate::shell::{command, find, output, root};
use crate::{build, setup};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

const BEGIN: &str = "<!-- bench -->\n";
const END: &str = "<!-- /bench -->\n";
const HEAD: &str = "\
# Benchmarks

`cargo xtask bench` measures this on your machine and rewrites the part below. The logs are made by `cargo xtask gen`, so
that everyone measures the same bytes. Seconds depend on the machine; the ratios are what counts. The ceiling is the time
that only reading the same file takes, with the same number of workers, alternated with the load.

";

/// Searches timed after the load, with the name they get in the table.
const ASKS: &[(&str, &str)] = &[
    ("a dictionary column and a number", "termination_state=sC total_time>3000"),
    ("a client", "client_ip=198.51.100.69"),
    ("text in the raw lines", "db2 3/0"),
];

/// Exports of all rows timed after the searches.
const EXPORTS: &[&str] = &["CSV", "JSON lines", "Raw lines"];

/// An export of what a search finds, and the pattern of the lines that this must be, in the words of JavaScript: sessions of
/// 100 ms and more, by the last of the three timers. About half of a log: a larger export is no download.
const FILTERED: (&str, &str) = ("total_time>=100", r"/\+?\d{3,} \+?\d+ \S\S \d+/\d+/\d+/\d+/\+?\d+ ");

/// What is timed beside searches where there are many rows: its key in the result, and what it is called.
const STEPS: &[(&str, &str)] = &[
    ("sort", "sort by client IP, until the first rows are shown"),
    ("jump", "jump to the middle of the table, until its rows are shown"),
    ("help", "help with the values of `client_ip`, most frequent first, from `=` on"),
];
/// Rows of those logs, for three million of the others.
const MANY: [u64; 2] = [10_000_000, 12_765_786];

/// A native tool and the log that it is fit for.
struct Peer {
    program: &'static str,
    version: &'static [&'static str],
    log: &'static str,
    work: &'static str,
    args: &'static [&'static str],
    /// Whether the log goes to standard input rather than into the arguments.
    piped: bool,
}

const PEERS: &[Peer] = &[
    Peer {
        program: "lnav",
        version: &["-V"],
        log: "haproxy-tcp",
        work: "index, one group by",
        args: &["-n", "-c", ";SELECT frontend_name, count(*) FROM haproxy_log GROUP BY frontend_name"],
        piped: false,
    },
    Peer {
        program: "halog",
        version: &[],
        log: "haproxy-http",
        work: "figures per server (`-srv`)",
        args: &["-srv"],
        piped: true,
    },
    Peer {
        program: "lnav",
        version: &["-V"],
        log: "haproxy-http",
        work: "index, one group by",
        args: &["-n", "-c", ";SELECT frontend_name, count(*) FROM haproxy_log GROUP BY frontend_name"],
        piped: false,
    },
    Peer {
        program: "lnav",
        version: &["-V"],
        log: "combined",
        work: "index, one group by",
        args: &["-n", "-c", ";SELECT c_ip, count(*) FROM access_log GROUP BY c_ip"],
        piped: false,
    },
    Peer {
        program: "goaccess",
        version: &["--version"],
        log: "combined",
        work: "all panels as JSON",
        args: &["--log-format=COMBINED", "--no-progress", "-o", "json"],
        piped: false,
    },
];

/// What the figures of a log say beside its name.
fn described(name: &str) -> &str {
    match name {
        ZIPPED => "haproxy-tcp, gzip",
        "combined" => "combined access log",
        "paloalto" => "Palo Alto traffic",
        "avi-l7" => "Avi, JSON lines",
        "nproxyop" => "nevisProxy NProxyOp",
        name => name,
    }
}

/// One log: its name, where it lies, and what came of it.
struct Measured {
    name: &'static str,
    log: PathBuf,
    truth: Value,
    result: Value,
}

/// The logs that are loaded, and what one line of them stands for: about as many bytes of each.
const LOGS: [(&str, Kind, u64); 7] = [
    ("haproxy-tcp", Kind::HaproxyTcp, 1),
    (ZIPPED, Kind::HaproxyTcp, 3),
    ("haproxy-http", Kind::HaproxyHttp, 3),
    ("combined", Kind::Combined, 3),
    ("paloalto", Kind::Traffic, 6),
    ("avi-l7", Kind::AviL7, 20),
    ("nproxyop", Kind::NProxyOp, 8),
];
/// Of this one the ceiling is only inflating it.
const ZIPPED: &str = "haproxy-tcp-gzip";
/// Logs of which is said what each column costs.
const COLUMNS: [&str; 2] = ["haproxy-tcp", "haproxy-http"];

pub fn entry(args: &mut Args) -> Result<()> {
    let lines: u64 = args.value("--lines")?.unwrap_or(3_000_000);
    let runs: u64 = args.value("--runs")?.unwrap_or(3);
    let against: Option<PathBuf> = args.value("--against")?;
    let only: Option<String> = args.value("--log")?;
    args.finish()?;
    setup::for_browsers()?;
    if let Some(other) = against {
        return compare(&other, only.as_deref(), lines, runs);
    }
    if only.is_some() {
        bail!("--log goes with --against: the table is of all logs");
    }
    setup::for_peers();
    build::dist()?;
    let mut all = Vec::new();
    for (name, kind, share) in LOGS {
        let lines = lines / share;
        let log = prepare(name, kind, lines)?;
        let truth = serde_json::from_slice(&fs::read(generate::truth_beside(&log))?)?;
        eprintln!("== {name}, {lines} lines");
        let (search, pattern) = FILTERED;
        let more = match name {
            "haproxy-tcp" => {
                json!({ "asks": ASKS, "exports": EXPORTS, "filtered": { "search": search, "pattern": pattern } })
            }
            _ => json!({}),
        };
        let result = in_chromium(&log, runs, more)?;
        all.push(Measured { name, log, truth, result });
    }
    let many: Vec<_> =
        MANY.iter().map(|rows| many_rows(lines.saturating_mul(*rows) / 3_000_000)).collect::<Result<_>>()?;
    let report = report(&all, &many)?;
    print!("\n{report}");
    rewrite(&root().join("BENCHMARKS.md"), &report)
}

/// The goals name ten million rows, and what another tool shows at once: loaded once, searched, sorted and scrolled.
fn many_rows(lines: u64) -> Result<Measured> {
    let (name, kind, _) = LOGS[0];
    let log = prepare(name, kind, lines)?;
    let truth = serde_json::from_slice(&fs::read(generate::truth_beside(&log))?)?;
    eprintln!("== {name}, {lines} lines");
    let result = in_chromium(&log, 1, json!({ "asks": ASKS[..2], "table": true }))?;
    Ok(Measured { name, log, truth, result })
}

/// Loads in what lies in dist/ and in another built page by turns: only so are two builds told apart on a machine whose speed
/// changes from minute to minute.
fn compare(other: &Path, only: Option<&str>, lines: u64, runs: u64) -> Result<()> {
    let other = fs::canonicalize(other).with_context(|| format!("cannot read {}", other.display()))?;
    let mut text = "| load | dist/ | the other | times as long |\n|---|---|---|---|\n".to_owned();
    for (name, kind, share) in LOGS.into_iter().filter(|(name, ..)| only.is_none_or(|only| only == *name)) {
        let log = prepare(name, kind, lines / share)?;
        eprintln!("== {name}");
        let result = in_chromium(&log, runs, json!({ "against": other }))?;
        let (Some(took), Some(others)) = (
            of_loads(&result, |load| &load["load"]),
            median(result["others"].as_array().into_iter().flatten().map(|load| &load["load"])),
        ) else {
            bail!("{name} was not measured")
        };
        writeln!(text, "| {} | {:.2} s | {:.2} s | {:.3} |", described(name), took / 1e3, others / 1e3, took / others)?;
    }
    print!("\n{text}");
    Ok(())
}

/// Logs are kept between runs; the name says all that decides their bytes but the generator itself.
fn prepare(name: &str, kind: Kind, lines: u64) -> Result<PathBuf> {
    let folder = root().join("target/bench");
    fs::create_dir_all(&folder)?;
    let log = folder.join(format!("{name}-{lines}.log{}", if name == ZIPPED { ".gz" } else { "" }));
    let written = |file: &Path| fs::metadata(file).and_then(|meta| meta.modified()).ok();
    if written(&generate::truth_beside(&log)) < written(&std::env::current_exe()?) {
        eprintln!("writing {}", log.display());
        generate::to_file(&Recipe::day(kind, lines, 1, 20), &log, name == ZIPPED)?;
    }
    // Into the page cache: what is measured is not the disk.
    std::io::copy(&mut File::open(&log)?, &mut std::io::sink())?;
    Ok(log)
}

/// Loads a log so many times; `job`: what else to do, as `bench.mjs` has it.
fn in_chromium(log: &Path, runs: u64, mut job: Value) -> Result<Value> {
    job["log"] = json!(log);
    job["truth"] = json!(generate::truth_beside(log));
    job["runs"] = json!(runs);
    let mut node = command("node", &["tests/bench/bench.mjs", &job.to_string()]);
    node.env("HOPSCOPE_CHROMIUM", setup::chromium().context("Chromium is missing")?);
    let done = node.stderr(Stdio::inherit()).output()?;
    if !done.status.success() {
        bail!("tests/bench/bench.mjs: {}", done.status);
    }
    let text = String::from_utf8(done.stdout)?;
    let last = text.lines().rfind(|line| line.starts_with('{')).context("tests/bench/bench.mjs printed no result")?;
    Ok(serde_json::from_str(last)?)
}

fn report(all: &[Measured], many: &[Measured]) -> Result<String> {
    let mut text = String::new();
    let result = &all[0].result;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as i64;
    writeln!(
        text,
        "{}, {}, {} with {} workers; warm cache, medians.\n",
        &generate::iso(now)[..10],
        machine(),
        result["browser"].as_str().unwrap_or("Chromium"),
        result["workers"]
    )?;
    loads(&mut text, all)?;
    columns(&mut text, all)?;
    asks(&mut text, &all[0])?;
    many_asks(&mut text, many)?;
    exports(&mut text, &all[0])?;
    peers(&mut text, all)?;
    Ok(text)
}

fn loads(text: &mut String, all: &[Measured]) -> Result<()> {
    writeln!(
        text,
        "| load | MB | rows | only reading | load | ratio | first rows | MB/s | longest task | bytes a row |"
    )?;
    writeln!(text, "|---|---|---|---|---|---|---|---|---|---|")?;
    for Measured { name, truth, result, .. } in all {
        let bytes = truth["bytes"].as_f64().unwrap_or(0.0);
        let ceiling = median(result["ceiling"].as_array().into_iter().flatten());
        let load = of_loads(result, |load| &load["load"]);
        let (Some(ceiling), Some(took)) = (ceiling, load) else { bail!("{name} was not measured") };
        let memory = of_loads(result, |load| &load["stats"]["wasm_bytes"])
            .map(|sum| sum / truth["total"].as_f64().unwrap_or(1.0));
        writeln!(
            text,
            "| {} | {:.0} | {} | {:.2} s | {:.2} s | {:.2} | {} | {:.0} | {} | {} |",
            described(name),
            bytes / 1e6,
            truth["total"],
            ceiling / 1e3,
            took / 1e3,
            took / ceiling,
            shown(of_loads(result, |load| &load["firstRows"]), " ms"),
            bytes / 1e3 / took,
            shown(of_loads(result, |load| &load["worstTask"]), " ms"),
            shown(memory, ""),
        )?;
    }
    let usable = of_loads(&all[0].result, |load| &load["usable"]);
    writeln!(text, "\nFrom opening the page until it can open files: {}.", shown(usable, " ms"))?;
    Ok(())
}

fn asks(text: &mut String, Measured { truth, result, .. }: &Measured) -> Result<()> {
    writeln!(text, "\n| ask {} rows | time until all shown answers it |\n|---|---|", truth["total"])?;
    for (name, search) in ASKS {
        let took = of_loads(result, |load| &load["answers"][*name]);
        writeln!(text, "| {name}: `{search}` | {} |", shown(took, " ms"))?;
    }
    Ok(())
}

fn columns(text: &mut String, all: &[Measured]) -> Result<()> {
    for Measured { name, truth, result, .. } in all.iter().filter(|one| COLUMNS.contains(&one.name)) {
        let Some(stats) = result["loads"].as_array().and_then(|loads| loads.last()).map(|load| &load["stats"]) else {
            continue;
        };
        let rows = truth["total"].as_f64().unwrap_or(1.0);
        let of_row = |bytes: &Value| bytes.as_f64().unwrap_or(0.0) / rows;
        let columns = stats["columns"].as_array().into_iter().flatten();
        let column =
            |column: &Value| Some((column[1].as_str()?.parse::<f64>().ok()? / rows, column[0].as_str()?.to_owned()));
        let mut columns: Vec<_> = columns.filter_map(column).collect();
        columns.sort_by(|a, b| b.0.total_cmp(&a.0));
        let table = of_row(&stats["table_bytes"]);
        let other = table - columns.iter().map(|(bytes, _)| bytes).sum::<f64>();
        let named = columns.iter().map(|(bytes, name)| format!("{name} {bytes:.1}"));
        writeln!(
            text,
            "\n{}: {table:.1} bytes a row are columns and places in the text: {}, places and marks {other:.1}. The rest is \
             the program of each worker, what it looks things up with, and free.",
            described(name),
            named.collect::<Vec<_>>().join(", ")
        )?;
    }
    Ok(())
}

fn many_asks(text: &mut String, many: &[Measured]) -> Result<()> {
    let totals: Vec<_> = many.iter().map(|one| format!("{} rows", one.truth["total"])).collect();
    writeln!(text, "\n| haproxy-tcp, once | {} |\n|---|{}", totals.join(" | "), "---|".repeat(many.len()))?;
    let mut line = |name: &str, cell: &dyn Fn(&Measured) -> String| {
        writeln!(text, "| {name} | {} |", many.iter().map(cell).collect::<Vec<_>>().join(" | "))
    };
    let of = |one: &Measured, part: &dyn Fn(&Value) -> &Value, unit| shown(of_loads(&one.result, part), unit);
    line("load", &|one| of(one, &|load| &load["load"], " ms"))?;
    line("bytes of memory a row", &|one| {
        let bytes = of_loads(&one.result, |load| &load["stats"]["wasm_bytes"]);
        shown(bytes.zip(one.truth["total"].as_f64()).map(|(bytes, rows)| bytes / rows), "")
    })?;
    for (name, search) in &ASKS[..2] {
        line(&format!("{name}: `{search}`"), &|one| of(one, &|load| &load["answers"][*name], " ms"))?;
    }
    for (key, name) in STEPS {
        line(name, &|one| of(one, &|load| &load["answers"][*key], " ms"))?;
    }
    line("scrolled by a notch of a wheel (120 px) each frame: frames a second, longest frame", &|one| {
        let scroll = |part: &str, unit| of(one, &|load| &load["answers"]["scroll"][part], unit);
        format!("{}, {}", scroll("perSecond", ""), scroll("longest", " ms"))
    })?;
    Ok(())
}

fn exports(text: &mut String, Measured { truth, result, .. }: &Measured) -> Result<()> {
    writeln!(text, "\n| export {} rows | time | MB written | memory grew by |\n|---|---|---|---|", truth["total"])?;
    let of = |format: &str, what: &str| of_loads(result, |load| &load["exports"][format][what]);
    let (search, _) = FILTERED;
    let rows = shown(of("filtered", "rows"), "");
    let filtered =
        format!("Raw lines of the {rows} rows that `{search}` finds: those that a pattern finds in the file");
    for (format, name) in EXPORTS.iter().map(|format| (*format, *format)).chain([("filtered", &*filtered)]) {
        writeln!(
            text,
            "| {name} | {} | {} | {} |",
            shown(of(format, "took"), " ms"),
            shown(of(format, "bytes").map(|bytes| bytes / 1e6), ""),
            shown(of(format, "grew").map(|bytes| bytes / 1e6), " MB"),
        )?;
    }
    Ok(())
}

fn peers(text: &mut String, all: &[Measured]) -> Result<()> {
    writeln!(
        text,
        "\n| native tool | log | work | time | hopscope, load and all views | times as fast |\n|---|---|---|---|---|---|"
    )?;
    for peer in PEERS {
        let Measured { log, result, .. } =
            all.iter().find(|one| one.name == peer.log).context("a peer without its log")?;
        if find(&[peer.program]).is_none() {
            writeln!(text, "| {} | {} | {} | not installed | | |", peer.program, peer.log, peer.work)?;
            continue;
        }
        eprintln!("== {} on {}", peer.program, peer.log);
        let took = time(peer, log)?;
        let load = of_loads(result, |load| &load["load"]).unwrap_or(f64::NAN) / 1e3;
        let version = version(peer);
        writeln!(
            text,
            "| {version} | {} | {} | {took:.2} s | {load:.2} s | {:.1} |",
            described(peer.log),
            peer.work,
            took / load
        )?;
    }
    Ok(())
}

/// Seconds; the median of three.
fn time(peer: &Peer, log: &Path) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..3 {
        let mut run = command(peer.program, peer.args);
        if peer.piped {
            run.stdin(File::open(log)?);
        } else {
            run.arg(log).stdin(Stdio::null());
        }
        let start = Instant::now();
        let status = run.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        times.push(start.elapsed().as_secs_f64());
        if !status.success() {
            bail!("{}: {status}", peer.program);
        }
    }
    times.sort_by(f64::total_cmp);
    Ok(times[1])
}

fn version(peer: &Peer) -> String {
    let said = output(peer.program, peer.version).filter(|_| !peer.version.is_empty()).unwrap_or_default();
    let number =
        said.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.'));
    format!("{} {}", peer.program, number.unwrap_or_default().trim_end_matches('.')).trim().to_owned()
}

fn median<'a>(values: impl Iterator<Item = &'a Value>) -> Option<f64> {
    let mut values: Vec<f64> = values.filter_map(Value::as_f64).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn of_loads(result: &Value, part: impl Fn(&Value) -> &Value) -> Option<f64> {
    median(result["loads"].as_array()?.iter().map(part))
}

fn shown(value: Option<f64>, unit: &str) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.0}{unit}"))
}

fn machine() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let about = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
        line.split_once(':').map(|(_, value)| value.trim().to_owned())
    };
    let model = about("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let memory = about("/proc/meminfo", "MemTotal").and_then(|size| size.split(' ').next()?.parse::<u64>().ok());
    let memory = memory.map(|size| format!(", {} GB", size / 1_000_000)).unwrap_or_default();
    format!("{cores} cores ({model}{memory})")
}

fn rewrite(file: &Path, report: &str) -> Result<()> {
    let old = fs::read_to_string(file).unwrap_or_else(|_| format!("{HEAD}{BEGIN}{END}"));
    let marks = old.split_once(BEGIN).and_then(|(head, rest)| Some((head, rest.split_once(END)?.1)));
    let (head, tail) = marks.with_context(|| format!("{} has lost its marks", file.display()))?;
    fs::write(file, format!("{head}{BEGIN}{report}{END}{tail}"))?;
    Ok(())
}
