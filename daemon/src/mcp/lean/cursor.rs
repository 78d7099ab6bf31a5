//! Where the next page begins. Opaque to clients: it belongs to one question.

use serde_json::{Map, Value};

use super::arguments::{Arguments, Refusal};

/// The place behind a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Things, or characters, that came before.
    pub(super) offset: usize,
    generation: u64,
    question: u32,
}

impl Cursor {
    /// The place where this call begins: its cursor's, or the start.
    pub(super) fn of(arguments: &Arguments<'_>, generation: u64) -> Result<Self, Refusal> {
        let question = digest(&arguments.question());
        let Some(text) = arguments.text("cursor")? else {
            return Ok(Cursor { offset: 0, generation, question });
        };
        let unknown = || {
            Refusal::new(format!(
                "`{text}` is no cursor of this tool: pass `next_cursor` as it was given, or none to begin again"
            ))
        };
        let cursor = Cursor::read(&text).ok_or_else(unknown)?;
        if cursor.question != question {
            return Err(Refusal::new(
                "this `cursor` belongs to another question: pass the same arguments again, or no cursor to begin anew",
            ));
        }
        Ok(cursor)
    }

    /// Whether the index was exchanged since the cursor was given.
    pub(super) fn is_of_another(&self, generation: u64) -> bool {
        self.generation != generation
    }

    /// The place `offset` of the same question.
    pub(super) fn at(self, offset: usize) -> Self {
        Cursor { offset, ..self }
    }

    /// As clients get it.
    pub(super) fn text(self) -> String {
        format!("{:x}-{:x}-{:08x}", self.offset, self.generation, self.question)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let offset = usize::from_str_radix(parts.next()?, 16).ok()?;
        let generation = u64::from_str_radix(parts.next()?, 16).ok()?;
        let question = u32::from_str_radix(parts.next()?, 16).ok()?;
        // Beyond four billion there is nothing, and sums stay sums.
        (parts.next().is_none() && offset <= u32::MAX as usize).then_some(Cursor {
            offset,
            generation,
            question,
        })
    }
}

fn digest(question: &Map<String, Value>) -> u32 {
    let mut parts: Vec<String> = question.iter().map(|(name, value)| format!("{name}={value}")).collect();
    parts.sort();
    let [a, b, c, d, ..] = *blake3::hash(parts.join("\n").as_bytes()).as_bytes();
    u32::from_be_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_both_ways() {
        let cursor = Cursor { offset: 25, generation: 7, question: 0xdead_beef };
        assert_eq!(cursor.text(), "19-7-deadbeef");
        assert_eq!(Cursor::read("19-7-deadbeef"), Some(cursor));
        for wrong in ["", "x", "1-2", "1-2-3-4", "-1-2-3", "1-2-fffffffff", "fffffffffff-1-1", "+1--2-3"] {
            assert_eq!(Cursor::read(wrong), None, "{wrong}");
        }
    }
}
