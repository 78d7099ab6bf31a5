//! A README in Markdown again.

use ccr_index::model::Readme;

/// The sections with their headings, so many levels lower, and their code.
pub(crate) fn readme_text(readme: &Readme, lower: u8) -> String {
    let mut text = String::new();
    for section in &readme.sections {
        if !section.heading.is_empty() {
            let marks = "#".repeat(usize::from((section.level + lower).clamp(1, 6)));
            text.push_str(&format!("{marks} {}\n\n", section.heading));
        }
        if !section.text.is_empty() {
            text.push_str(&format!("{}\n\n", section.text));
        }
        for (language, code) in &section.code {
            text.push_str(&format!("```{language}\n{}\n```\n\n", code.trim_end()));
        }
    }
    text.truncate(text.trim_end().len());
    text
}
