//! Whether a file is a spec, told from its bytes: a repository has many other JSON and XML files.

/// How far the root element of an XML file is looked for: it stands behind a declaration and comments.
const PROLOG: usize = 4096;

/// True for what looks like a Libdoc spec: JSON that has a `specversion` with a number and `keywords`
/// with a list, XML whose root is `keywordspec`. Linear in the length of the file.
pub fn is_libspec(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match bytes.trim_ascii_start().first() {
        Some(b'{') => {
            has_member(bytes, b"\"specversion\"", |byte| byte.is_ascii_digit())
                && has_member(bytes, b"\"keywords\"", |byte| byte == b'[')
        }
        Some(b'<') => root(&bytes[..bytes.len().min(PROLOG)]) == Some(b"keywordspec"),
        _ => false,
    }
}

/// Whether a member with this quoted name has a value that begins so.
fn has_member(bytes: &[u8], name: &[u8], begins: impl Fn(u8) -> bool) -> bool {
    let found = bytes.windows(name.len()).enumerate().filter(|(_, window)| *window == name);
    found.map(|(at, _)| bytes[at + name.len()..].trim_ascii_start()).any(|rest| {
        let value = rest.strip_prefix(b":").map(<[u8]>::trim_ascii_start);
        value.and_then(|value| value.first()).is_some_and(|byte| begins(*byte))
    })
}

/// Name of the first element; comments are not looked into.
fn root(mut bytes: &[u8]) -> Option<&[u8]> {
    loop {
        let open = bytes.iter().position(|byte| *byte == b'<')?;
        bytes = &bytes[open + 1..];
        if let Some(comment) = bytes.strip_prefix(b"!--") {
            let end = comment.windows(3).position(|window| window == b"-->")?;
            bytes = &comment[end + 3..];
            continue;
        }
        if bytes.first()?.is_ascii_alphabetic() {
            let end = bytes.iter().position(|byte| !byte.is_ascii_alphanumeric())?;
            return Some(&bytes[..end]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specs_and_what_is_none() {
        let check = |text: &str, expected: bool| assert_eq!(is_libspec(text.as_bytes()), expected, "{text}");
        check("{\"specversion\": 3, \"keywords\": []}", true);
        check("\u{feff} {\n\"keywords\" : [ ], \"specversion\"\n:1}", true);
        check("{\"specversion\": {\"type\": \"integer\"}, \"keywords\": []}", false);
        check("{\"keywords\": [\"robot\"]}", false);
        check("[{\"specversion\": 3, \"keywords\": []}]", false);
        check("<?xml version=\"1.0\"?><!-- <a> -->\n<keywordspec name=\"A\">", true);
        check("<!-- <keywordspec> --><project>", false);
        check("<keywordspecs>", false);
        check("<!--", false);
        check("", false);
    }
}
