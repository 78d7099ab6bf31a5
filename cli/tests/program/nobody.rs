//! The program as a user whom permissions and limits hold: they do not hold for root.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, lchown};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use crate::workplace::{Ran, Workplace, command};

/// A user of a workplace.
pub(crate) struct Nobody<'a> {
    place: &'a Workplace,
    /// A user who has no other process; none where the tests are not run by root, and permissions hold anyway.
    user: Option<u32>,
}

impl<'a> Nobody<'a> {
    pub(crate) fn of(place: &'a Workplace) -> Nobody<'a> {
        static USERS: AtomicU32 = AtomicU32::new(0);
        let is_root = fs::metadata(place.path(".")).unwrap().uid() == 0;
        let number = 20_000 + std::process::id() % 20_000 + USERS.fetch_add(1, Ordering::Relaxed);
        Nobody { place, user: is_root.then_some(number) }
    }

    /// Runs `ccr` in the workplace behind another program and its arguments, such as `prlimit`.
    pub(crate) fn run_behind(&self, before: &[&str], arguments: &[&str]) -> Ran {
        let ccr = command();
        let mut words: Vec<&OsStr> = Vec::new();
        let user = self.user.map(|user| (format!("--reuid={user}"), format!("--regid={user}")));
        if let (Some(user), Some((reuid, regid))) = (self.user, &user) {
            give(&self.place.path("."), user);
            words.extend(["setpriv", reuid, regid, "--clear-groups"].map(OsStr::new));
        }
        words.extend(before.iter().map(OsStr::new));
        words.push(ccr.get_program());
        words.extend(arguments.iter().map(OsStr::new));
        let mut all = Command::new(words[0]);
        all.args(&words[1..]).current_dir(self.place.path("."));
        for (name, value) in ccr.get_envs() {
            match value {
                Some(value) => all.env(name, value),
                None => all.env_remove(name),
            };
        }
        Ran::of(all.output().unwrap())
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_behind(&[], arguments)
    }

    /// The summary of an index run.
    #[track_caller]
    pub(crate) fn index(&self, code: i32, arguments: &[&str]) -> Value {
        let arguments = [&["index", "--format", "json"], arguments].concat();
        self.run(&arguments).exits(code).json()
    }

    /// What became of the first source, and why.
    #[track_caller]
    pub(crate) fn outcome(&self, code: i32, arguments: &[&str]) -> (String, String) {
        let summary = self.index(code, arguments);
        let source = &summary["sources"][0];
        let text = |name: &str| source[name].as_str().unwrap_or_default().to_owned();
        (text("outcome"), text("reason"))
    }
}

/// Gives a file or a folder with everything inside to a user.
fn give(path: &Path, user: u32) {
    lchown(path, Some(user), Some(user)).unwrap();
    if fs::symlink_metadata(path).unwrap().is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give(&entry.unwrap().path(), user);
        }
    }
}

/// Sets the permissions of a file or folder.
pub(crate) fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
