//! Any text as a HAProxy log-format, up to its last line, and that line as a log of it.

#![no_main]

use hopscope::formats::haproxy::custom::CustomFormat;
use hopscope::formats::{Context, parse_entry};
use hopscope::record::Row;
use libfuzzer_sys::fuzz_target;
use std::rc::Rc;

fuzz_target!(|bytes: &[u8]| {
    let end = bytes.iter().rposition(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (Ok(directive), line) = (str::from_utf8(&bytes[..end]), &bytes[bytes.len().min(end + 1)..]) else { return };
    match CustomFormat::with_captures(directive, "Host|X-Tenant", "") {
        Err(error) => assert!(error.at <= directive.len()),
        Ok(custom) => {
            assert!(custom.miss(line).is_none_or(|miss| miss.at <= line.len()));
            custom.extras(line);
            let mut context = Context { custom: Some(Rc::new(custom)), ..Context::new(2026) };
            let _ = parse_entry(line, &mut None, &mut context, &mut Row::new());
        }
    }
});
