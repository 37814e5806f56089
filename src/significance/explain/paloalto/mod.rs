//! Entries of a Palo Alto firewall in plain words: what the action, the end reason, the application and the flags say.

mod words;

use crate::protocol::{Explanation, Letter};
use crate::record::{Field, Kind};
use crate::show;
use crate::significance::{Facts, paloalto};
use words::{ACTIONS, APPLICATIONS, END_REASONS, STAGES, SUBTYPES, Word};

/// The default time-out of an established TCP session, in microseconds.
const TCP_TIMEOUT: i64 = 3_600_000_000;

/// Explains one entry.
pub(super) fn explain(facts: &impl Facts) -> Explanation {
    let entry = Entry { facts };
    match facts.text(Field::LogType) {
        Some(b"threat" | b"url") => entry.threat(),
        Some(b"traffic" | b"tunnel" | b"sctp" | b"gtp" | b"decryption") => entry.session(),
        _ => entry.event(),
    }
}

struct Entry<'f, F> {
    facts: &'f F,
}

fn find(words: &'static [Word], code: &str) -> Option<&'static Word> {
    words.iter().find(|word| word.code == code)
}

impl<F: Facts> Entry<'_, F> {
    fn text(&self, field: Field) -> Option<String> {
        self.facts.text(field).map(|text| String::from_utf8_lossy(text).into_owned())
    }

    fn word(&self, field: Field, words: &'static [Word]) -> Option<&'static Word> {
        find(words, &self.text(field)?)
    }

    /// The code that says most: what the firewall did before how the session ended.
    fn main(&self) -> Option<&'static Word> {
        let (action, reason) = (self.word(Field::Action, ACTIONS), self.word(Field::SessionEndReason, END_REASONS));
        let app = self.word(Field::Application, APPLICATIONS);
        let cut = reason.filter(|word| {
            let by_reason = paloalto::is_blocked(true, None, None, Some(word.code.as_bytes()));
            by_reason && !(word.code == "policy-deny" && action.is_some_and(|action| action.code != "allow"))
        });
        let blocked = app.filter(|word| word.code == "not-applicable");
        let acted = action.filter(|word| word.code != "allow");
        let aged = reason.filter(|word| word.code != "n/a");
        // What two sides did themselves says more than that no application was recognised, but for a handshake that
        // was never finished.
        let pseudo = app.filter(|word| matches!(word.code, "incomplete" | "non-syn-tcp"));
        cut.or(blocked).or(acted).or(pseudo).or(aged).or(app).or(action).or(reason)
    }

    fn session(&self) -> Explanation {
        let main = self.main();
        let contradiction = self.contradiction();
        let title = match &contradiction {
            Some(_) => "Subtype and action contradict each other",
            None => main.map_or("A session", |word| word.title),
        };
        let mut sentences = Vec::new();
        sentences.extend(main.map(|word| self.fill(word.text)));
        sentences.extend(contradiction);
        sentences.extend(self.other_application(main));
        sentences.extend(self.timed_out());
        sentences.extend(self.amount());
        if self.facts.int(Field::Truncated) == Some(1) {
            sentences.push("The line was cut; what stands before the cut was read.".into());
        }
        // A decryption log is about the TLS handshake, whatever the rule did.
        let error = self.text(Field::Message).filter(|_| self.facts.text(Field::LogType) == Some(b"decryption"));
        if let Some(error) = error {
            return Explanation {
                badge: "TLS".into(),
                title: "The TLS handshake failed".into(),
                paragraph: format!("The firewall could not decrypt the session: {error}. {}", sentences.join(" ")),
                letters: self.letters(),
                next: vec![self.fill("Check certificate, versions and ciphers of {server}.")],
            };
        }
        Explanation {
            badge: main.map_or_else(|| self.badge(), |word| word.code.to_owned()),
            title: title.to_owned(),
            paragraph: sentences.join(" "),
            letters: self.letters(),
            next: main.map_or(&[][..], |word| word.next).iter().map(|step| self.fill(step)).collect(),
        }
    }

    /// A subtype that says the session was stopped beside an action that let it through.
    fn contradiction(&self) -> Option<String> {
        let subtype = self.text(Field::Subtype).filter(|subtype| matches!(subtype.as_str(), "deny" | "drop"))?;
        (self.text(Field::Action)? == "allow").then(|| {
            let (_, short) = SUBTYPES.iter().find(|(code, _)| *code == subtype)?;
            Some(format!(
                "The line contradicts itself: its subtype is {subtype} ({short}), its action is allow. How the session \
                 ended and how many bytes came back tell which of them holds."
            ))
        })?
    }

    /// An application that is none, where something else is the main matter.
    fn other_application(&self, main: Option<&Word>) -> Option<String> {
        let word = self.word(Field::Application, APPLICATIONS)?;
        main.is_none_or(|main| main.code != word.code)
            .then(|| format!("The application column says {}: {}.", word.code, word.short))
    }

    /// What a time-out says depends on what came before it.
    fn timed_out(&self) -> Option<String> {
        if self.facts.text(Field::SessionEndReason) != Some(b"aged-out") {
            return None;
        }
        let elapsed = self.facts.int(Field::TotalTime).unwrap_or(0);
        match self.facts.text(Field::Application) {
            Some(b"incomplete") => Some("It aged out: the handshake was never answered.".into()),
            _ if elapsed >= TCP_TIMEOUT && self.facts.text(Field::Protocol) == Some(b"tcp") => Some(
                "It lasted at least 3,600 s, the default time-out of an established TCP session: one side likely still \
                 thinks the connection is open."
                    .into(),
            ),
            _ => None,
        }
    }

    /// How long and how much.
    fn amount(&self) -> Option<String> {
        let (sent, received) = (self.facts.int(Field::RequestLength)?, self.facts.int(Field::ResponseLength)?);
        if self.facts.int(Field::Interim) == Some(1) {
            return Some("It was written when the session began: bytes and duration are not final.".into());
        }
        let lasted = self.facts.int(Field::TotalTime).map_or_else(String::new, |time| {
            if time == 0 {
                "It lasted less than a second; ".into()
            } else {
                format!("It lasted {}; ", show::duration(time))
            }
        });
        let back = show::bytes(received);
        let amount = match (self.stopped(), received) {
            // Dropped before anything was looked at. A rule that names an application lets packets pass until it is known.
            (Some(true), 0) => "came from the client, none of it was let through".to_owned(),
            (Some(false), 0) => "came from the client, and nothing from the server".to_owned(),
            (Some(_), _) => format!("came from the client and {back} from the server, until the firewall stopped it"),
            (None, 0) if sent > 0 => "went to the server and nothing came back".to_owned(),
            (None, _) => format!("went to the server and {back} came back"),
        };
        Some(format!("{lasted}{} {amount}.", show::bytes(sent)))
    }

    /// The action stopped the session; true: before its application was looked at.
    fn stopped(&self) -> Option<bool> {
        let unseen = self.facts.text(Field::Application) == Some(b"not-applicable");
        match self.facts.text(Field::Action)? {
            b"drop" | b"drop-icmp" => Some(true),
            b"deny" | b"reset-both" | b"reset-client" | b"reset-server" => Some(unseen),
            _ => unseen.then_some(true),
        }
    }

    fn threat(&self) -> Explanation {
        let action = self.word(Field::Action, ACTIONS);
        let what = match self.text(Field::LogType).as_deref() {
            Some("url") => self.text(Field::Uri).map(|uri| format!("The URL is {uri}.")),
            _ => self.text(Field::Threat).map(|threat| format!("The log is about {threat}.")),
        };
        let severity = self.text(Field::Severity).map(|severity| format!("Its severity is {severity}."));
        let category = self.text(Field::Category).filter(|category| category != "any");
        let category = category.map(|category| format!("The category is {category}."));
        let did = action.map(|word| self.fill(word.text));
        let sentences: Vec<String> = [did, what, category, severity].into_iter().flatten().collect();
        Explanation {
            badge: self.badge(),
            title: action.map_or_else(|| "A threat log".to_owned(), |word| word.title.to_owned()),
            paragraph: sentences.join(" "),
            letters: self.letters(),
            next: action.map_or(&[][..], |word| word.next).iter().map(|step| self.fill(step)).collect(),
        }
    }

    fn event(&self) -> Explanation {
        let title = match self.text(Field::LogType).as_deref() {
            Some("system") => "An event of the firewall itself",
            Some("config") => "A change of the configuration",
            Some("globalprotect") => "A remote user's connection",
            Some("userid") => "A user was mapped to an address",
            Some("authentication") => "An authentication",
            Some("hipmatch") => "A host was checked against a profile",
            Some("iptag") => "A tag was set for an address",
            Some("header") => "The header line of an export",
            Some("correlation") => "Several events were put together",
            _ => "A log of the firewall",
        };
        let mut sentences = Vec::new();
        if let Some(command) = self.text(Field::Command) {
            let who = self.text(Field::UserId).map_or_else(String::new, |user| format!(" of {user}"));
            let result = self.text(Field::Result).map_or_else(String::new, |result| format!(", result {result}"));
            sentences.push(format!("Command{who}: {command}{result}."));
        }
        sentences.extend(self.text(Field::EventKind).map(|kind| format!("Event: {kind}.")));
        let message = self.text(Field::Message);
        let said = message.as_deref().unwrap_or_default().to_lowercase();
        sentences.extend(message);
        let stages = STAGES.iter().filter(|(stage, _)| said.contains(stage));
        sentences.extend(stages.map(|(stage, meaning)| format!("\"{stage}\" means: {meaning}.")));
        Explanation {
            badge: self.badge(),
            title: title.into(),
            paragraph: sentences.join(" "),
            letters: self.letters(),
            next: Vec::new(),
        }
    }

    fn badge(&self) -> String {
        let fields = [Field::Action, Field::Result, Field::Severity, Field::LogType];
        fields.into_iter().find_map(|field| self.text(field)).unwrap_or_default()
    }

    /// Every code of the entry with its meaning.
    fn letters(&self) -> Vec<Letter> {
        let mut letters = Vec::new();
        let mut say = |code: &str, meaning: &str| letters.push(Letter { code: code.into(), meaning: meaning.into() });
        for (field, words) in
            [(Field::Action, ACTIONS), (Field::SessionEndReason, END_REASONS), (Field::Application, APPLICATIONS)]
        {
            if let Some(word) = self.word(field, words) {
                say(word.code, word.short);
            }
        }
        let subtype = self.text(Field::Subtype).filter(|_| self.facts.text(Field::LogType) == Some(b"traffic"));
        if let Some((code, meaning)) = subtype.and_then(|subtype| SUBTYPES.iter().find(|row| row.0 == subtype)) {
            say(&format!("subtype {code}"), meaning);
        }
        match self.facts.text(Field::ActionSource) {
            Some(b"from-policy") => say("from-policy", "the action is the rule's"),
            Some(b"from-application") => say("from-application", "the action is the application's own"),
            _ => {}
        }
        let flags = self.facts.text(Field::SessionFlags).unwrap_or_default();
        for name in flags.split(|byte| *byte == Kind::LIST_SEPARATOR) {
            if let Some(flag) = paloalto::FLAGS.iter().find(|flag| flag.1.as_bytes() == name) {
                say(flag.1, flag.2);
            }
        }
        letters
    }

    fn address(&self, ip: Field, port: Field) -> Option<String> {
        let ip = self.text(ip)?;
        Some(match self.facts.int(port).filter(|port| *port > 0) {
            Some(port) if ip.contains(':') => format!("[{ip}]:{port}"),
            Some(port) => format!("{ip}:{port}"),
            None => ip,
        })
    }

    /// Puts this entry's values into a text.
    fn fill(&self, text: &str) -> String {
        let values = [
            ("{client}", self.text(Field::ClientIp).unwrap_or_else(|| "the client".into())),
            ("{server}", self.address(Field::ServerIp, Field::ServerPort).unwrap_or_else(|| "the server".into())),
            ("{rule}", self.text(Field::PolicyRule).map_or_else(|| "(not named)".into(), |rule| format!("\"{rule}\""))),
        ];
        let mut filled = String::with_capacity(text.len() + 32);
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            filled.push_str(&rest[..open]);
            let value = values.iter().find(|(name, _)| rest[open..].starts_with(name));
            let (taken, value) = value.map_or((1, "{"), |(name, value)| (name.len(), value.as_str()));
            let begins = filled.is_empty() && value.starts_with("the ");
            filled.push_str(if begins { "T" } else { "" });
            filled.push_str(&value[usize::from(begins)..]);
            rest = &rest[open + taken..];
        }
        filled.push_str(rest);
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Row, Span};
    use crate::significance::RowFacts;

    #[test]
    fn every_code_has_its_words_once() {
        for (words, count) in [(END_REASONS, 14), (ACTIONS, 19), (APPLICATIONS, 7)] {
            assert_eq!(words.len(), count);
            for (nth, word) in words.iter().enumerate() {
                assert!(words[..nth].iter().all(|before| before.code != word.code), "{} stands twice", word.code);
                assert!(!(word.title.is_empty() || word.text.is_empty() || word.short.is_empty()), "{}", word.code);
                assert!(!word.title.contains('{') && word.text.ends_with('.') && !word.short.ends_with('.'));
            }
        }
        // Another name of `drop-all-packets`, in some log types.
        let all = || END_REASONS.iter().chain(ACTIONS).chain(APPLICATIONS).filter(|word| word.code != "drop-all");
        let texts: std::collections::HashSet<_> = all().map(|word| word.text).collect();
        assert_eq!(texts.len(), all().count(), "two codes have the same words");
        assert_eq!((STAGES.len(), SUBTYPES.len(), paloalto::FLAGS.len()), (4, 4, 20));
    }

    #[test]
    fn no_place_in_a_text_is_left_open() {
        for word in END_REASONS.iter().chain(ACTIONS).chain(APPLICATIONS) {
            let row = Row::new();
            let entry = Entry { facts: &RowFacts { row: &row, entry: b"" } };
            for text in std::iter::once(&word.text).chain(word.next) {
                let filled = entry.fill(text);
                assert!(!filled.contains(['{', '}']) && !filled.starts_with("the "), "{filled}");
            }
        }
    }

    fn title(values: &[(Field, &str)]) -> String {
        let mut row = Row::new();
        row.owned(Field::Format, b"paloalto-traffic", Span::NONE);
        row.owned(Field::LogType, b"traffic", Span::NONE);
        values.iter().for_each(|(field, value)| row.owned(*field, value.as_bytes(), Span::NONE));
        explain(&RowFacts { row: &row, entry: b"" }).badge
    }

    #[test]
    fn what_the_firewall_did_comes_before_how_it_ended() {
        use Field::{Action, Application, SessionEndReason as Reason};
        assert_eq!(title(&[(Action, "allow"), (Application, "ssl"), (Reason, "threat")]), "threat");
        assert_eq!(title(&[(Action, "allow"), (Application, "ssl"), (Reason, "policy-deny")]), "policy-deny");
        assert_eq!(title(&[(Action, "deny"), (Application, "ssl"), (Reason, "policy-deny")]), "deny");
        assert_eq!(
            title(&[(Action, "drop"), (Application, "not-applicable"), (Reason, "policy-deny")]),
            "not-applicable"
        );
        assert_eq!(title(&[(Action, "allow"), (Application, "incomplete"), (Reason, "aged-out")]), "incomplete");
        assert_eq!(title(&[(Action, "allow"), (Application, "unknown-tcp"), (Reason, "tcp-fin")]), "tcp-fin");
        assert_eq!(title(&[(Action, "allow"), (Application, "ssl"), (Reason, "n/a")]), "allow");
    }
}
