//! Folds what Trunk built into one HTML file that asks for nothing: style sheets as text, the glue as an inline
//! module, which is the workers' script as well, wasm modules and sample logs as base64 of gzip. The same file is what is hosted
//! (dist/index.html) and what is opened by double click (dist/hopscope.html), so both behave alike and stand under the
//! same policy. Trunk calls this as its `post_build` hook, so `trunk build` and `trunk serve` give the same page.
//!
//! Why one file: from file:// a browser loads no module script, no worker and no wasm by URL; and a worker that was loaded
//! by URL would not stand under the page's meta policy, while one made from a blob does.

use crate::args::Args;
use crate::pack;
use crate::shell::{command, root, run};
use anyhow::{Context, Result, bail};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The policy but for the hash of the page's own script. Workers are blobs and inherit it; nothing may be fetched from
/// anywhere, by anyone. Styles are inline because components set positions and sizes on elements.
const POLICY: &[&str] = &[
    "default-src 'none'",
    "script-src 'wasm-unsafe-eval' HASH",
    "worker-src blob:",
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "object-src 'none'",
];

/// What stands in the page and so need not lie beside it.
const SAMPLES: &str = "samples";

/// How page and workers ask the lookup.
const LOOKUP_JS: &str = include_str!("../boot/lookup.js");

/// The elements that hold the wasm of page and workers, and of the lookup.
const WASM: [&str; 2] = ["program-wasm", "lookup-wasm"];

struct Parts {
    /// index.html of the checkout, with its links for Trunk.
    template: String,
    version: String,
    /// What wasm-bindgen made for `no-modules`: a worker has to be a classic script.
    glue: String,
    wasm: Vec<u8>,
    /// Unpacked when something is looked up.
    lookup_wasm: Vec<u8>,
    /// Name and bytes.
    samples: Vec<(String, Vec<u8>)>,
}

pub fn entry(args: &mut Args) -> Result<()> {
    args.finish()?;
    let staging = std::env::var_os("TRUNK_STAGING_DIR").context("Trunk runs this; run `cargo xtask dist` instead")?;
    let staging = PathBuf::from(staging);
    let text = |file: &Path| fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()));
    let bytes = |file: &Path| fs::read(file).with_context(|| format!("cannot read {}", file.display()));
    let manifest = text(&root().join("Cargo.toml"))?;
    let mut parts = Parts {
        template: text(&root().join("index.html"))?,
        version: manifest
            .split("\nversion = \"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap_or("0")
            .to_owned(),
        glue: text(&staging.join("hopscope.js"))?,
        wasm: bytes(&staging.join("hopscope_bg.wasm"))?,
        lookup_wasm: bytes(&build_lookup()?)?,
        samples: samples(&root().join("public").join(SAMPLES))?,
    };
    // A build for trying something out is to be there soon, and its names are read.
    let quick = std::env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "debug");
    if !quick {
        (parts.glue, parts.wasm) = pack::shorten(&parts.glue, &parts.wasm)?;
    }
    let pack = if quick { gzip } else { pack::pack };
    let html = assemble(&parts, pack, |css| text(&root().join(css)))?;
    // Nothing that Trunk left is needed any more.
    fs::remove_dir_all(&staging)?;
    fs::create_dir_all(&staging)?;
    copy_public(&root().join("public"), &staging)?;
    fs::write(staging.join("index.html"), &html)?;
    fs::write(staging.join("hopscope.html"), &html)?;
    Ok(())
}

fn assemble(
    parts: &Parts,
    pack: fn(&[u8]) -> Result<Vec<u8>>,
    read_css: impl Fn(&str) -> Result<String>,
) -> Result<String> {
    let (lines, css) = template_lines(&parts.template, read_css)?;
    let build = build_id(parts, &css);
    let script = in_script(&script(parts, &build)?);

    let mut html = String::new();
    for line in lines {
        match line.as_str() {
            "<!-- policy -->" => html += &policy(&script),
            "<!-- boot -->" => {
                // The patient compressor takes its time.
                let packed = std::thread::scope(|scope| {
                    let wasm = [&parts.wasm, &parts.lookup_wasm];
                    let packing = wasm.map(|wasm| scope.spawn(move || pack(wasm)));
                    packing.map(|packing| packing.join().expect("packing does not panic"))
                });
                for (id, wasm) in WASM.into_iter().zip(packed) {
                    html += &format!("{}{}</script>\n", holder(id), BASE64.encode(wasm?));
                }
                for (name, text) in &parts.samples {
                    let id = format!("sample-{name}");
                    html += &format!("{}{}</script>\n", holder(&id), BASE64.encode(gzip(text)?));
                }
                html += &format!("<script type=\"module\" id=\"script\">{script}</script>\n");
            }
            other => {
                html += other;
                html.push('\n');
            }
        }
    }
    for (what, name) in [("Content-Security-Policy", "policy"), ("type=\"module\"", "boot")] {
        if !html.contains(what) {
            bail!("index.html has no line <!-- {name} -->");
        }
    }
    Ok(html)
}

