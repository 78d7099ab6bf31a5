//! The field's synonyms and abbreviations, from `synonyms.txt`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{is_stop_word, stem, tokens, tokens::Shape};

const SOURCE: &str = include_str!("synonyms.txt");

/// What may be meant by a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synonym {
    /// Stemmed terms of the phrase, in order.
    pub phrase: Vec<String>,
    /// Stemmed terms that may be meant, all of them together.
    pub meant: Vec<String>,
    /// True where both sides say the same; false where it is only one thing that may be meant.
    pub same: bool,
}

/// All synonyms, by the first term of their phrase.
pub fn synonyms() -> &'static HashMap<String, Vec<Synonym>> {
    static BY_FIRST: LazyLock<HashMap<String, Vec<Synonym>>> = LazyLock::new(|| parse(SOURCE));
    &BY_FIRST
}

fn parse(source: &str) -> HashMap<String, Vec<Synonym>> {
    let mut by_first: HashMap<String, Vec<Synonym>> = HashMap::new();
    let mut add = |phrase: &[String], meant: &[String], same: bool| {
        let says_nothing = phrase.is_empty() || meant.is_empty() || phrase == meant;
        if says_nothing {
            return;
        }
        let synonym = Synonym { phrase: phrase.to_vec(), meant: meant.to_vec(), same };
        let known = by_first.entry(phrase[0].clone()).or_default();
        if !known.contains(&synonym) {
            known.push(synonym);
        }
    };
    for line in source.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some((phrase, meanings)) = line.split_once('>') {
            let phrase = terms(phrase);
            meanings.split(',').for_each(|meant| add(&phrase, &terms(meant), false));
            continue;
        }
        let sides: Vec<Vec<String>> = line.split('=').map(terms).collect();
        for phrase in &sides {
            sides.iter().for_each(|meant| add(phrase, meant, true));
        }
    }
    by_first
}

fn terms(phrase: &str) -> Vec<String> {
    tokens(phrase)
        .into_iter()
        .filter(|token| token.shape == Shape::Word && !is_stop_word(&token.text))
        .map(|token| stem(&token.text).into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_and_one_way() {
        let found = parse("# note\n\nk8s = kubernetes\nbounce > restart, kill\nroll back = rollback\n");
        let shown = |first: &str| -> Vec<String> {
            let way = |s: &Synonym| {
                format!("{}{}{}", s.phrase.join(" "), if s.same { "=" } else { ">" }, s.meant.join(" "))
            };
            found[first].iter().map(way).collect()
        };
        assert_eq!(found.len(), 5);
        assert_eq!(shown("k8s"), ["k8s=kubernet"]);
        assert_eq!(shown("kubernet"), ["kubernet=k8s"]);
        assert_eq!(shown("bounc"), ["bounc>restart", "bounc>kill"]);
        assert_eq!(shown("roll"), ["roll back=rollback"]);
        assert_eq!(shown("rollback"), ["rollback=roll back"]);
    }

    #[test]
    fn every_line_of_the_list_says_something() {
        let lines = SOURCE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        for line in lines {
            assert!(line.contains(['=', '>']), "neither `=` nor `>` in `{line}`");
        }
        assert!(synonyms().contains_key("k8s"));
    }
}
