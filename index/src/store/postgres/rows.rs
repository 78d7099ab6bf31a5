//! A row of the table `document`.

use sqlx::Row as _;
use sqlx::postgres::PgRow;

use super::ask::Trouble;
use super::copy::Row;
use super::text::{escape, unescape};
use crate::model::{Access, Document, Kind, Location};
use crate::store::{DocumentHead, body};

/// The columns that [`write`] fills, in their order.
pub(super) const COLUMNS: &str = "document (version, content, under, id, kind, collection, parent, title, summary, \
     platform, platforms, tags, access, path, symbol, line, url, body)";

/// The columns that [`head`] reads, of a document `d`.
pub(super) const HEAD: &str = "d.version, d.id, d.kind, d.collection, d.parent, d.title, d.summary, d.platform, \
     d.platforms, d.tags, d.access, d.path, d.symbol, d.line, d.url";

/// The BLAKE3 of everything that makes a document what it is, and of the title of the one that holds it.
pub(super) fn content(document: &Document, under: &str, body: &[u8]) -> [u8; 32] {
    let Document {
        id,
        kind,
        collection,
        parent,
        title,
        summary,
        platform,
        platforms,
        tags,
        access,
        location: Location { path, symbol, line, url },
        fields: _,
        record: _,
    } = document;
    let mut hasher = blake3::Hasher::new();
    let mut put = |text: Option<&str>| {
        // Absent, empty and one text after the other are told apart.
        let length = text.map_or(u64::MAX, |text| text.len() as u64);
        hasher.update(&length.to_le_bytes());
        hasher.update(text.unwrap_or_default().as_bytes());
    };
    let line = line.map(|line| line.to_string());
    let single = [
        Some(under),
        Some(id),
        Some(kind.as_str()),
        Some(collection),
        parent.as_deref(),
        Some(title),
        Some(summary),
        platform.as_deref(),
        access.map(Access::as_str),
        path.as_deref(),
        symbol.as_deref(),
        line.as_deref(),
        url.as_deref(),
    ];
    single.into_iter().for_each(&mut put);
    for list in [platforms, tags] {
        list.iter().for_each(|text| put(Some(text)));
        put(None);
    }
    hasher.update(body);
    *hasher.finalize().as_bytes()
}

/// Writes the columns of a document.
pub(super) fn write(
    row: &mut Row,
    version: i64,
    content: &[u8; 32],
    under: &str,
    document: &Document,
    body: &[u8],
) {
    let escaped = |text: &Option<String>| text.as_deref().map(|text| escape(text).into_owned());
    let list = |texts: &[String]| texts.iter().map(|text| escape(text).into_owned()).collect::<Vec<_>>();
    let Location { path, symbol, line, url } = &document.location;
    let (platforms, tags) = (list(&document.platforms), list(&document.tags));
    row.bigint(version).bytes(content).text(&escape(under)).text(&escape(&document.id));
    row.text(document.kind.as_str()).text(&escape(&document.collection));
    row.text_or_null(escaped(&document.parent).as_deref());
    row.text(&escape(&document.title)).text(&escape(&document.summary));
    row.text_or_null(escaped(&document.platform).as_deref());
    row.texts(platforms.iter().map(String::as_str)).texts(tags.iter().map(String::as_str));
    row.text_or_null(document.access.map(Access::as_str));
    row.text_or_null(escaped(path).as_deref()).text_or_null(escaped(symbol).as_deref());
    match line {
        Some(line) => row.bigint(i64::from(*line)),
        None => row.null(),
    };
    row.text_or_null(escaped(url).as_deref()).bytes(body);
}

/// The version and the head of a document from a row of [`HEAD`].
pub(super) fn head(row: &PgRow) -> Result<(i64, DocumentHead), Trouble> {
    let text = |column: usize| -> Result<String, sqlx::Error> { Ok(unescape(row.try_get(column)?)) };
    let maybe = |column: usize| -> Result<Option<String>, sqlx::Error> {
        Ok(row.try_get::<Option<String>, _>(column)?.map(unescape))
    };
    let list = |column: usize| -> Result<Vec<String>, sqlx::Error> {
        Ok(row.try_get::<Vec<String>, _>(column)?.into_iter().map(unescape).collect())
    };
    let unknown = |what: &str, word: &str| Trouble::Content(format!("unknown {what} `{word}`"));
    let kind = text(2)?;
    let line: Option<i64> = row.try_get(13)?;
    let line = line.map(|line| u32::try_from(line).map_err(|_| unknown("line", &line.to_string())));
    let access = maybe(10)?.map(|word| Access::from_word(&word).ok_or_else(|| unknown("access", &word)));
    let head = DocumentHead {
        id: text(1)?,
        kind: Kind::from_word(&kind).ok_or_else(|| unknown("kind", &kind))?,
        collection: text(3)?,
        parent: maybe(4)?,
        title: text(5)?,
        summary: text(6)?,
        platform: maybe(7)?,
        platforms: list(8)?,
        tags: list(9)?,
        access: access.transpose()?,
        location: Location { path: maybe(11)?, symbol: maybe(12)?, line: line.transpose()?, url: maybe(14)? },
    };
    Ok((row.try_get(0)?, head))
}

/// The whole document of a head and the bytes of its body.
pub(super) fn document(head: DocumentHead, bytes: &[u8]) -> Result<Document, Trouble> {
    let unreadable = || Trouble::Content(format!("the texts of `{}` are unreadable", head.id));
    let (fields, record) = body::decode(bytes).ok_or_else(unreadable)?;
    Ok(head.with_body(fields, record))
}
