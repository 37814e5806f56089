//! Reading `--name value` and `--switch` from the command line, and refusing what nobody asked for.

use anyhow::{Context, Result, bail};
use std::collections::VecDeque;
use std::str::FromStr;

pub struct Args {
    rest: VecDeque<String>,
}

impl Args {
    pub fn from_env() -> Self {
        Self { rest: std::env::args().skip(1).collect() }
    }

    /// The first word.
    pub fn command(&mut self) -> Option<String> {
        self.rest.pop_front()
    }

    pub fn switch(&mut self, name: &str) -> bool {
        let place = self.rest.iter().position(|arg| arg == name);
        place.map(|at| self.rest.remove(at)).is_some()
    }

    pub fn value<T: FromStr>(&mut self, name: &str) -> Result<Option<T>> {
        let Some(at) = self.rest.iter().position(|arg| arg == name) else { return Ok(None) };
        self.rest.remove(at);
        let text = self.rest.remove(at).with_context(|| format!("{name} needs a value"))?;
        match text.parse() {
            Ok(value) => Ok(Some(value)),
            Err(_) => bail!("{name} cannot be {text}"),
        }
    }

    /// To be called when everything known has been taken.
    pub fn finish(&self) -> Result<()> {
        if self.rest.is_empty() {
            return Ok(());
        }
        bail!("did not expect {}", Vec::from_iter(self.rest.iter().cloned()).join(" "))
    }
}
