//! A slow and complete look at every generation: `ccr verify`.

use std::collections::BTreeMap;

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::ask::{Trouble, ask, query};
use super::reader::{Reader, check_format};
use super::segment::{SegmentDigest, decode_calls};
use super::text::unescape;
use super::{Address, rows};
use crate::lexical::Tables;
use crate::store::local::{GenerationReport, GenerationState, Report};
use crate::store::{Error, body};

/// Documents that are read at once.
const BATCH: usize = 500;

/// Times that generations which were published meanwhile are looked at too.
const ROUNDS: usize = 100;

/// Reads everything of every generation: digests of manifests, segments and documents, and whether what
/// they name is there. One that is removed meanwhile is left out.
///
/// # Errors
/// [`Error::NoIndex`] where nothing was published, and where the database cannot be asked. What is wrong
/// with an index is in the report.
pub fn verify(address: &Address) -> Result<Report, Error> {
    let mut reports: BTreeMap<i64, GenerationReport> = BTreeMap::new();
    let (mut numbers, mut in_service) = list(address)?;
    if numbers.is_empty() {
        return Err(Error::NoIndex { place: address.to_string() });
    }
    // While it is looked at, others publish: what came into service meanwhile is looked at too.
    for _ in 0..ROUNDS {
        for number in &numbers {
            if !reports.contains_key(number)
                && let Some(report) = report(address, *number)?
            {
                reports.insert(*number, report);
            }
        }
        let before = in_service;
        (numbers, in_service) = list(address)?;
        if in_service == before {
            break;
        }
    }
    reports.retain(|number, _| numbers.contains(number));
    let mut problems = Vec::new();
    if in_service.is_none_or(|number| !numbers.contains(&number)) {
        problems.push("no generation is in service".to_owned());
    }
    Ok(Report {
        dir: address.to_string().into(),
        in_service: in_service.map(i64::cast_unsigned),
        problems,
        generations: reports.into_values().collect(),
        drafts: Vec::new(),
    })
}

/// The numbers of the generations, and of that in service.
fn list(address: &Address) -> Result<(Vec<i64>, Option<i64>), Error> {
    let read = ask(address, async |connection| {
        check_format(connection, address).await?;
        let sql = "SELECT g.number, s.generation FROM {ccr}.index_state s LEFT JOIN {ccr}.generation g ON true \
                   ORDER BY g.number";
        let rows = query(address, sql).fetch_all(connection).await?;
        let pair = |row: &PgRow| Ok((row.try_get(0)?, row.try_get(1)?));
        rows.iter().map(pair).collect::<Result<Vec<(Option<i64>, Option<i64>)>, Trouble>>()
    });
    let read = read.map_err(|trouble| trouble.into_error("read", address))?;
    let in_service = read.first().and_then(|(_, in_service)| *in_service);
    Ok((read.iter().filter_map(|(number, _)| *number).collect(), in_service))
}

/// Looks at a generation; nothing where it is gone, because newer ones were published.
fn report(address: &Address, number: i64) -> Result<Option<GenerationReport>, Error> {
    let report = report_of(address, number);
    if report.as_ref().is_ok_and(|report| report.state == GenerationState::Intact) {
        return report.map(Some);
    }
    // What is removed while it is read looks like all kinds of damage.
    let (numbers, _) = list(address)?;
    if numbers.contains(&number) { report.map(Some) } else { Ok(None) }
}

fn report_of(address: &Address, number: i64) -> Result<GenerationReport, Error> {
    let manifest = Reader::open_number(address, number).ok().map(|reader| reader.manifest);
    let problems = problems(address, number)?;
    let state = match problems.is_empty() {
        true => GenerationState::Intact,
        false => GenerationState::Damaged { problems },
    };
    Ok(GenerationReport {
        number: number.cast_unsigned(),
        size: manifest.iter().flat_map(|manifest| &manifest.files).map(|file| file.size).sum(),
        created: manifest.as_ref().map(|manifest| manifest.created),
        documents: manifest.map(|manifest| manifest.counts.values().sum()),
        state,
    })
}

