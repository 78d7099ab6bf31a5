//! Bodies, as they come: counted as sent and as decompressed, and never held beyond the limits.

use std::io::{self, Write};

use flate2::write::{DeflateDecoder, GzDecoder, ZlibDecoder};

/// Takes a body piece by piece.
pub(super) struct Body {
    sink: Sink,
    received: usize,
    most_received: usize,
    most: usize,
}

enum Sink {
    Plain(Bounded),
    Gzip(Box<GzDecoder<Bounded>>),
    Deflate(Box<DeflateDecoder<Bounded>>),
    Zlib(Box<ZlibDecoder<Bounded>>),
    /// `deflate`, of which the first byte will tell whether it is zlib's or the bare one.
    Undecided(Bounded),
    /// What follows the end of what was compressed: passed over.
    Ended(Vec<u8>),
}

/// Why a body is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum BodyError {
    /// More bytes than that were sent.
    TooLarge(usize),
    /// More bytes than that come out of it.
    Bomb(usize),
    /// The compression is broken.
    Broken(String),
    /// It is compressed in a way that was not asked for.
    Encoding(String),
}

impl Body {
    /// A body with this `Content-Encoding`.
    pub(super) fn new(encoding: Option<&str>, most_received: usize, most: usize) -> Result<Body, BodyError> {
        let bounded = Bounded { bytes: Vec::new(), most, is_full: false };
        let encoding = encoding.unwrap_or_default().trim().to_ascii_lowercase();
        let sink = match encoding.as_str() {
            "" | "identity" => Sink::Plain(bounded),
            "gzip" | "x-gzip" => Sink::Gzip(Box::new(GzDecoder::new(bounded))),
            "deflate" => Sink::Undecided(bounded),
            _ => return Err(BodyError::Encoding(encoding)),
        };
        Ok(Body { sink, received: 0, most_received, most })
    }

    pub(super) fn received(&self) -> usize {
        self.received
    }

    /// Bytes that came out of it so far.
    pub(super) fn so_far(&self) -> usize {
        match &self.sink {
            Sink::Plain(sink) | Sink::Undecided(sink) => sink.bytes.len(),
            Sink::Gzip(sink) => sink.get_ref().bytes.len(),
            Sink::Deflate(sink) => sink.get_ref().bytes.len(),
            Sink::Zlib(sink) => sink.get_ref().bytes.len(),
            Sink::Ended(bytes) => bytes.len(),
        }
    }

    /// What came out of it so far, where the rest does not matter.
    pub(super) fn begin(mut self) -> Vec<u8> {
        let bytes = match &mut self.sink {
            Sink::Plain(sink) | Sink::Undecided(sink) => &mut sink.bytes,
            Sink::Gzip(sink) => &mut sink.get_mut().bytes,
            Sink::Deflate(sink) => &mut sink.get_mut().bytes,
            Sink::Zlib(sink) => &mut sink.get_mut().bytes,
            Sink::Ended(bytes) => bytes,
        };
        std::mem::take(bytes)
    }

    /// Takes what came next.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<(), BodyError> {
        self.received += piece.len();
        if self.received > self.most_received {
            return Err(BodyError::TooLarge(self.most_received));
        }
        let mut rest = piece;
        while let Some(&first) = rest.first() {
            let taken = match &mut self.sink {
                Sink::Plain(sink) => sink.write(rest),
                Sink::Gzip(sink) => sink.write(rest),
                Sink::Deflate(sink) => sink.write(rest),
                Sink::Zlib(sink) => sink.write(rest),
                Sink::Ended(_) => return Ok(()),
                Sink::Undecided(sink) => {
                    let sink = std::mem::take(sink);
                    self.sink = if first & 0x0f == 8 {
                        Sink::Zlib(Box::new(ZlibDecoder::new(sink)))
                    } else {
                        Sink::Deflate(Box::new(DeflateDecoder::new(sink)))
                    };
                    continue;
                }
            };
            match taken {
                Ok(0) => self.end()?,
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) => return Err(self.error(&error)),
            }
        }
        Ok(())
    }

    /// The body, now that it is at its end.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, BodyError> {
        self.end()?;
        match self.sink {
            Sink::Ended(bytes) => Ok(bytes),
            _ => Ok(Vec::new()),
        }
    }

    fn end(&mut self) -> Result<(), BodyError> {
        let none = Sink::Ended(Vec::new());
        let ended = match std::mem::replace(&mut self.sink, none) {
            Sink::Plain(sink) | Sink::Undecided(sink) => Ok(sink),
            Sink::Gzip(sink) => sink.finish(),
            Sink::Deflate(sink) => sink.finish(),
            Sink::Zlib(sink) => sink.finish(),
            Sink::Ended(bytes) => Ok(Bounded { bytes, most: self.most, is_full: false }),
        };
        let bounded = ended.map_err(|error| self.error(&error))?;
        self.sink = Sink::Ended(bounded.bytes);
        Ok(())
    }

    fn error(&self, error: &io::Error) -> BodyError {
        if error.kind() == io::ErrorKind::FileTooLarge {
            return match self.sink {
                Sink::Plain(_) => BodyError::TooLarge(self.most),
                _ => BodyError::Bomb(self.most),
            };
        }
        BodyError::Broken(error.to_string())
    }
}

