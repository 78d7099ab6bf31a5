use super::repository::{Repository, options};
use crate::source::{FetchOptions, Outcome, SourceError};

/// `main` has moved on from a tag, `dev` beside it has a slash in its name.
fn with_history() -> (Repository, String) {
    let repository = Repository::new();
    let first = repository.git(&["rev-parse", "HEAD"]);
    repository.git(&["tag", "light"]);
    repository.git(&["tag", "--annotate", "--message", "v1", "v1"]);
    repository.git(&["checkout", "--quiet", "-b", "team/dev"]);
    repository.commit("name", "dev");
    repository.git(&["checkout", "--quiet", "main"]);
    repository.commit("name", "second");
    repository.commit("name", "third");
    (repository, first)
}

#[test]
fn names_of_all_kinds() {
    let (repository, first) = with_history();
    let head = repository.git(&["rev-parse", "HEAD"]);
    let short = &first[..9];
    for (reference, name) in [
        ("main", "third"),
        ("team/dev", "dev"),
        ("light", "first"),
        ("v1", "first"),
        ("HEAD", "third"),
        ("refs/tags/v1", "first"),
        (first.as_str(), "first"),
        (short, "first"),
        (head.as_str(), "third"),
    ] {
        let fields = format!("git_ref: '{reference}'");
        repository.check(&fields, "fresh", name);
        let snapshot = repository.check(&fields, "unchanged", name);
        assert_eq!(snapshot.commit().unwrap().len(), 40);
        assert_eq!(snapshot.revision(), repository.git(&["rev-parse", &format!("{reference}^{{commit}}")]));
    }
}

#[test]
fn commits_in_capitals() {
    let (repository, first) = with_history();
    let capitals = first.to_ascii_uppercase();
    for reference in [&capitals[..], &capitals[..12]] {
        let fields = format!("git_ref: '{reference}'");
        repository.check(&fields, "fresh", "first");
        repository.check(&fields, "unchanged", "first");
    }
    // A name is what it is.
    repository.git(&["branch", "DEADBEEF", "team/dev"]);
    repository.check("git_ref: DEADBEEF", "fresh", "dev");
    repository.check("git_ref: DEADBEEF", "unchanged", "dev");
}

#[test]
fn the_default_is_the_head_of_the_remote() {
    let (repository, _) = with_history();
    repository.check("", "fresh", "third");
    repository.git(&["symbolic-ref", "HEAD", "refs/heads/team/dev"]);
    repository.check("", "fresh", "dev");
    repository.check("", "unchanged", "dev");
}

#[test]
fn only_one_commit_is_fetched() {
    let (repository, first) = with_history();
    repository.check("", "fresh", "third");
    let objects = |repository: &Repository| {
        let git_dir = format!("--git-dir={}", repository.clone_path().display());
        repository.git(&[&git_dir, "rev-list", "--all", "--count"])
    };
    assert_eq!(objects(&repository), "1");
    repository.commit("name", "fourth");
    repository.check("", "fresh", "fourth");
    assert_eq!(objects(&repository), "1");
    repository.check(&format!("git_ref: '{first}'"), "fresh", "first");
}

#[test]
fn a_held_commit_needs_no_remote() {
    let (repository, first) = with_history();
    let fields = format!("git_ref: '{}'", &first[..12]);
    repository.check(&fields, "fresh", "first");
    std::fs::rename(repository.path(), repository.base().join("away")).unwrap();
    let fetched = repository.fetch(&fields).unwrap();
    assert_eq!((fetched.outcome, fetched.snapshot.commit()), (Outcome::Unchanged, Some(first.as_str())));
}

#[test]
fn a_branch_wins_over_a_tag() {
    let (repository, _) = with_history();
    repository.git(&["tag", "both", "light"]);
    repository.git(&["branch", "both", "team/dev"]);
    repository.check("git_ref: both", "fresh", "dev");
}

#[test]
fn a_branch_may_look_like_a_commit() {
    let (repository, _) = with_history();
    repository.git(&["branch", "deadbeef", "team/dev"]);
    repository.check("git_ref: deadbeef", "fresh", "dev");
    repository.check("git_ref: deadbeef", "unchanged", "dev");
}

