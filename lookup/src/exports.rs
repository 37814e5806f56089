//! How another program in the same browser asks: it writes the packed texts where [`room`] says, calls [`answer`] with the
//! number of the subject, and finds the packed answer behind its length where that says. Nothing is imported, so that a bare
//! `WebAssembly.Instance` will do.

use super::{Subject, wire};
use std::cell::RefCell;

thread_local! {
    static QUESTION: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static ANSWER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Where to write a question of so many bytes.
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> *mut u8 {
    QUESTION.with_borrow_mut(|question| {
        question.clear();
        question.resize(bytes, 0);
        question.as_mut_ptr()
    })
}

/// Answers what was written: four bytes, how many come behind them; valid until the next call.
#[unsafe(no_mangle)]
pub extern "C" fn answer(subject: u32) -> *const u8 {
    let answer = QUESTION.with_borrow(|question| match Subject::from_number(subject) {
        Some(subject) => wire::pack(&super::answer(subject, &wire::unpack(question))),
        None => Vec::new(),
    });
    ANSWER.with_borrow_mut(|kept| {
        *kept = wire::pack(&[answer]);
        kept.as_ptr()
    })
}
