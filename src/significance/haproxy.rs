//! What makes an HAProxy entry significant: one table of rules over termination state, status, retries and times.

use super::{Facts, Limits, Verdict};

/// Adds the rules that match to `verdict`, which is empty.
pub fn judge(_facts: &impl Facts, _limits: &Limits, _verdict: &mut Verdict) {}
