//! Installs what a machine with only rustup and a package manager lacks, and says what it installs. Programs that cargo
//! can build go into target/tools; only browsers and Node come from the system's package manager.

use crate::args::Args;
use crate::shell::{command, find, output, root, run, tools};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The last Trunk that builds with the `rust-version` of Cargo.toml.
const TRUNK: &str = "0.21.14";

/// Which browser programs will do, best known first.
const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const FIREFOX: &[&str] = &["firefox-esr", "firefox"];

pub fn entry(args: &mut Args) -> Result<()> {
    args.finish()?;
    for_tests()?;
    eprintln!("everything is installed");
    Ok(())
}

/// What `serve` and `dist` need.
pub fn for_build() -> Result<()> {
    add_to_toolchain("target", &["wasm32-unknown-unknown"])?;
    install_with_cargo("trunk", "trunk", TRUNK)?;
    install_with_cargo("wasm-bindgen-cli", "wasm-bindgen", &wasm_bindgen_version()?)
}

/// What `test` needs besides.
pub fn for_tests() -> Result<()> {
    add_to_toolchain("component", &["clippy", "rustfmt"])?;
    for_build()?;
    for_browsers()
}

/// Node, both browsers and the packages that drive them.
pub fn for_browsers() -> Result<()> {
    let mut missing = Vec::new();
    if find(&["node"]).is_none() || find(&["npm"]).is_none() {
        missing.push(Package::Node);
    }
    if chromium().is_none() {
        missing.push(Package::Chromium);
    }
    if firefox().is_none() {
        missing.push(Package::Firefox);
    }
    if !missing.is_empty() {
        install_from_system(&missing)?;
    }
    node_packages()
}

/// The native tools that `bench` measures beside the page. Where one is not to be had, the others are measured.
pub fn for_peers() {
    for (program, package) in [("lnav", Package::Lnav), ("goaccess", Package::GoAccess), ("halog", Package::HaProxy)] {
        if find(&[program]).is_none()
            && let Err(error) = install_from_system(&[package])
        {
            eprintln!("{program} is not measured: {error:#}");
        }
    }
}

pub fn chromium() -> Option<PathBuf> {
    find(CHROMIUM).or_else(|| application("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"))
}

pub fn firefox() -> Option<PathBuf> {
    find(FIREFOX).or_else(|| application("/Applications/Firefox.app/Contents/MacOS/firefox"))
}

fn application(path: &str) -> Option<PathBuf> {
    Some(PathBuf::from(path)).filter(|file| file.is_file())
}

/// `rustup target add` or `rustup component add`, for what is not there yet.
fn add_to_toolchain(kind: &str, names: &[&str]) -> Result<()> {
    let Some(installed) = output("rustup", &[kind, "list", "--installed"]) else {
        eprintln!("rustup is not here; taking for granted that the toolchain has the {kind}s {}", names.join(", "));
        return Ok(());
    };
    for name in names.iter().filter(|name| !installed.lines().any(|line| line.starts_with(*name))) {
        eprintln!("installing the {kind} {name}");
        run(command("rustup", &[kind, "add", name]))?;
    }
    Ok(())
}

/// The command line tool must be of the very version of the crate, which Cargo.lock knows.
fn wasm_bindgen_version() -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock"))?;
    let after = lock.split("name = \"wasm-bindgen\"\nversion = \"").nth(1);
    let version = after.and_then(|text| text.split('"').next());
    Ok(version.context("Cargo.lock names no wasm-bindgen")?.to_owned())
}

fn install_with_cargo(package: &str, program: &str, version: &str) -> Result<()> {
    let has = |text: String| text.split_whitespace().nth(1) == Some(version);
    if output(program, &["--version"]).is_some_and(has) {
        return Ok(());
    }
    eprintln!("installing {package} {version} into target/tools (some minutes, once)");
    let place = tools().to_string_lossy().into_owned();
    let mut install =
        command("cargo", &["install", "--locked", "--force", "--root", &place, "--version", version, package]);
    // Built for a short build, not for speed: these tools run for seconds.
    install.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16").env_remove("RUSTFLAGS");
    run(install)
}

