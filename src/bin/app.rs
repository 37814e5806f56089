//! The page.

fn main() {
    hopscope::ui::start();
}
