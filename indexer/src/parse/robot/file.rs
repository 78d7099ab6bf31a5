use ccr_index::Rule;

use super::model::{Resource, Suite};
use super::reader::Reader;
use super::{resource, suite};
use crate::parse::{Parsed, Problem};

/// Parses a suite file: `*.robot`.
///
/// `file_name` gives the suite its name where the file does not; folders before it do not matter.
/// `${CURDIR}` stays as it is. What Robot Framework would refuse to run is still read as far as it
/// can be, with the reason in [`Suite::refusal`].
pub fn parse_suite(text: &str, file_name: &str) -> Parsed<Suite> {
    read_suite(text, file_name, None)
}

/// [`parse_suite`] with `${CURDIR}` replaced by a directory, as Robot Framework does. Backslashes
/// in the directory must be doubled.
pub fn parse_suite_in(text: &str, file_name: &str, directory: &str) -> Parsed<Suite> {
    read_suite(text, file_name, Some(directory))
}

fn read_suite(text: &str, file_name: &str, directory: Option<&str>) -> Parsed<Suite> {
    let mut reader = Reader::new(text, directory);
    let mut value = suite::suite(text, file_name, &mut reader);
    let (refusal, problems) = reader.finish();
    value.refusal = refusal;
    Parsed { value, problems }
}

/// Parses a resource file: `*.resource`, or a `*.robot` file without tests that others import.
pub fn parse_resource(text: &str) -> Parsed<Resource> {
    read_resource(text, None)
}

/// [`parse_resource`] with `${CURDIR}` replaced by a directory, as [`parse_suite_in`] does.
pub fn parse_resource_in(text: &str, directory: &str) -> Parsed<Resource> {
    read_resource(text, Some(directory))
}

fn read_resource(text: &str, directory: Option<&str>) -> Parsed<Resource> {
    let mut reader = Reader::new(text, directory);
    let mut value = resource::resource(text, &mut reader);
    let (refusal, problems) = reader.finish();
    value.refusal = refusal;
    Parsed { value, problems }
}

/// The text of a file: UTF-8, possibly after a byte order mark.
///
/// # Errors
///
/// Anything else is a problem of the line on which the first wrong byte stands: Robot Framework
/// knows no other encodings.
pub fn decode(bytes: &[u8]) -> Result<&str, Problem> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        Problem::at_line(u32::try_from(line).unwrap_or(u32::MAX), "not UTF-8").of(Rule::FileEncoding)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_utf8_is_read() {
        assert_eq!(decode("\u{feff}é".as_bytes()), Ok("é"));
        assert_eq!(decode(b""), Ok(""));
        assert_eq!(decode(b"a\nb\xe9\n"), Err(Problem::at_line(2, "not UTF-8").of(Rule::FileEncoding)));
    }
}
