//! The house rules of `src/README.md`, held against the code.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn rust_files(folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    assert!(!files.is_empty());
    files
}

/// Code without its tests.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text)
}

fn fail_with(what: &str, wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{what}:\n  {}", wrong.join("\n  "));
}

#[test]
fn every_file_says_why_it_exists() {
    let all = ["src", "lookup/src", "tests", "xtask/src"].iter().flat_map(|folder| rust_files(folder));
    fail_with(
        "does not open with //!",
        all.filter(|(_, text)| !text.starts_with("//! ")).map(|(name, _)| name).collect(),
    );
}

#[test]
fn no_file_is_two_things() {
    let long = |text: &str| code(text).lines().count() > 450;
    fail_with("is long", rust_files("src").into_iter().filter(|(_, t)| long(t)).map(|(name, _)| name).collect());
}

#[test]
fn the_engine_knows_nothing_of_the_web() {
    let web = ["wasm_bindgen", "web_sys", "js_sys", "gloo::", "leptos", "plotters"];
    let outside = |name: &str| !["src/ui/", "src/worker/", "src/main.rs"].iter().any(|folder| name.starts_with(folder));
    let wrong = rust_files("src")
        .into_iter()
        .filter(|(name, text)| outside(name) && web.iter().any(|name| text.contains(name)))
        .map(|(name, _)| name);
    fail_with("names a web library", wrong.collect());
}

#[test]
fn only_the_protocol_and_the_settings_serialise() {
    let allowed = |name: &str| name.starts_with("src/protocol/") || name.starts_with("src/ui/settings");
    let derives = |text: &str| {
        code(text).lines().any(|line| line.trim_start().starts_with("#[derive(") && line.contains("Serialize"))
    };
    let wrong = rust_files("src").into_iter().filter(|(name, text)| !allowed(name) && derives(text));
    fail_with("derives Serialize", wrong.map(|(name, _)| name).collect());
}

/// Who may import whom, as in `src/README.md`.
const IMPORTS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("show", &[]),
    ("record", &["text"]),
    ("protocol", &[]),
    ("store", &["record", "protocol", "significance", "text"]),
    ("stats", &["store", "record", "protocol", "text"]),
    ("export", &["store", "record", "protocol", "text"]),
    ("lookup", &[]),
    ("query", &["lookup", "store", "record", "text"]),
    ("formats", &["text", "record", "significance"]),
    ("significance", &["record", "protocol", "show", "text"]),
    (
        "engine",
        &[
            "formats",
            "lookup",
            "significance",
            "store",
            "query",
            "stats",
            "export",
            "protocol",
            "record",
            "text",
            "show",
        ],
    ),
    ("worker", &["engine", "lookup", "protocol", "text"]),
    ("scroll", &["protocol"]),
    ("waterfall", &["record", "show", "text"]),
    ("ticket", &["protocol", "record", "show"]),
    ("ui", &["lookup", "protocol", "record", "show", "query", "text", "scroll", "waterfall", "ticket"]),
];

#[test]
fn imports_go_one_way() {
    let mut wrong = BTreeSet::new();
    for (name, text) in rust_files("src") {
        let inner = name.strip_prefix("src/").unwrap();
        let Some(folder) = inner.split(['/', '.']).next().filter(|f| !matches!(*f, "lib" | "main")) else { continue };
        let allowed = IMPORTS.iter().find(|(of, _)| *of == folder);
        let Some((_, allowed)) = allowed else {
            wrong.insert(format!("{name}: {folder} is not in the table"));
            continue;
        };
        for line in code(&text).lines().filter(|line| !line.trim_start().starts_with("//")) {
            for part in line.split("crate::").skip(1) {
                let to = part.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
                if to != folder && IMPORTS.iter().any(|(of, _)| *of == to) && !allowed.contains(&to) {
                    wrong.insert(format!("{name} imports {to}"));
                }
            }
        }
    }
    fail_with("the map in src/README.md says otherwise", wrong.into_iter().collect());
}

/// Tests inside the web folders would never run: natively they are not compiled, and a browser runs none.
#[test]
fn no_test_stands_where_none_runs() {
    let files = ["src/ui", "src/worker"].iter().flat_map(|folder| rust_files(folder));
    fail_with(
        "has tests that nobody runs",
        files.filter(|(_, t)| t.contains("#[test]")).map(|(name, _)| name).collect(),
    );
}

#[test]
fn every_component_style_is_linked() {
    let page = fs::read_to_string(root().join("index.html")).unwrap();
    let styles = fs::read_dir(root().join("style")).unwrap().map(|entry| entry.unwrap().file_name());
    let missing =
        styles.map(|name| name.to_string_lossy().into_owned()).filter(|name| !page.contains(&format!("style/{name}")));
    fail_with("is not linked in index.html", missing.collect());
}
