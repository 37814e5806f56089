//! Where text is read from: a browser's `File`, or bytes in memory.

use std::rc::Rc;
use std::task::Poll;

/// Something that can be read in slices. Cheap to clone: a handle.
pub trait Input: Clone + 'static {
    type Reading: Reading;

    /// Size in bytes when it was opened.
    fn size(&self) -> u64;

    /// Begins to read bytes `from..to`; there are fewer only at the end. `Err` is a sentence for the user.
    fn read(&self, from: u64, to: u64) -> impl Future<Output = Result<Self::Reading, String>>;
}

/// Bytes that are being read, not in our memory yet.
pub trait Reading {
    /// Makes `buffer` hold the bytes, and nothing else. What was there is written over, as far as it goes: memory that is used
    /// again is neither wiped nor asked for.
    fn put_in(self, buffer: &mut Vec<u8>) -> impl Future<Output = Result<(), String>>;
}

/// Bytes `from..to`, to go on from what the caller has.
pub async fn read_part<I: Input>(input: &I, from: u64, to: u64) -> Result<Vec<u8>, String> {
    let mut part = Vec::new();
    input.read(from, to.min(input.size())).await?.put_in(&mut part).await?;
    Ok(part)
}

/// Bytes in memory.
#[derive(Clone, Debug)]
pub struct MemoryInput(pub Rc<Vec<u8>>);

impl MemoryInput {
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Rc::new(bytes.into()))
    }
}

impl Input for MemoryInput {
    type Reading = MemoryReading;

    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    async fn read(&self, from: u64, to: u64) -> Result<MemoryReading, String> {
        others_go_on().await;
        let end = (to as usize).min(self.0.len());
        Ok(MemoryReading(self.clone(), (from as usize).min(end)..end))
    }
}

/// A range of bytes in memory.
#[derive(Clone, Debug)]
pub struct MemoryReading(MemoryInput, std::ops::Range<usize>);

impl Reading for MemoryReading {
    async fn put_in(self, buffer: &mut Vec<u8>) -> Result<(), String> {
        others_go_on().await;
        buffer.clear();
        buffer.extend_from_slice(&self.0.0[self.1]);
        Ok(())
    }
}

/// As with a file, others go on meanwhile.
async fn others_go_on() {
    let mut asked = false;
    std::future::poll_fn(|context| match std::mem::replace(&mut asked, true) {
        true => Poll::Ready(()),
        false => {
            context.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await;
}
