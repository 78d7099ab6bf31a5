//! The description of the API is true: schemathesis asks all that it allows, and much that it does not.

use std::env;
use std::process::Command;

use crate::daemon::Daemon;
use crate::workplace::examples;

#[test]
#[ignore = "`dev/schemathesis` installs schemathesis and runs this"]
fn every_answer_fits_its_description() {
    let program = env::var_os("CCR_SCHEMATHESIS").expect("CCR_SCHEMATHESIS names schemathesis");
    let daemon = Daemon::start(examples().ccr(&["serve"]));
    let output = Command::new(program)
        .arg("run")
        .arg(format!("http://{}/openapi.json", daemon.address))
        .args(["--phases", "examples,coverage,fuzzing", "--max-examples", "20", "--seed", "1"])
        .args(["--workers", "2", "--no-color", "--generation-database", "none"])
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
}
