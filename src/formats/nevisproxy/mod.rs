//! nevisProxy: the trace log (`navajo.log`) and the Apache access log that carries its ids.
//!
//! A trace line is a header and a message. Any group writes free text; three write what a request did: NavajoOp where it
//! was in the proxy, IsiwebOp what backends were asked, NProxyOp all of it on one line:
//!
//! ```text
//! 2026 11 18 09:14:02.935 isi3web NProxyOp 22037.139733629540096.01000000-5615-7f0100-19a966acd46-00000005 6-INFO : \
//!     reqF="GET /htt/ HTTP/1.1" reqDecF=<NULL> ipF=::1 sCF=200 bSF=199 dTF=110 reqB="GET /htt/ HTTP/1.1" adrB=be.example:443 \
//!     ipB=192.0.2.1 sCB=200 dTB=103 dTcB=0 dTsB=1 dTr1B=102 dTr2B=0 dTFrs=1 invS=/htt/* (LuaFilter) >Shop cR=1 usrID=<NULL> …
//! ```
//!
//! The transaction id ties the lines of one request together. The summary is the request; all other lines are traces.

mod access;
mod continues;
mod header;
mod id;
mod keys;
mod learn;
mod message;
mod request;

use super::{Context, Format};
use crate::record::{Reject, Row};
pub use continues::{LOOK, REACH, begins, continues};
use header::Header;
use keys::{Key, Pairs};
pub use learn::{Learnt, learn};

/// The family of nevisProxy's logs.
pub struct NevisProxy;

impl Format for NevisProxy {
    fn id(&self) -> &'static str {
        "nevisproxy"
    }

    fn name(&self) -> &'static str {
        "nevisProxy"
    }

    fn claims(&self, entry: &[u8]) -> bool {
        header::has_level(entry) && Header::find(first_line(entry)).is_some() || access::claims(entry)
    }

    fn parse(&self, entry: &[u8], context: &mut Context, row: &mut Row) -> Result<(), Reject> {
        let line = first_line(entry);
        let Some(header) = Header::find(line) else { return access::read(line, context, row) };
        let time = header.set(line, context, row);
        message::read(&header, line, time, context, row);
        Ok(())
    }

    fn extras(&self, entry: &[u8]) -> Vec<(String, String)> {
        let line = first_line(entry);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let from = Header::find(line).map_or(0, |header| header.message);
        let shown =
            Pairs::new(line, from).filter(|pair| matches!(pair.key, Key::ParsedUri | Key::Chain | Key::RequestBack));
        let mut extras: Vec<_> = shown
            .filter(|pair| !keys::is_absent(pair.value.of(line)))
            .map(|pair| (text(pair.name.of(line)), text(pair.value.of(line))))
            .collect();
        if line.len() < entry.len() {
            extras.push(("further lines".to_owned(), text(entry[line.len()..].trim_ascii())));
        }
        extras
    }

    fn why(&self, layout: &str) -> &'static str {
        match layout {
            message::SUMMARY => "a trace line of group NProxyOp: a request from end to end",
            message::REQUEST => "a trace line of group NavajoOp: a request came or was answered",
            message::BACKEND => "a trace line of group IsiwebOp: a backend was called or answered",
            message::TRACE => "stamp, program, trace group, process and thread, level, message",
            "nevisproxy-access" => "an access log of Apache with the id of the transaction or session at its end",
            _ => "",
        }
    }
}

/// True where an access log has nevisProxy's ids at its end: then it is not a plain one, whatever stood before it.
pub fn has_ids(line: &[u8]) -> bool {
    access::has_ids(line)
}

/// The line with the header; the lines after it belong to its message.
fn first_line(entry: &[u8]) -> &[u8] {
    let line = memchr::memchr(b'\n', entry).map_or(entry, |end| &entry[..end]);
    line.strip_suffix(b"\r").unwrap_or(line)
}
