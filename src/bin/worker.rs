//! The worker's entry: hub and shard are the same program, told apart by their first message.

fn main() {
    hopscope::worker::start();
}
