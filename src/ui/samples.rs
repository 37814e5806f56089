//! Sample logs, made for this project and part of the page.

use super::state::App;

const SAMPLES: [(&str, &[u8]); 6] = [
    ("haproxy-tcp.log", include_bytes!("../../public/samples/haproxy-tcp.log")),
    ("haproxy-http.log", include_bytes!("../../public/samples/haproxy-http.log")),
    ("avi-l7.jsonl", include_bytes!("../../public/samples/avi-l7.jsonl")),
    ("access.log", include_bytes!("../../public/samples/access.log")),
    ("navajo.log", include_bytes!("../../public/samples/navajo.log")),
    ("paloalto-traffic.log", include_bytes!("../../public/samples/paloalto-traffic.log")),
];

impl App {
    pub fn open_samples(&self) {
        let files =
            SAMPLES.iter().filter_map(|(name, bytes)| Some(((*name).to_owned(), super::open::file(name, bytes)?)));
        self.open(files.collect());
    }
}
