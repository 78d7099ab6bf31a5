//! Paths inside of a source: relative, forward slashes, nothing that leads out.

/// Why a path cannot be one of a source.
pub(super) fn flaw(path: &str) -> Option<&'static str> {
    if path.is_empty() || path.starts_with('/') {
        return Some("path is absolute or empty");
    }
    if path.contains('\0') {
        return Some("path contains a NUL byte");
    }
    let leads_out = |part: &str| part.is_empty() || part == "." || part == "..";
    path.split('/').any(leads_out).then_some("path has a part that is empty, `.` or `..`")
}

/// Where a relative link points, as a path of the source; the empty path is its root.
///
/// `None` when it leaves the source: that is final, because a part `..` may climb over another
/// link only in ways that git and the reader would disagree on.
pub(super) fn link_target(link: &str, target: &str) -> Option<String> {
    if target.starts_with('/') || target.contains('\0') {
        return None;
    }
    let mut parts: Vec<&str> = link.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// A path for people, from bytes that may not be UTF-8.
pub(super) fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_with_a_flaw() {
        for path in ["", "/etc/passwd", "a//b", "../a", "a/..", "./a", "a/./b", "a\0b", "a/"] {
            assert!(flaw(path).is_some(), "{path:?}");
        }
        for path in ["a", "a/b", "..a", "a..b/c", "a\nb", "\"a\"", "é/日本", "-a", "a\\b"] {
            assert_eq!(flaw(path), None, "{path:?}");
        }
    }

    #[test]
    fn targets_of_links() {
        let check = |link: &str, target: &str, expected: Option<&str>| {
            assert_eq!(link_target(link, target).as_deref(), expected, "{link} -> {target}");
        };
        check("a/b/link", "../c", Some("a/c"));
        check("a/b/link", "./c//d", Some("a/b/c/d"));
        check("link", "c", Some("c"));
        check("a/link", "..", Some(""));
        check("link", "../c", None);
        check("a/link", "../../c", None);
        check("a/link", "../../a/c", None);
        check("a/link", "/etc/passwd", None);
    }
}
