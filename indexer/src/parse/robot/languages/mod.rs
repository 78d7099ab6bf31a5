//! Translations of section headers and setting names, chosen by `Language:` lines.

mod table;

use super::letters::fold;
use super::lexer::Section;

/// The terms of one language.
struct Language {
    /// Code and name, without spaces and hyphens, case folded.
    names: [&'static str; 2],
    headers: &'static [(&'static str, Section)],
    /// Translated and English setting names.
    settings: &'static [(&'static str, &'static str)],
}

/// The languages of a file: English and those of its `Language:` lines.
pub(super) struct Languages {
    chosen: Vec<&'static Language>,
}

impl Languages {
    /// English alone.
    pub(super) fn english() -> Self {
        Languages { chosen: table::LANGUAGES.iter().take(1).collect() }
    }

    /// Adds a language by its code (`fi`, `pt-BR`) or English name; false when there is none such.
    pub(super) fn add(&mut self, name: &str) -> bool {
        let name = fold(name).replace('-', "");
        let Some(language) = table::LANGUAGES.iter().find(|language| language.names.contains(&name.as_str()))
        else {
            return false;
        };
        if !self.chosen.iter().any(|chosen| chosen.names == language.names) {
            self.chosen.push(language);
        }
        true
    }

    /// The section of a title-cased header.
    pub(super) fn section(&self, header: &str) -> Option<Section> {
        // What was added last wins over what came before.
        self.chosen.iter().rev().find_map(|language| lookup(language.headers, header))
    }

    /// The English name of a title-cased setting.
    pub(super) fn setting(&self, name: &str) -> Option<&'static str> {
        self.chosen.iter().rev().find_map(|language| lookup(language.settings, name))
    }
}

fn lookup<T: Copy>(table: &[(&str, T)], wanted: &str) -> Option<T> {
    table.iter().find(|(term, _)| *term == wanted).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::robot::letters::title;

    #[test]
    fn languages_are_found_by_code_and_name() {
        let mut languages = Languages::english();
        assert_eq!(languages.section("Asetukset"), None);
        assert!(languages.add("FI"));
        assert!(languages.add("Brazilian  portuguese"));
        assert!(languages.add("pt-br"));
        assert!(!languages.add("klingon"));
        assert!(!languages.add(""));
        assert_eq!(languages.chosen.len(), 3);
        assert_eq!(languages.section("Asetukset"), Some(Section::Settings));
        assert_eq!(languages.section("Configurações"), Some(Section::Settings));
        assert_eq!(languages.section("Settings"), Some(Section::Settings));
        assert_eq!(languages.setting("Tunnisteet"), Some("Tags"));
    }

    #[test]
    fn terms_are_in_title_case() {
        for language in table::LANGUAGES {
            let headers = language.headers.iter().map(|(term, _)| term);
            for term in headers.chain(language.settings.iter().map(|(term, _)| term)) {
                assert_eq!(title(term), **term);
            }
        }
    }
}
