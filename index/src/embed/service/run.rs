//! A run: batches over several connections, as fast as the service lets them, until every text has an
//! answer or nothing more can be had.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::ask::Asker;
use super::batch::{Item, Preparation, cut, tokens};
use super::clock::Stop;
use super::job::Job;
use super::pace::Pace;
use super::waiting::WaitCause;
use crate::embed::Embedding;

/// Results that wait for the caller, who may be writing them down.
const WAITING: usize = 256;

/// What a run is to do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order<'run> {
    pub(super) asker: &'run Asker,
    pub(super) preparation: &'run Preparation,
    pub(super) dimensions: Option<u32>,
    /// What the model calls itself, where that is known.
    pub(super) model: Option<&'run str>,
    /// Numbers in a vector, where that is known.
    pub(super) expected: Option<u32>,
    /// Most tokens that may be used by the embedder in all.
    pub(super) most_tokens: Option<u64>,
    /// How many texts may be at fault, and not the service, where no other was embedded beside them.
    pub(super) suspects: usize,
}

/// How a run ended that did not embed everything.
#[derive(Debug, PartialEq)]
pub(super) struct Ended {
    /// What failed and what to do.
    pub(super) why: String,
    /// Whether another model answered than before.
    pub(super) is_changed: bool,
}

/// A run under way.
pub(super) struct Run<'run, 'text> {
    pub(super) order: Order<'run>,
    state: Mutex<State<'text>>,
    changed: Condvar,
    pub(super) stop: Stop,
}

/// What its workers share.
pub(super) struct State<'text> {
    /// What was not sent yet, or was too much at once.
    backlog: VecDeque<Item<'text>>,
    /// What is to be sent as it is, before anything else.
    queue: VecDeque<Job<'text>>,
    /// Jobs in the hands of a worker.
    active: usize,
    pace: Pace,
    /// Whether a text was embedded.
    is_embedding: bool,
    /// Texts whose answers could not be read, even alone, and why.
    pub(super) suspects: Vec<(Item<'text>, String)>,
    /// Why the last batch was given up.
    left: Option<String>,
    ended: Option<Ended>,
    /// The model that answered last, by its own name.
    model: Option<String>,
}

/// Embeds the items and hands over each result as it comes. Gives the model's name for itself.
pub(super) fn run(
    order: Order<'_>,
    items: Vec<Item<'_>>,
    done: &mut dyn FnMut(usize, Embedding),
) -> Result<Option<String>, Ended> {
    let config = &order.asker.config;
    let workers = items.len().min(config.connections);
    let pace = Pace::new(config.connections);
    let state = State {
        backlog: items.into(),
        queue: VecDeque::new(),
        active: 0,
        pace,
        is_embedding: false,
        suspects: Vec::new(),
        left: None,
        ended: None,
        model: None,
    };
    let run = Run { order, state: Mutex::new(state), changed: Condvar::new(), stop: Stop::default() };
    std::thread::scope(|scope| {
        let (give, take) = sync_channel(WAITING);
        let started = (0..workers).filter(|_| {
            let (run, give) = (&run, give.clone());
            let worker = std::thread::Builder::new().name("embedding service".to_owned());
            worker.spawn_scoped(scope, move || run.work(&give)).is_ok()
        });
        if started.count() == 0 && workers > 0 {
            run.end("no thread could be started to ask the embedding service".to_owned(), false);
        }
        drop(give);
        let _ends = EndsWithCaller(&run);
        for (position, embedding) in take {
            done(position, embedding);
        }
    });
    let mut state = run.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(ended) = state.ended {
        return Err(ended);
    }
    if state.is_embedding || state.suspects.len() <= order.suspects {
        for (item, reason) in state.suspects {
            order.asker.account.refused.fetch_add(1, Ordering::Relaxed);
            done(item.position, Embedding::Refused { reason });
        }
    } else {
        // It is the service, and not the texts.
        state.left = state.suspects.into_iter().next_back().map(|(_, why)| why);
    }
    match state.left {
        Some(why) => Err(Ended { why, is_changed: false }),
        None => Ok(state.model),
    }
}

/// Lets no worker go on where the caller does not.
struct EndsWithCaller<'run, 'order, 'text>(&'run Run<'order, 'text>);

impl Drop for EndsWithCaller<'_, '_, '_> {
    fn drop(&mut self) {
        self.0.stop.raise();
        self.0.changed.notify_all();
    }
}

/// Where results go.
pub(super) type Results = SyncSender<(usize, Embedding)>;

