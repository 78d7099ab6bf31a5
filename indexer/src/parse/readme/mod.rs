//! README files and other Markdown: title, sections, code and links.

mod html;
mod sections;

use ccr_index::model::Readme;
use pulldown_cmark::{Options, Parser};

use super::{Parsed, Problem};
use sections::Builder;

/// Reads CommonMark with GitHub's tables, strikethrough, task lists and front matter.
///
/// A section is a heading outside of lists and quotes, and what follows up to the next one. Its text
/// is plain: paragraphs are separated by a blank line, list items begin with `- ` or their number,
/// table cells are separated by ` | `, images give their alternative text, and raw HTML gives the text
/// between its tags. Code blocks stand beside the text, not in it. Front matter and HTML comments are
/// left out; `path` is left empty.
pub fn parse(text: &str) -> Parsed<Readme> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut builder = Builder::new(text);
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        builder.take(event, range.start);
    }
    let sections = builder.finish();
    let title = sections.iter().map(|section| &section.heading).find(|heading| !heading.is_empty());
    let title = title.cloned().unwrap_or_default();
    let mut parsed = Parsed::clean(Readme { path: String::new(), title, sections });
    if parsed.value.sections.is_empty() {
        parsed.problems.push(Problem::empty_file());
    }
    parsed
}

#[cfg(test)]
mod tests {
    use ccr_index::model::ReadmeSection;

    use super::*;

    fn section(level: u8, heading: &str, line: u32, text: &str) -> ReadmeSection {
        ReadmeSection {
            heading: heading.to_owned(),
            level,
            line,
            text: text.to_owned(),
            ..ReadmeSection::default()
        }
    }

    fn check(text: &str, expected: &[ReadmeSection]) {
        let parsed = parse(text);
        assert_eq!(parsed.value.sections, expected, "{text}");
        let title = expected.iter().map(|s| &s.heading).find(|h| !h.is_empty());
        assert_eq!(parsed.value.title, title.cloned().unwrap_or_default(), "{text}");
    }

    #[test]
    fn headings() {
        check("# A `b` *c*\ntext\n\n### D\n", &[section(1, "A b c", 1, "text"), section(3, "D", 4, "")]);
        check("Set\next\n===\none\ntwo\n\nthree\n", &[section(1, "Set ext", 1, "one two\n\nthree")]);
        check("before\n\nTwo\n---\n", &[section(0, "", 1, "before"), section(2, "Two", 3, "")]);
        check("> # Quoted\n> text\n", &[section(0, "", 1, "Quoted\n\ntext")]);
        check("---\nname: x: y\n---\n# T\n", &[section(1, "T", 4, "")]);
        check("#\n", &[section(1, "", 1, "")]);
    }

    #[test]
    fn text_of_blocks() {
        check("a  \nb\\\nc ~~d~~ &amp; e\n", &[section(0, "", 1, "a\nb\nc d & e")]);
        check("- a\n  - b\n\n    c\n- d\n", &[section(0, "", 1, "- a\n  - b\n    c\n- d")]);
        check("3. a\n4. b\n\nafter\n", &[section(0, "", 1, "3. a\n4. b\n\nafter")]);
        check("- [x] done\n- [ ] open\n", &[section(0, "", 1, "- [x] done\n- [ ] open")]);
        check(
            "| A | B |\n|---|:-:|\n| `1` | two [x](y) |\n|3|\n\nend\n",
            &[ReadmeSection {
                links: vec![("x".into(), "y".into())],
                ..section(0, "", 1, "A | B\n1 | two x\n3 |\n\nend")
            }],
        );
    }

    #[test]
    fn html() {
        check(
            "<!-- no\n\nno -->\n\ntext <!-- no --> <b>bold</b><br>next\n",
            &[section(0, "", 1, "text  bold\nnext")],
        );
        check(
            "<p align=\"center\">\n<h1>Big &amp; small</h1>\n<img src=x alt=\"A logo\">\n</p>\n<style>p {}</style>\n",
            &[section(0, "", 1, "Big & small\nA logo")],
        );
        check(
            "<details><summary>More</summary>\n\n# In\n</details>\n",
            &[section(0, "", 1, "More"), section(1, "In", 3, "")],
        );
    }

    #[test]
    fn code_and_links() {
        let text = "# T\n```bash title=x\nls -l\n```\n    indented\n\n- item\n\n  ~~~\n  in list\n  ~~~\n\
                    \n[*a* ![alt](i.png)](u) <https://b.example>\n";
        let expected = ReadmeSection {
            code: vec![
                ("bash".into(), "ls -l".into()),
                (String::new(), "indented".into()),
                (String::new(), "in list".into()),
            ],
            links: vec![
                ("a alt".into(), "u".into()),
                ("https://b.example".into(), "https://b.example".into()),
            ],
            ..section(1, "T", 1, "- item\n\na alt https://b.example")
        };
        check(text, &[expected]);
    }

    #[test]
    fn empty_files() {
        for text in ["", " \n\n", "<!-- only -->"] {
            let parsed = parse(text);
            assert_eq!(parsed.value, Readme::default(), "{text}");
            assert_eq!(parsed.problems, [Problem::empty_file()], "{text}");
        }
    }

    /// Output stays in proportion to hostile input, so that time does too.
    #[test]
    fn hostile_inputs_stay_linear() {
        let wide_table = format!("{}\n{}\n{}", "|a".repeat(5_000), "|-".repeat(5_000), "|x\n".repeat(5_000));
        let inputs = [
            ">".repeat(100_000),
            "> ".repeat(50_000) + "\n" + &"a\n".repeat(50_000),
            "- ".repeat(50_000) + "a",
            "[".repeat(100_000),
            "[a](".repeat(50_000),
            "**a ".repeat(50_000),
            "<!--".repeat(50_000),
            "<a ".repeat(50_000),
            "`a".repeat(50_000),
            "# a\n".repeat(50_000),
            "&amp;".repeat(50_000),
            wide_table,
        ];
        for text in inputs {
            let sections = parse(&text).value.sections;
            let size: usize = sections.iter().map(|s| s.text.len() + s.heading.len()).sum();
            assert!(size <= 20 * text.len() + 1_000_000, "{}: {size}", &text[..20]);
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "([#>*_`~|<!&;\\-+=\\[\\]()]|[ \\n]|[a-c1.é]|<!--|-->|<br>|</p>|```|---\n){0,60}") {
            parse(&text);
        }
    }
}
