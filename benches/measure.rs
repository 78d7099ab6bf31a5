//! CPU time of processes, and how results are told.

#![allow(dead_code, reason = "each benchmark uses its part")]

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use ccr_index::lexical::Inverted;
use ccr_index::model::Document;
use ccr_index::store::Publication;

/// Length of the ticks in which Linux tells CPU time, on every architecture.
const TICK: Duration = Duration::from_millis(10);

/// User and system time of this process and of its children that ended, in steps of [`TICK`]: enough
/// of it must be measured at once.
pub(crate) fn cpu_time() -> io::Result<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The name of the program comes second, in brackets, and may hold anything.
    let behind_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let numbers = behind_name.split_ascii_whitespace().skip(11).take(4);
    let ticks = numbers.filter_map(|number| number.parse::<u32>().ok()).sum::<u32>();
    Ok(TICK * ticks)
}

/// Mean CPU time of running it `times` times.
pub(crate) fn mean_cpu(times: u32, mut run: impl FnMut() -> io::Result<()>) -> io::Result<Duration> {
    let start = cpu_time()?;
    for _ in 0..times {
        run()?;
    }
    Ok((cpu_time()? - start) / times)
}

/// Runs a program to its end without its output. `ccr` ends with 1 where a file has a problem.
pub(crate) fn quietly(command: &mut Command) -> io::Result<()> {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    match status.code() {
        Some(0 | 1) => Ok(()),
        _ => Err(io::Error::other(format!("{command:?} failed: {status}"))),
    }
}

/// Prints a line of results.
pub(crate) fn tell(line: fmt::Arguments<'_>) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}

/// One duration over another.
pub(crate) fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64().max(f64::MIN_POSITIVE)
}

/// A duration in milliseconds.
pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// What a run publishes that found these documents.
pub(crate) fn publication<'a>(documents: &'a [Document], inverted: &'a Inverted) -> Publication<'a> {
    Publication {
        documents,
        inverted,
        program: "bench",
        created: 0,
        vectors: None,
        embedder: None,
        sources: Vec::new(),
        failed: Vec::new(),
    }
}

/// Bytes of all files below a folder.
pub(crate) fn bytes_below(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        bytes += if kind.is_dir() { bytes_below(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}
