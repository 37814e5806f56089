//! Puts the lines of one nevisProxy transaction together: which filter, servlet or backend was inside which, and for how
//! long. Whatever lines there are will do; what they do not tell is said.
//!
//! Steps come from where they are entered and left. At the levels that are usual only the ends are logged, and these say
//! how long it took: a step then holds those that began after it did. The summary of the request (NProxyOp), else its
//! answer (NavajoOp), else its line in the access log is the request itself, once.

use super::hub::Found;
use crate::protocol::{CellValue, Phases, RowMark, RowView, Step, StepKind, Transaction};
use crate::record::{Field, Kind};
use crate::show;
use crate::text::few::Few;
use crate::text::sort;

/// What is asked of the lines.
pub const FIELDS: [Field; 18] = [
    Field::Operation,
    Field::Filter,
    Field::Servlet,
    Field::FilterTime,
    Field::FilterChain,
    Field::TotalTime,
    Field::BackendTime,
    Field::BackendCalls,
    Field::ResponseCode,
    Field::ServerResponseCode,
    Field::ServerName,
    Field::ServerPort,
    Field::Method,
    Field::UriPath,
    Field::RewrittenPath,
    Field::Severity,
    Field::TraceGroup,
    Field::Message,
];

/// Stamps and durations are whole milliseconds, each cut off: what begins this much before may still be inside, µs.
const BLUR: i64 = 2_000;
/// A message is not repeated beyond this many letters.
const LETTERS: usize = 240;

struct Line<'r>(&'r RowView);

impl<'r> Line<'r> {
    fn cell(&self, field: Field) -> Option<&'r CellValue> {
        self.0.cells.get(FIELDS.iter().position(|other| *other == field)?)?.as_ref()
    }

    fn text(&self, field: Field) -> &'r str {
        match self.cell(field) {
            Some(CellValue::Text(text)) => text,
            _ => "",
        }
    }

    fn int(&self, field: Field) -> Option<i64> {
        match self.cell(field)? {
            CellValue::Int(value) => Some(*value),
            CellValue::Text(_) => None,
        }
    }

    fn request(&self, path: Field) -> String {
        format!("{} {}", self.text(Field::Method), self.text(path)).trim().to_owned()
    }

    fn server(&self) -> String {
        match self.int(Field::ServerPort) {
            Some(port) => format!("{}:{port}", self.text(Field::ServerName)),
            None => self.text(Field::ServerName).to_owned(),
        }
    }

    fn step(&self, kind: StepKind, name: String, detail: String) -> Step {
        let RowView { id, source, line, mark, time, .. } = *self.0;
        Step { kind, name, detail, row: Some(id), source, line, mark, start: time, ..Step::default() }
    }
}

#[derive(Default)]
struct Node {
    step: Step,
    inside: Vec<usize>,
}

/// What the request is read from, the best first.
#[derive(Default)]
struct Request<'r> {
    summary: Option<Line<'r>>,
    answer: Option<Line<'r>>,
    access: Option<Line<'r>>,
    begin: Option<Line<'r>>,
}

#[derive(Default)]
struct Assembly<'r> {
    /// The first is the request.
    nodes: Vec<Node>,
    /// Steps entered and not left, from the request inwards.
    open: Vec<usize>,
    /// Left without having been entered.
    lonely: Vec<usize>,
    /// Some filter or servlet was seen to be entered; some backend to be called.
    entered: (bool, bool),
    request: Request<'r>,
    aside: u64,
    missing: Vec<String>,
    /// "in these logs"
    place: String,
}

/// The transaction `name` from the first of its `total` lines.
pub fn assemble(name: &str, total: u64, found: &[Found], rows: &[RowView]) -> Transaction {
    let lines = rows.len() as u64;
    let place = match lines < total {
        true => format!("among its first {} lines", show::integer(lines)),
        false => "in these logs".to_owned(),
    };
    let mut assembly = Assembly { nodes: vec![Node::default()], open: vec![0], place, ..Assembly::default() };
    for row in in_order(found, rows) {
        assembly.read(Line(row));
    }
    let mut transaction = Transaction { name: name.to_owned(), total, lines, ..Transaction::default() };
    transaction.sources = rows.iter().map(|row| row.source).collect();
    sort::by(&mut transaction.sources, Ord::cmp);
    transaction.sources.dedup();
    assembly.finish(&mut transaction);
    transaction
}

/// The rows by time. Lines of one millisecond stand as in their file; where they are from two files, those of the file
/// come first whose part of the transaction began, or else ended, earlier: a log that was rotated goes on in the next.
fn in_order<'r>(found: &[Found], rows: &'r [RowView]) -> Vec<&'r RowView> {
    let mut spans: Few<u32, (i64, i64)> = Few::default();
    for (position, _) in found {
        let span = spans.entry(position.source, || (position.key, position.key));
        *span = (span.0.min(position.key), span.1.max(position.key));
    }
    let mut lines: Vec<_> = found.iter().zip(rows).collect();
    sort::by_key(&mut lines, |((position, _), _)| {
        (position.key, spans.get(&position.source).copied(), position.source, position.offset)
    });
    lines.into_iter().map(|(_, row)| row).collect()
}