/// The template's lines with style sheets in place and Trunk's other links and plain comments gone; and all the CSS.
fn template_lines(template: &str, read_css: impl Fn(&str) -> Result<String>) -> Result<(Vec<String>, String)> {
    let (mut lines, mut all_css) = (Vec::new(), String::new());
    for line in template.lines().map(str::trim) {
        let is_mark = matches!(line, "<!-- policy -->" | "<!-- boot -->");
        if !is_mark && line.starts_with("<!--") && line.ends_with("-->") {
            continue;
        }
        if !line.contains("data-trunk") {
            lines.push(line.to_owned());
            continue;
        }
        if line.contains("rel=\"css\"") {
            let href = line.split("href=\"").nth(1).and_then(|rest| rest.split('"').next());
            let href = href.with_context(|| format!("no href in {line}"))?;
            let css = read_css(href)?;
            check_css(&css).with_context(|| href.to_owned())?;
            lines.push(format!("<style>\n{}\n</style>", css.trim()));
            all_css += &css;
        }
    }
    Ok((lines, all_css))
}

/// A style sheet may not need anything that the policy refuses.
fn check_css(css: &str) -> Result<()> {
    if css.contains("</style") || css.contains("@import") {
        bail!("a style sheet may hold neither </style nor @import; link each file in index.html");
    }
    for rest in css.split("url(").skip(1) {
        let target = rest.trim_start_matches(['"', '\'', ' ']);
        if !target.starts_with("data:") && !target.starts_with('#') {
            bail!(
                "url({} would be fetched, and the page's policy refuses that; use a data: URL",
                &target[..target.len().min(40)]
            );
        }
    }
    Ok(())
}

/// Glue and boot: the script of the page, and of every worker.
fn script(parts: &Parts, build: &str) -> Result<String> {
    let glue = &parts.glue;
    if !glue.contains("let wasm_bindgen") {
        bail!("the glue does not define wasm_bindgen; was it made for `no-modules`?");
    }
    let page = include_str!("../boot/page.js").replace("\"HOPSCOPE_BUILD\"", &format!("\"{build}\""));
    let worker = include_str!("../boot/worker.js");
    Ok(format!("{glue}\n{LOOKUP_JS}\nif (globalThis.document)\n{page}\nelse\n{worker}"))
}

/// Version and a hash of all that is inlined: the same sources give the same build.
fn build_id(parts: &Parts, css: &str) -> String {
    let mut hash = Sha256::new();
    for part in [&parts.template, css, &parts.glue] {
        hash.update(part);
    }
    hash.update(&parts.wasm);
    hash.update(&parts.lookup_wasm);
    parts.samples.iter().for_each(|(_, text)| hash.update(text));
    let hex: String = hash.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("{}+{hex}", parts.version)
}

fn policy(script: &str) -> String {
    let hash = format!("'sha256-{}'", BASE64.encode(Sha256::digest(script)));
    let policy = POLICY.join("; ").replace("HASH", &hash);
    format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\" />\n")
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn holder(id: &str) -> String {
    format!("<script type=\"text/plain\" id=\"{id}\">")
}

/// The wasm of page and workers, and of the lookup, in a built page, as they are after gzip.
pub fn packed_in(html: &str) -> Result<[Vec<u8>; 2]> {
    let [program, lookup] = WASM.map(|id| {
        let text = html.split_once(&holder(id)).and_then(|(_, rest)| rest.split('<').next());
        BASE64.decode(text.with_context(|| format!("the page has no {id}"))?).context("wasm is held as base64")
    });
    Ok([program?, lookup?])
}

/// Compiles what Trunk does not know of: a program without glue, in a package of its own. Gives its file.
fn build_lookup() -> Result<PathBuf> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let mut build = command("cargo", &["build", "--release", "--locked", "--offline", "--target", TARGET]);
    build.args(["--package", "hopscope-lookup", "--features", "whole"]);
    run(build)?;
    let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(folder.join(TARGET).join("release/hopscope_lookup.wasm"))
}

/// The sample logs by name.
fn samples(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut samples = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        samples.push((entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?));
    }
    samples.sort();
    Ok(samples)
}

