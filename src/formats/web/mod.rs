//! Access and error logs of Apache, nginx and the many servers that write as they do.
//!
//! ```text
//! 198.51.100.7 - frank [18/Nov/2026:10:22:00 +0100] "GET /a?b=c HTTP/1.1" 200 2326 "https://shop.example/" "Mozilla/5.0 …"
//! [Wed Nov 18 10:22:00.123456 2026] [core:error] [pid 812:tid 139] [client 198.51.100.7:51211] AH00126: Invalid URI …
//! 2026/11/18 10:22:00 [error] 31#31: *1 open() "/srv/favicon.ico" failed (2: No such file or directory), client: 198.51.100.7, …
//! ```
//!
//! HAProxy's common log format and nevisProxy's access log begin like the first line: such lines are left to them.

mod access;
mod error;
mod head;
mod learn;
mod names;
mod quoted;
mod shapes;
mod tail;
mod upstream;

use super::{Context, Format, nevisproxy, wrapped};
use crate::record::{Reason, Reject, Row};
pub use learn::{LONE, learn_micros};

/// The family of web servers.
pub struct Web;

/// How far a line is looked at: what stands before the date is shorter.
const LOOK: usize = 4096;

impl Format for Web {
    fn id(&self) -> &'static str {
        "web"
    }

    fn name(&self) -> &'static str {
        "Apache / nginx"
    }

    fn claims(&self, entry: &[u8]) -> bool {
        let look = &entry[..entry.len().min(LOOK)];
        // nevisProxy's access log is Apache's with its ids behind it: then it is the more specific one.
        let ours = |text: &[u8]| access::find(text, 0).is_some() && !nevisproxy::has_ids(entry) || error::claims(text);
        wrapped::holds(look, &ours).unwrap_or_else(|| ours(look))
    }

    fn parse(&self, entry: &[u8], context: &mut Context, row: &mut Row) -> Result<(), Reject> {
        read_entry(entry, context, row, &mut Extras(None))
    }

    fn extras(&self, entry: &[u8]) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let _ = read_entry(entry, &mut Context::new(1970), &mut Row::new(), &mut Extras(Some(&mut found)));
        found
    }

    fn why(&self, layout: &str) -> &'static str {
        match layout {
            "web-common" => "a date in brackets, the request in quotes, status and size",
            "web-combined" => "the common log format with referer and user agent behind it",
            "web-vhost" => "the combined format with the name of the virtual host before the client",
            "web-ssl" => "a date in brackets, client, TLS version and cipher, the request in quotes",
            "web-ingress" => "the combined format with the fields of the Kubernetes ingress controller",
            "web-traefik" => "the combined format with router, server address and milliseconds of Traefik",
            "web-apache-error" => "weekday and date, module and level in brackets",
            "web-nginx-error" => "date with slashes, level in brackets, process and thread",
            _ => "",
        }
    }
}

/// What has no field: gathered for the opened log, else dropped.
struct Extras<'a>(Option<&'a mut Vec<(String, String)>>);

impl Extras<'_> {
    fn add(&mut self, name: &str, value: &[u8]) {
        if let Some(found) = &mut self.0
            && !value.is_empty()
        {
            found.push((name.to_owned(), String::from_utf8_lossy(value).into_owned()));
        }
    }
}

/// Reads a line, or the one that a collector put into JSON.
fn read_entry(entry: &[u8], context: &mut Context, row: &mut Row, extras: &mut Extras) -> Result<(), Reject> {
    let mut line =
        |text: &[u8], begin: usize, context: &mut Context, row: &mut Row| read(text, begin, context, row, extras);
    match wrapped::read(entry, context, row, &mut line) {
        Some(read) => read,
        None => read(entry, 0, context, row, extras),
    }
}

fn read(text: &[u8], begin: usize, context: &mut Context, row: &mut Row, extras: &mut Extras) -> Result<(), Reject> {
    match access::find(text, begin) {
        // An error log may quote a line of the access log.
        Some(date) if !error::claims(&text[begin..date.open]) => {
            // Also after lines of its own: one line is one format, whatever stood before it.
            if nevisproxy::has_ids(text) {
                return Err(Reject::at(Reason::UnknownFormat, 0));
            }
            access::read(text, begin, date, context, row, extras)
        }
        _ => error::read(text, begin, context, row, extras),
    }
}
