//! The folders of a repository that Python imports modules from.

use super::files::{Files, Snapshot};

/// Folders that hold packages: `libraries/`, `src/`, and those that the packaging files name. The
/// top of the repository where there is none of them.
pub(super) fn roots(snapshot: &Snapshot<'_>) -> Vec<String> {
    let mut roots: Vec<String> = Vec::new();
    let mut add = |folder: &str| {
        let folder = folder.trim_matches('/').trim_start_matches("./");
        if !folder.is_empty() && snapshot.is_folder(folder) && !roots.iter().any(|root| root == folder) {
            roots.push(folder.to_owned());
        }
    };
    add("libraries");
    add("src");
    for file in ["pyproject.toml", "setup.cfg"] {
        let bytes = snapshot.read(file).unwrap_or_default();
        for folder in named_folders(&String::from_utf8_lossy(&bytes)) {
            add(&folder);
        }
    }
    if roots.is_empty() {
        roots.push(String::new());
    }
    roots
}

/// The folders of `where = ["src"]` and `package-dir = {"" = "src"}` (`package_dir`, `= src` in
/// setup.cfg).
fn named_folders(text: &str) -> Vec<String> {
    let mut folders = Vec::new();
    for line in text.lines() {
        let Some((key, value)) = line.split_once('=') else { continue };
        match key.trim() {
            "where" | "package-dir" | "package_dir" | "\"\"" | "" => {
                let value = value.split('#').next().unwrap_or_default();
                let words = value.split(|c: char| "[]{},\"'= \t".contains(c)).filter(|word| !word.is_empty());
                folders.extend(words.map(str::to_owned));
            }
            _ => {}
        }
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let snapshot = Snapshot::new(files.iter().map(|(path, text)| (*path, text.as_bytes())));
        assert_eq!(roots(&snapshot), expected);
    }

    #[test]
    fn folders_of_packages() {
        check(&[("libraries/RW/CLI.py", "")], &["libraries"]);
        check(
            &[
                ("src/RW/Core.py", ""),
                ("pyproject.toml", "[tool.setuptools.packages.find]\nwhere = [\"src\"]\n"),
            ],
            &["src"],
        );
        check(
            &[("keywords/A.py", ""), ("setup.cfg", "[options]\npackage_dir =\n    = keywords\n")],
            &["keywords"],
        );
        check(
            &[("keywords/A.py", ""), ("pyproject.toml", "package-dir = {\"\" = \"keywords\"}")],
            &["keywords"],
        );
        check(&[("A.py", "")], &[""]);
    }
}
