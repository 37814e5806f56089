//! What the page shows as Markdown, to be pasted into a ticket: which logs, from when, what was searched for, what stands out,
//! the logs that were marked, and the first lines. Pure.
//!
//! Log text is hostile here too: whoever pastes it must get text, not a link, an image or a broken table.

use crate::protocol::{
    CellValue, Distribution, Exported, Progress, Range, Sentence, Significance, SourceId, SourceProgress, Summary, View,
};
use crate::record::Field;
use crate::show;
use std::fmt::Write;

/// Reasons that are listed, most frequent first.
const REASONS: usize = 5;
/// Files that are named.
const FILES: usize = 10;
/// Lines of logs that are shown, and letters of each: a log may be a megabyte.
const LINES: usize = 50;
const LONGEST: usize = 4_000;

/// A log that the user marked.
pub struct MarkedLog<'a> {
    pub source: SourceId,
    /// Line of its source, from 1.
    pub line: u64,
    pub note: &'a str,
    /// The entry as it stands in the file.
    pub raw: &'a str,
}

/// The view whose first logs a summary shows as they are written: where some are significant, these.
pub fn examples(summary: &Summary, view: &View) -> View {
    let significant = view.significance == Significance::All && summary.counts.significant > 0;
    let significance = if significant { Significance::Significant } else { view.significance };
    View { significance, ..view.clone() }
}