#[derive(Clone, Copy)]
enum Package {
    Node,
    Chromium,
    Firefox,
    Lnav,
    GoAccess,
    /// Has halog with it.
    HaProxy,
}

impl Package {
    /// Its name with every package manager; those of the others differ.
    fn name(self) -> &'static [&'static str] {
        match self {
            Package::Lnav => &["lnav"],
            Package::GoAccess => &["goaccess"],
            Package::HaProxy => &["haproxy"],
            Package::Node | Package::Chromium | Package::Firefox => &[],
        }
    }
}

/// A package manager: its program, what it takes to refresh and to install, and its names for our packages.
struct Manager {
    program: &'static str,
    refresh: &'static [&'static str],
    install: &'static [&'static str],
    as_root: bool,
    names: fn(Package) -> &'static [&'static str],
}

const MANAGERS: &[Manager] = &[
    Manager {
        program: "apt-get",
        refresh: &["update"],
        install: &["install", "-y", "--no-install-recommends"],
        as_root: true,
        names: |package| match package {
            Package::Node => &["nodejs", "npm"],
            Package::Chromium => &["chromium"],
            Package::Firefox => &["firefox-esr"],
            other => other.name(),
        },
    },
    Manager {
        program: "dnf",
        refresh: &[],
        install: &["install", "-y"],
        as_root: true,
        names: |package| match package {
            Package::Node => &["nodejs", "nodejs-npm"],
            Package::Chromium => &["chromium"],
            Package::Firefox => &["firefox"],
            other => other.name(),
        },
    },
    Manager {
        program: "pacman",
        refresh: &[],
        install: &["-S", "--needed", "--noconfirm"],
        as_root: true,
        names: |package| match package {
            Package::Node => &["nodejs", "npm"],
            Package::Chromium => &["chromium"],
            Package::Firefox => &["firefox"],
            other => other.name(),
        },
    },
    Manager {
        program: "brew",
        refresh: &[],
        install: &["install"],
        as_root: false,
        names: |package| match package {
            Package::Node => &["node"],
            Package::Chromium => &["google-chrome"],
            Package::Firefox => &["firefox"],
            other => other.name(),
        },
    },
];

fn install_from_system(missing: &[Package]) -> Result<()> {
    let Some(manager) = MANAGERS.iter().find(|manager| find(&[manager.program]).is_some()) else {
        bail!(
            "no package manager known here; install Node with npm, Chromium and Firefox (for bench lnav, goaccess and haproxy), then run this again"
        );
    };
    let names: Vec<&str> = missing.iter().flat_map(|package| (manager.names)(*package)).copied().collect();
    let sudo = manager.as_root && !is_root();
    if sudo && output("sudo", &["-n", "true"]).is_none() {
        let line = format!("{} {} {}", manager.program, manager.install.join(" "), names.join(" "));
        bail!("{} missing and this needs root; run: sudo {line}", names.join(", "));
    }
    eprintln!("installing {} with {}", names.join(", "), manager.program);
    if !manager.refresh.is_empty() {
        run(system(manager, sudo, manager.refresh, &[]))?;
    }
    run(system(manager, sudo, manager.install, &names))
}

fn system(manager: &Manager, sudo: bool, verb: &[&str], names: &[&str]) -> Command {
    let mut words = vec![manager.program];
    words.extend(verb);
    words.extend(names);
    let mut made = if sudo { command("sudo", &words) } else { command(words[0], &words[1..]) };
    made.env("DEBIAN_FRONTEND", "noninteractive");
    made
}

fn is_root() -> bool {
    output("id", &["-u"]).is_some_and(|user| user == "0")
}

/// `npm ci` when the lock file is newer than what is installed.
fn node_packages() -> Result<()> {
    let place = root().join("tests/e2e");
    let changed = |file: &str| fs::metadata(place.join(file)).and_then(|meta| meta.modified()).ok();
    if changed("node_modules/.package-lock.json") >= changed("package-lock.json") {
        return Ok(());
    }
    eprintln!("installing the packages of tests/e2e");
    let mut install = command("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    install.current_dir(&place);
    run(install)
}
