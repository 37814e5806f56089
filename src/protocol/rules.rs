//! What makes a log significant, as far as somebody may choose it.
//!
//! The page keeps it, shows it and sends it as one line, part by part ([`RulesText`]); the engine reads that into [`Rules`].

/// Which HAProxy sessions failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sessions {
    /// By termination state, but for a TCP session that moved data and then fell silent; retried or redispatched.
    #[default]
    Ended,
    /// As HAProxy itself counts them (`option log-separate-errors`): idle time-outs too.
    Raised,
    /// As `halog -e` selects them: HTTP lines by their status alone.
    Halog,
}

/// Thresholds are durations in microseconds; `None`: however long something took, that is no reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    pub sessions: Sessions,
    /// As long as this or longer.
    pub total_time: Option<i64>,
    pub app_response: Option<i64>,
    /// Longer than this.
    pub client_rtt: Option<i64>,
    pub server_rtt: Option<i64>,
    pub excluded: Codes,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            sessions: Sessions::Ended,
            total_time: Some(5_000_000),
            app_response: None,
            client_rtt: Some(1_000_000),
            server_rtt: Some(500_000),
            excluded: Codes::default(),
        }
    }
}

/// Rules as a line: sessions (0, 1, 2), the four times in microseconds, and codes, with `;` between them.
pub struct RulesText;

impl RulesText {
    pub const SESSIONS: usize = 0;
    pub const TOTAL_TIME: usize = 1;
    pub const APP_RESPONSE: usize = 2;
    pub const CLIENT_RTT: usize = 3;
    pub const SERVER_RTT: usize = 4;
    pub const EXCLUDED: usize = 5;

    /// Rules that have a name, the first being those of the start.
    pub const PRESETS: [(&str, &str); 3] =
        [("Avi", "0;5000000;;1000000;500000;"), ("HAProxy's own", "1;;;;;-1, 4xx"), ("halog", "2;;;;;4xx")];

    pub fn part(line: &str, part: usize) -> &str {
        line.split(';').nth(part).unwrap_or_default()
    }

    /// The line with another part.
    pub fn with(line: &str, part: usize, text: &str) -> String {
        let mut parts: Vec<&str> = line.split(';').collect();
        if let Some(old) = parts.get_mut(part) {
            *old = text;
        }
        parts.join(";")
    }

    /// Codes as they were typed, as they are written: `404, 4xx, -1`. `None` where something is neither code nor class.
    pub fn codes(typed: &str) -> Option<String> {
        let words = || typed.split([',', ' ']).filter(|word| !word.is_empty());
        words().all(|word| range(word).is_some()).then(|| words().collect::<Vec<_>>().join(", "))
    }
}

impl Rules {
    /// Of a line; `None` where it is none.
    pub fn from_text(line: &str) -> Option<Self> {
        let mut parts = line.split(';');
        let sessions = match parts.next()? {
            "0" => Sessions::Ended,
            "1" => Sessions::Raised,
            "2" => Sessions::Halog,
            _ => return None,
        };
        let mut times = [None; 4];
        for time in &mut times {
            *time = match parts.next()? {
                "" => None,
                time => Some(time.parse().ok().filter(|time| *time > 0)?),
            };
        }
        let [total_time, app_response, client_rtt, server_rtt] = times;
        let excluded = Codes::from_text(parts.next()?)?;
        Some(Self { sessions, total_time, app_response, client_rtt, server_rtt, excluded })
    }

    pub fn to_text(&self) -> String {
        let time = |time: Option<i64>| time.map_or(String::new(), |time| time.to_string());
        let times = [self.total_time, self.app_response, self.client_rtt, self.server_rtt].map(time).join(";");
        let codes = self.excluded.0.iter().map(|(low, high)| match low == high {
            true => low.to_string(),
            false => format!("{}xx", low / 100),
        });
        format!("{};{times};{}", self.sessions as u8, codes.collect::<Vec<_>>().join(", "))
    }
}

/// Response codes, as closed ranges. -1 is HAProxy's for "none was sent".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codes(Vec<(i16, i16)>);

impl Codes {
    pub fn has(&self, code: i64) -> bool {
        self.0.iter().any(|(low, high)| (i64::from(*low)..=i64::from(*high)).contains(&code))
    }

    /// `None` where something is neither a code nor a class.
    pub fn from_text(text: &str) -> Option<Self> {
        text.split([',', ' ']).filter(|word| !word.is_empty()).map(range).collect::<Option<_>>().map(Codes)
    }
}

/// `404`, `4xx`, `-1`
fn range(word: &str) -> Option<(i16, i16)> {
    let number = |digits: &[u8]| digits.iter().fold(0, |number, digit| number * 10 + i16::from(digit - b'0'));
    match word.as_bytes() {
        b"-1" => Some((-1, -1)),
        [class @ b'1'..=b'5', b'x' | b'X', b'x' | b'X'] => {
            Some((number(&[*class]) * 100, number(&[*class]) * 100 + 99))
        }
        code @ [b'1'..=b'9', b'0'..=b'9', b'0'..=b'9'] => Some((number(code), number(code))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Codes {
        Codes::from_text(text).unwrap()
    }

    #[test]
    fn rules_survive_being_kept() {
        assert_eq!(RulesText::PRESETS[0].1, Rules::default().to_text());
        let mut rules: Vec<Rules> =
            RulesText::PRESETS.iter().map(|(_, line)| Rules::from_text(line).unwrap()).collect();
        rules.push(Rules { app_response: Some(1), excluded: codes("404, 5XX -1,200"), ..Rules::default() });
        for rules in rules {
            assert_eq!(Rules::from_text(&rules.to_text()), Some(rules));
        }
        for bad in ["", "0", "3;1;1;1;1;", "0;x;;;;", "0;-5;;;;", "0;;;;;40", "0;;;;"] {
            assert_eq!(Rules::from_text(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_line_is_changed_part_by_part() {
        let line = RulesText::with(RulesText::PRESETS[0].1, RulesText::APP_RESPONSE, "7000");
        let line = RulesText::with(&line, RulesText::EXCLUDED, &RulesText::codes(" 404,5xx").unwrap());
        let line = RulesText::with(&line, RulesText::CLIENT_RTT, "");
        let line = RulesText::with(&line, RulesText::SESSIONS, "1");
        let rules = Rules::from_text(&line).unwrap();
        assert_eq!((rules.app_response, rules.client_rtt, rules.sessions), (Some(7000), None, Sessions::Raised));
        assert_eq!((rules.server_rtt, rules.total_time), (Some(500_000), Some(5_000_000)));
        assert_eq!(rules.excluded, codes("404 5xx"));
        assert_eq!(RulesText::part(&line, RulesText::EXCLUDED), "404, 5xx");
        assert_eq!(RulesText::part("", RulesText::TOTAL_TIME), "");
    }

    #[test]
    fn codes_are_numbers_classes_and_no_answer() {
        assert_eq!(RulesText::codes(" 404,5xx  -1, ").unwrap(), "404, 5xx, -1");
        let found = codes("404,5xx,-1");
        let all = [-1, 0, 400, 403, 404, 405, 499, 500, 599, 600, 1 << 40];
        assert_eq!(all.into_iter().filter(|code| found.has(*code)).collect::<Vec<_>>(), [-1, 404, 500, 599]);
        for bad in ["40", "4x", "xx", "6xx", "0xx", "abc", "404;405", "-2", "1000", "äxx", "404-410", "099"] {
            assert_eq!((RulesText::codes(bad), Codes::from_text(bad)), (None, None), "{bad}");
        }
    }
}
