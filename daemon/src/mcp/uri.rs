//! Addresses of resources: `ccr://codebundle/<collection>/<directory>`, `ccr://library/<collection>/<name>`,
//! `ccr://documentation/<id>`.

use ccr_index::model::Kind;

const SCHEME: &str = "ccr://";

/// Kinds that are resources.
pub(super) const KINDS: [Kind; 3] = [Kind::CodeBundle, Kind::Library, Kind::Documentation];

/// The address of a thing.
pub(super) fn of(kind: Kind, id: &str) -> String {
    let mut uri = format!("{SCHEME}{}/", kind.as_str());
    for byte in id.bytes() {
        // What RFC 3986 allows in a path, less `%`.
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

/// Kind and id of an address; `None` for any other.
pub(super) fn read(uri: &str) -> Option<(Kind, String)> {
    let (kind, path) = uri.strip_prefix(SCHEME)?.split_once('/')?;
    let kind = KINDS.into_iter().find(|known| known.as_str() == kind)?;
    Some((kind, decoded(path)?))
}

/// The id that a text means: that of an address, or the text itself.
pub(super) fn to_id(text: &str) -> String {
    match read(text.trim()) {
        Some((_, id)) => id,
        None => text.trim().trim_matches('/').to_owned(),
    }
}

fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        if *first == b'%' {
            let digits = std::str::from_utf8(others.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &others[2..];
        } else {
            bytes.push(*first);
            rest = others;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_both_ways() {
        let check = |kind: Kind, id: &str, uri: &str| {
            assert_eq!(of(kind, id), uri);
            assert_eq!(read(uri), Some((kind, id.to_owned())));
            assert_eq!(to_id(uri), id);
        };
        check(Kind::CodeBundle, "acme/k8s-pod-restarts", "ccr://codebundle/acme/k8s-pod-restarts");
        check(Kind::Library, "acme/libs/a b%.resource", "ccr://library/acme/libs/a%20b%25.resource");
        check(Kind::Library, "acme/Größe", "ccr://library/acme/Gr%C3%B6%C3%9Fe");
        check(
            Kind::Documentation,
            "https://example.org/a?b=1#c",
            "ccr://documentation/https://example.org/a%3Fb=1%23c",
        );
        for wrong in ["", "ccr://", "ccr://task/a/b", "https://a/b", "ccr://library/%zz", "ccr://library/%f"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(to_id(" acme/x/ "), "acme/x");
    }
}
