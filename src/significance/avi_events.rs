//! The significance events of Avi: enum, text as the log writes it, whether a server or the balancer failed, and what
//! it means in plain words. The table is `avi_events.tsv` beside this file; it is read at first use.
//!
//! A log carries its events twice, `"significant_log": ["ADF_RESPONSE_CODE_4XX", "ADF_WAF_MATCH"]` and
//! `"significance": "Request ended abnormally: response code 4xx, WAF Match: WAF matched the transaction"`.

use crate::text::sort;
use std::sync::OnceLock;

/// One significance event.
#[derive(Debug)]
pub struct Event {
    pub category: &'static Category,
    /// As the log writes it behind the category.
    pub event: &'static str,
    /// A server or the balancer failed, as opposed to the client, a rule or mere slowness.
    pub failed: bool,
    /// What it means.
    pub meaning: &'static str,
}

#[derive(Debug)]
pub struct Category {
    pub name: &'static str,
    pub meaning: &'static str,
}

/// The table.
#[derive(Debug, Default)]
pub struct Events {
    categories: Vec<&'static Category>,
    /// Sorted by enum.
    by_name: Vec<(&'static str, &'static Event)>,
    /// Sorted by the names of category and event.
    by_text: Vec<&'static Event>,
}

/// The table, read once.
pub fn events() -> &'static Events {
    static EVENTS: OnceLock<Events> = OnceLock::new();
    EVENTS.get_or_init(|| {
        let mut events = Events::default();
        let mut category: &'static Category = Box::leak(Box::new(Category { name: "", meaning: "" }));
        for line in include_str!("avi_events.tsv").lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let mut next = || columns.next().unwrap_or_default();
            match next() {
                "" => {
                    let (name, failed, event, meaning) = (next(), next() == "!", next(), next());
                    let row: &'static Event = Box::leak(Box::new(Event { category, event, failed, meaning }));
                    events.by_name.push((name, row));
                    events.by_text.push(row);
                }
                name => {
                    category = Box::leak(Box::new(Category { name, meaning: next() }));
                    events.categories.push(category);
                }
            }
        }
        sort::by_key(&mut events.by_name, |(name, _)| *name);
        sort::by_key(&mut events.by_text, |event| (event.category.name, event.event));
        events
    })
}

impl Events {
    /// The event of an enum, with or without `ADF_`.
    pub fn by_name(&self, name: &str) -> Option<&'static Event> {
        let name = name.strip_prefix("ADF_").unwrap_or(name);
        let found = self.by_name.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
        Some(self.by_name[found].1)
    }

    /// The event of a text `Category: event`.
    pub fn by_text(&self, text: &str) -> Option<&'static Event> {
        let (category, event) = text.split_once(": ")?;
        self.of_category(category, event)
    }

    fn of_category(&self, category: &str, event: &str) -> Option<&'static Event> {
        let wanted = (category, event);
        let found = self.by_text.binary_search_by(|known| (known.category.name, known.event).cmp(&wanted)).ok()?;
        Some(self.by_text[found])
    }

    /// The category of a text `Category: event`, also where the event is not in the table.
    pub fn category(&self, text: &str) -> Option<&'static Category> {
        let name = text.split_once(": ")?.0;
        self.categories.iter().find(|category| category.name == name).copied()
    }

    /// Splits the log's text into `Category: event` items, in order. Events hold commas themselves ("connection idle
    /// timeout occurred, closing the connection"), so only a comma before a known category, or before a known event of
    /// the same category, separates.
    pub fn split(&self, text: &str, mut each: impl FnMut(&str)) {
        let mut start = 0;
        // The category to put before an item that leaves it out.
        let mut implied: Option<&str> = None;
        let mut emit = |item: &str, implied: Option<&str>| match implied {
            Some(category) => each(&format!("{category}: {item}")),
            None => each(item),
        };
        for (comma, _) in text.match_indices(',') {
            let rest = text[comma + 1..].trim_start();
            let category = implied.or_else(|| text[start..comma].split_once(": ").map(|(category, _)| category));
            let next = if self.category(rest).is_some() {
                None
            } else {
                let known = |event: &str| category.is_some_and(|c| self.of_category(c, event.trim_end()).is_some());
                let separates = known(rest) || rest.match_indices(',').any(|(end, _)| known(&rest[..end]));
                if !separates {
                    continue;
                }
                category
            };
            emit(text[start..comma].trim(), implied);
            start = text.len() - rest.len();
            implied = next;
        }
        emit(text[start..].trim(), implied);
    }
}

