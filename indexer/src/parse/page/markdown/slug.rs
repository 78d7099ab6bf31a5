//! Anchors of headings as GitHub makes them.

use std::collections::HashMap;

#[derive(Debug, Default)]
pub(super) struct Slugs {
    /// How often each slug was asked for.
    seen: HashMap<String, usize>,
}

impl Slugs {
    /// The anchor of a heading: a second one of the same words gets `-1`.
    pub(super) fn next(&mut self, heading: &str) -> String {
        let slug = slug(heading);
        let mut anchor = slug.clone();
        while self.seen.contains_key(&anchor) {
            let count = self.seen.entry(slug.clone()).or_default();
            *count += 1;
            anchor = format!("{slug}-{count}");
        }
        self.seen.insert(anchor.clone(), 0);
        anchor
    }
}

/// Letters, digits, `-` and `_` in lower case, and `-` for each space.
fn slug(heading: &str) -> String {
    heading
        .trim()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .flat_map(char::to_lowercase)
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_on_github() {
        let mut slugs = Slugs::default();
        for (heading, anchor) in [
            ("Install it", "install-it"),
            ("Questions & answers", "questions--answers"),
            ("`kettle log`, the 2nd_one!", "kettle-log-the-2nd_one"),
            ("Über uns", "über-uns"),
            ("Install it", "install-it-1"),
            ("Install it", "install-it-2"),
            ("Install it 1", "install-it-1-1"),
            ("!", ""),
            ("?", "-1"),
        ] {
            assert_eq!(slugs.next(heading), anchor, "{heading}");
        }
    }
}
