use anyhow::{Context, Result, bail};
use ccr_index::store;
use serde_json::json;

use super::Outcome;
use crate::args::{self, Global};
use crate::printer::Printer;

/// `ccr copy --from STORE --to STORE`.
pub(super) fn run(arguments: &args::Copy, global: &Global, printer: &mut Printer) -> Result<Outcome> {
    if arguments.from == arguments.to {
        bail!("could not copy an index onto itself: say `--from local --to postgres` or the other way round");
    }
    let (from, to) = (global.place_in(arguments.from)?, global.place_in(arguments.to)?);
    let manifest = store::copy(&from, &to).context("could not copy the index")?;
    if printer.is_json() {
        printer.json(&json!({ "generation": manifest.generation, "counts": manifest.counts }))?;
    } else {
        let documents: u64 = manifest.counts.values().sum();
        printer
            .text(format_args!("{documents} documents are generation {} of `{to}`", manifest.generation))?;
    }
    Ok(Outcome::Done)
}
