//! nevisProxy entries in plain words: who answered a request and where its time went, what a trace line is about.

mod words;

use crate::protocol::{Explanation, Letter};
use crate::record::{Field, Kind};
use crate::show;
use crate::significance::Facts;

/// Explains one entry.
pub(super) fn explain(facts: &impl Facts) -> Explanation {
    let entry = Entry { facts };
    match facts.text(Field::Format) {
        Some(b"nevisproxy-summary") => entry.request(Some(0)),
        Some(b"nevisproxy-request") if facts.text(Field::Operation) == Some(b"answer") => entry.request(Some(1)),
        Some(b"nevisproxy-access") => entry.request(None),
        Some(b"nevisproxy-backend") => entry.backend(),
        _ => entry.trace(),
    }
}

struct Entry<'f, F> {
    facts: &'f F,
}

/// Shorter requests have no slow part worth a word.
const NOTABLE: i64 = 100_000;

impl<F: Facts> Entry<'_, F> {
    fn text(&self, field: Field) -> Option<String> {
        self.facts.text(field).map(|text| String::from_utf8_lossy(text).into_owned())
    }

    fn int(&self, field: Field) -> Option<i64> {
        self.facts.int(field)
    }

    fn duration(&self, field: Field) -> Option<String> {
        self.int(field).map(show::duration)
    }

    fn events(&self) -> Vec<String> {
        let list = self.text(Field::Events).unwrap_or_default();
        list.split(char::from(Kind::LIST_SEPARATOR)).filter(|code| !code.is_empty()).map(str::to_owned).collect()
    }

    fn backend_name(&self) -> String {
        match (self.text(Field::ServerName), self.int(Field::ServerPort)) {
            (Some(name), Some(port)) if name.contains(':') => format!("the backend [{name}]:{port}"),
            (Some(name), Some(port)) => format!("the backend {name}:{port}"),
            (Some(name), None) => format!("the backend {name}"),
            _ => "the backend".into(),
        }
    }

    /// `line`: which of the three lines with abbreviations it is.
    fn request(&self, line: Option<usize>) -> Explanation {
        let code = self.int(Field::ResponseCode);
        let failed = self.events().iter().filter_map(|code| words::event(code)).find(|event| !event.1.is_empty());
        let own = self.int(Field::ServerResponseCode);
        let asked = own.is_some() || self.int(Field::BackendTime).is_some() || self.text(Field::ServerName).is_some();
        let whole = self.int(Field::Truncated).is_none();
        let status = code.map_or_else(|| "nothing".into(), |code| code.to_string());
        let plain = match (own, line) {
            (Some(own), _) if Some(own) == code => format!("The backend answered {status}"),
            (Some(_), _) => format!("The client was sent {status}"),
            (None, Some(0)) if !asked && whole => format!("nevisProxy answered {status} itself"),
            _ => format!("The client was sent {status}"),
        };
        let mut sentences = Vec::new();
        sentences.extend(failed.map(|event| format!("{}: {}.", event.0, event.2)));
        sentences.extend(match own {
            Some(own) if Some(own) == code => Some(format!("The {own} came from {}.", self.backend_name())),
            Some(own) => Some(format!("{} answered {own}; nevisProxy sent {status}.", capital(&self.backend_name()))),
            None if asked => {
                Some(format!("{} sent no status: nevisProxy made the {status} itself.", capital(&self.backend_name())))
            }
            None if line == Some(0) && whole => {
                Some("No backend was asked: a filter or servlet of the proxy answered.".into())
            }
            None => None,
        });
        if let Some(calls) = self.int(Field::BackendCalls) {
            let calls = show::count(calls.max(0) as u64, "call", "calls");
            sentences.push(format!(
                "There were {calls} to backends; the last one is named here, and their times are added up."
            ));
        }
        sentences.extend(match (self.duration(Field::TotalTime), self.int(Field::ResponseLength)) {
            (Some(time), Some(bytes)) => {
                Some(format!("It took {time}, and {} went to the client.", show::bytes(bytes)))
            }
            (Some(time), None) => Some(format!("It took {time}.")),
            _ => None,
        });
        sentences.extend(self.slowest());
        if !whole {
            sentences.push("The line was cut; what stands before the cut was read.".into());
        }
        Explanation {
            badge: failed.map_or_else(|| code.map_or_else(|| "cut".into(), |code| code.to_string()), |e| e.0.into()),
            title: failed.map_or(plain, |event| event.1.into()),
            paragraph: sentences.join(" "),
            letters: self.letters(line),
            next: self.next_of_request(asked),
        }
    }

    /// Where most of a long time went.
    fn slowest(&self) -> Option<String> {
        let total = self.int(Field::TotalTime).filter(|total| *total >= NOTABLE)?;
        let backend = self.int(Field::BackendTime);
        let io = self.int(Field::FrontendIoTime);
        let known = backend.or(io).map(|_| backend.unwrap_or(0) + io.unwrap_or(0));
        // Only the summary names the backend's time: without it the rest is not the proxy's.
        let proxy = backend.and(known).map(|known| (total - known).max(0));
        let parts = [
            (self.int(Field::ConnectTime), "connecting to the backend"),
            (self.int(Field::BackendSendTime), "sending the request to the backend"),
            (self.int(Field::AppResponseTime), "waiting for the backend's response"),
            (self.int(Field::DataTransferTime), "reading the backend's response body"),
            (io, "reading from and writing to the client"),
            (proxy, "the proxy's own filters"),
        ];
        let (time, what) =
            parts.into_iter().filter_map(|(time, what)| Some((time?, what))).max_by_key(|part| part.0)?;
        (time * 2 > total).then(|| format!("Most of that, {}, went by {what}.", show::duration(time)))
    }

    fn next_of_request(&self, asked: bool) -> Vec<String> {
        let mut next: Vec<String> = Vec::new();
        for code in self.events() {
            if let Some(step) = words::event(&code).map(|event| event.3).filter(|step| !step.is_empty())
                && !next.iter().any(|known| known == step)
            {
                next.push(step.into());
            }
        }
        let status = self.int(Field::ResponseCode).unwrap_or(0);
        if status >= 500 && asked {
            next.push(format!("Look at the log of {} at this time.", self.backend_name()));
        }
        if status >= 400
            && let Some(id) = self.text(Field::TransactionId)
        {
            next.push(format!("All lines of this request, in every log that has its id: trid=\"{id}\"."));
        }
        next
    }

    /// The events, then the abbreviations that the line has.
    fn letters(&self, line: Option<usize>) -> Vec<Letter> {
        let letter = |code: &str, meaning: &str| Letter { code: code.into(), meaning: meaning.into() };
        let events = self.events();
        let event = |code: &String| {
            letter(code, words::event(code).map_or_else(|| words::unknown_event(code), |event| event.2))
        };
        let mut letters: Vec<_> = events.iter().map(event).collect();
        let Some(line) = line else { return letters };
        for (field, names, meaning) in words::ABBREVIATIONS {
            let here = self.int(*field).is_some() || self.facts.text(*field).is_some();
            if here && !names[line].is_empty() {
                letters.push(letter(names[line], meaning));
            }
        }
        letters
    }

    fn backend(&self) -> Explanation {
        let name = self.backend_name();
        let servlet =
            self.text(Field::Servlet).map_or_else(|| "A servlet".into(), |name| format!("The servlet {name}"));
        if self.facts.text(Field::Operation) != Some(b"backend answer") {
            return Explanation {
                badge: "====>".into(),
                title: "A backend was called".into(),
                paragraph: format!("{servlet} sent a request to {name}."),
                ..Explanation::default()
            };
        }
        let code = self.int(Field::ServerResponseCode);
        let took = self.duration(Field::BackendTime).map(|time| format!(" after {time}")).unwrap_or_default();
        let (title, said) = match code {
            Some(code) => {
                (format!("The backend answered {code}"), format!("{} answered {code}{took}.", capital(&name)))
            }
            None => ("The backend sent no status".into(), format!("{} sent no status{took}.", capital(&name))),
        };
        let failed = code.is_none_or(|code| code >= 500);
        Explanation {
            badge: code.map_or_else(|| "<====".into(), |code| code.to_string()),
            title,
            paragraph: format!("{said} {servlet} had asked it."),
            letters: self.letters(Some(2)),
            next: if failed { vec![format!("Look at the log of {name} at this time.")] } else { Vec::new() },
        }
    }

    fn trace(&self) -> Explanation {
        let shown = self.text(Field::TraceGroup).unwrap_or_default();
        let severity = self.text(Field::Severity).unwrap_or_default();
        let group = words::group(&shown);
        let mut letters = Vec::new();
        if let Some((number, meaning)) = words::level(&severity) {
            letters.push(Letter { code: format!("level {number}"), meaning: meaning.into() });
        }
        if let Some((name, meaning)) = group {
            letters.push(Letter { code: (*name).into(), meaning: format!("traces {meaning}") });
        }
        let (title, paragraph) = match self.step() {
            Some(step) => step,
            None => {
                let title =
                    group.map_or_else(|| format!("Message of {shown}"), |(name, _)| format!("Message of {name}"));
                (title, self.text(Field::Message).unwrap_or_default())
            }
        };
        let next = match (self.facts.text(Field::EventKind), self.facts.text(Field::ErrorCode)) {
            (Some(b"TLS secret"), _) => {
                "Whoever has this line can decrypt the recorded connection: switch ssl-key off in bcx.net.debug when it \
                 is no longer needed, and pass this log on with care."
            }
            (Some(b"deprecated"), _) => "Change the setting before the next major release.",
            (_, Some(b"NVSV-0070")) => {
                "See which process takes the memory: at 95 % of the system's memory this is an error."
            }
            _ => "",
        };
        Explanation {
            badge: severity.to_ascii_uppercase().replace('_', " "),
            title,
            paragraph,
            letters,
            next: Some(next).filter(|step| !step.is_empty()).map(str::to_owned).into_iter().collect(),
        }
    }

    /// Title and paragraph of a step of a request.
    fn step(&self) -> Option<(String, String)> {
        let name =
            |field, kind: &str| self.text(field).map_or_else(|| format!("A {kind}"), |n| format!("The {kind} {n}"));
        let message = self.text(Field::Message).unwrap_or_default();
        let took = || {
            let time = self.duration(Field::FilterTime).unwrap_or_else(|| "an unknown time".into());
            format!(
                "It and all that is inside it took {time}: its own part is that less the time of the next one inside."
            )
        };
        let inside = "What follows until it is left happens inside it.".to_owned();
        let step = self.text(Field::Operation)?;
        Some(match step.as_str() {
            "request" => {
                let from = self.text(Field::ClientIp).map(|ip| format!(" from {ip}")).unwrap_or_default();
                ("A request came".into(), format!("It came{from}; its answer is a later line with the same id."))
            }
            "request header" => ("Header of the client's request".into(), message),
            "answer header" => ("Header of the answer to the client".into(), message),
            "backend request header" => ("Header of the request to the backend".into(), message),
            "backend answer header" => ("Header of the backend's answer".into(), message),
            "filter entered" => (format!("{} begins", name(Field::Filter, "filter")), inside),
            "servlet entered" => (format!("{} begins", name(Field::Servlet, "servlet")), inside),
            "filter left" => (format!("{} is done", name(Field::Filter, "filter")), took()),
            "servlet left" => (format!("{} is done", name(Field::Servlet, "servlet")), took()),
            "filter time" => {
                let time = self.duration(Field::FilterTime).unwrap_or_default();
                (
                    format!("{} took {time}", name(Field::Filter, "filter")),
                    "NPPerfMeter writes how long requests stay in a filter.".into(),
                )
            }
            "function entered" => ("A function was entered".into(), message),
            "function left" => ("A function was left".into(), message),
            _ => return None,
        })
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| std::iter::once(first.to_ascii_uppercase()).chain(chars).collect())
}
