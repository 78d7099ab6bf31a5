use anyhow::{Context, Result, bail};
use ccr_index::store::Place;
use ccr_index::store::postgres::{migrate, migrate_down};
use serde_json::json;

use super::Outcome;
use crate::args;
use crate::printer::Printer;

/// `ccr migrate`.
pub(super) fn run(arguments: &args::Migrate, place: &Place, printer: &mut Printer) -> Result<Outcome> {
    let Place::Postgres(address) = place else {
        bail!("an index in files needs no migration: `ccr index --force` writes it anew");
    };
    let done = match arguments.down_to {
        None => migrate(address),
        Some(version) => migrate_down(address, i64::from(version)),
    };
    done.context("could not migrate the database")?;
    let said = match arguments.down_to {
        None => "is up to date".to_owned(),
        Some(0) => "holds no tables of an index any more".to_owned(),
        Some(version) => format!("is at version {version}"),
    };
    if printer.is_json() {
        printer.json(&json!({ "database": address.to_string(), "down_to": arguments.down_to }))?;
    } else {
        printer.text(format_args!("`{address}` {said}"))?;
    }
    Ok(Outcome::Done)
}
