//! What to write instead of a `git_ref` that nothing has.

use strsim::damerau_levenshtein;

/// Most names that are near.
const MOST_NEAR: usize = 3;
/// Most branches that are named where nothing is near.
const MOST_NAMED: usize = 8;
/// Most tags that are named with them.
const MOST_TAGS: usize = 3;
/// What people write before a name that git shows so.
const FOLDERS: [&str; 6] =
    ["refs/remotes/origin/", "remotes/origin/", "refs/heads/", "refs/tags/", "origin/", "heads/"];

/// The names that were probably meant, or else some that there are: the default branch first.
pub(super) fn instead_of(wanted: &str, default: Option<&str>, branches: &[&str], tags: &[&str]) -> String {
    let named = branches.iter().map(|name| ("branch", *name)).chain(tags.iter().map(|name| ("tag", *name)));
    let mut near: Vec<(usize, &str, &str)> =
        named.filter_map(|(kind, name)| Some((distance(wanted, name)?, kind, name))).collect();
    near.sort_by_key(|(distance, _, name)| (*distance, Some(*name) != default, name.len()));
    let near: Vec<String> =
        near.iter().take(MOST_NEAR).map(|(_, kind, name)| format!("the {kind} `{name}`")).collect();
    if let Some((last, others)) = near.split_last() {
        let others = if others.is_empty() { String::new() } else { format!("{} or ", others.join(", ")) };
        return format!("set `git_ref` to {others}{last}");
    }
    let default = default.filter(|default| branches.contains(default));
    let others = branches.iter().copied().filter(|name| Some(*name) != default);
    let branches: Vec<&str> = default.into_iter().chain(others).take(MOST_NAMED).collect();
    // The last ones are the newest as a rule.
    let tags: Vec<&str> = tags.iter().rev().take(MOST_TAGS).copied().collect();
    let such_as = |kind: &str, names: &[&str]| format!("a {kind} such as `{}`", names.join("`, `"));
    match (branches.is_empty(), tags.is_empty()) {
        (false, true) => format!("set `git_ref` to {}", such_as("branch", &branches)),
        (false, false) => {
            format!("set `git_ref` to {}, or {}", such_as("branch", &branches), such_as("tag", &tags))
        }
        (true, false) => format!("set `git_ref` to {}", such_as("tag", &tags)),
        (true, true) => "check `git_ref`".to_owned(),
    }
}

/// How far a name is from the one wanted; none where it is another one.
fn distance(wanted: &str, name: &str) -> Option<usize> {
    if wanted == "HEAD" {
        return None;
    }
    let plain = FOLDERS.iter().find_map(|folder| wanted.strip_prefix(folder)).unwrap_or(wanted);
    let (wanted, name) = (plain.to_lowercase(), name.to_lowercase());
    let last = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
    if wanted == name {
        return Some(0);
    }
    if last(&wanted) == name || last(&name) == wanted {
        return Some(1);
    }
    let edits = damerau_levenshtein(&wanted, &name);
    let is_near = edits <= 1.max(wanted.chars().count().max(name.chars().count()) / 4);
    if is_near || is_version_of(&wanted, &name) { Some(1 + edits) } else { None }
}

/// Whether one is the other with more behind it, as `v1.0` and `v1`, or without its `v`.
fn is_version_of(one: &str, other: &str) -> bool {
    let number = |name: &str| {
        let name = last_number(name);
        name.starts_with(|c: char| c.is_ascii_digit()).then(|| name.to_owned())
    };
    let (Some(one), Some(other)) = (number(one), number(other)) else { return false };
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    long.strip_prefix(&*short).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// `1.0` of `release/v1.0`.
fn last_number(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.strip_prefix("release-").or(name.strip_prefix("v")).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_and_others() {
        let many: Vec<String> = (0..30).map(|number| format!("aaa-{number}")).collect();
        let mut branches: Vec<&str> = many.iter().map(String::as_str).collect();
        branches.extend(["main", "release/1.0/final", "team/dev"]);
        let tags = ["nightly", "v1", "v2.3.0"];
        let check = |wanted: &str, expected: &str| {
            let said = instead_of(wanted, Some("main"), &branches, &tags);
            assert_eq!(said, format!("set `git_ref` to {expected}"), "{wanted}");
        };
        check("mian", "the branch `main`");
        check("MAIN", "the branch `main`");
        check("origin/main", "the branch `main`");
        check("final", "the branch `release/1.0/final`");
        check("dev", "the branch `team/dev`");
        check("v1.0", "the tag `v1`");
        check("2.3.0", "the tag `v2.3.0`");
        check("v2.3", "the tag `v2.3.0`");
        check("nightl", "the tag `nightly`");
        check("aaa-30", "the branch `aaa-0`, the branch `aaa-3` or the branch `aaa-10`");
        let some = "a branch such as `main`, `aaa-0`, `aaa-1`, `aaa-2`, `aaa-3`, `aaa-4`, `aaa-5`, `aaa-6`, \
                    or a tag such as `v2.3.0`, `v1`, `nightly`";
        check("something else", some);
        check("0123456", some);
        check("HEAD", some);
    }

    #[test]
    fn repositories_without_branches_or_tags() {
        assert_eq!(instead_of("x", None, &[], &["v1"]), "set `git_ref` to a tag such as `v1`");
        assert_eq!(instead_of("x", Some("gone"), &["abc"], &[]), "set `git_ref` to a branch such as `abc`");
        assert_eq!(instead_of("x", None, &[], &[]), "check `git_ref`");
    }
}
