use std::collections::HashMap;

/// Lines of a function that are looked at.
const MOST_LINES: usize = 120;

/// Texts of the functions of Python files, found by where they are defined.
#[derive(Debug, Default)]
pub struct FunctionTexts<'a> {
    files: HashMap<&'a str, File<'a>>,
}

#[derive(Debug)]
struct File<'a> {
    text: &'a str,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl<'a> FunctionTexts<'a> {
    /// Takes the Python files among these, by path; those that are not UTF-8 have no functions here.
    pub fn new(files: &'a [(String, Vec<u8>)]) -> Self {
        let python = files.iter().filter(|(path, _)| path.ends_with(".py"));
        let file = |(path, bytes): &'a (String, Vec<u8>)| {
            let text = std::str::from_utf8(bytes).ok()?;
            let ends = text.match_indices('\n').map(|(at, _)| at + 1);
            Some((path.as_str(), File { text, starts: std::iter::once(0).chain(ends).collect() }))
        };
        FunctionTexts { files: python.filter_map(file).collect() }
    }

    /// The text of the function that is defined at a line, from 1, up to the next definition that
    /// stands no deeper.
    pub fn get(&self, path: &str, line: u32) -> Option<&'a str> {
        let file = self.files.get(path)?;
        let start = *file.starts.get((line as usize).checked_sub(1)?)?;
        let rest = &file.text[start..];
        let mut lines = rest.split_inclusive('\n').take(MOST_LINES);
        let first = lines.next()?;
        let depth = indentation(first);
        let length: usize = lines.take_while(|line| !begins(line, depth)).map(str::len).sum();
        Some(&rest[..first.len() + length])
    }
}

/// Whether a line begins a definition that stands no deeper.
fn begins(line: &str, depth: usize) -> bool {
    let start = line.trim_start();
    let is_definition = ["def ", "async def ", "class ", "@"].iter().any(|word| start.starts_with(word));
    is_definition && indentation(line) <= depth
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_ends_where_the_next_begins() {
        let text = "x = 1\ndef one(\n    a,\n):\n    def inner():\n        pass\n    return 1\n\n@keyword\ndef two(): pass\n";
        let files = [("a.py".to_owned(), text.as_bytes().to_vec()), ("b.py".to_owned(), vec![0xff])];
        let texts = FunctionTexts::new(&files);
        assert_eq!(
            texts.get("a.py", 2),
            Some("def one(\n    a,\n):\n    def inner():\n        pass\n    return 1\n\n")
        );
        assert_eq!(texts.get("a.py", 10), Some("def two(): pass\n"));
        assert_eq!(texts.get("a.py", 99), None);
        assert_eq!(texts.get("a.py", 0), None);
        assert_eq!(texts.get("b.py", 1), None);
    }
}
