//! Finds the format string in what was pasted: a configuration, one line of it, or the bare string (configuration manual
//! 2.2, "Quoting and escaping", 4.2, `log-format`, `log-format-sd`, `option httplog`). Every byte of the format knows where
//! it was pasted, so that a mistake is shown at its place.

use super::compile::CompileError;

/// What a piece of a configuration says about a log.
#[derive(Default)]
pub(super) struct Found {
    /// The section that writes it; empty where it stood by itself.
    pub(super) frontend: String,
    pub(super) format: Placed,
    /// The structured data before it (RFC 5424).
    pub(super) data: Option<Placed>,
    /// Names of captured request and response headers, by position.
    pub(super) captures: [Vec<String>; 2],
}

/// A text without its quotes and escapes, and where each byte of it was pasted.
#[derive(Clone, Debug, Default)]
pub(super) struct Placed {
    pub(super) text: String,
    places: Vec<usize>,
    begun: bool,
}

impl Placed {
    /// A text that stands at `at` as a whole.
    fn whole(text: &str, at: usize) -> Self {
        Self { text: text.to_owned(), places: vec![at; text.len()], begun: true }
    }

    /// A text that stands there as it is, from `at` on.
    fn bare(text: &str, at: usize) -> Self {
        Self { text: text.to_owned(), places: (at..at + text.len()).collect(), begun: true }
    }

    fn push(&mut self, letter: char, at: usize) {
        self.text.push(letter);
        self.places.resize(self.text.len(), at);
        self.begun = true;
    }

    fn join(words: &[Placed]) -> Self {
        let mut joined = Self::default();
        for word in words {
            if joined.begun {
                let at = joined.places.last().map_or(0, |at| at + 1);
                joined.push(' ', at);
            }
            joined.text.push_str(&word.text);
            joined.places.extend(&word.places);
            joined.begun = true;
        }
        joined
    }

    /// Where byte `at` of the text was pasted.
    pub(super) fn place(&self, at: usize) -> usize {
        let last = || self.places.last().map_or(0, |last| last + 1);
        self.places.get(at).copied().unwrap_or_else(last)
    }

    fn start(&self) -> usize {
        self.place(0)
    }
}

/// Formats that an option names (src/haproxy's defaults, the same since 1.7, 2.5 for HTTPS, 3.1 for TCP CLF).
const OPTIONS: &[(&[&str], &str)] = &[
    (&["httplog", "clf"], HTTP_CLF),
    (&["tcplog", "clf"], TCP_CLF),
    (&["httpslog"], HTTPS),
    (&["httplog"], HTTP),
    (&["tcplog"], TCP),
];

pub const TCP: &str = "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq";
pub const HTTP: &str =
    "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r";
pub const HTTPS: &str = "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r %[fc_err]/%[ssl_fc_err,hex]/%[ssl_c_err]/%[ssl_c_ca_err]/%[ssl_fc_is_resumed] %[ssl_fc_sni]/%sslv/%sslc";
pub const HTTP_CLF: &str = "%{+Q}o %{-Q}ci - - [%trg] %r %ST %B \"\" \"\" %cp %ms %ft %b %s %TR %Tw %Tc %Tr %Ta %tsc %ac %fc %bc %sc %rc %sq %bq %CC %CS %hrl %hsl";
pub const TCP_CLF: &str = "%{+Q}o %{-Q}ci - - [%T] \"TCP \" 000 %B \"\" \"\" %cp %ms %ft %b %s %Th %Tw %Tc %Tt %U %ts-- %ac %fc %bc %sc %rc %sq %bq \"\" \"\" ";

/// One section of a configuration, as far as it says anything about the log.
#[derive(Default)]
struct Section {
    kind: String,
    name: String,
    /// `log-format`, and what stands for it: `error-log-format`, the format of an option.
    format: Option<Placed>,
    errors: Option<Placed>,
    option: Option<Placed>,
    data: Option<Placed>,
    /// Formats of a log-profile.
    steps: Vec<Placed>,
    captures: [Vec<String>; 2],
}

impl Section {
    fn is_frontend(&self) -> bool {
        matches!(self.kind.as_str(), "frontend" | "listen")
    }

    /// Takes what one line says.
    fn take(&mut self, words: &[Placed]) -> Result<(), CompileError> {
        let names: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let rest = |from: usize| Some(Placed::join(&words[from..]));
        match names[..] {
            ["log-format", _, ..] => {
                let other = rest(1);
                if let (Some(known), Some(other)) = (&self.format, &other)
                    && known.text != other.text
                {
                    return Err(several(other.start()));
                }
                self.format = other;
            }
            ["error-log-format", _, ..] => self.errors = rest(1),
            ["log-format-sd", _, ..] => self.data = rest(1),
            ["on", _, "format", _, ..] => self.steps.push(words[3].clone()),
            ["option", ref option_words @ ..] => {
                let known = OPTIONS.iter().find(|(words, _)| option_words.starts_with(words));
                self.option = known.map(|(_, text)| Placed::whole(text, words[1].start())).or(self.option.take());
            }
            ["capture", side @ ("request" | "response"), "header", name, ..] => {
                self.captures[usize::from(side == "response")].push(name.to_owned());
            }
            ["http-request", "capture", fetch, ..] => self.captures[0].push(header_of(fetch)),
            ["http-response", "capture", fetch, ..] => self.captures[1].push(header_of(fetch)),
            _ => {}
        }
        Ok(())
    }

