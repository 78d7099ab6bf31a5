//! Keyword calls as the keyword sees them: which keyword, which arguments by name.

use crate::parse::robot::KeywordCall;

/// The arguments of a call: those by position, then those by name, as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arguments<'a> {
    /// Values in front of the first named one.
    pub positional: Vec<&'a str>,
    /// Names and values, in order.
    pub named: Vec<(&'a str, &'a str)>,
    /// Values by position behind a named one: Robot Framework would refuse the call. They come of a
    /// text that two spaces cut in half.
    pub stray: Vec<&'a str>,
}

impl<'a> Arguments<'a> {
    /// Sorts the arguments of a call. An argument is a named one where an unescaped `=` stands
    /// outside of variables and behind a plain name.
    pub fn of(call: &'a KeywordCall) -> Self {
        let mut arguments = Arguments::default();
        for cell in &call.args {
            match split_named(cell) {
                Some(named) => arguments.named.push(named),
                None if arguments.named.is_empty() => arguments.positional.push(cell),
                None => arguments.stray.push(cell),
            }
        }
        arguments
    }

    /// The last value given for a name.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.named.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

fn split_named(cell: &str) -> Option<(&str, &str)> {
    let (name, value) = cell.split_once('=')?;
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    (plain && name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit())).then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_by_name() {
        let args = ["NAME", "description=a = b", "${x}=1", "rest of it", "url=https://a/?b=c"];
        let call = KeywordCall { args: args.map(str::to_owned).to_vec(), ..KeywordCall::default() };
        let arguments = Arguments::of(&call);
        assert_eq!(arguments.positional, ["NAME"]);
        assert_eq!(arguments.named, [("description", "a = b"), ("url", "https://a/?b=c")]);
        assert_eq!(arguments.stray, ["${x}=1", "rest of it"]);
        assert_eq!(arguments.get("url"), Some("https://a/?b=c"));
        assert_eq!(arguments.get("type"), None);
    }
}