/// Script text that does not end its element early. Both spellings mean the same in the strings, templates and regular
/// expressions of JavaScript, the only places where they occur.
fn in_script(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at + 1);
        safe += before;
        let ends = tag.get(..7).is_some_and(|name| name.eq_ignore_ascii_case("/script"));
        if ends || tag.starts_with("!--") {
            safe.push('\\');
        }
        rest = tag;
    }
    safe + rest
}

fn copy_public(from: &Path, to: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(from) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            if entry.file_name() != SAMPLES {
                fs::create_dir_all(&target)?;
                copy_public(&entry.path(), &target)?;
            }
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read;

    fn parts() -> Parts {
        Parts {
            template: include_str!("../../index.html").to_owned(),
            version: "1.2.3".to_owned(),
            glue: "let wasm_bindgen = (function() { return '<!-- </SCRIPT> </script>'; })();".to_owned(),
            wasm: vec![1; 1000],
            lookup_wasm: vec![2; 1000],
            samples: vec![("a.log".to_owned(), b"a </script> line".to_vec())],
        }
    }

    fn html() -> String {
        assemble(&parts(), gzip, |_| Ok("p { color: red }".to_owned())).unwrap()
    }

    fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
        let after = text.split_once(start).unwrap_or_else(|| panic!("{start} is missing")).1;
        after.split_once(end).unwrap_or_else(|| panic!("{end} is missing")).0
    }

    #[test]
    fn policy_is_first_and_names_exactly_the_script_that_runs() {
        let html = html();
        assert!(
            html.starts_with(
                "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta http-equiv=\"Content-Security-Policy\""
            )
        );
        let script = between(&html, "<script type=\"module\" id=\"script\">", "</script>");
        let hash = BASE64.encode(Sha256::digest(script));
        assert_eq!(between(&html, "script-src ", ";"), format!("'wasm-unsafe-eval' 'sha256-{hash}'"));
        assert_eq!(html.matches("<script").count(), 4, "one that runs and three that only hold text");
        assert_eq!(html.matches("<script type=\"text/plain\"").count(), 3);
    }

    #[test]
    fn encoding_is_told_where_browsers_look_for_it() {
        let html = html();
        assert!(html.find("<meta charset").unwrap() < 1000);
    }

    #[test]
    fn nothing_is_asked_of_a_server() {
        let html = html();
        for mark in ["data-trunk", " src=\"", "href=\"/", "href=\"http", "@import"] {
            assert!(!html.contains(mark), "{mark}");
        }
    }

    #[test]
    fn wasm_comes_back_as_it_was() {
        let html = html();
        for (packed, expected) in packed_in(&html).unwrap().iter().zip([parts().wasm, parts().lookup_wasm]) {
            let mut wasm = Vec::new();
            GzDecoder::new(&packed[..]).read_to_end(&mut wasm).unwrap();
            assert_eq!(wasm, expected);
        }
    }

    #[test]
    fn script_text_cannot_end_its_element() {
        let html = html();
        assert!(html.contains(r"return '<\!-- <\/SCRIPT> <\/script>';"));
        assert_eq!(in_script("a < b <"), "a < b <");
        assert_eq!(in_script("<é/script"), "<é/script");
    }

    #[test]
    fn page_and_workers_have_one_script() {
        let html = html();
        assert!(html.contains("build: \"1.2.3+"));
        assert_eq!(html.matches("wasm_bindgen({ module_or_path:").count(), 2, "the page's call and the workers'");
        let mut other = parts();
        other.glue = "export default start;\n".to_owned();
        assert!(script(&other, "b").unwrap_err().to_string().contains("no-modules"));
    }

    #[test]
    fn style_sheets_keep_their_order_and_may_not_fetch() {
        let mut with = parts();
        with.template = "<head>\n<!-- policy -->\n<link data-trunk rel=\"css\" href=\"style/a.css\" />\n<link data-trunk rel=\"css\" href=\"style/b.css\" />\n<!-- boot -->".to_owned();
        let html = assemble(&with, gzip, |href| Ok(format!("/* {href} */"))).unwrap();
        assert!(html.contains("<style>\n/* style/a.css */\n</style>\n<style>\n/* style/b.css */\n</style>"));
        assert!(assemble(&with, gzip, |_| Ok("p { background: url(x.png) }".to_owned())).is_err());
        assert!(assemble(&with, gzip, |_| Ok("p { background: url(\"data:,\") }".to_owned())).is_ok());
        assert!(assemble(&with, gzip, |_| Ok("@import 'x.css';".to_owned())).is_err());
    }

    #[test]
    fn build_changes_with_its_parts_and_only_then() {
        let id = build_id(&parts(), "");
        assert_eq!(id, build_id(&parts(), ""));
        let mut other = parts();
        other.wasm.push(0);
        assert_ne!(id, build_id(&other, ""));
    }
}