impl<'r> Assembly<'r> {
    fn read(&mut self, line: Line<'r>) {
        let filter = || line.text(Field::Filter).to_owned();
        let servlet = || line.text(Field::Servlet).to_owned();
        match line.text(Field::Operation) {
            "summary" if self.request.summary.is_none() => self.request.summary = Some(line),
            "answer" if self.request.answer.is_none() => self.request.answer = Some(line),
            "request" if self.request.begin.is_none() => self.request.begin = Some(line),
            "filter entered" => self.enter(line.step(StepKind::Filter, filter(), String::new())),
            "servlet entered" => self.enter(line.step(StepKind::Servlet, servlet(), String::new())),
            "backend request" => {
                self.enter(line.step(StepKind::Backend, line.server(), line.request(Field::RewrittenPath)));
            }
            "filter left" => self.left(StepKind::Filter, filter(), &line),
            "servlet left" => self.left(StepKind::Servlet, servlet(), &line),
            "backend answer" => self.left(StepKind::Backend, line.server(), &line),
            "" | "filter time" | "summary" | "answer" | "request" => self.message(line),
            _ => self.aside += 1,
        }
    }

    fn message(&mut self, line: Line<'r>) {
        if line.0.log_type == "access" && self.request.access.is_none() {
            self.request.access = Some(line);
            return;
        }
        if line.text(Field::Severity).starts_with("debug") {
            self.aside += 1;
            return;
        }
        let group = line.text(Field::TraceGroup);
        let name = if group.is_empty() { &line.0.log_type } else { group };
        let said = line.text(Field::Message);
        let detail = match said.is_empty() {
            true => with_status(line.request(Field::UriPath), line.int(Field::ResponseCode)),
            false => said.chars().take(LETTERS).collect(),
        };
        self.add(line.step(StepKind::Message, name.to_owned(), detail));
    }

    /// A step inside the one that is open.
    fn add(&mut self, step: Step) -> usize {
        let index = self.nodes.len();
        self.nodes.push(Node { step, inside: Vec::new() });
        let within = self.open.last().copied().unwrap_or(0);
        self.nodes[within].inside.push(index);
        index
    }

    fn enter(&mut self, step: Step) {
        match step.kind {
            StepKind::Backend => self.entered.1 = true,
            _ => self.entered.0 = true,
        }
        let index = self.add(step);
        self.open.push(index);
    }

    fn left(&mut self, kind: StepKind, name: String, line: &Line) {
        let backend = kind == StepKind::Backend;
        let took = line.int(if backend { Field::BackendTime } else { Field::FilterTime });
        let fits = |index: &usize| self.nodes[*index].step.kind == kind && self.nodes[*index].step.name == name;
        let index = match self.open.iter().rposition(fits) {
            Some(at) => {
                for inner in self.open.split_off(at + 1) {
                    self.unfinished(inner);
                }
                self.open.pop().unwrap_or(0)
            }
            None => {
                let start = line.0.time.zip(took).map(|(end, took)| end - took);
                let index = self.add(Step { start, ..line.step(kind, name, String::new()) });
                self.lonely.push(index);
                self.adopt(index);
                index
            }
        };
        let step = &mut self.nodes[index].step;
        let stamps = step.start.zip(line.0.time).map(|(start, end)| (end - start).max(0));
        step.inclusive = took.or(stamps);
        (step.row, step.source, step.line) = (Some(line.0.id), line.0.source, line.0.line);
        step.mark = worse(step.mark, line.0.mark);
        if backend {
            step.detail = with_status(line.request(Field::RewrittenPath), line.int(Field::ServerResponseCode));
            step.phases = Phases { total: step.inclusive, ..line.0.phases };
        }
    }

    /// Of a step whose end alone is logged: what began after it did is inside it.
    fn adopt(&mut self, index: usize) {
        let Some(start) = self.nodes[index].step.start else { return };
        let within = self.open.last().copied().unwrap_or(0);
        let siblings = std::mem::take(&mut self.nodes[within].inside);
        for other in siblings {
            let inside = other != index && self.nodes[other].step.start.is_some_and(|began| began + BLUR >= start);
            let of = if inside { index } else { within };
            self.nodes[of].inside.push(other);
        }
    }

    fn unfinished(&mut self, index: usize) {
        let step = &mut self.nodes[index].step;
        step.incomplete = true;
        let what = match step.kind {
            StepKind::Backend => format!("The answer of {}", step.name),
            StepKind::Servlet => format!("The end of servlet {}", step.name),
            _ => format!("The end of filter {}", step.name),
        };
        self.missing.push(format!("{what} is not {}.", self.place));
    }

