//! Times the built page in Chromium beside the ceiling (only reading the file) and native tools, on the same file.

use crate::args::Args;
use anyhow::{Result, bail};

pub fn entry(args: &mut Args) -> Result<()> {
    args.finish()?;
    bail!("nothing to measure yet")
}
