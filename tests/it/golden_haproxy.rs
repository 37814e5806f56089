//! HAProxy lines of our own, good and damaged, and what they become.

use crate::golden;

#[test]
fn haproxy_lines_become_what_the_golden_files_say() {
    golden::check("haproxy");
}
