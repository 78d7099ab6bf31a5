//! The table of `docs/RELIABILITY.md`.

use std::fs;
use std::path::Path;

use crate::STEPS;
use crate::fault::Fault;

const BEGIN: &str = "<!-- fault matrix: written by the test `faults`, CCR_BLESS=1 writes it anew -->\n";
const END: &str = "<!-- end of the fault matrix -->\n";

/// Holds the table of the manual against what happened, or writes it where `CCR_BLESS` is set.
pub(crate) fn check(cells: &[String]) {
    let table = render(cells);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/RELIABILITY.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the table begins somewhere");
    let (written, after) = rest.split_once(END).expect("the table ends somewhere");
    if std::env::var_os("CCR_BLESS").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
        return;
    }
    assert!(written == table, "the table of docs/RELIABILITY.md says\n{written}\nand it was\n{table}");
}

fn render(cells: &[String]) -> String {
    let mut table = "\n| |".to_owned();
    for step in STEPS {
        table.push_str(&format!(" {} |", format!("{step:?}").to_lowercase()));
    }
    table.push_str(&format!("\n|---|{}\n", "---|".repeat(STEPS.len())));
    for (fault, row) in Fault::ALL.iter().zip(cells.chunks(STEPS.len())) {
        table.push_str(&format!("| {} | {} |\n", fault.name(), row.join(" | ")));
    }
    table.push('\n');
    table
}