/// Bytes up to a limit.
#[derive(Default)]
struct Bounded {
    bytes: Vec<u8>,
    most: usize,
    is_full: bool,
}

impl Write for Bounded {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if self.is_full || self.bytes.len() + piece.len() > self.most {
            self.is_full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Decompresses what is a `.gz` file by its content; anything else stays as it is.
pub(super) fn gunzip(bytes: Vec<u8>, most: usize) -> Result<Vec<u8>, BodyError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut body = Body::new(Some("gzip"), bytes.len(), most)?;
    body.push(&bytes)?;
    body.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    fn read(encoding: &str, bytes: &[u8], piece: usize) -> Result<Vec<u8>, BodyError> {
        let mut body = Body::new(Some(encoding), 5000, 20_000)?;
        for piece in bytes.chunks(piece) {
            body.push(piece)?;
        }
        body.finish()
    }

    fn compressed(text: &[u8]) -> [(&'static str, Vec<u8>); 4] {
        let (mut gzip, mut zlib, mut bare) = (
            GzEncoder::new(Vec::new(), Compression::default()),
            ZlibEncoder::new(Vec::new(), Compression::default()),
            DeflateEncoder::new(Vec::new(), Compression::default()),
        );
        gzip.write_all(text).unwrap();
        zlib.write_all(text).unwrap();
        bare.write_all(text).unwrap();
        [
            ("gzip", gzip.finish().unwrap()),
            ("deflate", zlib.finish().unwrap()),
            ("Deflate", bare.finish().unwrap()),
            ("identity", text.to_vec()),
        ]
    }

    #[test]
    fn every_encoding_in_pieces_of_every_size() {
        let text: Vec<u8> = (0..3000u32).flat_map(|n| [(n % 251) as u8]).collect();
        for (encoding, bytes) in compressed(&text) {
            for piece in [1, 7, 5000] {
                assert_eq!(read(encoding, &bytes, piece).as_ref(), Ok(&text), "{encoding} {piece}");
            }
        }
        assert_eq!(read("br", b"x", 1), Err(BodyError::Encoding("br".to_owned())));
    }

    #[test]
    fn limits_hold_before_and_after_decompression() {
        assert_eq!(read("", &[b'x'; 5001], 100), Err(BodyError::TooLarge(5000)));
        for (encoding, bomb) in &compressed(&vec![0; 1 << 20])[..3] {
            assert!(bomb.len() < 5000);
            assert_eq!(read(encoding, bomb, 100), Err(BodyError::Bomb(20_000)), "{encoding}");
        }
    }

    #[test]
    fn broken_compression_is_told_and_what_follows_it_is_passed_over() {
        let [(_, gzip), ..] = compressed(&[b'a'; 2000]);
        assert!(matches!(read("gzip", &gzip[..gzip.len() - 9], 64), Err(BodyError::Broken(_))));
        assert!(matches!(read("gzip", b"<html>no gzip at all</html>", 64), Err(BodyError::Broken(_))));
        let trailing = [&gzip[..], b"garbage"].concat();
        assert_eq!(read("gzip", &trailing, 64).map(|text| text.len()), Ok(2000));
        assert_eq!(gunzip(gzip, 5000).map(|text| text.len()), Ok(2000));
        assert_eq!(gunzip(b"plain".to_vec(), 2), Ok(b"plain".to_vec()));
    }
}
