//! Deterministic logs of any size, with what is true of them.

use crate::args::Args;
use anyhow::{Result, bail};

pub fn entry(args: &mut Args) -> Result<()> {
    let samples = args.switch("--samples");
    args.finish()?;
    bail!("nothing to generate yet{}", if samples { ", samples neither" } else { "" })
}
