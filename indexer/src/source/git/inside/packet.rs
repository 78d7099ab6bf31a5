//! The lines of git's protocol: four hexadecimal digits that say how long it is, and the line.

use std::io::{self, Read};

/// One packet.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Packet {
    /// A line, as it was sent.
    Line(Vec<u8>),
    /// The end of a message.
    Flush,
    /// The end of a part of a message.
    Delimiter,
    /// Nothing more was sent.
    End,
}

/// Reads the next packet.
pub(super) fn read(from: &mut impl Read) -> io::Result<Packet> {
    let mut length = [0; 4];
    let mut known = 0;
    while known < 4 {
        match from.read(&mut length[known..])? {
            0 if known == 0 => return Ok(Packet::End),
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => known += count,
        }
    }
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, "not the protocol of git");
    let digits = std::str::from_utf8(&length).map_err(|_| wrong())?;
    match usize::from_str_radix(digits, 16).map_err(|_| wrong())? {
        0 => Ok(Packet::Flush),
        1 => Ok(Packet::Delimiter),
        2 => Ok(Packet::End),
        3 => Err(wrong()),
        length => {
            let mut line = vec![0; length - 4];
            from.read_exact(&mut line)?;
            Ok(Packet::Line(line))
        }
    }
}

/// Adds a line to a message.
pub(super) fn line(message: &mut Vec<u8>, text: &str) {
    message.extend_from_slice(format!("{:04x}{text}\n", text.len() + 5).as_bytes());
}

/// A line as text, without its line feed.
pub(super) fn text(line: &[u8]) -> String {
    String::from_utf8_lossy(line).trim_end_matches('\n').to_owned()
}

/// The data in the first of three bands; the second is progress, the third ends it with a reason.
pub(super) struct Bands<R> {
    from: R,
    line: Vec<u8>,
    read: usize,
    is_over: bool,
}

impl<R> Bands<R> {
    pub(super) fn new(from: R) -> Bands<R> {
        Bands { from, line: Vec::new(), read: 0, is_over: false }
    }
}

impl<R: Read> Read for Bands<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read >= self.line.len() {
            if self.is_over {
                return Ok(0);
            }
            match read(&mut self.from)? {
                Packet::Line(line) if line.first() == Some(&1) => (self.line, self.read) = (line, 1),
                Packet::Line(line) if line.first() == Some(&2) => {}
                Packet::Line(line) => {
                    let said = text(line.get(1..).unwrap_or_default());
                    return Err(io::Error::other(format!("the server says: {said}")));
                }
                Packet::Flush | Packet::Delimiter | Packet::End => self.is_over = true,
            }
        }
        let count = buffer.len().min(self.line.len() - self.read);
        buffer[..count].copy_from_slice(&self.line[self.read..self.read + count]);
        self.read += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets() {
        let mut message = Vec::new();
        line(&mut message, "want 1");
        message.extend_from_slice(b"00000001");
        let mut from = message.as_slice();
        assert_eq!(read(&mut from).unwrap(), Packet::Line(b"want 1\n".to_vec()));
        assert_eq!(read(&mut from).unwrap(), Packet::Flush);
        assert_eq!(read(&mut from).unwrap(), Packet::Delimiter);
        assert_eq!(read(&mut from).unwrap(), Packet::End);
        for wrong in ["0003", "<htm", "00", "0009abc", "\u{e9}1"] {
            assert!(read(&mut wrong.as_bytes()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn bands() {
        let mut data = Vec::new();
        let sent = b"0008\x01abc0007\x02xy0005\x010006\x01d0000".as_slice();
        Bands::new(sent).read_to_end(&mut data).unwrap();
        assert_eq!(data, b"abcd");
        let error = Bands::new(b"0009\x03dead".as_slice()).read_to_end(&mut data).unwrap_err();
        assert_eq!(error.to_string(), "the server says: dead");
    }
}
