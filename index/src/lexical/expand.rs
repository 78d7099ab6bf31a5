//! A query's words, with what else may be meant by each.

use std::collections::HashSet;

use super::build::{name_term, pair};
use super::lexicon::Lexicon;
use crate::text::{Shape, Token, is_stop_word, stem, synonyms, tokens};

/// What a word that says the same counts beside the word itself.
const SAME: f32 = 0.9;
/// What a word that may be meant counts.
const MEANT: f32 = 0.45;
/// What a joined form counts: it comes on top of its parts.
const JOINED: f32 = 0.5;
/// What two words count that stand side by side as they do in the query.
const SIDE_BY_SIDE: f32 = 0.5;
/// Corrections that one misspelt word may have.
const MOST_CORRECTIONS: usize = 3;
/// Words of a query that are looked at: a pasted log line is long enough with these.
pub(crate) const MOST_WORDS: usize = 48;

/// One way to satisfy a word of the query: all of these terms in a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// Stemmed terms.
    pub terms: Vec<String>,
    /// What a match counts, 0 to 1.
    pub weight: f32,
}

/// A word of the query and the ways to satisfy it.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The word as typed, in lower case.
    pub word: String,
    /// The word's own term first.
    pub alternatives: Vec<Alternative>,
    /// True for a joined form, whose absence costs nothing.
    pub bonus: bool,
}

/// A query, ready to be looked up.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    /// Its words in order, joined forms behind them.
    pub groups: Vec<Group>,
    /// The term of a keyword that has the whole query for its name.
    pub name: String,
}

/// Cuts a query into words and adds joined forms and synonyms.
pub fn expand(query: &str) -> Question {
    let cut = tokens(query);
    let mut groups = words(&cut);
    add_synonyms(&mut groups);
    let pairs: Vec<Group> = groups
        .windows(2)
        .map(|two| bonus(pair(own_term(&two[0]), own_term(&two[1])), SIDE_BY_SIDE))
        .collect();
    groups.extend(pairs);
    groups.extend(joined_forms(&cut).into_iter().map(|term| bonus(term, JOINED)));
    Question { groups, name: name_term(query) }
}

fn own_term(group: &Group) -> &str {
    &group.alternatives[0].terms[0]
}

fn bonus(term: String, weight: f32) -> Group {
    Group { word: term.clone(), alternatives: vec![Alternative { terms: vec![term], weight }], bonus: true }
}

impl Question {
    /// Every term to look up, each once.
    pub fn terms(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        let all = self.groups.iter().flat_map(|group| &group.alternatives).flat_map(|way| &way.terms);
        all.chain([&self.name]).map(String::as_str).filter(|term| seen.insert(*term)).collect()
    }

    /// How many words were asked, each once and stop words not counted.
    pub fn length(&self) -> usize {
        self.groups.iter().filter(|group| !group.bonus).count()
    }

    /// Adds the nearest terms of the index to words that the index does not hold, and returns the
    /// words that were read in another way, each with its first reading.
    pub fn correct(&mut self, lexicon: &Lexicon, is_known: impl Fn(&str) -> bool) -> Vec<(String, String)> {
        let mut read_as = Vec::new();
        // A stop word that the index does not hold is no slip of somebody's fingers.
        for group in self.groups.iter_mut().filter(|group| !group.bonus) {
            let satisfied =
                |way: &Alternative| way.weight >= SAME && way.terms.iter().all(|term| is_known(term));
            if group.alternatives.iter().any(satisfied) {
                continue;
            }
            for (rank, correction) in lexicon.nearest(&group.word, MOST_CORRECTIONS).into_iter().enumerate() {
                if rank == 0 {
                    read_as.push((group.word.clone(), correction.word));
                }
                group
                    .alternatives
                    .push(Alternative { terms: vec![correction.term], weight: correction.weight });
            }
        }
        read_as
    }
}

/// The words of the query, each once; the index holds no stop words.
fn words(cut: &[Token]) -> Vec<Group> {
    let mut seen = HashSet::new();
    cut.iter()
        .filter(|token| token.shape == Shape::Word && !is_stop_word(&token.text))
        .map(|token| (token, stem(&token.text).into_owned()))
        .filter(|(_, term)| seen.insert(term.clone()))
        .take(MOST_WORDS)
        .map(|(token, term)| Group {
            word: token.text.clone(),
            alternatives: vec![Alternative { terms: vec![term], weight: 1.0 }],
            bonus: false,
        })
        .collect()
}

/// Adds to each word what its synonyms, and those of phrases that it is part of, say.
fn add_synonyms(groups: &mut [Group]) {
    let own: Vec<String> = groups.iter().map(|group| own_term(group).to_owned()).collect();
    for at in 0..own.len() {
        for synonym in synonyms().get(&own[at]).into_iter().flatten() {
            if !own[at..].starts_with(&synonym.phrase) {
                continue;
            }
            let way =
                Alternative { terms: synonym.meant.clone(), weight: if synonym.same { SAME } else { MEANT } };
            for group in &mut groups[at..at + synonym.phrase.len()] {
                if !group.alternatives.contains(&way) {
                    group.alternatives.push(way.clone());
                }
            }
        }
    }
}

/// Compounds as typed, and each two neighbouring words joined: `fluent bit` finds `fluentbit`.
fn joined_forms(cut: &[Token]) -> Vec<String> {
    let compounds = cut.iter().filter(|token| token.shape == Shape::Compound).map(|token| token.text.clone());
    let words: Vec<&Token> = cut.iter().filter(|token| token.shape == Shape::Word).collect();
    let pairs = words.windows(2).map(|pair| format!("{}{}", pair[0].text, pair[1].text));
    let mut seen = HashSet::new();
    compounds.chain(pairs).filter(|term| seen.insert(term.clone())).take(MOST_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexical::lexicon::{Use, encode};

    fn show(question: &Question) -> String {
        let way = |way: &Alternative| format!("{}*{}", way.terms.join("+"), way.weight);
        let group = |group: &Group| group.alternatives.iter().map(way).collect::<Vec<_>>().join("|");
        question.groups.iter().map(group).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn phrases_reach_all_their_words() {
        let words = "dead*1|dlq*0.9 letter*1|dlq*0.9 queue*1|dlq*0.9";
        let pairs = "dead letter*0.5 letter queue*0.5";
        let joined = "thedead*0.5 deadletter*0.5 letterqueue*0.5";
        assert_eq!(show(&expand("the dead letter queue")), format!("{words} {pairs} {joined}"));
    }

    #[test]
    fn a_query_of_stop_words_says_nothing() {
        assert_eq!(show(&expand("who is")), "whois*0.5");
        assert_eq!(show(&expand("")), "");
    }

    #[test]
    fn unknown_words_are_corrected_and_known_ones_are_left() {
        let lexicon = Lexicon::new(encode([("cluster", Use { documents: 5, spoken: 5 })].into_iter()));
        let mut question = expand("clster");
        let read_as = question.correct(&lexicon, |_| false);
        assert_eq!(read_as, [("clster".to_owned(), "cluster".to_owned())]);
        assert_eq!(show(&question), "clster*1|cluster*0.8");
        let mut question = expand("clster");
        assert!(question.correct(&lexicon, |_| true).is_empty());
        let lexicon = Lexicon::new(encode([("add", Use { documents: 5, spoken: 5 })].into_iter()));
        assert!(expand("and").correct(&lexicon, |_| false).is_empty());
    }
}