/// Everything that is wrong with a generation.
pub(super) fn problems(address: &Address, number: i64) -> Result<Vec<String>, Error> {
    let reader = match Reader::open_number(address, number) {
        Ok(reader) => reader,
        Err(Error::Damaged { what, .. }) => return Ok(vec![what]),
        Err(error) => return Err(error),
    };
    let mut problems = Vec::new();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let files = &reader.manifest.files;
    if files.len() != reader.segments.len() {
        problems.push("its manifest names other segments than its row".to_owned());
    }
    for (segment, file) in reader.segments.iter().zip(files) {
        let start = segment.base as usize;
        let versions = &reader.versions[start..start + segment.documents as usize];
        let (digest, mut wrong) = digest(&reader, segment.number, versions, &mut counts)?;
        problems.append(&mut wrong);
        if digest.is_some_and(|digest| digest != file.blake3) {
            problems.push(format!("segment {} does not have the digest in the manifest", segment.number));
        }
    }
    if counts != reader.manifest.counts {
        problems.push("the documents are not as many of each kind as the manifest says".to_owned());
    }
    if let Some(embedder) = reader.embedder {
        let wrong: i64 = reader.ask(async |connection| {
            let sql = "SELECT count(*) FROM unnest($1::bigint[]) AS listed(version) \
                       LEFT JOIN {ccr}.embedded m ON m.document = listed.version AND m.embedder = $2 \
                       WHERE m.chunks IS DISTINCT FROM (SELECT count(*) FROM {ccr}.chunk c \
                       WHERE c.document = listed.version AND c.embedder = $2)";
            let asked = query(address, sql).bind(reader.versions.clone()).bind(embedder.number);
            Ok(asked.fetch_one(connection).await?.try_get(0)?)
        })?;
        if wrong > 0 {
            problems.push(format!("{wrong} documents do not have the vectors that were written"));
        }
    }
    Ok(problems)
}

/// The digest of what a segment holds, and what is wrong with its documents.
fn digest(
    reader: &Reader,
    number: i64,
    versions: &[i64],
    counts: &mut BTreeMap<String, u64>,
) -> Result<(Option<String>, Vec<String>), Error> {
    let address = &reader.address;
    let mut problems = Vec::new();
    let head = reader.ask(async |connection| {
        let sql = "SELECT source, outline, words, calls FROM {ccr}.segment WHERE number = $1";
        let row = query(address, sql).bind(number).fetch_one(connection).await?;
        let source = unescape(row.try_get(0)?);
        let calls = decode_calls(row.try_get(3)?);
        Ok((source, row.try_get(1)?, row.try_get(2)?, calls))
    })?;
    let (source, outline, words, Some(calls)) = head else {
        return Ok((None, vec![format!("the keywords of segment {number} are unreadable")]));
    };
    let mut digest = SegmentDigest::new(&source);
    for batch in versions.chunks(BATCH) {
        let found = reader.ask(async |connection| {
            let sql = format!(
                "SELECT {}, d.body, d.content, d.under FROM {{ccr}}.document d \
                               WHERE d.version = ANY($1)",
                rows::HEAD
            );
            let rows = query(address, &sql).bind(batch.to_vec()).fetch_all(connection).await?;
            let mut found: BTreeMap<i64, (String, Vec<u8>, bool)> = BTreeMap::new();
            for row in rows {
                let (version, head) = rows::head(&row)?;
                let (bytes, content): (Vec<u8>, Vec<u8>) = (row.try_get(15)?, row.try_get(16)?);
                let under = unescape(row.try_get(17)?);
                let readable = body::decode(&bytes).is_some();
                let document = head.with_body(Vec::new(), None);
                let kind = document.counted_as().to_owned();
                let same = rows::content(&document, &under, &bytes).as_slice() == content;
                found.insert(version, (kind, content, readable && same));
            }
            Ok(found)
        })?;
        for version in batch {
            let Some((kind, content, sound)) = found.get(version) else {
                problems.push(format!("version {version} of a document is missing"));
                continue;
            };
            if !sound {
                problems.push(format!("version {version} of a document does not have its digest"));
            }
            *counts.entry(kind.clone()).or_default() += 1;
            digest.bytes(content);
        }
    }
    digest.tables(&Tables { outline, words, calls });
    let digest = reader.ask(async |connection| {
        let mut whole = SegmentDigest(digest.0.clone());
        let sql = "SELECT term, bytes FROM {ccr}.posting WHERE segment = $1 ORDER BY term";
        for row in query(address, sql).bind(number).fetch_all(&mut *connection).await? {
            whole.term(row.try_get(0)?, row.try_get(1)?);
        }
        let sql =
            "SELECT facet, value, count, documents FROM {ccr}.facet WHERE segment = $1 ORDER BY facet, value";
        for row in query(address, sql).bind(number).fetch_all(connection).await? {
            whole.facet(
                row.try_get(0)?,
                row.try_get(1)?,
                row.try_get::<i32, _>(2)?.cast_unsigned(),
                row.try_get(3)?,
            );
        }
        Ok(whole.finish().0)
    })?;
    Ok((Some(digest), problems))
}
