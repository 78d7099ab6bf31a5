//! Many rows at once, by COPY in its binary format.

use half::f16;
use sqlx::postgres::PgConnection;

use super::Address;
use super::ask::Trouble;

/// What every stream begins with: the signature, no flags, no extension.
const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// The type `text`.
const TEXT: u32 = 25;

/// Bytes that are sent at once.
const FULL: usize = 16 << 20;

/// Rows on their way into a table. Those that were not sent when [`Copy::finish`] was called are lost.
///
/// A stream costs some 40 ms whatever is in it: its last two packets are sent one after the other, and TCP
/// holds the second back until the first is acknowledged. So one stream takes the rows of all segments, and
/// without rows there is none.
pub(super) struct Copy {
    sql: String,
    columns: i16,
    row: Row,
}

impl Copy {
    /// Begins to write these columns, such as `posting (segment, term)`.
    pub(super) fn into(address: &Address, table: &str) -> Copy {
        let columns = i16::try_from(table.matches(',').count() + 1).unwrap_or(i16::MAX);
        let sql = format!("COPY {}.{table} FROM STDIN (FORMAT binary)", address.quoted_schema());
        Copy { sql, columns, row: Row(HEAD.to_vec()) }
    }

    /// The next row, whose columns have to follow.
    pub(super) async fn row(&mut self, connection: &mut PgConnection) -> Result<&mut Row, Trouble> {
        if self.row.0.len() >= FULL {
            self.send(connection).await?;
        }
        self.row.0.extend(self.columns.to_be_bytes());
        Ok(&mut self.row)
    }

    /// Sends the last rows.
    pub(super) async fn finish(mut self, connection: &mut PgConnection) -> Result<(), Trouble> {
        if self.row.0.len() > HEAD.len() { self.send(connection).await } else { Ok(()) }
    }

    async fn send(&mut self, connection: &mut PgConnection) -> Result<(), Trouble> {
        self.row.0.extend((-1_i16).to_be_bytes());
        let mut stream = connection.copy_in_raw(&self.sql).await?;
        stream.send(self.row.0.as_slice()).await?;
        stream.finish().await?;
        self.row.0.truncate(HEAD.len());
        Ok(())
    }
}

/// The columns of a row, one after the other.
pub(super) struct Row(Vec<u8>);

impl Row {
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> &mut Row {
        self.length(bytes.len());
        self.0.extend_from_slice(bytes);
        self
    }

    /// Escaped already.
    pub(super) fn text(&mut self, text: &str) -> &mut Row {
        self.bytes(text.as_bytes())
    }

    pub(super) fn text_or_null(&mut self, text: Option<&str>) -> &mut Row {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    pub(super) fn null(&mut self) -> &mut Row {
        self.0.extend((-1_i32).to_be_bytes());
        self
    }

    pub(super) fn boolean(&mut self, value: bool) -> &mut Row {
        self.bytes(&[u8::from(value)])
    }

    pub(super) fn int(&mut self, number: i32) -> &mut Row {
        self.bytes(&number.to_be_bytes())
    }

    pub(super) fn bigint(&mut self, number: i64) -> &mut Row {
        self.bytes(&number.to_be_bytes())
    }

    /// Escaped already.
    pub(super) fn texts<'t>(&mut self, texts: impl ExactSizeIterator<Item = &'t str>) -> &mut Row {
        let count = texts.len();
        self.array(TEXT, count, |row| {
            texts.for_each(|text| {
                row.text(text);
            });
        })
    }

    pub(super) fn ints(&mut self, numbers: &[i32]) -> &mut Row {
        /// The type `integer`.
        const INT: u32 = 23;
        self.array(INT, numbers.len(), |row| {
            numbers.iter().for_each(|number| {
                row.int(*number);
            });
        })
    }

    /// A `halfvec`.
    pub(super) fn halves(&mut self, values: &[f32]) -> &mut Row {
        self.length(4 + values.len() * 2);
        self.0.extend((values.len() as u16).to_be_bytes());
        self.0.extend([0, 0]);
        self.0.extend(values.iter().flat_map(|value| f16::from_f32(*value).to_be_bytes()));
        self
    }

    fn array(&mut self, kind: u32, count: usize, elements: impl FnOnce(&mut Row)) -> &mut Row {
        let start = self.0.len();
        self.length(0);
        self.0.extend(i32::from(count > 0).to_be_bytes());
        self.0.extend(0_i32.to_be_bytes());
        self.0.extend(kind.to_be_bytes());
        if count > 0 {
            self.length(count);
            self.length(1);
            elements(self);
        }
        let length = (self.0.len() - start - 4) as u32;
        self.0[start..start + 4].copy_from_slice(&length.to_be_bytes());
        self
    }

    fn length(&mut self, length: usize) {
        // What is longer than PostgreSQL takes is refused by it.
        self.0.extend(u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    }
}

/// The numbers of a `halfvec` as `halfvec_send` gives it; `None` where it is none.
pub(super) fn halves(bytes: &[u8]) -> Option<impl Iterator<Item = f32>> {
    let (head, values) = bytes.split_first_chunk::<4>()?;
    let (values, rest) = values.as_chunks::<2>();
    let count = usize::from(u16::from_be_bytes([head[0], head[1]]));
    (rest.is_empty() && values.len() == count)
        .then(|| values.iter().map(|half| f16::from_be_bytes(*half).to_f32()))
}
