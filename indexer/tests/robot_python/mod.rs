//! Python with robotframework 7.5 (`CCR_ROBOT_PYTHON`, else `python3`), which differential tests ask.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate stands in the workspace").to_owned()
}

/// What Python prints.
pub(crate) fn python(arguments: &[impl AsRef<OsStr>]) -> String {
    let python = env::var_os("CCR_ROBOT_PYTHON").unwrap_or_else(|| "python3".into());
    let output = Command::new(&python).args(arguments).env("PYTHONDONTWRITEBYTECODE", "1").output();
    let output = output.unwrap_or_else(|error| panic!("could not run `{}`: {error}", python.display()));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "is robotframework installed?\n{errors}");
    String::from_utf8(output.stdout).expect("Python writes UTF-8")
}
