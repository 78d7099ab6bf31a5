//! `NaN` and `Infinity`, which some servers write where a number was none, and no reader of JSON takes.

/// The same with `null` in the place of such literals; `None` where there are none.
pub(super) fn replaced(json: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(json.len());
    let (mut is_text, mut is_found) = (false, false);
    let mut place = 0;
    while let Some(&byte) = json.get(place) {
        if is_text {
            out.push(byte);
            if byte == b'\\' {
                out.extend(json.get(place + 1));
                place += 1;
            }
            is_text = byte != b'"';
        } else if let Some(length) = literal(&json[place..]) {
            out.extend_from_slice(b"null");
            is_found = true;
            place += length;
            continue;
        } else {
            is_text = byte == b'"';
            out.push(byte);
        }
        place += 1;
    }
    is_found.then_some(out)
}

/// The length of the literal that begins here.
fn literal(json: &[u8]) -> Option<usize> {
    let sign = usize::from(matches!(json.first(), Some(b'-' | b'+')));
    let word = json[sign..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let text = &json[sign..sign + word];
    let is_literal = ["nan", "infinity", "inf"].iter().any(|name| text.eq_ignore_ascii_case(name.as_bytes()));
    is_literal.then_some(sign + word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_for_a_number_is_replaced() {
        let check = |json: &str, expected: Option<&str>| {
            let found = replaced(json.as_bytes()).map(|bytes| String::from_utf8(bytes).expect("text"));
            assert_eq!(found.as_deref(), expected, "{json}");
        };
        check("[NaN,-Infinity, Infinity,1]", Some("[null,null, null,1]"));
        check("[nan,-nan,inf,-inf,+inf]", Some("[null,null,null,null,null]"));
        check(r#"{"NaN":"a \" NaN","b":NaN}"#, Some(r#"{"NaN":"a \" NaN","b":null}"#));
        check(r#"{"a":"NaN\\","b":[1,-2e3,null,true]}"#, None);
        check("information", None);
        check("", None);
        check("\"\\", None);
    }
}
