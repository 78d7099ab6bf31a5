//! The threads on which connections live. Questions are asked by functions that wait.

use std::io;
use std::sync::{LazyLock, mpsc};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

/// Started with the first question and never ended: what was opened may be dropped anywhere.
static RUNTIME: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread().worker_threads(1).thread_name("ccr-postgres").enable_all().build()
});

/// Seconds to wait for what is only done to be polite.
const POLITE: u64 = 2;

/// Waits a little for something that nobody needs the outcome of; by any thread, of another runtime too.
pub(super) fn leave(future: impl Future<Output = ()> + Send + 'static) {
    let Ok(runtime) = &*RUNTIME else { return };
    let (done, is_done) = mpsc::channel();
    runtime.spawn(async move {
        future.await;
        let _ = done.send(());
    });
    let _ = is_done.recv_timeout(Duration::from_secs(POLITE));
}

/// Waits for a future. Not to be called by a task of another runtime: that would stop the other tasks of
/// its thread, and panics. A thread that may block is the place (`spawn_blocking`).
pub(super) fn wait_for<T>(future: impl Future<Output = T>) -> Result<T, io::Error> {
    match &*RUNTIME {
        Ok(runtime) => Ok(runtime.block_on(future)),
        Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
    }
}
