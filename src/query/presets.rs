//! Searches that other tools have a name for, ready to be taken.

/// One of them.
pub struct Preset {
    pub name: &'static str,
    /// What it selects, for people.
    pub note: &'static str,
    pub query: &'static str,
}

/// They are about HAProxy's sessions: other logs have no termination state.
pub const PRESETS: &[Preset] = &[
    // What `option dontlog-normal` keeps and `option log-separate-errors` raises (src/haproxy, strm_log).
    Preset {
        name: "HAProxy errors",
        note: "abnormal end, retry or 5xx",
        query: "(redispatched=true OR (termination_state^=\"-\" retries>0) OR (format^=haproxy resp_code>=500) OR termination_state^=C OR \
                termination_state^=c OR termination_state^=S OR termination_state^=s OR termination_state^=P OR \
                termination_state^=D OR termination_state^=U OR termination_state^=K OR termination_state^=R OR \
                termination_state^=I)",
    },
    Preset {
        name: "halog -e",
        note: "HTTP with status -1 or 5xx",
        query: "(format^=haproxy log_type=http (resp_code>=500 OR resp_code<0))",
    },
];

/// Those of which a word begins so.
pub fn matching(typed: &str) -> impl Iterator<Item = &'static Preset> {
    let typed = typed.to_ascii_lowercase();
    let begins = move |preset: &&Preset| {
        preset.name.split(' ').any(|word| word.to_ascii_lowercase().starts_with(&typed)) && typed.len() > 1
    };
    PRESETS.iter().filter(begins)
}
