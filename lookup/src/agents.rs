//! Browser, operating system and device of a `User-Agent` header, in the words of Avi's logs: "Chrome", "Windows 10", "Computer".
//!
//! Patterns: https://github.com/ua-parser/uap-core (`data/agents.yaml`, Apache-2.0).

use std::sync::LazyLock;
use ua_parser::{Extractor, Regexes};

/// Avi's word for what nobody knows.
const UNKNOWN: &[u8] = b"Unrecognized";

/// Takes a tenth of a second and some megabytes: not before the first header.
static AGENTS: LazyLock<Option<Extractor<'static>>> = LazyLock::new(|| {
    let patterns: Regexes<'static> =
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/agents.json"))).ok()?;
    Extractor::try_from(patterns).ok()
});

/// Browser, operating system and device.
pub fn agent(header: &[u8]) -> [Vec<u8>; 3] {
    let header = String::from_utf8_lossy(header);
    let Some(agents) = &*AGENTS else { return [const { Vec::new() }; 3] };
    let (browser, system, _) = agents.extract(&header);
    let browser = browser.map_or(UNKNOWN.to_vec(), |browser| browser.family.into_owned().into_bytes());
    let system = system.map_or(UNKNOWN.to_vec(), |system| {
        // Versions of Windows go by their own names; of the others only the family counts.
        match (&*system.os, system.major) {
            ("Windows", Some(version)) => format!("Windows {version}").into_bytes(),
            (family, _) => family.as_bytes().to_vec(),
        }
    });
    let device = device(&header, &system, &browser).to_vec();
    [browser, system, device]
}

/// By system, and by the words that all browsers of phones and tablets agree on.
fn device(header: &str, system: &[u8], browser: &[u8]) -> &'static [u8] {
    let says = |word: &str| header.contains(word);
    let is_robot = ["bot", "spider", "crawl"].iter().any(|word| {
        let name = String::from_utf8_lossy(browser).to_ascii_lowercase();
        name.contains(word) || header.to_ascii_lowercase().contains(&format!("{word}/"))
    });
    if is_robot {
        b"Robot"
    // A phone says "Mobile Safari/537.36" at the end, which HAProxy cuts off where few bytes are captured.
    } else if says("iPad") || says("Tablet") || (says("Android") && says("Safari/") && !says("Mobile")) {
        b"Tablet"
    } else if says("iPhone") || says("iPod") || says("Mobi") {
        b"Mobile"
    } else if system != UNKNOWN && !system.starts_with(b"Android") {
        b"Computer"
    } else {
        UNKNOWN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_have_a_browser_a_system_and_a_device() {
        let cases = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
                ["Chrome", "Windows 10", "Computer"],
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
                ["Mobile Safari", "iOS", "Mobile"],
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
                ["Safari", "Mac OS X", "Computer"],
            ),
            (
                "Mozilla/5.0 (Linux; Android 13; SM-X906C) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/112.0.0.0 Safari/537.36",
                ["Chrome", "Android", "Tablet"],
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
                ["Firefox", "Linux", "Computer"],
            ),
            (
                "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                ["Googlebot", "Unrecognized", "Robot"],
            ),
            ("Mozilla/5.0 (Linux; Android 10; K) Apple", ["Android", "Android", "Unrecognized"]),
            ("curl/8.5.0", ["curl", "Unrecognized", "Unrecognized"]),
            ("\u{fffd}\u{202e}<b>", ["Unrecognized", "Unrecognized", "Unrecognized"]),
            ("", ["Unrecognized", "Unrecognized", "Unrecognized"]),
        ];
        for (header, expected) in cases {
            let found = agent(header.as_bytes()).map(|text| String::from_utf8(text).unwrap());
            assert_eq!(found, expected.map(str::to_owned), "{header}");
        }
    }
}
