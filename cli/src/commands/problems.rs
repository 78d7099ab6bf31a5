use anyhow::{Result, bail};
use ccr_index::store::Place;
use ccr_index::{Manifest, ProblemRecord, Severity};

use super::{Outcome, open};
use crate::args::{self, Format, SeverityArgument};
use crate::printer::Printer;
use crate::render;

/// `ccr problems`.
pub(super) fn run(arguments: &args::Problems, place: &Place, printer: &mut Printer) -> Result<Outcome> {
    let searcher = open(place)?;
    let manifest = searcher.reader().manifest();
    // Slugs have no capitals.
    let asked: Vec<String> = arguments.sources.iter().map(|slug| slug.to_lowercase()).collect();
    let known: Vec<&str> = slugs(manifest).collect();
    if let Some(unknown) = asked.iter().find(|slug| !known.contains(&slug.as_str())) {
        bail!("`{unknown}` is not in the index\nhint: there are {}", known.join(", "));
    }
    let is_asked = |slug: &str| asked.is_empty() || asked.iter().any(|asked| asked == slug);
    let severity = arguments.severity.map(|severity| match severity {
        SeverityArgument::Error => Severity::Error,
        SeverityArgument::Warning => Severity::Warning,
    });
    let records = ccr_index::problems(manifest, &is_asked);
    let records: Vec<ProblemRecord> =
        records.filter(|record| severity.is_none_or(|severity| record.severity == severity)).collect();
    match arguments.format {
        Format::Text => render::problems(&records, manifest, printer)?,
        Format::Json => printer.json(&records)?,
        Format::Sarif => printer.json(&render::sarif(&records, manifest, is_asked))?,
    }
    Ok(Outcome::done_if(records.is_empty()))
}

/// Every source that the index knows of.
fn slugs(manifest: &Manifest) -> impl Iterator<Item = &str> {
    let failed = manifest.failed.iter().map(|failed| failed.slug.as_str());
    manifest.sources.iter().map(|source| source.collection.slug.as_str()).chain(failed)
}
