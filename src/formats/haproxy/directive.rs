//! Finds the format string in what was pasted: a configuration, one line of it, or the bare string (configuration manual
//! 2.2, "Quoting and escaping", 4.2, `log-format`, `log-format-sd`, `option httplog`). Every byte of the format knows where
//! it was pasted, so that a mistake is shown at its place.

use super::compile::CompileError;

/// What a piece of a configuration says about its log.
pub(super) struct Found {
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

/// Finds the format.
pub(super) fn find(pasted: &str) -> Result<Found, CompileError> {
    let (mut format, mut errors, mut option, mut data) = (None::<Placed>, None, None, None);
    let mut captures = [Vec::new(), Vec::new()];
    let mut begin = 0;
    for line in pasted.split_inclusive('\n') {
        let words = words(line, begin);
        begin += line.len();
        let names: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        match names[..] {
            ["log-format", _, ..] => {
                let other = Placed::join(&words[1..]);
                if format.as_ref().is_some_and(|format| format.text != other.text) {
                    return Err(several(other.start()));
                }
                format = Some(other);
            }
            ["error-log-format", _, ..] => errors = Some(Placed::join(&words[1..])),
            ["log-format-sd", _, ..] => data = Some(Placed::join(&words[1..])),
            ["option", ref option_words @ ..] => {
                let known = OPTIONS.iter().find(|(words, _)| option_words.starts_with(words));
                option = known.map(|(_, text)| Placed::whole(text, words[1].start())).or(option);
            }
            ["capture", side @ ("request" | "response"), "header", name, ..] => {
                captures[usize::from(side == "response")].push(name.to_owned());
            }
            ["http-request", "capture", fetch, ..] => captures[0].push(header_of(fetch)),
            ["http-response", "capture", fetch, ..] => captures[1].push(header_of(fetch)),
            _ => {}
        }
    }
    let known = format.or(errors).or(option);
    let format = match (known, &data) {
        (Some(format), _) => format,
        // Whatever stands behind the structured data.
        (None, Some(data)) => Placed::whole("", data.start()),
        (None, None) => bare(pasted).ok_or_else(|| {
            let what = "There is no log-format here: it holds names such as %ci.";
            CompileError::new(what, "Paste what stands behind log-format in the configuration, or the whole line.", 0)
        })?,
    };
    Ok(Found { format, data, captures })
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
    let directive = ["log-format", "error-log-format", "option", "capture", "http-request", "http-response"];
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
