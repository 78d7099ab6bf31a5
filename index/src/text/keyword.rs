/// A keyword's name as Robot Framework compares it: letter case, spaces and underscores ignored,
/// and without the library in front of the last dot.
pub fn keyword_key(name: &str) -> String {
    // `${X}= RW.Core.Import Secret`, with one space, is one strange name to Robot Framework.
    let is_library = |text: &str| text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | ' '));
    let own = name.rsplit_once('.').filter(|(library, _)| is_library(library)).map_or(name, |(_, own)| own);
    own.chars().filter(|c| !c.is_whitespace() && *c != '_').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_compared_as_robot_does() {
        let check = |name: &str, expected: &str| assert_eq!(keyword_key(name), expected, "{name}");
        check("RW.Core.Import User Variable", "importuservariable");
        check("import_secret", "importsecret");
        check("Add Issue", "addissue");
        check("${X}= RW.Core.Import Secret", "${x}=rw.core.importsecret");
    }
}
