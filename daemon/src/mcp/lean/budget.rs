//! Replies of a size that the caller sets.

use serde_json::json;

use crate::mcp::Reply;

/// Characters that a token is taken for, as model vendors estimate it.
const CHARACTERS_A_TOKEN: usize = 4;

/// How large a reply may be, its text and its JSON together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    characters: usize,
}

impl Budget {
    /// A sixteenth is left for what is around a reply, and for JSON that is written with spaces.
    pub(super) fn of_tokens(tokens: usize) -> Self {
        Budget { characters: tokens.saturating_mul(CHARACTERS_A_TOKEN) / 16 * 15 }
    }

    /// Characters of a reply at most.
    pub(super) fn characters(self) -> usize {
        self.characters
    }

    /// Whether the reply fits as it will be sent.
    pub(super) fn holds(self, reply: &Reply) -> bool {
        let sent = json!({
            "content": [{"type": "text", "text": reply.text}],
            "structuredContent": reply.structured,
            "isError": reply.is_error,
        });
        sent.to_string().chars().count() <= self.characters
    }

    /// The reply of the first step that fits, or else of the last: each step tells less than the one
    /// before. Only a few of them are tried.
    pub(super) fn first_of<T: Copy>(self, steps: &[T], reply: impl Fn(T) -> Reply) -> Option<Reply> {
        let mut found = None;
        let (mut from, mut to) = (0, steps.len());
        while from < to {
            let middle = from.midpoint(to);
            let tried = reply(steps[middle]);
            if self.holds(&tried) {
                to = middle;
                found = Some(tried);
            } else {
                from = middle + 1;
            }
        }
        found.or_else(|| steps.last().map(|step| reply(*step)))
    }

    /// The reply with the most things, at most `most`, that fits; where not even one thing fits, nothing.
    pub(super) fn most(self, most: usize, reply: impl Fn(usize) -> Reply) -> Option<Reply> {
        let all = reply(most);
        if self.holds(&all) {
            return Some(all);
        }
        let (mut fits, mut too_many) = (0, most);
        let mut found = None;
        while too_many - fits > 1 {
            let tried = fits.midpoint(too_many);
            let candidate = reply(tried);
            if self.holds(&candidate) {
                fits = tried;
                found = Some(candidate);
            } else {
                too_many = tried;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(characters: usize) -> Reply {
        Reply::new("x".repeat(characters), json!({}))
    }

    #[test]
    fn the_most_that_fits() {
        let around =
            json!({"content": [{"type": "text", "text": ""}], "structuredContent": {}, "isError": false});
        let around = around.to_string().len();
        let room = 20;
        let budget = Budget { characters: around + room };
        let fits = |most| budget.most(most, reply).map(|reply| reply.text.len());
        assert_eq!(fits(3), Some(3));
        assert_eq!(fits(room), Some(room));
        assert_eq!(fits(1000), Some(room));
        assert_eq!(Budget::of_tokens(1).most(1000, reply), None);
        let first = budget.first_of(&[1000, 900, room, 1, 0], reply);
        assert_eq!(first.map(|reply| reply.text.len()), Some(room));
        assert_eq!(budget.first_of(&[1000, 900], reply).map(|reply| reply.text.len()), Some(900));
    }
}
