//! How good a ranking is, and how sure of it one can be.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

/// Ranks that nDCG and MRR look at.
const CUT: usize = 10;
/// Ranks that recall looks at.
const RECALL_CUT: usize = 5;
/// Samples of a bootstrap or a permutation test.
const SAMPLES: usize = 10_000;
/// Judged targets of a query with their grades.
pub(super) type Grades = HashMap<String, f64>;

/// Measures of one query, or their means over several; each 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub(super) struct Scores {
    /// Normalised discounted cumulative gain of the first ten, with the grades as gains.
    pub(super) ndcg10: f64,
    /// The inverse of the rank of the first good answer among ten.
    pub(super) mrr10: f64,
    /// The share of the good answers that stand among the first five.
    pub(super) recall5: f64,
    /// Whether the first answer is a good one.
    pub(super) success1: f64,
}

impl Scores {
    /// Measures the ids found, best first; one that is found again (a function that two libraries hand on)
    /// counts where it stands first. Good is a target of grade 2 or more, or of the best grade that the query
    /// has; `None` where nothing is judged to answer it.
    pub(super) fn of<'a>(found: impl IntoIterator<Item = &'a str>, grades: &Grades) -> Option<Scores> {
        let mut ideal: Vec<f64> = grades.values().copied().filter(|grade| *grade > 0.0).collect();
        ideal.sort_by(|a, b| b.total_cmp(a));
        let good = ideal.first()?.min(2.0);
        let mut seen = HashSet::new();
        let different = found.into_iter().filter(|id| seen.insert(*id));
        let gains: Vec<f64> = different.map(|id| grades.get(id).copied().unwrap_or(0.0)).take(CUT).collect();
        let first = gains.iter().position(|gain| *gain >= good);
        let all = ideal.iter().filter(|grade| **grade >= good).count();
        let early = gains.iter().take(RECALL_CUT).filter(|gain| **gain >= good).count();
        Some(Scores {
            ndcg10: discounted(&gains) / discounted(&ideal),
            mrr10: first.map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0)),
            recall5: early as f64 / all as f64,
            success1: if first == Some(0) { 1.0 } else { 0.0 },
        })
    }

    /// The means; zeros of nothing.
    pub(super) fn mean(scores: &[Scores]) -> Scores {
        let mean = |of: fn(&Scores) -> f64| mean(&scores.iter().map(of).collect::<Vec<f64>>());
        Scores {
            ndcg10: mean(|scores| scores.ndcg10),
            mrr10: mean(|scores| scores.mrr10),
            recall5: mean(|scores| scores.recall5),
            success1: mean(|scores| scores.success1),
        }
    }
}

fn discounted(gains: &[f64]) -> f64 {
    gains.iter().take(CUT).enumerate().map(|(rank, gain)| gain / (rank as f64 + 2.0).log2()).sum()
}

/// The mean; 0 of nothing.
pub(super) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// The value below which the given share of the values lies, 0 of nothing.
pub(super) fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (share * sorted.len().saturating_sub(1) as f64).round() as usize;
    sorted.get(at).copied().unwrap_or(0.0)
}

/// Where the mean lies with a probability of 95 %: the percentile bootstrap over the values. The same
/// values always give the same interval.
pub(super) fn interval(values: &[f64]) -> [f64; 2] {
    let mut draws = Draws::default();
    let means: Vec<f64> = (0..SAMPLES)
        .map(|_| mean(&(0..values.len()).map(|_| values[draws.below(values.len())]).collect::<Vec<f64>>()))
        .collect();
    [quantile(&means, 0.025), quantile(&means, 0.975)]
}

/// How likely a mean difference at least this far from 0 is if it were chance which of two systems got
/// which score: the paired permutation test, two-sided, on the differences by query.
pub(super) fn chance(differences: &[f64]) -> f64 {
    let mut draws = Draws::default();
    let observed = differences.iter().sum::<f64>().abs();
    let as_far = (0..SAMPLES)
        .filter(|_| {
            let flipped: f64 =
                differences.iter().map(|value| if draws.below(2) == 0 { *value } else { -value }).sum();
            flipped.abs() >= observed - 1e-12
        })
        .count();
    (as_far + 1) as f64 / (SAMPLES + 1) as f64
}

/// How well a score tells answered from unanswerable questions: the probability that a question with an
/// answer scores above one without, ties counting half (the area under the ROC curve). `None` where one
/// of the two is empty.
pub(super) fn auroc(with: &[f64], without: &[f64]) -> Option<f64> {
    if with.is_empty() || without.is_empty() {
        return None;
    }
    let wins = with.iter().flat_map(|answered| {
        without.iter().map(move |unanswered| match answered.total_cmp(unanswered) {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        })
    });
    Some(wins.sum::<f64>() / (with.len() * without.len()) as f64)
}

/// Evenly spread numbers, the same at every run (SplitMix64).
#[derive(Default)]
struct Draws(u64);

impl Draws {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(mixed ^ (mixed >> 31)) * end as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_a_query() {
        let grades = HashMap::from([("a".to_owned(), 3.0), ("b".to_owned(), 1.0), ("c".to_owned(), 2.0)]);
        let scores = Scores::of(["b", "a", "x"], &grades).unwrap_or_default();
        let ideal = 3.0 + 2.0 / 3f64.log2() + 1.0 / 2.0;
        assert!((scores.ndcg10 - (1.0 + 3.0 / 3f64.log2()) / ideal).abs() < 1e-9);
        assert_eq!((scores.mrr10, scores.recall5, scores.success1), (0.5, 0.5, 0.0));
        assert_eq!(Scores::of(["b"], &HashMap::from([("b".to_owned(), 0.0)])), None);
        assert_eq!(Scores::of([], &grades), Some(Scores::default()));
        assert_eq!(Scores::of(["b", "b", "a", "b", "x"], &grades), Some(scores));
    }

    #[test]
    fn scores_that_tell_apart_have_an_area_of_one() {
        assert_eq!(auroc(&[0.9, 0.8], &[0.1, 0.2]), Some(1.0));
        assert_eq!(auroc(&[0.5], &[0.5, 0.9]), Some(0.25));
        assert_eq!(auroc(&[0.5], &[]), None);
    }

    #[test]
    fn an_interval_holds_its_mean_and_narrows_with_more_values() {
        let values: Vec<f64> = (0..40).map(|number| f64::from(number % 2)).collect();
        let [low, high] = interval(&values);
        assert!(low < 0.5 && 0.5 < high && high - low < 0.35, "{low} {high}");
        let [low, high] = interval(&values.repeat(25));
        assert!(low < 0.5 && 0.5 < high && high - low < 0.07, "{low} {high}");
        assert_eq!(interval(&[0.3, 0.3]), [0.3, 0.3]);
    }

    #[test]
    fn a_steady_difference_is_no_chance_and_a_balanced_one_is() {
        assert!(chance(&[0.1; 20]) < 0.001);
        assert!(chance(&[0.1, -0.1, 0.1, -0.1]) > 0.9);
        assert_eq!(chance(&[0.0; 5]), 1.0);
    }

    #[test]
    fn quantiles_are_values() {
        let values = [3.0, 1.0, 2.0];
        assert_eq!([0.0, 0.5, 1.0].map(|share| quantile(&values, share)), [1.0, 2.0, 3.0]);
        assert_eq!(quantile(&[], 0.5), 0.0);
    }
}
