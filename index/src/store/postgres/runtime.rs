//! The threads on which connections live. Questions are asked by functions that wait.

use std::io;
use std::sync::LazyLock;

use tokio::runtime::{Builder, Runtime};

/// Started with the first question and never ended: what was opened may be dropped anywhere.
static RUNTIME: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread().worker_threads(1).thread_name("ccr-postgres").enable_all().build()
});

/// Waits for a future. Not to be called by a task of another runtime: that would stop the other tasks of
/// its thread, and panics. A thread that may block is the place (`spawn_blocking`).
pub(super) fn wait_for<T>(future: impl Future<Output = T>) -> Result<T, io::Error> {
    match &*RUNTIME {
        Ok(runtime) => Ok(runtime.block_on(future)),
        Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
    }
}
