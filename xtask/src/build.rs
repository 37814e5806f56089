//! Builds both HTML files into dist/ and tells what they weigh.

use crate::args::Args;
use crate::setup;
use crate::shell::{command, root, run, target};
use anyhow::{Context, Result, bail};
use flate2::{Compression, write::GzEncoder};
use std::fs;
use std::io::Write;
use std::path::Path;

/// Bytes of the page's and the worker's wasm together after gzip. What a visitor loads is about 5 % more: glue, styles, and
/// base64. The goal is less than half of it.
const BUDGET: usize = 900_000;

pub fn entry(args: &mut Args) -> Result<()> {
    args.finish()?;
    dist()?;
    report()
}

/// Installs what is missing and lets Trunk build; Trunk's hook does the rest (`inline`).
pub fn dist() -> Result<()> {
    setup::for_build()?;
    run(command("cargo", &["fetch", "--locked", "--quiet"]))?;
    let mut trunk = command("trunk", &["build", "--release", "--offline"]);
    // Trunk takes any value of NO_COLOR but a boolean for a mistake.
    trunk.env_remove("NO_COLOR");
    run(trunk)
}

fn report() -> Result<()> {
    let dist = root().join("dist");
    println!("{:<22} {:>12} {:>12}", "", "bytes", "gzip");
    let [page, worker] = parts();
    for (name, file) in [
        ("page wasm", page),
        ("worker wasm", worker),
        ("dist/index.html", dist.join("index.html")),
        ("dist/hopscope.html", dist.join("hopscope.html")),
    ] {
        let (raw, zipped) = weigh(&file)?;
        println!("{name:<22} {raw:>12} {zipped:>12}");
    }
    Ok(())
}

fn parts() -> [std::path::PathBuf; 2] {
    ["hopscope_bg.wasm", "hopscope-worker_bg.wasm"].map(|name| target().join("wasm-bindgen/release").join(name))
}

/// Keeps page and worker within their budget.
pub fn check_size() -> Result<()> {
    let mut sum = 0;
    for part in parts() {
        sum += weigh(&part)?.1;
    }
    println!("page and worker are {sum} bytes after gzip, of {BUDGET} at most");
    if sum > BUDGET {
        bail!("page and worker are too large: {sum} bytes after gzip, {BUDGET} at most");
    }
    Ok(())
}

fn weigh(file: &Path) -> Result<(usize, usize)> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok((bytes.len(), gzip(&bytes).len()))
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("writing into memory");
    encoder.finish().expect("writing into memory")
}
