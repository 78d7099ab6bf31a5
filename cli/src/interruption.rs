//! What a signal does to a run: nothing that it started stays, and the exit code tells the signal.

use std::fs;
use std::io::IsTerminal;
use std::thread;

use ccr_indexer::source::end_processes;
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

use crate::printer::stderr;

/// Added to the number of the signal: what a shell shows of a process that a signal ended.
const OF_A_SIGNAL: i32 = 128;

/// From now on ends this process on SIGINT, SIGTERM and SIGHUP, after the processes that it runs.
///
/// An index is exchanged in one step and locks end with their process, so that nothing else is to be done.
/// Where there is no thread or pipe for this, signals end the process as they do by default, and what it
/// started ends a moment later.
pub(crate) fn end_on_signals() {
    let _ = thread::Builder::new().name("signals".to_owned()).spawn(wait);
}

fn wait() {
    let Ok(runtime) = Builder::new_current_thread().enable_io().build() else { return };
    let received = runtime.block_on(async {
        let interrupt = signal(SignalKind::interrupt());
        let terminate = signal(SignalKind::terminate());
        let (Ok(mut interrupt), Ok(mut terminate)) = (interrupt, terminate) else { return None };
        // Whoever starts a run with `nohup` means that it goes on.
        let mut hangup = if ignores(SignalKind::hangup()) { None } else { signal(SignalKind::hangup()).ok() };
        let hung_up = async {
            match &mut hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = interrupt.recv() => Some(SignalKind::interrupt()),
            _ = terminate.recv() => Some(SignalKind::terminate()),
            _ = hung_up => Some(SignalKind::hangup()),
        }
    });
    if let Some(kind) = received {
        end_processes();
        // A bar may stand in the line.
        let line = if std::io::stderr().is_terminal() { "\n" } else { "" };
        stderr(&format!("{line}error: ended by a signal; what is in service stays\n"));
        #[expect(clippy::disallowed_methods, reason = "the main thread is in the middle of a run")]
        std::process::exit(OF_A_SIGNAL + kind.as_raw_value());
    }
}

/// Whether the signal was ignored when this process was started.
fn ignores(kind: SignalKind) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    mask >> (kind.as_raw_value() - 1) & 1 == 1
}
