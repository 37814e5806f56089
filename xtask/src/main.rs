//! The project's own commands, so that everything a contributor or a build machine does is one line:
//! `cargo xtask serve | test | dist | bench | gen`. `setup` and `inline` are steps of these that can be run alone.

mod args;
mod bench;
mod build;
mod generate;
mod inline;
mod pack;
mod serve;
mod setup;
mod shell;
mod test;

use anyhow::{Result, bail};
use args::Args;

const USAGE: &str = "\
cargo xtask <command>

  serve [--port N]      build the page and serve it on 127.0.0.1
  test                  formatting, clippy, native tests, then the built page in Chromium and Firefox
  dist                  build the page into dist/: index.html to host, hopscope.html to open by double click
  bench [--lines N] [--runs N]
                        time loading, filtering and memory in Chromium beside native tools; rewrites BENCHMARKS.md
  bench --against FILE [--log NAME] [--lines N] [--runs N]
                        load in dist/ and in another hopscope.html by turns; writes nothing
  gen --kind K --lines N --out FILE [--seed S] [--damaged PPM] [--gzip]
                        write a log and what is true of it (FILE.truth.json)
                        K: haproxy-tcp, haproxy-http, avi-l7, combined, paloalto, nproxyop
  gen --samples         rewrite public/samples/
  setup                 install what is missing for the above, and say what
  inline                fold Trunk's output into one HTML file (Trunk calls it)
";

fn main() {
    if let Err(error) = run() {
        eprintln!("error: {error:#}");
        std::process::exit(1);
    }
}

fn run() -> Result<()> {
    let mut args = Args::from_env();
    let command = args.command();
    match command.as_deref() {
        Some("serve") => serve::entry(&mut args),
        Some("test") => test::entry(&mut args),
        Some("dist") => build::entry(&mut args),
        Some("bench") => bench::entry(&mut args),
        Some("gen") => generate::entry(&mut args),
        Some("setup") => setup::entry(&mut args),
        Some("inline") => inline::entry(&mut args),
        Some("help" | "--help" | "-h") | None => {
            print!("{USAGE}");
            Ok(())
        }
        Some(other) => bail!("no command named {other}\n\n{USAGE}"),
    }
}
