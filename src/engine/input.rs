//! Where text is read from: a browser's `File`, or bytes in memory.

use std::rc::Rc;
use std::task::Poll;

/// Something that can be read in slices. Cheap to clone: a handle.
pub trait Input: Clone + 'static {
    type Bytes: InputBytes;

    /// Size in bytes when it was opened.
    fn size(&self) -> u64;

    /// Bytes `from..to`; fewer only at the end. `Err` is a sentence for the user.
    fn read(&self, from: u64, to: u64) -> impl Future<Output = Result<Self::Bytes, String>>;
}

/// Bytes that were read, not necessarily in our memory yet.
pub trait InputBytes {
    fn len(&self) -> usize;

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies the bytes to `buffer`, which has their length.
    fn copy_to(&self, buffer: &mut [u8]);

    /// Appends the bytes to `buffer`.
    fn append_to(&self, buffer: &mut Vec<u8>) {
        let start = buffer.len();
        buffer.resize(start + self.len(), 0);
        self.copy_to(&mut buffer[start..]);
    }
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
    type Bytes = Vec<u8>;

    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    async fn read(&self, from: u64, to: u64) -> Result<Vec<u8>, String> {
        // As with a file, others go on meanwhile.
        let mut asked = false;
        std::future::poll_fn(|context| match std::mem::replace(&mut asked, true) {
            true => Poll::Ready(()),
            false => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
        })
        .await;
        let end = (to as usize).min(self.0.len());
        Ok(self.0[(from as usize).min(end)..end].to_vec())
    }
}

impl InputBytes for Vec<u8> {
    fn len(&self) -> usize {
        self.len()
    }

    fn copy_to(&self, buffer: &mut [u8]) {
        buffer.copy_from_slice(self);
    }
}
