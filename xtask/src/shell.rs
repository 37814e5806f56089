//! Running other programs: where they are looked for, that each is shown before it runs, and that failure stops us.

use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The top of the checkout; every command runs there.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask/ lies in the checkout").to_path_buf()
}

/// Programs that `setup` installs go here, so that nothing outside the checkout changes.
pub fn tools() -> PathBuf {
    root().join("target/tools")
}

fn search_path() -> OsString {
    let own = [tools().join("bin")];
    let others = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(own.into_iter().chain(std::env::split_paths(&others))).expect("paths from PATH can be joined")
}

/// The first of these programs that is on the path.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let dirs = search_path();
    names.iter().find_map(|name| {
        let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        std::env::split_paths(&dirs).map(|dir| dir.join(&name)).find(|file| file.is_file())
    })
}

pub fn command(program: &str, args: &[&str]) -> Command {
    let program = find(&[program]).map_or_else(|| program.into(), PathBuf::into_os_string);
    let mut command = Command::new(program);
    command.args(args).current_dir(root()).env("PATH", search_path());
    // Set by the cargo that runs us; it would make every nested cargo rebuild what depends on it.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        command.env_remove(name);
    }
    command
}

fn show(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

pub fn run(mut command: Command) -> Result<()> {
    let shown = show(&command);
    eprintln!("$ {shown}");
    let status = command.status().with_context(|| format!("cannot run {shown}"))?;
    if !status.success() {
        bail!("{shown}: {status}");
    }
    Ok(())
}

/// Runs it with its output shown, and hands each line of standard output to `line` as well.
pub fn run_reading(mut command: Command, mut line: impl FnMut(&str)) -> Result<()> {
    let shown = show(&command);
    eprintln!("$ {shown}");
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot run {shown}"))?;
    for text in BufReader::new(child.stdout.take().expect("stdout is piped")).lines() {
        let text = text?;
        println!("{text}");
        line(&text);
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("{shown}: {status}");
    }
    Ok(())
}

/// What it prints, or nothing when it cannot run or fails.
pub fn output(program: &str, args: &[&str]) -> Option<String> {
    let output = command(program, args).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