    /// What its lines look like; what it does not say, the defaults before it do.
    fn found(self, defaults: &Section, all: &mut Vec<Found>) {
        let Section { kind: _, name, format, errors, option, data, steps, captures } = self;
        // An option of its own counts before a format of the defaults.
        let main = format.or(option).or_else(|| defaults.format.clone());
        let data = data.or_else(|| defaults.data.clone());
        let main = main.or_else(|| Some(Placed::whole("", data.as_ref()?.start())));
        let errors = errors.or_else(|| defaults.errors.clone());
        let mut data = data;
        for format in main.into_iter().chain(errors).chain(steps) {
            let (frontend, captures) = (name.clone(), captures.clone());
            all.push(Found { frontend, format, data: data.take(), captures });
        }
    }
}

/// Finds the formats: one at least.
pub(super) fn find(pasted: &str) -> Result<Vec<Found>, CompileError> {
    let mut sections = vec![Section::default()];
    let mut begin = 0;
    for line in pasted.split_inclusive('\n') {
        let mut head = line.split_whitespace();
        match head.next() {
            Some(kind @ ("global" | "defaults" | "frontend" | "listen" | "backend" | "log-profile")) => {
                let name = head.next().unwrap_or_default().to_owned();
                sections.push(Section { kind: kind.to_owned(), name, ..Section::default() });
            }
            _ => sections.last_mut().expect("one section at least").take(&words(line, begin))?,
        }
        begin += line.len();
    }
    let (mut all, mut defaults, none) = (Vec::new(), Section::default(), Section::default());
    let in_frontends = sections.iter().any(Section::is_frontend);
    for mut section in sections {
        if section.kind == "defaults" && in_frontends {
            section.format = section.format.or(section.option.take());
            defaults = section;
        } else {
            let inherited = if section.is_frontend() { &defaults } else { &none };
            section.found(inherited, &mut all);
        }
    }
    if all.is_empty() {
        let format = bare(pasted).ok_or_else(|| {
            let what = "There is no log-format here: it holds names such as %ci.";
            CompileError::new(what, "Paste what stands behind log-format in the configuration, or the whole line.", 0)
        })?;
        all.push(Found { format, ..Found::default() });
    }
    Ok(all)
}

fn several(at: usize) -> CompileError {
    let advice = "Paste that of the frontend that wrote this file, with its capture lines.";
    CompileError::new("Here begins a second log-format.", advice, at)
}

/// A format by itself: as it stands, unless it has the quotes or escapes that a configuration needs.
fn bare(pasted: &str) -> Option<Placed> {
    let text = pasted.trim();
    let at = pasted.len() - pasted.trim_start().len();
    if !text.contains('%') {
        return None;
    }
    let words = unquote(text, at);
    let whole = words.len() == 1 && text.starts_with(['"', '\'']);
    Some(match whole || text.contains("\\ ") || text.contains("\\\"") {
        true => Placed::join(&words),
        false => Placed::bare(text, at),
    })
}

/// `User-Agent` of `req.hdr(User-Agent)`.
fn header_of(fetch: &str) -> String {
    let inner = fetch.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    inner.map_or(fetch, |(name, _)| name).to_owned()
}

/// Words of a line of a configuration that begins at `at`.
fn words(line: &str, at: usize) -> Vec<Placed> {
    let text = line.trim_start();
    // What is pasted bare is no directive: its quotes and backslashes stay.
    let directive = ["log-format", "error-log-format", "option", "capture", "http-request", "http-response", "on "];
    let is_directive = directive.iter().any(|name| text.starts_with(name));
    if is_directive { unquote(text.trim_end(), at + line.len() - text.len()) } else { Vec::new() }
}

/// Splits at blanks; reads `"…"` with `\"`, `'…'` as it is, and `\ ` outside quotes.
fn unquote(text: &str, begin: usize) -> Vec<Placed> {
    let mut words = vec![Placed::default()];
    let mut quote = None;
    let mut letters = text.char_indices().map(|(at, letter)| (begin + at, letter));
    while let Some((at, letter)) = letters.next() {
        let word = words.last_mut().expect("one word at least");
        match (letter, quote) {
            ('\\', None | Some('"')) => match letters.next() {
                Some((_, next @ (' ' | '#' | '\\' | '"' | '\'' | '$'))) => word.push(next, at),
                Some((_, 'n')) => word.push('\n', at),
                Some((_, 't')) => word.push('\t', at),
                Some((behind, next)) => {
                    word.push('\\', at);
                    word.push(next, behind);
                }
                None => word.push('\\', at),
            },
            ('"' | '\'', None) => (quote, word.begun) = (Some(letter), true),
            (end, Some(open)) if end == open => quote = None,
            ('#', None) if !word.begun => break,
            (blank, None) if blank.is_whitespace() => {
                if word.begun {
                    words.push(Placed::default());
                }
            }
            (letter, _) => word.push(letter, at),
        }
    }
    if words.last().is_some_and(|word| !word.begun) {
        words.pop();
    }
    words
}
