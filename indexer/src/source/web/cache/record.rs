use std::io;

use serde::{Deserialize, Serialize};

/// Begin of each file, with the number of its format.
const MAGIC: &[u8; 8] = b"ccrpage1";
const DIGEST: usize = blake3::OUT_LEN;
/// Magic, digest of the head, length of the head.
const PREFIX: usize = MAGIC.len() + DIGEST + 4;

/// What is kept of a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Record {
    /// The address that was asked for.
    pub(crate) url: String,
    /// The address that redirects led to.
    pub(crate) found: String,
    /// What the server knows this text by.
    pub(crate) validators: Validators,
    pub(crate) content_type: Option<String>,
    /// The server asks that links are not followed.
    pub(crate) keeps_links: bool,
    /// When the body was read, or last found unchanged, in seconds since 1970.
    pub(crate) read_at: u64,
    /// Since when the page could not be read, in seconds since 1970.
    pub(crate) trouble_since: Option<u64>,
    /// Since when it is gone by the server's word, or no longer to be read as it was.
    pub(crate) gone_since: Option<u64>,
    /// Since when no seed leads to it.
    pub(crate) unreached_since: Option<u64>,
    /// The seed that led to it, as listed, and the links in a row from there; empty of what is no page.
    pub(crate) seed: String,
    pub(crate) depth: u32,
    /// What was sent, decompressed.
    pub(crate) body: Vec<u8>,
}

/// What a server knows a text by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Validators {
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
}

/// All but the body, which has a digest of its own, so that this can be read alone.
#[derive(Serialize, Deserialize)]
struct Head {
    url: String,
    found: String,
    validators: Validators,
    content_type: Option<String>,
    #[serde(default)]
    keeps_links: bool,
    read_at: u64,
    trouble_since: Option<u64>,
    gone_since: Option<u64>,
    unreached_since: Option<u64>,
    #[serde(default)]
    seed: String,
    #[serde(default)]
    depth: u32,
    body_digest: String,
}

impl Record {
    pub(super) fn encode(&self) -> io::Result<Vec<u8>> {
        let body = lz4_flex::block::compress_prepend_size(&self.body);
        let head = Head {
            url: self.url.clone(),
            found: self.found.clone(),
            validators: self.validators.clone(),
            content_type: self.content_type.clone(),
            keeps_links: self.keeps_links,
            read_at: self.read_at,
            trouble_since: self.trouble_since,
            gone_since: self.gone_since,
            unreached_since: self.unreached_since,
            seed: self.seed.clone(),
            depth: self.depth,
            body_digest: blake3::hash(&body).to_hex().to_string(),
        };
        let head = serde_json::to_vec(&head)?;
        let length = u32::try_from(head.len()).map_err(io::Error::other)?;
        let mut bytes = Vec::with_capacity(PREFIX + head.len() + body.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(blake3::hash(&head).as_bytes());
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&head);
        bytes.extend_from_slice(&body);
        Ok(bytes)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Record, &'static str> {
        let (head, body) = split(bytes)?;
        if blake3::hash(body).to_hex().as_str() != head.body_digest {
            return Err("the text is not what was written");
        }
        let body = lz4_flex::block::decompress_size_prepended(body)
            .map_err(|_| "the text cannot be decompressed")?;
        Ok(Record { body, ..head.into_record() })
    }

    /// All but the body.
    pub(super) fn decode_head(bytes: &[u8]) -> Result<Record, &'static str> {
        split(bytes).map(|(head, _)| head.into_record())
    }
}

impl Head {
    fn into_record(self) -> Record {
        Record {
            url: self.url,
            found: self.found,
            validators: self.validators,
            content_type: self.content_type,
            keeps_links: self.keeps_links,
            read_at: self.read_at,
            trouble_since: self.trouble_since,
            gone_since: self.gone_since,
            unreached_since: self.unreached_since,
            seed: self.seed,
            depth: self.depth,
            body: Vec::new(),
        }
    }
}

fn split(bytes: &[u8]) -> Result<(Head, &[u8]), &'static str> {
    let rest = bytes.strip_prefix(MAGIC).ok_or("it is no page of this version's")?;
    let (digest, rest) = rest.split_at_checked(DIGEST).ok_or("it is cut short")?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or("it is cut short")?;
    let length = u32::from_le_bytes(*length) as usize;
    let (head, body) = rest.split_at_checked(length).ok_or("it is cut short")?;
    if blake3::hash(head).as_bytes() != digest {
        return Err("its head is not what was written");
    }
    Ok((serde_json::from_slice(head).map_err(|_| "its head cannot be read")?, body))
}
