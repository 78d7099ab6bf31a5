//! The one owner of standard output and standard error.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal, Write};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use ccr_index::Severity;
use serde::Serialize;

use crate::args::{Color, Format, Global};
use crate::visible::visible;

/// Styles of the terminal output. Everything is readable without them.
pub(crate) mod style {
    use super::{AnsiColor, Style};

    pub(crate) const TITLE: Style = Style::new().bold();
    pub(crate) const FAINT: Style = Style::new().dimmed();
    pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
    pub(crate) const MATCH: Style = AnsiColor::Yellow.on_default().bold();
    pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
    pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
    pub(crate) const HINT: Style = AnsiColor::Cyan.on_default().bold();
    pub(crate) const ID: Style = AnsiColor::Cyan.on_default();
}

/// Data to standard output, everything else to standard error.
pub(crate) struct Printer {
    out: BufWriter<AutoStream<io::Stdout>>,
    format: Format,
    quiet: bool,
}

impl Printer {
    /// A printer that follows the global arguments.
    pub(crate) fn new(global: &Global) -> Self {
        match global.color {
            Color::Auto => {}
            Color::Always => anstream::ColorChoice::Always.write_global(),
            Color::Never => anstream::ColorChoice::Never.write_global(),
        }
        // JSON has no styles: nothing of it may be taken for one and stripped.
        let out = match global.format {
            Format::Text => anstream::stdout(),
            Format::Json | Format::Sarif => AutoStream::always_ansi(io::stdout()),
        };
        Printer { out: BufWriter::new(out), format: global.format, quiet: global.quiet }
    }

    /// Whether programs read the output.
    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Whether progress is to be shown: to people at a terminal, who did not ask for quiet.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// Whether people asked for quiet.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Prints data as text, without the spaces that an empty last part leaves.
    pub(crate) fn text(&mut self, text: fmt::Arguments<'_>) -> io::Result<()> {
        self.out.write_all(visible(text.to_string().trim_end_matches(' ')).as_bytes())?;
        self.out.write_all(b"\n")
    }

    /// Prints data as JSON, with a line end behind it.
    pub(crate) fn json<T: Serialize>(&mut self, value: &T) -> anyhow::Result<()> {
        serde_json::to_writer_pretty(&mut self.out, value).map_err(io::Error::from)?;
        self.out.write_all(b"\n")?;
        Ok(())
    }

    /// Says something that is no data, unless people asked for quiet.
    pub(crate) fn note(&mut self, text: &str) {
        if !self.quiet {
            self.aside(&format!("{text}\n"));
        }
    }

    /// Says that something failed that did not stop the command; the exit code says so too.
    pub(crate) fn error(&mut self, text: &str) {
        let style = style::ERROR;
        self.aside(&format!("{style}error{style:#}: {text}\n"));
    }

    /// Says what is wrong with a file, by how much it matters.
    pub(crate) fn problem(&mut self, severity: Severity, text: &str) {
        match severity {
            Severity::Error => self.error(text),
            Severity::Warning => self.warn(text),
        }
    }

    /// Says that something is not as it should be, though nothing failed.
    pub(crate) fn warn(&mut self, text: &str) {
        let style = style::WARNING;
        self.aside(&format!("{style}warning{style:#}: {text}\n"));
    }

    /// Writes to standard error, behind the data that was printed before it.
    fn aside(&mut self, text: &str) {
        // A reader that went away shows at the next flush.
        let _ = self.out.flush();
        stderr(text);
    }

    /// Writes out what is still held back.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes to standard error, where no data was printed before that could come late.
pub(crate) fn stderr(text: &str) {
    // Nobody is left to hear that standard error cannot be written.
    let _ = anstream::stderr().write_all(visible(text).as_bytes());
}
