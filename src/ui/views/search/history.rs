//! Searches entered before. Values of logs may stand in them, so they are kept in memory only.

/// Most that are kept.
const MOST: usize = 100;

#[derive(Clone, Debug, Default)]
pub struct History {
    entries: Vec<String>,
    /// Where ↑ and ↓ stand; the number of entries where they do not.
    at: usize,
}

impl History {
    pub fn add(&mut self, text: &str) {
        self.entries.retain(|entry| entry != text);
        if self.entries.len() == MOST {
            self.entries.remove(0);
        }
        self.entries.push(text.to_owned());
        self.at = self.entries.len();
    }

    /// The entry before the one shown.
    pub fn older(&mut self) -> Option<String> {
        self.at = self.at.checked_sub(1)?;
        self.entries.get(self.at).cloned()
    }

    /// The one after it; empty after the newest.
    pub fn newer(&mut self) -> Option<String> {
        if self.at >= self.entries.len() {
            return None;
        }
        self.at += 1;
        Some(self.entries.get(self.at).cloned().unwrap_or_default())
    }

    /// True while an entry is shown, so that ↓ goes on in the history.
    pub fn is_open(&self) -> bool {
        self.at < self.entries.len()
    }

    pub fn close(&mut self) {
        self.at = self.entries.len();
    }
}