    fn finish(mut self, transaction: &mut Transaction) {
        for index in self.open.split_off(1) {
            self.unfinished(index);
        }
        for index in std::mem::take(&mut self.lonely) {
            let step = &mut self.nodes[index].step;
            let (expected, what) = match step.kind {
                StepKind::Backend => (self.entered.1, format!("The call to {}", step.name)),
                StepKind::Servlet => (self.entered.0, format!("The beginning of servlet {}", step.name)),
                _ => (self.entered.0, format!("The beginning of filter {}", step.name)),
            };
            if expected || step.inclusive.is_none() {
                step.incomplete = true;
                self.missing.push(format!("{what} is not {}.", self.place));
            }
        }
        self.set_request(transaction);
        let whole = transaction.lines == transaction.total;
        let times = self.nodes.iter().filter_map(|node| Some((node.step.start?, node.step.inclusive.unwrap_or(0))));
        let (from, to) = times.fold((i64::MAX, i64::MIN), |(from, to), (start, took)| {
            (from.min(start), to.max(start.saturating_add(took)))
        });
        (transaction.from, transaction.to) = if from <= to { (from, to) } else { (0, 0) };
        (transaction.aside, transaction.missing) = (self.aside, std::mem::take(&mut self.missing));
        self.write(whole, &mut transaction.steps);
    }

    /// What the request was, from the best line there is of it.
    fn set_request(&mut self, transaction: &mut Transaction) {
        let Request { summary, answer, access, begin } = std::mem::take(&mut self.request);
        let lines = [&summary, &answer, &access, &begin];
        let lines = lines.into_iter().flatten();
        let Some(best) = lines.clone().next() else {
            self.missing.insert(0, format!("The request itself is not {}.", self.place));
            let step = Step { name: "Request".to_owned(), incomplete: true, ..Step::default() };
            self.nodes[0].step = step;
            return;
        };
        let name = best.request(Field::UriPath);
        let name = if name.is_empty() { "Request".to_owned() } else { name };
        let mut step = best.step(StepKind::Request, name, with_status(String::new(), best.int(Field::ResponseCode)));
        step.inclusive = lines.clone().find_map(|line| line.int(Field::TotalTime));
        step.incomplete = summary.is_none() && answer.is_none() && access.is_none();
        if step.incomplete {
            self.missing.insert(0, format!("The answer to the request is not {}.", self.place));
        }
        self.nodes[0].step = step;

        let has = |kind: StepKind| self.nodes.iter().any(|node| node.step.kind == kind);
        let chain = lines.clone().map(|line| line.text(Field::FilterChain)).find(|chain| !chain.is_empty());
        if let Some(chain) = chain.filter(|_| !has(StepKind::Filter) && !has(StepKind::Servlet)) {
            let mut passed: Vec<&str> = chain.split([';', char::from(Kind::LIST_SEPARATOR)]).map(str::trim).collect();
            passed.extend(lines.clone().map(|line| line.text(Field::Servlet)).find(|servlet| !servlet.is_empty()));
            let passed = passed.join(", ");
            transaction.notes.push(format!(
                "On its way: {passed}. How long each of them took is not {}: NavajoOp writes it from level 7 on.",
                self.place
            ));
        }
        // Of its backends the summary knows how long they took, not when they were called.
        let backend = lines.clone().find(|line| line.int(Field::BackendTime).is_some());
        if let Some(line) = backend.filter(|_| !has(StepKind::Backend)) {
            let calls = line.int(Field::BackendCalls).filter(|calls| *calls > 1);
            let name = match calls {
                Some(calls) => format!("{calls} calls, the last to {}", line.server()),
                None => line.server(),
            };
            let detail = with_status(line.request(Field::RewrittenPath), line.int(Field::ServerResponseCode));
            let inclusive = line.int(Field::BackendTime);
            let phases = Phases { total: inclusive, ..line.0.phases };
            let step = line.step(StepKind::Backend, name, detail);
            let servlet = self.nodes.iter().rposition(|node| node.step.kind == StepKind::Servlet);
            self.open = vec![servlet.unwrap_or(0)];
            self.add(Step { start: None, inclusive, phases, mark: RowMark::Fine, ..step });
        }
    }

    /// The steps, each before those inside it. A hostile log nests them as deep as there are lines.
    fn write(mut self, whole: bool, steps: &mut Vec<Step>) {
        let mut next = vec![(0, 0u16)];
        while let Some((index, depth)) = next.pop() {
            let Node { mut step, inside } = std::mem::take(&mut self.nodes[index]);
            step.depth = depth;
            let steps_inside = inside.iter().map(|index| &self.nodes[*index].step);
            let timed = steps_inside.filter(|step| step.kind != StepKind::Message);
            let inner: Option<i64> = timed.map(|step| step.inclusive).sum();
            if whole && step.kind != StepKind::Message {
                step.exclusive = step.inclusive.zip(inner).map(|(all, inner)| (all - inner).max(0));
            }
            steps.push(step);
            next.extend(inside.into_iter().rev().map(|index| (index, depth.saturating_add(1))));
        }
    }
}

fn with_status(text: String, status: Option<i64>) -> String {
    match status {
        Some(status) => format!("{text} → {status}").trim_start().to_owned(),
        None => text,
    }
}

fn worse(one: RowMark, other: RowMark) -> RowMark {
    match (one, other) {
        (RowMark::Error, _) | (_, RowMark::Error) => RowMark::Error,
        (RowMark::Warning, _) | (_, RowMark::Warning) => RowMark::Warning,
        _ => RowMark::Fine,
    }
}
