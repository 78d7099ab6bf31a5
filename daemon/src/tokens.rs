//! Bearer tokens: who may ask, and how much. The file holds their digests only.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use subtle::{Choice, ConstantTimeEq};
use uuid::Uuid;

/// Bytes of a file of tokens at most.
const LONGEST: u64 = 1 << 20;

/// What a token allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// To ask.
    Read,
    /// To ask, and to have the daemon look for a newer generation at once.
    Admin,
}

impl Scope {
    /// `read` or `admin`.
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Admin => "admin",
        }
    }
}

/// A token, as the file knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// What it is revoked by; the token's own text begins with it.
    pub id: String,
    /// Who or what has it.
    pub name: String,
    /// What it allows.
    pub scope: Scope,
    /// When it was made, in seconds since 1970-01-01 UTC.
    pub created: u64,
    /// BLAKE3 of the token's text. The text is random enough that no slow digest is needed.
    blake3: String,
}

/// Why a file of tokens could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The system refused.
    #[error("could not {doing} the tokens in `{}`", path.display())]
    Io {
        /// The operation, such as `read`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no file of tokens.
    #[error("`{}` is no file of tokens: `ccr token create` makes one", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// It is larger than any file of tokens.
    #[error("`{}` has more than {LONGEST} bytes: it is no file of tokens", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// No token has the id.
    #[error("no token in `{}` has the id `{id}`: see `ccr token list`", path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// The id.
        id: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    tokens: Vec<Token>,
}

/// The tokens of a file.
///
/// # Errors
/// Where the file cannot be read or is no file of tokens.
pub fn list(path: &Path) -> Result<Vec<Token>, TokenError> {
    Ok(read(path)?.tokens)
}

/// Makes a token and adds it to the file, which is made where there is none. Returns the token's
/// text, which is kept nowhere.
///
/// # Errors
/// Where the file cannot be read or written.
pub fn create(path: &Path, name: &str, scope: Scope, now: u64) -> Result<(Token, String), TokenError> {
    let mut contents = match read(path) {
        Err(TokenError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Contents::default(),
        contents => contents?,
    };
    let id = Uuid::new_v4().simple().to_string()[..8].to_owned();
    let secret = Uuid::new_v4().simple().to_string() + &Uuid::new_v4().simple().to_string();
    let text = format!("ccr_{id}_{secret}");
    let token = Token { id, name: name.to_owned(), scope, created: now, blake3: digest(&text) };
    contents.tokens.push(token.clone());
    write(path, &contents)?;
    Ok((token, text))
}

/// Removes a token from the file. A daemon that reads it notices within its poll.
///
/// # Errors
/// Where the file cannot be read or written, or no token has the id.
pub fn revoke(path: &Path, id: &str) -> Result<Token, TokenError> {
    let mut contents = read(path)?;
    let position = contents.tokens.iter().position(|token| token.id == id);
    let Some(position) = position else {
        return Err(TokenError::Unknown { path: path.to_owned(), id: id.to_owned() });
    };
    let token = contents.tokens.remove(position);
    write(path, &contents)?;
    Ok(token)
}

fn read(path: &Path) -> Result<Contents, TokenError> {
    let io = |source| TokenError::Io { doing: "read", path: path.to_owned(), source };
    if fs::metadata(path).map_err(io)?.len() > LONGEST {
        return Err(TokenError::TooLarge { path: path.to_owned() });
    }
    let bytes = fs::read(path).map_err(io)?;
    serde_json::from_slice(&bytes).map_err(|source| TokenError::Unreadable { path: path.to_owned(), source })
}

/// Puts a new file into the place of the old one, readable for its owner only.
fn write(path: &Path, contents: &Contents) -> Result<(), TokenError> {
    let io = |source| TokenError::Io { doing: "write", path: path.to_owned(), source };
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}", Uuid::new_v4().simple()));
    let beside = PathBuf::from(beside);
    let text = serde_json::to_string_pretty(contents).map_err(|error| io(error.into()))? + "\n";
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&beside, path));
    written.map_err(|error| {
        let _ = fs::remove_file(&beside);
        io(error)
    })
}

fn digest(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// A file of tokens that is read again when it changes.
#[derive(Debug)]
pub(crate) struct TokenFile {
    path: PathBuf,
    held: RwLock<Held>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    contents: Contents,
    seen: Option<(SystemTime, u64)>,
}

impl TokenFile {
    /// Reads the file.
    pub(crate) fn open(path: &Path) -> Result<TokenFile, TokenError> {
        let seen = seen(path);
        let held = Held { contents: read(path)?, seen };
        Ok(TokenFile { path: path.to_owned(), held: RwLock::new(held) })
    }

    /// Reads the file again where it has changed. What cannot be read leaves what was read before.
    pub(crate) fn refresh(&self) -> Result<(), TokenError> {
        let seen = seen(&self.path);
        if self.held.read().unwrap_or_else(PoisonError::into_inner).seen == seen {
            return Ok(());
        }
        let contents = read(&self.path);
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.seen = seen;
        held.contents = contents?;
        tracing::info!(tokens = held.contents.tokens.len(), "read the tokens again");
        Ok(())
    }

    /// What a token allows; `None` for one that is not in the file. Takes as long for every text.
    pub(crate) fn scope(&self, text: &str) -> Option<Scope> {
        let digest = digest(text);
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let mut scope = None;
        for token in &held.contents.tokens {
            let same: Choice = token.blake3.as_bytes().ct_eq(digest.as_bytes());
            if bool::from(same) {
                scope = Some(token.scope);
            }
        }
        scope
    }
}

/// What shows that a file has changed.
fn seen(path: &Path) -> Option<(SystemTime, u64)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_token_is_made_known_and_revoked() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tokens.json");
        let (reader, reads) = create(&path, "ci", Scope::Read, 7).unwrap();
        let (_, admin) = create(&path, "me", Scope::Admin, 8).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let held = fs::read_to_string(&path).unwrap();
        assert!(!held.contains(&reads) && !held.contains(&admin), "{held}");
        let file = TokenFile::open(&path).unwrap();
        assert_eq!(file.scope(&reads), Some(Scope::Read));
        assert_eq!(file.scope(&admin), Some(Scope::Admin));
        for wrong in ["", "ccr_", &reads[..reads.len() - 1], &format!("{reads} "), &reads.to_uppercase()] {
            assert_eq!(file.scope(wrong), None, "{wrong:?}");
        }
        assert_eq!(revoke(&path, &reader.id).unwrap(), reader);
        file.refresh().unwrap();
        assert_eq!((file.scope(&reads), file.scope(&admin)), (None, Some(Scope::Admin)));
        assert!(matches!(revoke(&path, &reader.id), Err(TokenError::Unknown { .. })));
        assert_eq!(list(&path).unwrap().len(), 1);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn what_is_no_file_of_tokens_is_refused_and_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tokens.json");
        assert!(matches!(list(&path), Err(TokenError::Io { .. })));
        for text in ["", "{}", "[]", "hunter2", r#"{"tokens":[{"id":"x"}]}"#] {
            fs::write(&path, text).unwrap();
            assert!(
                matches!(create(&path, "ci", Scope::Read, 7), Err(TokenError::Unreadable { .. })),
                "{text}"
            );
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn a_file_that_breaks_leaves_the_tokens_that_were_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tokens.json");
        let (_, text) = create(&path, "ci", Scope::Read, 7).unwrap();
        let file = TokenFile::open(&path).unwrap();
        fs::write(&path, "no").unwrap();
        assert!(file.refresh().is_err());
        assert_eq!(file.scope(&text), Some(Scope::Read));
    }
}
