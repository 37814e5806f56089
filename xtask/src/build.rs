//! Builds both HTML files into dist/ and tells what they weigh.

use crate::args::Args;
use crate::shell::{command, root, run};
use crate::{inline, setup};
use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;
use flate2::{Compression, write::GzEncoder};
use std::fs;
use std::io::Write;

/// Bytes of the wasm of page and workers after gzip: what is unpacked and compiled before the page can be used.
/// Beside it the page holds glue, styles, samples, and the lookup, which has to be smaller than this for itself. The goal is
/// less than half of it.
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
    let file = root().join("dist/index.html");
    let html = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    println!("{:<22} {:>12} {:>12}", "", "bytes", "gzip");
    for (name, packed) in ["page and worker wasm", "lookup wasm, on use"].into_iter().zip(parts()?) {
        let raw = std::io::copy(&mut GzDecoder::new(&packed[..]), &mut std::io::sink())?;
        println!("{name:<22} {raw:>12} {:>12}", packed.len());
    }
    let mut zipped = GzEncoder::new(Vec::new(), Compression::best());
    zipped.write_all(&html)?;
    println!("{:<22} {:>12} {:>12}", "dist/index.html", html.len(), zipped.finish()?.len());
    Ok(())
}

/// The wasm of page and workers, and of the lookup, as they stand in the built page.
fn parts() -> Result<[Vec<u8>; 2]> {
    let file = root().join("dist/index.html");
    inline::packed_in(&fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?)
}

/// Keeps page and workers within their budget.
pub fn check_size() -> Result<()> {
    let [program, lookup] = parts()?.map(|part| part.len());
    println!("what is unpacked when something is looked up: {lookup} bytes after gzip");
    println!("page and workers are {program} bytes after gzip, of {BUDGET} at most");
    if program > BUDGET {
        bail!("page and workers are too large: {program} bytes after gzip, {BUDGET} at most");
    }
    if lookup > BUDGET {
        bail!("the lookup is too large: {lookup} bytes after gzip, {BUDGET} at most");
    }
    Ok(())
}
