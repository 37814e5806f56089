//! The one large buffer of a shard. Whoever reads much text takes it in turn: what the next one wants is on its way meanwhile,
//! and memory that a program in a browser once had it never gives back.

use super::Shared;
use futures::channel::oneshot;
use std::collections::VecDeque;

/// A buffer, or who has it and who waits for it.
#[derive(Debug, Default)]
pub struct Turns {
    taken: bool,
    buffer: Vec<u8>,
    waiting: VecDeque<oneshot::Sender<Vec<u8>>>,
}

impl Turns {
    /// Gives the buffer to who has waited longest.
    pub fn give_back(&mut self, mut buffer: Vec<u8>) {
        while let Some(next) = self.waiting.pop_front() {
            match next.send(buffer) {
                Ok(()) => return,
                Err(back) => buffer = back,
            }
        }
        (self.taken, self.buffer) = (false, buffer);
    }
}

/// The shard's buffer, when it is this caller's turn; to be given back.
pub async fn turn<I>(shard: &Shared<I>) -> Vec<u8> {
    let given = {
        let turns = &mut shard.borrow_mut().turns;
        if !std::mem::replace(&mut turns.taken, true) {
            return std::mem::take(&mut turns.buffer);
        }
        let (sender, given) = oneshot::channel();
        turns.waiting.push_back(sender);
        given
    };
    given.await.unwrap_or_default()
}
