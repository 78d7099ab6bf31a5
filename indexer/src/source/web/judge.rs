//! What becomes of a page, now that it was asked for: its new text, its last good one, or none.

use std::time::{Duration, UNIX_EPOCH};

use super::cache::Record;
use super::failure::{Failure, Kind};
use crate::parse::page::{PageText, Verdict};

/// A text that has become smaller than this share of what it was, and than this many bytes, has shrunk to
/// nothing.
pub(crate) const SHRUNK_SHARE: usize = 10;
const SHRUNK_BYTES: usize = 400;

/// What is done about a page that could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The last good text stands, for this reason.
    Keep {
        /// For people, with the date since when.
        reason: String,
    },
    /// It is gone for good, for this reason.
    Forget {
        /// For people.
        reason: String,
    },
}

/// Decides about a page that was good once, and notes in its record since when it is in trouble.
pub(super) fn trouble(record: &mut Record, failure: &Failure, now: u64, grace: u64) -> Trouble {
    let since = *record.trouble_since.get_or_insert(now);
    let mut reason = format!("{} since {}", failure.reason, date(since));
    if !matches!(failure.kind, Kind::Gone | Kind::Forbidden) {
        return Trouble::Keep { reason };
    }
    let gone_since = *record.gone_since.get_or_insert(now);
    if now.saturating_sub(gone_since) > grace {
        return Trouble::Forget { reason: format!("{} since {}", failure.reason, date(gone_since)) };
    }
    reason.push_str(&format!(", and it goes after {}", date(gone_since.saturating_add(grace))));
    Trouble::Keep { reason }
}

/// Why what was read is no text of a page; `before` gives what the page said last, which is asked for
/// only where it matters. What shrank to almost nothing counts as gone: for a while, what it said before
/// stands.
pub(super) fn refuse(text: &PageText, before: impl FnOnce() -> Option<PageText>) -> Option<Failure> {
    match text.verdict {
        Verdict::Empty => return Some(Failure::wrong("the page is empty")),
        Verdict::Login => return Some(Failure::new(Kind::Wall, "the page asks for a login")),
        Verdict::NeedsScripts => {
            return Some(Failure::wrong("the page says nothing before a browser runs its programs"));
        }
        Verdict::Text => {}
    }
    let now = size(text);
    if now >= SHRUNK_BYTES {
        return None;
    }
    let before = before().as_ref().map_or(0, size);
    let has_shrunk = now * SHRUNK_SHARE < before;
    has_shrunk
        .then(|| Failure::new(Kind::Gone, format!("the page shrank from {before} to {now} bytes of text")))
}

/// Bytes of text and code.
fn size(text: &PageText) -> usize {
    let section = |section: &ccr_index::model::Section| {
        section.heading.len()
            + section.text.len()
            + section.code.iter().map(|code| code.text.len()).sum::<usize>()
    };
    text.sections.iter().map(section).sum()
}

/// A day, of seconds since 1970.
pub(super) fn date(seconds: u64) -> String {
    // The end of the year 9999.
    let time = UNIX_EPOCH + Duration::from_secs(seconds.min(253_402_300_799));
    let mut text = humantime::format_rfc3339_seconds(time).to_string();
    text.truncate(10);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use ccr_index::model::Section;

    const DAY: u64 = 86_400;

    fn step(record: &mut Record, kind: Kind, day: u64) -> String {
        match trouble(record, &Failure::new(kind, "it failed"), day * DAY, 7 * DAY) {
            Trouble::Keep { reason } => format!("keep: {reason}"),
            Trouble::Forget { reason } => format!("forget: {reason}"),
        }
    }

    #[test]
    fn what_is_gone_goes_after_the_grace() {
        let mut record = Record::default();
        let kept = "keep: it failed since 1970-01-11, and it goes after 1970-01-18";
        assert_eq!(step(&mut record, Kind::Gone, 10), kept);
        assert_eq!(step(&mut record, Kind::Gone, 17), kept);
        assert_eq!(step(&mut record, Kind::Gone, 18), "forget: it failed since 1970-01-11");
    }

    #[test]
    fn an_outage_lasts_as_long_as_it_lasts_and_is_no_grace() {
        let mut record = Record::default();
        assert_eq!(step(&mut record, Kind::Outage, 10), "keep: it failed since 1970-01-11");
        assert_eq!(step(&mut record, Kind::Wall, 900), "keep: it failed since 1970-01-11");
        let kept = "keep: it failed since 1970-01-11, and it goes after 1972-06-26";
        assert_eq!(step(&mut record, Kind::Forbidden, 900), kept);
        assert_eq!(step(&mut record, Kind::Outage, 905), "keep: it failed since 1970-01-11");
        assert_eq!(step(&mut record, Kind::Forbidden, 908), "forget: it failed since 1972-06-19");
    }

    #[test]
    fn what_is_no_text() {
        let page = |text: &str| {
            let section = Section { text: text.to_owned(), ..Section::default() };
            PageText { sections: vec![section], ..PageText::default() }
        };
        let refused = |now: &PageText, before: Option<&PageText>| {
            refuse(now, || before.cloned()).map(|failure| failure.reason)
        };
        assert_eq!(refused(&page("short"), None), None);
        assert_eq!(refused(&page("short"), Some(&page("shorter"))), None);
        assert!(
            refused(&page("short"), Some(&page(&"x".repeat(500)))).unwrap().contains("from 500 to 5 bytes")
        );
        let login = PageText { verdict: Verdict::Login, ..page("password") };
        assert!(refused(&login, None).unwrap().contains("login"));
    }
}
