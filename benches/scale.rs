//! How cost grows with the number of documents: a line for each size, and what a document costs
//! there over what it costs at the smallest size.

mod generated;
mod measure;

use std::io;
use std::time::{Duration, Instant};

use ccr_index::lexical::invert;
use ccr_index::search::{Query, Searcher};
use ccr_index::store::local::Writer;

use measure::{bytes_below, cpu_time, milliseconds, publication, tell};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
/// How often each question is asked.
const ROUNDS: usize = 20;

/// What an index of a size costs.
struct Cost {
    bytes: u64,
    invert: Duration,
    publish: Duration,
    open: Duration,
    search: Duration,
}

fn main() -> io::Result<()> {
    tell(format_args!(
        "{:>9} {:>20} {:>20} {:>20} {:>16} {:>20}",
        "documents", "bytes", "invert ms of CPU", "publish ms of CPU", "open ms", "search p50 ms"
    ))?;
    let mut smallest = None;
    for size in SIZES {
        let cost = measure_size(size)?;
        let first = smallest.get_or_insert_with(|| cost.per(SIZES[0]));
        let now = cost.per(size);
        let growth: Vec<f64> = now.iter().zip(first.iter()).map(|(now, first)| now / first).collect();
        tell(format_args!(
            "{size:>9} {:>11} ({:5.2}x) {:>11.1} ({:5.2}x) {:>11.1} ({:5.2}x) {:>7.2} ({:5.2}x) {:>11.3} ({:5.2}x)",
            cost.bytes,
            growth[0],
            milliseconds(cost.invert),
            growth[1],
            milliseconds(cost.publish),
            growth[2],
            milliseconds(cost.open),
            growth[3],
            milliseconds(cost.search),
            growth[4],
        ))?;
    }
    tell(format_args!("(x: of a document, over the first line)"))
}

impl Cost {
    /// The costs of one document.
    fn per(&self, documents: usize) -> [f64; 5] {
        let times = [self.invert, self.publish, self.open, self.search].map(|time| time.as_secs_f64());
        let [invert, publish, open, search] = times;
        [self.bytes as f64, invert, publish, open, search].map(|cost| cost / documents as f64)
    }
}

fn measure_size(size: usize) -> io::Result<Cost> {
    let documents = generated::documents(size);
    let folder = tempfile::tempdir()?;
    let start = cpu_time()?;
    let inverted = invert(&documents);
    let inverting = cpu_time()? - start;
    let mut writer = Writer::open(folder.path()).map_err(io::Error::other)?;
    let start = cpu_time()?;
    writer.publish(&publication(&documents, &inverted)).map_err(io::Error::other)?;
    let publish = cpu_time()? - start;
    let start = Instant::now();
    let searcher = Searcher::open(folder.path()).map_err(io::Error::other)?;
    let open = start.elapsed();
    let search = median_search(&searcher)?;
    Ok(Cost { bytes: bytes_below(folder.path())?, invert: inverting, publish, open, search })
}

fn median_search(searcher: &Searcher) -> io::Result<Duration> {
    let mut times = Vec::new();
    for question in generated::QUESTIONS.iter().cycle().take(generated::QUESTIONS.len() * ROUNDS) {
        let start = Instant::now();
        searcher.search(&Query::new(*question)).map_err(io::Error::other)?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
}
