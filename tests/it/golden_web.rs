//! Golden files of web servers.

use crate::golden;

#[test]
fn web_lines_become_what_the_golden_files_say() {
    golden::check("web");
}
