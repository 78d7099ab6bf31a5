//! What a server says first: its version of the protocol, what it can do, and with the older versions all
//! refs.

use std::io::{self, Read};

use super::Refs;
use super::packet::{self, Packet};

/// Most refs of a server.
const MAX_REFS: usize = 2_000_000;

/// What a server says first.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Advertised {
    /// Version 2; else 0 or 1.
    pub(super) is_second: bool,
    pub(super) abilities: Vec<String>,
    /// With the versions before 2.
    pub(super) refs: Refs,
}

impl Advertised {
    pub(super) fn read(from: &mut impl Read) -> io::Result<Advertised> {
        let mut said = Advertised { is_second: false, abilities: Vec::new(), refs: Vec::new() };
        let mut is_first = true;
        loop {
            let line = match packet::read(from)? {
                Packet::Line(line) => line,
                // The one after the name of the service is not the last.
                Packet::Flush if is_first => continue,
                _ => return Ok(said),
            };
            let line = packet::text(&line);
            if let Some(reason) = line.strip_prefix("ERR ") {
                return Err(io::Error::other(format!("the server says: {reason}")));
            }
            if line.starts_with("# service=") || line == "version 1" {
                continue;
            }
            is_first = false;
            if line == "version 2" {
                said.is_second = true;
            } else if said.is_second {
                said.abilities.push(line);
            } else {
                said.add_ref(&line)?;
            }
        }
    }

    fn add_ref(&mut self, line: &str) -> io::Result<()> {
        let (line, abilities) = line.split_once('\0').unwrap_or((line, ""));
        self.abilities.extend(abilities.split(' ').filter(|word| !word.is_empty()).map(str::to_owned));
        let Some((id, name)) = line.split_once(' ') else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "not the protocol of git"));
        };
        if self.refs.len() >= MAX_REFS {
            return Err(io::Error::other(format!("the server names more than {MAX_REFS} refs")));
        }
        if name != "capabilities^{}" && !id.starts_with("shallow") {
            self.refs.push((id.to_owned(), name.to_owned()));
        }
        Ok(())
    }

    /// Whether the server can do something.
    pub(super) fn can(&self, ability: &str) -> bool {
        self.abilities.iter().any(|found| found == ability)
    }

    /// Whether it sends a commit without its history.
    pub(super) fn can_cut(&self) -> bool {
        match self.is_second {
            false => self.can("shallow"),
            true => {
                let fetch = self.abilities.iter().find_map(|ability| ability.strip_prefix("fetch="));
                fetch.is_some_and(|words| words.split(' ').any(|word| word == "shallow"))
            }
        }
    }

    /// How its ids are made.
    pub(super) fn hash(&self) -> gix_hash::Kind {
        match self.can("object-format=sha256") {
            true => gix_hash::Kind::Sha256,
            false => gix_hash::Kind::Sha1,
        }
    }

    /// What the older versions say of refs that name others.
    pub(super) fn symbolic(&self) -> Refs {
        let named =
            self.abilities.iter().filter_map(|ability| ability.strip_prefix("symref=")?.split_once(':'));
        named.map(|(name, target)| (format!("ref: {target}"), name.to_owned())).collect()
    }
}
