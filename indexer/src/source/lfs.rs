//! Pointers that Git LFS puts into a repository in the place of large files.

/// Longest pointer: the specification says that one is shorter than this.
const LONGEST: usize = 1024;
/// How a pointer begins, today and before the specification had its name.
const BEGINNINGS: [&str; 2] =
    ["version https://git-lfs.github.com/spec/", "version https://hawser.github.com/spec/"];

/// Whether the contents of a file are a pointer to its contents.
pub(super) fn is_pointer(contents: &[u8]) -> bool {
    let Some(text) =
        Some(contents).filter(|bytes| bytes.len() < LONGEST).and_then(|bytes| str::from_utf8(bytes).ok())
    else {
        return false;
    };
    let has = |key: &str| text.lines().skip(1).any(|line| line.starts_with(key));
    BEGINNINGS.iter().any(|beginning| text.starts_with(beginning)) && has("oid ") && has("size ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_and_texts_about_them() {
        let oid = "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393";
        let v1 = "version https://git-lfs.github.com/spec/v1";
        for pointer in [
            format!("{v1}\n{oid}\nsize 12345\n"),
            format!("{v1}\r\n{oid}\r\nsize 12345\r\n"),
            format!("{v1}\next-0-foo sha256:abc\n{oid}\nsize 0"),
            format!("version https://hawser.github.com/spec/v1\n{oid}\nsize 1\n"),
        ] {
            assert!(is_pointer(pointer.as_bytes()), "{pointer}");
        }
        for text in [
            String::new(),
            v1.to_owned(),
            format!("# A pointer looks so:\n{v1}\n{oid}\nsize 12345\n"),
            format!("{v1}\n{oid}\nsize 1\n{}", "text ".repeat(300)),
        ] {
            assert!(!is_pointer(text.as_bytes()), "{text}");
        }
        assert!(!is_pointer(b"version https://git-lfs.github.com/spec/v1\noid \xff\nsize 1\n"));
    }
}