impl<'text> Run<'_, 'text> {
    fn work(&self, results: &Results) {
        while let Some(job) = self.take() {
            let _taken = Taken(self);
            self.process(job, results);
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State<'text>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job, as soon as there is one and room for it; none when all is done.
    fn take(&self) -> Option<Job<'text>> {
        let mut state = self.state();
        loop {
            let is_done = state.queue.is_empty() && state.backlog.is_empty() && state.active == 0;
            if self.stop.is_raised() || is_done {
                return None;
            }
            if state.pace.has_room(state.active)
                && let Some(job) = self.next(&mut state)
            {
                state.active += 1;
                return Some(job);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// What is to be sent next: what waits to be sent again, or as much of the rest as the service takes.
    fn next(&self, state: &mut State<'text>) -> Option<Job<'text>> {
        let (texts, tokens) = self.order.asker.learned.most();
        while let Some(job) = state.queue.pop_front() {
            if job.items.len() <= texts {
                return Some(job);
            }
            // Since it was put there, the service said that this is too much.
            job.items.into_iter().rev().for_each(|item| state.backlog.push_front(item));
        }
        let batch = cut(&mut state.backlog, texts, tokens);
        (!batch.is_empty()).then(|| Job::new(batch, self.limits()))
    }

    /// Puts texts back, to be sent in other batches.
    pub(super) fn give_back(&self, items: &[Item<'text>]) {
        let mut state = self.state();
        items.iter().rev().for_each(|item| state.backlog.push_front(*item));
        drop(state);
        self.changed.notify_all();
    }

    pub(super) fn limits(&self) -> &super::config::Limits {
        &self.order.asker.config.limits
    }

    /// Waits as long as the service asked everybody to.
    pub(super) fn wait_for_turn(&self, job: &mut Job<'_>) {
        let clock = &self.order.asker.clock;
        loop {
            let length = self.state().pace.wait(clock.now());
            if length.is_zero() || self.stop.is_raised() {
                return;
            }
            job.waited += length;
            clock.wait(length, &self.stop);
        }
    }

    pub(super) fn is_over_budget(&self, job: &Job<'_>) -> bool {
        let used = self.order.asker.account.tokens.load(Ordering::Relaxed);
        let is_over = self.order.most_tokens.is_some_and(|most| used + tokens(&job.items) > most);
        if is_over {
            let why = format!(
                "the budget is used up: {used} tokens were paid for, and the next request would go beyond it: raise \
                 CCR_EMBEDDER_BUDGET"
            );
            self.end(why, false);
        }
        is_over
    }

    pub(super) fn put_back(&self, jobs: impl IntoIterator<Item = Job<'text>, IntoIter: DoubleEndedIterator>) {
        let mut state = self.state();
        for job in jobs.into_iter().rev() {
            state.queue.push_front(job);
        }
        self.changed.notify_all();
    }

    pub(super) fn count_success(&self, model: Option<String>, is_of_use: bool) {
        let mut state = self.state();
        state.model = model.or(state.model.take());
        if is_of_use {
            state.is_embedding = true;
            state.pace.succeed();
            self.changed.notify_all();
        }
    }

    pub(super) fn count_failure(&self, why: &str) {
        let mut state = self.state();
        let is_embedding = state.is_embedding;
        let is_too_often = state.pace.fail(is_embedding);
        drop(state);
        if is_too_often {
            self.end(
                format!("the embedding service failed too often, one time after the other: {why}"),
                false,
            );
        }
    }

    /// Leaves a batch without vectors and goes on with the next.
    pub(super) fn give_up(&self, why: &str, texts: usize) {
        let why = format!("the embedding service gave no vectors for {texts} texts: {why}");
        let mut state = self.state();
        let is_too_often = state.pace.give_up();
        state.left = Some(why.clone());
        drop(state);
        if is_too_often {
            self.end(why, false);
        }
    }

    /// Half as many requests at once, and none before that much time is over.
    pub(super) fn slow_down(&self, length: Duration) {
        self.order.asker.announce(length, WaitCause::RateLimit);
        let until = self.order.asker.clock.now() + length;
        self.state().pace.slow_down(until);
    }

    /// Waits before one batch is tried again; the others go on.
    pub(super) fn pause(&self, length: Duration, why: &str) {
        self.order.asker.announce(length, WaitCause::Failure(why.to_owned()));
        self.order.asker.clock.wait(length, &self.stop);
    }

    pub(super) fn end(&self, why: String, is_changed: bool) {
        let mut state = self.state();
        state.ended.get_or_insert(Ended { why, is_changed });
        drop(state);
        self.stop.raise();
        self.changed.notify_all();
    }
}

/// A job in the hands of a worker, until it is dropped.
struct Taken<'run, 'order, 'text>(&'run Run<'order, 'text>);

impl Drop for Taken<'_, '_, '_> {
    fn drop(&mut self) {
        self.0.state().active -= 1;
        self.0.changed.notify_all();
    }
}
