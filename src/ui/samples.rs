//! Sample logs, made for this project and part of the page.

use super::state::App;
use crate::protocol::ToHub;

const SAMPLES: [(&str, &[u8]); 6] = [
    ("haproxy-tcp.log", include_bytes!("../../public/samples/haproxy-tcp.log")),
    ("haproxy-http.log", include_bytes!("../../public/samples/haproxy-http.log")),
    ("avi-l7.jsonl", include_bytes!("../../public/samples/avi-l7.jsonl")),
    ("access.log", include_bytes!("../../public/samples/access.log")),
    ("navajo.log", include_bytes!("../../public/samples/navajo.log")),
    ("paloalto-traffic.log", include_bytes!("../../public/samples/paloalto-traffic.log")),
];

/// Bytes of each sample in a rehearsal, by repeating it.
const REHEARSED: usize = 2 << 20;

impl App {
    /// Has the workers read the samples unseen, so that the browser has compiled what reads logs when some are dropped.
    pub(super) fn rehearse(&self) {
        let long = |(name, bytes): &(&str, &[u8])| {
            let part = js_sys::Uint8Array::from(*bytes);
            let parts: js_sys::Array = (0..REHEARSED / bytes.len()).map(|_| &part).collect();
            web_sys::File::new_with_u8_array_sequence(&parts, name).ok()
        };
        if !self.is_empty() {
            return;
        }
        self.client().send(ToHub::Rehearse, SAMPLES.iter().filter_map(long).collect());
    }

    pub fn open_samples(&self) {
        let files =
            SAMPLES.iter().filter_map(|(name, bytes)| Some(((*name).to_owned(), super::open::file(name, bytes)?)));
        self.open(files.collect());
    }
}
