use crate::parse::robot::variables;
use crate::parse::robot::words;

/// Splits trailing `name=value` options off: those of the given names, each once.
///
/// The first part keeps its order; the options are in the order of the file.
pub(crate) fn split_options<'v>(
    values: &'v [String],
    names: &[&str],
) -> (&'v [String], Vec<(&'v str, &'v str)>) {
    let mut options: Vec<(&str, &str)> = Vec::new();
    let mut end = values.len();
    while let Some((name, value)) = end.checked_sub(1).and_then(|last| values[last].split_once('=')) {
        if !names.contains(&name) || options.iter().any(|(seen, _)| *seen == name) {
            break;
        }
        options.push((name, value));
        end -= 1;
    }
    options.reverse();
    (&values[..end], options)
}

/// The value of an option.
pub(crate) fn option(options: &[(&str, &str)], name: &str) -> Option<String> {
    options.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
}

/// What is wrong with the value of an option that takes certain words only.
pub(super) fn option_error(
    statement: &str,
    options: &[(&str, &str)],
    name: &str,
    valid: &[&str],
) -> Option<String> {
    let (_, value) = options.iter().find(|(other, _)| *other == name)?;
    if valid.contains(&value.to_uppercase().as_str()) || variables::contains(value) {
        return None;
    }
    Some(format!(
        "{statement} option '{name}' does not accept value '{value}'. Valid values are {}.",
        words::list(valid)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_the_last_known_cells() {
        #[track_caller]
        fn check(text: &str, values: usize, options: &[(&str, &str)]) {
            let cells: Vec<String> = text.split("  ").map(str::to_owned).collect();
            assert_eq!(split_options(&cells, &["a", "b"]), (&cells[..values], options.to_vec()));
        }
        check("x  a=1  b=2", 1, &[("a", "1"), ("b", "2")]);
        check("x  a=1  c=2", 3, &[]);
        check("x  a=1  a=2=3", 2, &[("a", "2=3")]);
        check("a=", 0, &[("a", "")]);
        check("x", 1, &[]);
    }

    #[test]
    fn option_values() {
        let error = |value| option_error("VAR", &[("scope", value)], "scope", &["LOCAL", "TEST"]);
        assert_eq!(error("test"), None);
        assert_eq!(error("${x}"), None);
        assert_eq!(
            error("x").unwrap(),
            "VAR option 'scope' does not accept value 'x'. Valid values are 'LOCAL' and 'TEST'."
        );
    }
}
