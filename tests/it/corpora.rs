//! Finds the corpora: real logs of other people, which are not part of the repository. A test that needs them says so
//! and passes where they are absent.

use std::{
    env,
    io::Read,
    path::{Path, PathBuf},
};

/// `$HOPSCOPE_CORPORA`, else `shared/corpora` beside the working copy or beside one of its parents.
fn root() -> Option<PathBuf> {
    if let Some(given) = env::var_os("HOPSCOPE_CORPORA") {
        return Some(PathBuf::from(given)).filter(|path| path.is_dir());
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().skip(1).map(|dir| dir.join("shared/corpora")).find(|path| path.is_dir())
}

/// The path of a file or folder of the corpora (`haproxy/raravena80`), or `None`, said on stderr, where it is absent.
pub fn path(relative: &str) -> Option<PathBuf> {
    let found = root().map(|root| root.join(relative)).filter(|path| path.exists());
    if found.is_none() {
        eprintln!("skipped: corpora/{relative} is not here (set HOPSCOPE_CORPORA)");
    }
    found
}

/// The bytes of a file of the corpora, inflated where its name ends in `.gz`.
pub fn read(relative: &str) -> Option<Vec<u8>> {
    let path = path(relative)?;
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if path.extension().is_none_or(|extension| extension != "gz") {
        return Some(bytes);
    }
    let mut plain = Vec::new();
    flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut plain).expect("a whole gzip file");
    Some(plain)
}

/// The lines of a file of the corpora, without their ends; empty lines are left out.
pub fn lines(relative: &str) -> Option<Vec<Vec<u8>>> {
    let bytes = read(relative)?;
    let lines = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    Some(lines.filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect())
}

/// What was compared of a corpus: one line of the table of corpora, printed with `cargo test --test it corpora -- --nocapture`.
#[derive(Default)]
pub struct Tally {
    pub lines: usize,
    pub entries: usize,
    pub unparsed: usize,
    /// Values held against those of the corpus' own oracle.
    pub compared: usize,
    /// Of those, what we read otherwise: how many, and why.
    pub differ: Vec<(usize, &'static str)>,
}

impl Tally {
    pub fn differs(&mut self, why: &'static str) {
        match self.differ.iter_mut().find(|(_, known)| *known == why) {
            Some((count, _)) => *count += 1,
            None => self.differ.push((1, why)),
        }
    }

    pub fn print(&self, name: &str) {
        let Self { lines, entries, unparsed, compared, differ } = self;
        let sum: usize = differ.iter().map(|(count, _)| count).sum();
        let why: String = differ.iter().map(|(count, why)| format!("; {count}: {why}")).collect();
        println!(
            "corpus {name}: lines {lines}, entries {entries}, unparsed {unparsed}, fields compared {compared}, \
             differences {sum}{why}"
        );
    }
}

#[test]
fn the_corpora_are_read_or_skipped() {
    if let Some(lines) = lines("haproxy/raravena80/haproxy.log.gz") {
        assert_eq!(lines.len(), 17_211);
    }
}
