//! What becomes of one batch: asked for until it is answered, split where it is refused, or given up.

use std::borrow::Cow;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::batch::{Item, tokens};
use super::complaint::Limit;
use super::job::{Job, Trouble};
use super::judge::{About, Expected, Verdict};
use super::run::{Order, Results, Run};
use super::tokens::half;
use super::wire::{Answer, Slot};
use crate::embed::Embedding;

impl<'text> Run<'_, 'text> {
    /// Asks for a batch until there is an answer to it, or others take its place in the queue.
    pub(super) fn process(&self, mut job: Job<'text>, results: &Results) {
        loop {
            self.wait_for_turn(&mut job);
            if self.stop.is_raised() || self.is_over_budget(&job) {
                return;
            }
            match self.ask(&job.items) {
                Verdict::Answered(answer) => match self.hand_over(job, answer, results) {
                    Some(same) => job = same,
                    None => return,
                },
                Verdict::Slower { why, after } => match job.pause(after, Trouble::Rate) {
                    Some(length) => self.slow_down(length),
                    None => return self.end(too_slow(&why, after, job.waited), false),
                },
                Verdict::Again { why, after } => {
                    self.count_failure(&why);
                    match job.pause(after, Trouble::Failure) {
                        Some(length) => self.pause(length, &why),
                        None => return self.give_up(&why, job.items.len()),
                    }
                }
                Verdict::Garbled(why) => {
                    self.count_failure(&why);
                    match job.pause(None, Trouble::Garbled) {
                        Some(length) => self.pause(length, &why),
                        None => return self.take_apart(&job, &why),
                    }
                }
                Verdict::Complaint { why, about } => return self.refused(&job, &why, about, results),
                Verdict::Locked(why) | Verdict::Hopeless(why) | Verdict::Unwanted(why) => {
                    return self.end(why, false);
                }
                Verdict::Changed(why) => return self.end(why, true),
            }
        }
    }

    /// Sends less at once, a shorter text, or halves, until what is not taken is found.
    fn refused(&self, job: &Job<'text>, why: &str, about: About, results: &Results) {
        let learned = &self.order.asker.learned;
        let (texts, tokens) = (job.items.len(), tokens(&job.items));
        if let (About::Size(limit), true) = (about, texts > 1)
            && learned.is_too_much(limit, texts, tokens)
        {
            self.order.asker.remember();
            return self.give_back(&job.items);
        }
        if about == About::Texts {
            // It may be their number.
            learned.is_too_much(Limit::Texts(None), texts, tokens);
        }
        if !self.order.asker.account.works.load(Ordering::Relaxed) {
            self.count_failure(why);
        }
        match job.items.as_slice() {
            [one] if about == About::Length && one.fitted.text.chars().nth(1).is_some() => {
                self.put_back([Job::new(vec![shorter(*one)], self.limits())]);
            }
            [one] => self.refuse(one, why, results),
            _ => self.halve(job),
        }
    }

    fn ask(&self, items: &[Item<'_>]) -> Verdict {
        let Order { asker, preparation, dimensions, model, expected, .. } = self.order;
        let texts: Vec<Cow<'_, str>> = items.iter().map(|item| preparation.sent(item.fitted.text)).collect();
        let expected = Expected { count: texts.len(), model, dimensions: expected, sends_format: true };
        asker.ask(&texts, tokens(items), dimensions, expected)
    }

    /// Gives good vectors to the caller and queues what the service left out. A job comes back where the
    /// answer held nothing at all.
    fn hand_over(&self, job: Job<'text>, answer: Answer, results: &Results) -> Option<Job<'text>> {
        if self.order.asker.learned.is_taken(job.items.len(), tokens(&job.items)) {
            self.order.asker.remember();
        }
        let mut missing = Vec::new();
        let mut again = Vec::new();
        let mut is_of_use = false;
        for (item, slot) in job.items.iter().zip(answer.vectors) {
            match slot {
                Slot::Vector(values) => {
                    is_of_use = true;
                    self.deliver(
                        item,
                        Embedding::Vector { values, truncated: item.fitted.truncated },
                        results,
                    );
                }
                Slot::Spoiled(why) if item.spoiled => {
                    is_of_use = true;
                    self.refuse(item, &format!("{why}, twice"), results);
                }
                // Alone the next time: some servers spoil whole batches for one text.
                Slot::Spoiled(_) => {
                    again.push(Job::new(vec![Item { spoiled: true, ..*item }], self.limits()));
                }
                Slot::Missing => missing.push(*item),
            }
        }
        self.count_success(answer.model, is_of_use);
        if missing.len() == job.items.len() {
            return self.repeat_missing(job);
        }
        if !missing.is_empty() {
            again.push(Job::new(missing, self.limits()));
        }
        self.put_back(again);
        None
    }

    /// An answer without a single vector.
    fn repeat_missing(&self, mut job: Job<'text>) -> Option<Job<'text>> {
        let why = "the answer holds no vectors";
        self.count_failure(why);
        match job.pause(None, Trouble::Garbled) {
            Some(length) => {
                self.pause(length, why);
                Some(job)
            }
            None => {
                self.take_apart(&job, why);
                None
            }
        }
    }

    fn deliver(&self, item: &Item<'_>, embedding: Embedding, results: &Results) {
        let account = &self.order.asker.account;
        match &embedding {
            Embedding::Vector { truncated, .. } => {
                account.embedded.fetch_add(1, Ordering::Relaxed);
                account.truncated.fetch_add(u64::from(*truncated), Ordering::Relaxed);
                account.works.store(true, Ordering::Relaxed);
            }
            Embedding::Refused { .. } => {
                account.refused.fetch_add(1, Ordering::Relaxed);
            }
        }
        // A caller that is gone wants no more.
        if results.send((item.position, embedding)).is_err() {
            self.stop.raise();
        }
    }

    /// Looks for the text that spoils the answers.
    fn take_apart(&self, job: &Job<'text>, why: &str) {
        match job.items.as_slice() {
            // Or it is the service: that shows at the end.
            [one] => self.state().suspects.push((*one, why.to_owned())),
            _ => self.halve(job),
        }
    }

    /// Asks for each half of a batch, so that what is good in it is told from what is not.
    fn halve(&self, job: &Job<'text>) {
        let (first, second) = job.items.split_at(job.items.len() / 2);
        self.put_back([job.part(first), job.part(second)]);
    }

    fn refuse(&self, item: &Item<'_>, why: &str, results: &Results) {
        self.deliver(item, Embedding::Refused { reason: why.to_owned() }, results);
    }
}

/// The same text with half its length.
fn shorter(item: Item<'_>) -> Item<'_> {
    let mut fitted = item.fitted;
    fitted.text = half(fitted.text);
    fitted.tokens = fitted.tokens.div_ceil(2);
    fitted.truncated = true;
    Item { fitted, ..item }
}

fn too_slow(why: &str, after: Option<Duration>, waited: Duration) -> String {
    let asked = match after {
        Some(after) => format!("asks to wait {} s", after.as_secs_f64().ceil()),
        None => format!("still refuses after {} s of waiting", waited.as_secs()),
    };
    format!(
        "the embedding service limits how much it is asked and {asked} ({why}): run again later, or raise the \
         quota of the deployment"
    )
}