#[test]
fn a_rewritten_branch_and_a_moved_tag() {
    let (repository, _) = with_history();
    repository.check("", "fresh", "third");
    repository.check("git_ref: v1", "fresh", "first");
    repository.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    repository.git(&["tag", "--force", "--annotate", "--message", "v1", "v1", "team/dev"]);
    repository.check("", "fresh", "second");
    repository.check("git_ref: v1", "fresh", "dev");
}

#[test]
fn names_that_are_not_there() {
    let (repository, _) = with_history();
    let check = |reference: &str, instead: &str| {
        let error = repository.fetch(&format!("git_ref: '{reference}'")).unwrap_err();
        assert!(matches!(error, SourceError::NoSuchReference { .. }), "{error:?}");
        assert!(error.to_string().ends_with(&format!("; set `git_ref` to {instead}")), "{error}");
    };
    let any = "a branch such as `main`, `team/dev`, or a tag such as `v1`, `light`";
    check("nothing", any);
    check("MAIN", "the branch `main`");
    check("mian", "the branch `main`");
    check("dev", "the branch `team/dev`");
    check("v1.0", "the tag `v1`");
    check("lihgt", "the tag `light`");
    check("0123456", any);
    check("0123456789012345678901234567890123456789", any);
    repository.git(&["tag", "tree", "HEAD^{tree}"]);
    let error = repository.fetch("git_ref: tree").unwrap_err();
    assert!(error.to_string().contains("there is no commit"), "{error}");
}

#[test]
fn an_empty_repository() {
    let repository = Repository::empty();
    let error = repository.fetch("").unwrap_err();
    assert!(matches!(error, SourceError::EmptyRepository { .. }), "{error:?}");
    let error = repository.fetch("git_ref: main").unwrap_err();
    assert!(matches!(error, SourceError::EmptyRepository { .. }), "{error:?}");
}

#[test]
fn a_head_without_a_branch() {
    let repository = Repository::new();
    repository.git(&["symbolic-ref", "HEAD", "refs/heads/gone"]);
    let error = repository.fetch("").unwrap_err();
    assert!(error.to_string().contains("a branch such as `main`"), "{error}");
    repository.check("git_ref: main", "fresh", "first");
}

#[test]
fn sha256_repositories() {
    let repository = Repository::empty();
    std::fs::remove_dir_all(repository.path().join(".git")).unwrap();
    repository.git(&["init", "--quiet", "--initial-branch=main", "--object-format=sha256"]);
    let commit = repository.commit("name", "long");
    assert_eq!(commit.len(), 64);
    repository.check("", "fresh", "long");
    repository.check(&format!("git_ref: '{commit}'"), "fresh", "long");
    repository.check(&format!("git_ref: '{commit}'"), "unchanged", "long");
}

#[test]
fn offline_uses_what_is_there() {
    let (repository, _) = with_history();
    let offline = FetchOptions { offline: true, ..options() };
    let error = repository.fetch_with("", &offline).unwrap_err();
    assert!(matches!(error, SourceError::NotCloned { .. }), "{error:?}");
    repository.check("", "fresh", "third");
    let commit = repository.commit("name", "fourth");
    let fetched = repository.fetch_with("", &offline).unwrap();
    assert_eq!(fetched.outcome, Outcome::Offline);
    assert_ne!(fetched.snapshot.commit(), Some(commit.as_str()));
    // A ref that was never fetched is not passed off as another one.
    let error = repository.fetch_with("git_ref: team/dev", &offline).unwrap_err();
    assert!(error.to_string().contains("run once without `--offline`"), "{error}");
}

#[test]
fn forms_of_the_address() {
    let (repository, _) = with_history();
    let path = repository.path().display().to_string();
    repository.check(&format!("git_url: '{path}'"), "fresh", "third");
    repository.check("git_url: upstream", "fresh", "third");
    repository.check("git_url: ./upstream", "fresh", "third");
    repository.check("git_url: ./upstream/.git", "fresh", "third");
    for name in ["my-git", "digit.git", "a.git.git", "with space"] {
        let target = repository.base().join(name);
        repository.git(&["clone", "--quiet", "--bare", ".", &target.display().to_string()]);
        repository.check(&format!("git_url: ./{name}"), "fresh", "third");
        repository.check(&format!("git_url: ./{name}"), "unchanged", "third");
    }
}
