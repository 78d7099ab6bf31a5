use sqlx::Row;

use super::ask::query;
use super::reader::check_format;
use super::verify;
use super::writer::Writer;
use crate::store::Error;
use crate::store::local::RolledBack;

/// Puts the generation into service that was so before the one that is, or the newest intact one
/// below it. Removes nothing.
pub(super) fn roll_back(writer: &mut Writer) -> Result<RolledBack, Error> {
    let (from, candidates) = writer.act("read", async |connection, address| {
        check_format(connection, address).await?;
        let sql = "SELECT generation FROM {ccr}.index_state";
        let from: Option<i64> = query(address, sql).fetch_one(&mut *connection).await?.try_get(0)?;
        // After a rollback and another publish, the one that was rolled back from stands between the two.
        let sql = "SELECT number FROM {ccr}.generation WHERE number < $1 \
                   ORDER BY number IS NOT DISTINCT FROM (SELECT (manifest ->> 'previous')::bigint \
                   FROM {ccr}.generation WHERE number = $1) DESC, number DESC";
        let rows = query(address, sql).bind(from.unwrap_or(i64::MAX)).fetch_all(connection).await?;
        let candidates: Vec<i64> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        Ok((from, candidates))
    })?;
    let place = writer.address().to_string();
    if from.is_none() && candidates.is_empty() {
        return Err(Error::NoIndex { place });
    }
    let mut skipped = Vec::new();
    for number in candidates {
        if !verify::problems(writer.address(), number)?.is_empty() {
            skipped.push(number.cast_unsigned());
            continue;
        }
        writer.act("write", async |connection, address| {
            let sql = "UPDATE {ccr}.index_state SET generation = $1";
            Ok(query(address, sql).bind(number).execute(connection).await.map(drop)?)
        })?;
        return Ok(RolledBack { from: from.map(i64::cast_unsigned), to: number.cast_unsigned(), skipped });
    }
    Err(Error::NothingToRollBackTo { place })
}
