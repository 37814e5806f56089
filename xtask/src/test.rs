//! Everything that has to hold before a change lands, in the order in which it fails fastest. All steps run even when one
//! fails, so that one run tells everything; the run as a whole then fails.

use crate::args::Args;
use crate::shell::{command, root, run, run_reading};
use crate::{build, setup};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

const WASM: &str = "wasm32-unknown-unknown";
/// Mutated lines of each format that the engine has to bear (`tests/it/mutants.rs`).
const MUTANTS: &str = "1000000";
/// Random filters of the search language (`tests/it/search_random.rs`).
const FILTERS: &str = "100000";

/// What the runners counted.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
}

struct Step {
    name: &'static str,
    took: Duration,
    result: Result<()>,
}

pub fn entry(args: &mut Args) -> Result<()> {
    args.finish()?;
    setup::for_tests()?;
    let mut tally = Tally::default();
    let mut steps = Vec::new();
    let mut step = |name, result: &mut dyn FnMut() -> Result<()>| {
        eprintln!("\n== {name}");
        let start = Instant::now();
        let result = result();
        let ok = result.is_ok();
        steps.push(Step { name, took: start.elapsed(), result });
        ok
    };

    step("formatting", &mut || run(command("cargo", &["fmt", "--all", "--check"])));
    step("clippy, native", &mut || clippy(&["--workspace", "--all-targets"]));
    step("clippy, page", &mut || clippy(&["--target", WASM, "--features", "ui", "--lib"]));
    step("clippy, worker", &mut || clippy(&["--target", WASM, "--features", "worker", "--lib"]));
    step("clippy, program and lookup", &mut || {
        clippy(&["--target", WASM, "--features", "ui,worker", "--bin", "hopscope"])?;
        clippy(&["--target", WASM, "--package", "hopscope-lookup", "--features", "whole"])
    });
    step("native tests", &mut || {
        let mut tests = command("cargo", &["test", "--locked", "--workspace", "--no-fail-fast"]);
        tests.env("HOPSCOPE_MUTANTS", MUTANTS).env("HOPSCOPE_FILTERS", FILTERS);
        run_reading(tests, |line| tally.cargo(line))
    });
    if step("build", &mut build::dist) {
        step("size", &mut build::check_size);
        step("browser tests", &mut || browser_tests(&mut tally));
    }
    summary(&steps, &tally)
}

fn clippy(selection: &[&str]) -> Result<()> {
    let mut args = vec!["clippy", "--locked"];
    args.extend(selection);
    args.extend(["--", "-D", "warnings"]);
    run(command("cargo", &args))
}

fn browser_tests(tally: &mut Tally) -> Result<()> {
    let files = test_files(&root().join("tests/e2e"))?;
    // One file at a time: each drives two browsers, and a build machine may have two cores.
    let mut args = vec!["--test", "--test-reporter=spec", "--test-concurrency=1"];
    args.extend(files.iter().map(String::as_str));
    let mut node = command("node", &args);
    node.env("HOPSCOPE_CHROMIUM", setup::chromium().context("Chromium is missing")?);
    node.env("HOPSCOPE_FIREFOX", setup::firefox().context("Firefox is missing")?);
    run_reading(node, |line| tally.node(line))
}

fn test_files(folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path.to_string_lossy().into_owned());
        }
    }
    files.sort();
    Ok(files)
}

impl Tally {
    /// `test result: ok. 12 passed; 0 failed; …`
    fn cargo(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        let mut words = result.split_whitespace().peekable();
        while let Some(word) = words.next() {
            match (word.parse::<usize>(), words.peek()) {
                (Ok(count), Some(&"passed;")) => self.passed += count,
                (Ok(count), Some(&"failed;")) => self.failed += count,
                _ => {}
            }
        }
    }

    /// `ℹ pass 12`, `ℹ fail 0`, and files or tests that were cut off.
    fn node(&mut self, line: &str) {
        let mut words = line.split_whitespace().skip(1);
        let (Some(word), Some(Ok(count)), None) = (words.next(), words.next().map(str::parse::<usize>), words.next())
        else {
            return;
        };
        if !line.starts_with('ℹ') {
            return;
        }
        match word {
            "pass" => self.passed += count,
            "fail" | "cancelled" => self.failed += count,
            _ => {}
        }
    }
}

fn summary(steps: &[Step], tally: &Tally) -> Result<()> {
    println!();
    for step in steps {
        let took = step.took.as_secs_f64();
        match &step.result {
            Ok(()) => println!("ok      {took:>6.1} s  {}", step.name),
            Err(error) => println!("FAILED  {took:>6.1} s  {}: {error:#}", step.name),
        }
    }
    let failed_steps = steps.iter().filter(|step| step.result.is_err()).count();
    println!("{} passed, {} failed", tally.passed, tally.failed);
    if failed_steps > 0 || tally.failed > 0 {
        bail!("{failed_steps} of {} steps failed", steps.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_the_runners_print() {
        let mut tally = Tally::default();
        tally.cargo("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.02s");
        tally
            .cargo("test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s");
        tally.cargo("test passes ... ok");
        tally.node("ℹ tests 9");
        tally.node("ℹ pass 5");
        tally.node("ℹ fail 3");
        tally.node("ℹ cancelled 1");
        tally.node("✔ pass 7");
        assert_eq!((tally.passed, tally.failed), (18, 6));
    }
}
