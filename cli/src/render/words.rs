use std::time::{Duration, UNIX_EPOCH};

/// `path:line:column: message`, as far as known.
pub(crate) fn place(path: &str, line: Option<u32>, column: Option<u32>, message: &str) -> String {
    let line = line.map(|line| format!(":{line}")).unwrap_or_default();
    let column = column.map(|column| format!(":{column}")).unwrap_or_default();
    let colon = if path.is_empty() { "" } else { ": " };
    format!("{path}{line}{column}{colon}{message}")
}

/// A time in seconds since 1970-01-01 UTC, as RFC 3339 writes it.
pub(crate) fn utc(seconds: u64) -> String {
    match UNIX_EPOCH.checked_add(Duration::from_secs(seconds)) {
        Some(time) if seconds < 253_402_300_800 => humantime::format_rfc3339_seconds(time).to_string(),
        _ => "-".to_owned(),
    }
}

/// `1 library`, `2 libraries`.
pub(crate) fn counted(count: u64, word: &str) -> String {
    // Documentation is counted in pages.
    let word = if word == "documentation" { "page" } else { word };
    match (count, word.strip_suffix('y')) {
        (1, _) => format!("1 {word}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {word}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_utc() {
        assert_eq!(utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(utc(1_795_000_000), "2026-11-18T11:06:40Z");
        assert_eq!(utc(u64::MAX), "-");
    }

    #[test]
    fn places_as_far_as_known() {
        assert_eq!(place("a.yaml", Some(3), Some(7), "bad"), "a.yaml:3:7: bad");
        assert_eq!(place("a.yaml", None, None, "bad"), "a.yaml: bad");
        assert_eq!(place("", None, None, "bad"), "bad");
    }
}
