//! The patterns of user agents as JSON: YAML would have to be read at run time, with a library ten times as large. Those of
//! devices stay out: two thirds of the patterns, for names of models.

use serde_json::{Value, json};

fn main() {
    println!("cargo::rerun-if-changed=data/agents.yaml");
    let text = std::fs::read_to_string("data/agents.yaml").expect("data/agents.yaml is part of the checkout");
    let all: Value = serde_norway::from_str(&text).expect("agents.yaml is YAML");
    let kept = json!({
        "user_agent_parsers": all["user_agent_parsers"],
        "os_parsers": all["os_parsers"],
        "device_parsers": [],
    });
    let folder = std::env::var_os("OUT_DIR").expect("Cargo sets OUT_DIR");
    let file = std::path::Path::new(&folder).join("agents.json");
    std::fs::write(file, kept.to_string()).expect("OUT_DIR can be written");
}