/// Families of enums that have no text in the table, with what people call them.
const FAMILIES: &[(&str, &str)] = &[
    ("SAML_", "SAML"),
    ("SSO_", "Single sign-on"),
    ("OAUTH_", "OAuth"),
    ("JWT_", "JWT"),
    ("LDAP_", "LDAP"),
    ("PAA_", "PingAccess"),
    ("HTTP_NTLM_", "NTLM"),
    ("HTTP2_", "HTTP2"),
    ("HTTP_", "HTTP"),
    ("ICAP_", "ICAP Error"),
    ("SSL_", "SSL Error"),
    ("SCTP_", "SCTP"),
    ("WEBSOCKET_", "WebSocket"),
    ("CSRF_", "CSRF"),
    ("CLIENT_DNS_", "DNS query"),
    ("RATE_LIMIT_", "Rate limit"),
    ("PERSISTENCE_", "Persistence Error"),
    ("SESSION_", "Session"),
    ("", "Event"),
];

/// An enum as `Category: event`: from the table, else its own words (`ADF_OAUTH_INVALID_SCOPE` → "OAuth: invalid
/// scope"), so that enums newer than any list can be read too.
pub fn text_of(name: &str) -> String {
    if let Some(event) = events().by_name(name) {
        return format!("{}: {}", event.category.name, event.event);
    }
    let short = name.strip_prefix("ADF_").unwrap_or(name);
    let family = FAMILIES.iter().find_map(|(prefix, family)| Some((short.strip_prefix(prefix)?, family)));
    let (words, family) = family.unwrap_or((short, &"Event"));
    format!("{family}: {}", words.to_lowercase().replace('_', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        let mut items = Vec::new();
        events().split(text, |item| items.push(item.to_string()));
        items
    }

    #[test]
    fn the_table_is_whole() {
        assert_eq!(events().by_name.len(), 292);
        assert_eq!(events().by_text.len(), 292);
        assert_eq!(events().categories.len(), 38);
        assert!(events().categories.iter().all(|c| !c.meaning.is_empty()));
        let event = events().by_name("ADF_SERVER_CONN_SETUP_REFUSED").unwrap();
        assert!(event.failed && event.meaning.contains("port"));
        assert!(!events().by_text("Request ended abnormally: response code 4xx").unwrap().failed);
    }

    #[test]
    fn every_event_has_a_meaning_of_its_own() {
        let mut seen = std::collections::HashSet::new();
        for (name, event) in &events().by_name {
            let meaning = event.meaning;
            assert!(meaning.len() > 15 && meaning.len() < 160 && meaning.ends_with('.'), "{name}: {meaning}");
            assert!(seen.insert(meaning.to_lowercase()), "{name} means what another event means: {meaning}");
            assert!(!meaning.trim_end_matches('.').eq_ignore_ascii_case(event.event), "{name} says its event again");
            assert!(meaning != event.category.meaning, "{name} says its category again");
        }
    }

    #[test]
    fn texts_are_split_only_where_an_event_begins() {
        assert_eq!(
            split("Request ended abnormally: response code 4xx, WAF Match: WAF matched the transaction"),
            ["Request ended abnormally: response code 4xx", "WAF Match: WAF matched the transaction"]
        );
        assert_eq!(
            split("SIP Proxy Profile Timeout: connection idle timeout occurred, closing the connection"),
            ["SIP Proxy Profile Timeout: connection idle timeout occurred, closing the connection"]
        );
        assert_eq!(
            split("Connection abnormal event: client high rtt, server high rtt, SSL Error: no shared cipher"),
            [
                "Connection abnormal event: client high rtt",
                "Connection abnormal event: server high rtt",
                "SSL Error: no shared cipher"
            ]
        );
        assert_eq!(split("something, else"), ["something, else"]);
        assert_eq!(split(""), [""]);
    }

    #[test]
    fn enums_without_a_text_are_put_into_words() {
        assert_eq!(text_of("ADF_WAF_MATCH"), "WAF Match: WAF matched the transaction");
        assert_eq!(text_of("ADF_OAUTH_INVALID_SCOPE"), "OAuth: invalid scope");
        assert_eq!(text_of("NEWER_THAN_THIS"), "Event: newer than this");
    }
}
