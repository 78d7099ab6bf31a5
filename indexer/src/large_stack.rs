//! Threads that hold every tree that is let in: the Python parser's nodes are freed recursively, and so are trees read.

use std::cell::Cell;
use std::io;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use rayon::{ThreadBuilder, ThreadPool, ThreadPoolBuilder};

/// Stack in bytes. The bound on nesting (`parse/python/nesting.rs`) leaves 3 KB a level for one tree, and a module may be read
/// while another is walked.
const STACK: usize = 128 << 20;

/// Bytes of address space that a run should find beside the stacks: more than the eight public collections take.
const ROOM: usize = 160 << 20;

/// Bytes of address space that the allocator takes for each thread.
const ARENA: usize = 64 << 20;

thread_local! {
    static IS_LARGE: Cell<bool> = const { Cell::new(false) };
}

/// Runs `job` on a thread with a stack that holds every tree: this one, where it is one, or else one of its own.
///
/// # Errors
/// When the system gives no thread.
///
/// # Panics
/// When `job` does.
pub(crate) fn on_large_stack<T: Send>(job: impl FnOnce() -> T + Send) -> io::Result<T> {
    if IS_LARGE.get() {
        return Ok(job());
    }
    thread::scope(|scope| {
        let job = || {
            IS_LARGE.set(true);
            job()
        };
        let handle = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, job)?;
        handle.join().map_or_else(|panic| std::panic::resume_unwind(panic), Ok)
    })
}

/// Threads that all have such a stack: one for each processor, or as many as the system gives and there is memory
/// for.
///
/// # Errors
/// When there is not even one: why.
pub(crate) fn pool() -> Result<ThreadPool, String> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    // What is allocated later and cannot be had ends the process; here it can be said.
    let has_room = |threads: &usize| {
        let mut room: Vec<u8> = Vec::new();
        room.try_reserve_exact(ROOM + threads * (STACK + ARENA)).is_ok()
    };
    match (1..=processors).rev().find(has_room) {
        Some(threads) => pool_of(threads, Some(STACK)),
        None => Err(format!("there are no {} MB of memory to work in", (ROOM + STACK + ARENA) >> 20)),
    }
}

/// A pool of as many threads as are wanted, or of fewer where the system does not give as many. With a stack of
/// so many bytes, they are threads that hold every tree.
///
/// # Errors
/// When the system gives not even one: what it said.
pub(crate) fn pool_of(wanted: usize, stack: Option<usize>) -> Result<ThreadPool, String> {
    // They are started before there is a pool: one that lacks a thread could not be built, and those that it had
    // would count for a while.
    let mut waiting: Vec<Sender<ThreadBuilder>> = Vec::new();
    for _ in 0..wanted.max(1) {
        let (give, take) = channel::<ThreadBuilder>();
        let work = move || {
            IS_LARGE.set(stack.is_some());
            if let Ok(worker) = take.recv() {
                worker.run();
            }
        };
        let mut builder = thread::Builder::new();
        if let Some(stack) = stack {
            builder = builder.stack_size(stack);
        }
        match builder.spawn(work) {
            Ok(_) => waiting.push(give),
            Err(error) if waiting.is_empty() => return Err(error.to_string()),
            Err(_) => break,
        }
    }
    let builder = ThreadPoolBuilder::new().num_threads(waiting.len());
    let hand_over = |worker| {
        let thread = waiting.pop().ok_or(io::ErrorKind::WouldBlock)?;
        thread.send(worker).map_err(|_| io::ErrorKind::WouldBlock.into())
    };
    builder.spawn_handler(hand_over).build().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inside_of_one_there_is_no_other() {
        let ids = on_large_stack(|| {
            let inner = on_large_stack(|| thread::current().id()).unwrap();
            (thread::current().id(), inner)
        });
        let (outer, inner) = ids.unwrap();
        assert!(outer == inner && outer != thread::current().id());
        assert!(pool().unwrap().install(|| IS_LARGE.get()));
    }

    #[test]
    fn a_pool_has_the_threads_that_were_wanted() {
        for wanted in [0, 1, 3] {
            let pool = pool_of(wanted, None).unwrap();
            assert_eq!(pool.current_num_threads(), wanted.max(1));
            assert!(!pool.install(|| IS_LARGE.get()));
        }
        // No system gives a stack of this size.
        assert!(pool_of(2, Some(1 << 60)).is_err());
    }
}