/// The summary of a view, the marked logs, and the first of its [`examples`] as original lines.
pub fn markdown(
    progress: &Progress,
    summary: &Summary,
    view: &View,
    marked: &[MarkedLog<'_>],
    first: &Exported,
) -> String {
    let mut text = format!("**{}** of {}\n\n", show::logs(summary.total), show::integer(summary.loaded));
    let mut item = |name: &str, what: &str| _ = writeln!(text, "- {name}: {what}");
    let shown = || progress.sources.iter().filter(|source| source.visible);
    let mut files: Vec<String> = shown().take(FILES).map(file).collect();
    let more = shown().count() - files.len();
    files.extend((more > 0).then(|| format!("{} more", show::integer(more as u64))));
    item("Files", &files.join(", "));
    if let Some((from, to)) = view.brush.or(view.period).map(|Range { from, to }| (from, to)).or(summary.extent) {
        item("Time", &format!("{} ({})", show::period(from, to), show::zone(from)));
    }
    if !view.query.is_empty() {
        item("Search", &code(&view.query));
    }
    let significant = show::share(summary.counts.significant, summary.counts.all);
    match view.significance {
        Significance::Significant => item("Only", "significant logs"),
        Significance::NonSignificant => item("Only", "logs that are not significant"),
        Significance::All => {
            item("Significant", &format!("{} ({significant})", show::integer(summary.counts.significant)))
        }
    }
    let Distribution { count, p50, p95, p99, max, .. } = summary.end_to_end.total;
    if count > 0 {
        let [p50, p95, p99, max] = [p50, p95, p99, max].map(show::duration);
        item("Total time", &format!("half within {p50}, 95% within {p95}, 99% within {p99}, longest {max}"));
    }
    if !summary.stands_out.is_empty() {
        text.push_str("\nWhat stands out:\n\n");
        summary.stands_out.iter().for_each(|sentence| _ = writeln!(text, "- {}", words(sentence)));
    }
    let reasons = summary.tiles.iter().find(|tile| tile.field == Field::Significance as u16);
    if let Some(tile) = reasons.filter(|tile| !tile.top.is_empty()) {
        text.push_str("\n| Why significant | Logs | Share |\n| --- | ---: | ---: |\n");
        for top in tile.top.iter().take(REASONS) {
            let CellValue::Text(reason) = &top.value else { continue };
            let (logs, share) = (show::integer(top.count), show::share(top.count, tile.base));
            _ = writeln!(text, "| {} | {logs} | {share} |", escaped(reason));
        }
    }
    for MarkedLog { source, line, note, raw } in marked {
        let name = progress.sources.iter().find(|one| one.id == *source).map_or("", |one| &one.name);
        let note = if note.is_empty() { "A marked log".to_owned() } else { format!("**{}**", escaped(note)) };
        let raw = raw.lines().take(LINES).map(|line| cut(&show::visible(line))).collect::<Vec<_>>().join("\n");
        let fence = fence(&raw, 3);
        _ = write!(text, "\n{note} ({}, line {}):\n\n{fence}text\n{raw}\n{fence}\n", code(name), show::integer(*line));
    }
    if first.rows > 0 {
        let lines = String::from_utf8_lossy(&first.bytes);
        let lines: Vec<_> = lines.lines().take(LINES).map(|line| cut(&show::visible(line))).collect();
        let lines = lines.join("\n");
        let fence = fence(&lines, 3);
        let narrowed = examples(summary, view).significance != view.significance;
        let (kind, all) = if narrowed { ("significant ", summary.counts.significant) } else { ("", summary.total) };
        let few = if first.rows < all { "first " } else { "" };
        _ = write!(text, "\nThe {few}{kind}logs:\n\n{fence}text\n{lines}\n{fence}\n");
    }
    text
}

/// A line as far as a reader of the ticket wants it.
fn cut(line: &str) -> String {
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

fn file(source: &SourceProgress) -> String {
    let format = if source.format.is_empty() { String::new() } else { format!(", {}", escaped(&source.format)) };
    format!("{} ({}{format})", code(&source.name), show::logs(source.rows))
}

fn words(sentence: &Sentence) -> String {
    let piece = |(text, value): &(String, Option<_>)| if value.is_some() { code(text) } else { escaped(text) };
    sentence.pieces.iter().map(piece).collect()
}

/// More backticks than stand in a row anywhere in the text, and at least so many.
fn fence(text: &str, least: usize) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(least.max(longest + 1))
}

/// Text on one line, as it is.
fn code(text: &str) -> String {
    let text = show::visible(text);
    let fence = fence(&text, 1);
    // A blank keeps its own backticks from the fence.
    let blank = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}

/// Text in which nothing means anything to Markdown.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in show::visible(text).chars() {
        if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' | '!' | '@') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Sort, SwitchCounts, Tile, TopValue};

    fn progress(name: &str) -> Progress {
        let source = SourceProgress {
            name: name.into(),
            rows: 203,
            format: "HAProxy HTTP".into(),
            visible: true,
            ..Default::default()
        };
        let hidden = SourceProgress { name: "hidden.log".into(), ..Default::default() };
        Progress { sources: vec![source, hidden], ..Default::default() }
    }

    fn view(query: &str, significance: Significance) -> View {
        let sort = Sort { field: Field::StartTime as u16, descending: false };
        View { query: query.into(), significance, period: None, brush: None, sort }
    }

    fn first(rows: u64, text: &str) -> Exported {
        Exported { rows, bytes: text.into(), ..Default::default() }
    }

    fn summary(reason: &str) -> Summary {
        let top = vec![TopValue { value: CellValue::Text(reason.into()), count: 16, significant: 16 }];
        let tile = Tile { field: Field::Significance as u16, logs: 17, base: 17, unique: 1, top, distribution: None };
        let server = (Field::ServerName as u16, CellValue::Text("web*3".into()));
        let pieces = vec![("16 of 17 went to ".to_string(), None), ("web*3".to_string(), Some(server))];
        let mut summary = Summary {
            total: 17,
            loaded: 203,
            counts: SwitchCounts { all: 17, significant: 17 },
            extent: Some((1_794_997_288_376_000, 1_794_997_298_376_000)),
            tiles: vec![tile],
            stands_out: vec![Sentence { pieces, ..Default::default() }],
            ..Default::default()
        };
        summary.end_to_end.total =
            Distribution { count: 17, p50: 12_000, p95: 40_000, p99: 3_000_000, max: 5_000_000, ..Default::default() };
        summary
    }

    #[test]
    fn a_ticket_says_which_logs_and_why() {
        let view = view("status=502", Significance::All);
        let text =
            markdown(&progress("edge.log"), &summary("Response: 5xx"), &view, &[], &first(2, "line one\nline two\n"));
        let wanted = "\
**17 logs** of 203

- Files: `edge.log` (203 logs, HAProxy HTTP)
- Time: 18 Nov 2026, 10:21:28 – 10:21:38 (UTC)
- Search: `status=502`
- Significant: 17 (100%)
- Total time: half within 12 ms, 95% within 40 ms, 99% within 3.00 s, longest 5.00 s

What stands out:

- 16 of 17 went to `web*3`

| Why significant | Logs | Share |
| --- | ---: | ---: |
| Response: 5xx | 16 | 94.1% |

The first significant logs:

```text
line one
line two
```
";
        assert_eq!(text, wanted);
    }

    #[test]
    fn text_of_a_log_stays_text() {
        let view = view("a``b` c", Significance::Significant);
        let reason = "x | ![i](http://evil/) <img>\n@all";
        let text =
            markdown(&progress("`a`.log"), &summary(reason), &view, &[], &first(1, "GET /```\n# no head \u{202e}\n"));
        assert!(text.contains("- Files: `` `a`.log `` ("), "{text}");
        assert!(text.contains("- Search: ```a``b` c```\n"), "{text}");
        assert!(text.contains("| x \\| \\!\\[i\\](http://evil/) \\<img\\>␊\\@all | 16 |"), "{text}");
        assert!(text.contains("````text\nGET /```\n# no head \u{fffd}\n````\n"), "{text}");
    }

    #[test]
    fn marked_logs_come_with_their_notes() {
        let marked = [
            MarkedLog { source: 0, line: 1_204, note: "first *5xx*", raw: "a ``` b\n" },
            MarkedLog { source: 0, line: 7, note: "", raw: "c" },
        ];
        let view = view("", Significance::All);
        let text = markdown(&progress("edge.log"), &summary("x"), &view, &marked, &first(0, ""));
        let wanted = "\n**first \\*5xx\\*** (`edge.log`, line 1,204):\n\n````text\na ``` b\n````\n\nA marked log (`edge.log`, line 7):\n\n```text\nc\n```\n";
        assert!(text.ends_with(wanted), "{text}");
    }

    #[test]
    fn a_ticket_is_short_whatever_the_logs() {
        let mut many = progress("edge.log");
        many.sources = vec![many.sources[0].clone(); 500];
        let text = markdown(&many, &summary("x"), &view("", Significance::All), &[], &first(5, &"é".repeat(1_000_000)));
        assert!(text.contains(", 490 more\n") && text.contains("é…\n```\n"), "{text}");
        let text = markdown(&many, &summary("x"), &view("", Significance::All), &[], &first(17, &"a\n".repeat(1_000)));
        assert!(text.contains("\nThe significant logs:\n") && text.lines().count() < 100, "{text}");
    }
}
