//! The program: the page, and in a worker the hub or a shard, which of them its first message says.
//!
//! They are one program because much of it all of them need (the protocol, the search language, times and numbers as text), and
//! because a browser compiles it once for all.

fn main() {
    console_error_panic_hook::set_once();
    match web_sys::window() {
        Some(_) => hopscope::ui::start(),
        None => hopscope::worker::start(),
    }
}
