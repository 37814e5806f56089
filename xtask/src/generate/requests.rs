//! What people ask a web site for, with which browser: shared by the HTTP formats.

use super::random::Random;
use super::time::put;

/// A request line's parts, small enough to be kept while the request is in flight.
#[derive(Clone, Copy)]
pub struct Ask {
    pub method: &'static str,
    page: u8,
    number: u32,
    pub agent: u8,
}

/// Method, path, and what takes the place of `#` in it; how often, out of a thousand.
type Page = (u32, &'static str, &'static str);

pub const WEB: &[Page] = &[
    (200, "GET", "/"),
    (120, "GET", "/products?page=#"),
    (180, "GET", "/products/#"),
    (60, "GET", "/search?q=cable+#m&sort=price"),
    (40, "POST", "/cart/items"),
    (30, "GET", "/checkout"),
    (20, "POST", "/checkout/pay"),
    (30, "GET", "/account/orders/#"),
    (8, "GET", "/wp-login.php"),
    (4, "GET", "/.env"),
];
pub const API: &[Page] = &[
    (300, "GET", "/api/v1/orders/#"),
    (200, "GET", "/api/v1/stock?sku=#"),
    (120, "POST", "/api/v1/orders"),
    (60, "PUT", "/api/v1/orders/#/lines"),
    (40, "DELETE", "/api/v1/carts/#"),
    (90, "GET", "/api/v1/prices?list=retail&since=#"),
    (30, "GET", "/api/v1/health"),
];
pub const STATIC: &[Page] = &[
    (200, "GET", "/static/app.#.js"),
    (200, "GET", "/static/app.#.css"),
    (300, "GET", "/img/products/#.webp"),
    (40, "GET", "/favicon.ico"),
    (10, "HEAD", "/img/products/#.webp"),
];
pub const LOGIN: &[Page] =
    &[(40, "GET", "/login"), (40, "POST", "/login"), (20, "POST", "/token/refresh"), (5, "GET", "/logout")];
pub const REPORTS: &[Page] = &[(20, "GET", "/reports/daily?day=#"), (20, "GET", "/reports/export.csv?from=#")];

pub struct Agent {
    pub text: &'static str,
    pub device: &'static str,
    pub browser: &'static str,
    pub system: &'static str,
}

const fn agent(device: &'static str, browser: &'static str, system: &'static str, text: &'static str) -> Agent {
    Agent { text, device, browser, system }
}

pub const AGENTS: &[Agent] = &[
    agent(
        "Computer",
        "Chrome",
        "Windows 10",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    ),
    agent(
        "Mobile",
        "Safari",
        "iOS",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    ),
    agent("Computer", "Firefox", "Linux", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    agent(
        "Mobile",
        "Chrome",
        "Android",
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
    ),
    agent(
        "Computer",
        "Edge",
        "Windows 10",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
    ),
    agent(
        "Computer",
        "Safari",
        "Mac OS X",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    ),
    agent("Unrecognized", "curl", "Unrecognized", "curl/8.5.0"),
    agent(
        "Bot",
        "Googlebot",
        "Unrecognized",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    ),
];

pub fn draw(random: &mut Random, pages: &[Page]) -> Ask {
    let mut rest = random.below(pages.iter().map(|(weight, _, _)| u64::from(*weight)).sum()) as u32;
    let mut page = 0;
    while rest >= pages[page].0 {
        rest -= pages[page].0;
        page += 1;
    }
    // The lower of two, so that low numbers are asked for more often.
    let number = random.below(9000).min(random.below(9000)) as u32 + 1000;
    let agent = random.weighted(&[(34, 0), (22, 1), (9, 2), (17, 3), (8, 4), (6, 5), (2, 6), (2, 7)]);
    Ask { method: pages[page].1, page: page as u8, number, agent }
}

impl Ask {
    pub fn agent(&self) -> &'static Agent {
        &AGENTS[usize::from(self.agent)]
    }

    pub fn write_uri(&self, pages: &[Page], line: &mut Vec<u8>) {
        let (path, query) = self.uri(pages);
        line.extend(path.as_bytes());
        if !query.is_empty() {
            line.push(b'?');
            line.extend(query.as_bytes());
        }
    }

    /// Path and query.
    pub fn uri(&self, pages: &[Page]) -> (String, String) {
        let mut text = Vec::new();
        let mut pieces = pages[usize::from(self.page)].2.split('#');
        text.extend(pieces.next().unwrap_or_default().as_bytes());
        for piece in pieces {
            put(&mut text, format_args!("{}{piece}", self.number));
        }
        let text = String::from_utf8(text).expect("pages are text");
        let (path, query) = text.split_once('?').unwrap_or((&text, ""));
        (path.to_owned(), query.to_owned())
    }
}
