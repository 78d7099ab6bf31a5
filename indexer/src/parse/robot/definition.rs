use std::ops::Range;

use super::body::Statement;
use super::languages::Languages;
use super::lexer::{Cell, Class, Context, Settings, Statements};

/// A test, task or keyword: its name and the rows below it.
pub(super) struct Definition<'s, 'a> {
    pub(super) name: &'s Cell<'a>,
    /// Without indentation; none is empty.
    rows: Vec<&'s [Cell<'a>]>,
}

/// Splits a section of tests, tasks or keywords (`TestOrKeywordLexer`).
pub(super) fn definitions<'s, 'a>(all: &'s Statements<'a>, range: Range<usize>) -> Vec<Definition<'s, 'a>> {
    let mut found: Vec<Definition<'s, 'a>> = Vec::new();
    for index in range {
        let statement = all.get(index);
        match found.last_mut() {
            Some(last) if statement[0].value.is_empty() => {
                let indent = statement.iter().take_while(|cell| cell.value.is_empty()).count();
                last.rows.extend(Some(&statement[indent..]).filter(|row| !row.is_empty()));
            }
            // The first row names something even if it is indented: then the name is empty.
            _ => {
                let rows = Vec::from_iter(Some(&statement[1..]).filter(|row| !row.is_empty()));
                found.push(Definition { name: &statement[0], rows });
            }
        }
    }
    found
}

impl<'s, 'a> Definition<'s, 'a> {
    /// The rows with what each of them is.
    pub(super) fn statements(
        &self,
        outside: Context,
        settings: &mut Settings,
        languages: &Languages,
    ) -> Vec<Statement<'s, 'a>> {
        let mut contexts = Vec::new();
        let classify = |row: &&'s [Cell<'a>]| {
            let class = contexts.last().copied().unwrap_or(outside).classify(row);
            if class == Class::End {
                contexts.pop();
            }
            contexts.extend(class.opens());
            if class != Class::Setting {
                return Statement::Step(class, row);
            }
            match settings.read(row, languages) {
                Ok(setting) => Statement::Setting(setting, row),
                Err(message) => Statement::WrongSetting(message, row),
            }
        };
        self.rows.iter().map(classify).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_rows() {
        #[track_caller]
        fn check(text: &str, expected: &[(&str, &[&[&str]])]) {
            let all = Statements::split(text);
            let found: Vec<(&str, Vec<Vec<&str>>)> = definitions(&all, 0..all.len())
                .into_iter()
                .map(|found| {
                    let rows = found.rows.iter().map(|row| row.iter().map(|cell| cell.value).collect());
                    (found.name.value, rows.collect())
                })
                .collect();
            let expected: Vec<(&str, Vec<Vec<&str>>)> = expected
                .iter()
                .map(|(name, rows)| (*name, rows.iter().map(|row| row.to_vec()).collect()))
                .collect();
            assert_eq!(found, expected);
        }
        check("a\n    b    c\n\n    d\ne    f\n", &[("a", &[&["b", "c"], &["d"]]), ("e", &[&["f"]])]);
        check("    a    b\n    c", &[("", &[&["a", "b"], &["c"]])]);
        check(" a\n    b\n", &[(" a", &[&["b"]])]);
        check("| a | | b |\n| | | c |", &[("a", &[&["", "b"], &["c"]])]);
        check("a\n...    b\n", &[("a", &[&["b"]])]);
    }
}
