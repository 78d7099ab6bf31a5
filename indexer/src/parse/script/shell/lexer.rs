//! A reading of shell text that is exact enough to know where commands stand.
//!
//! One pass over the bytes with a stack of open quotes and substitutions. It forgives: what does
//! not close ends with the text, and what it takes wrong costs a name, not the rest of the file.

use std::collections::HashMap;

use super::super::messages::Messages;
use super::words::Command;

/// What a pass over a script finds.
#[derive(Default)]
pub(super) struct Scanned {
    /// Programs called, with repetitions.
    pub(super) commands: Vec<&'static str>,
    /// Texts printed.
    pub(super) messages: Messages,
    /// For each line, whether it begins outside of quotes and here-documents.
    pub(super) is_code: Vec<bool>,
}

/// Something open around the current byte.
enum Frame {
    /// `$(…)`, `(…)` or backticks: commands of their own; the outer one waits here.
    Commands { outer: Command, close: u8 },
    /// `"…"`.
    Double,
    /// `${…}`.
    Parameter,
    /// `$((…))` or `((…))`, with the parentheses open inside.
    Arithmetic { open: usize },
}

pub(super) fn scan(text: &str) -> Scanned {
    let mut lexer = Lexer {
        bytes: text.as_bytes(),
        at: 0,
        line: 0,
        frames: Vec::new(),
        command: Command::default(),
        heredocs: Vec::new(),
        last_lines: HashMap::new(),
        scanned: Scanned { is_code: vec![true], ..Scanned::default() },
    };
    for (number, line) in text.lines().enumerate() {
        lexer.last_lines.insert(line.trim(), number);
    }
    while let Some(&byte) = lexer.bytes.get(lexer.at) {
        lexer.step(byte);
    }
    lexer.end_word();
    lexer.scanned
}

struct Lexer<'t> {
    bytes: &'t [u8],
    at: usize,
    /// Line of the current byte, from 0.
    line: usize,
    frames: Vec<Frame>,
    command: Command,
    /// Here-documents that begin after this line: their delimiters.
    heredocs: Vec<String>,
    /// The last line that holds each text: a delimiter that never comes back opens nothing.
    last_lines: HashMap<&'t str, usize>,
    scanned: Scanned,
}

impl Lexer<'_> {
    /// Reads what begins with `byte`.
    fn step(&mut self, byte: u8) {
        match self.frames.last_mut() {
            Some(Frame::Double) => self.in_double(byte),
            Some(Frame::Parameter) => self.in_parameter(byte),
            Some(Frame::Arithmetic { .. }) => self.in_arithmetic(byte),
            Some(Frame::Commands { .. }) | None => self.in_commands(byte),
        }
    }

    fn in_double(&mut self, byte: u8) {
        match byte {
            b'"' => self.pop(1),
            b'\\' => self.escape(),
            b'$' | b'`' => self.expansion(byte),
            _ => self.push_byte(byte),
        }
    }

    fn in_parameter(&mut self, byte: u8) {
        let in_double = matches!(self.frames.iter().rev().nth(1), Some(Frame::Double));
        match byte {
            b'}' => {
                self.push_byte(byte);
                self.frames.pop();
            }
            b'\\' => self.escape(),
            b'"' => self.open(Frame::Double, 1),
            b'\'' if !in_double => self.single_quoted(false),
            b'$' | b'`' => self.expansion(byte),
            _ => self.push_byte(byte),
        }
    }

    fn in_arithmetic(&mut self, byte: u8) {
        let followed = self.peek(1) == Some(b')');
        match (byte, self.frames.last_mut()) {
            (b'(', Some(Frame::Arithmetic { open })) => *open += 1,
            (b')', Some(Frame::Arithmetic { open: 0 })) => {
                return self.pop(if followed { 2 } else { 1 });
            }
            (b')', Some(Frame::Arithmetic { open })) => *open -= 1,
            (b'$' | b'`', _) => return self.expansion(byte),
            _ => {}
        }
        self.push_byte(byte);
    }

    fn in_commands(&mut self, byte: u8) {
        match byte {
            b' ' | b'\t' | b'\r' => {
                self.end_word();
                self.at += 1;
            }
            b'\n' => self.newline(),
            b';' | b'|' | b'&' => {
                self.end_word();
                self.command.restart();
                self.at += 1;
            }
            b'#' if !self.command.in_word => self.comment(),
            b'\\' => self.escape(),
            b'\'' => self.single_quoted(false),
            b'"' => {
                self.command.quoted = true;
                self.command.in_word = true;
                self.open(Frame::Double, 1);
            }
            b'`' if matches!(self.frames.last(), Some(Frame::Commands { close: b'`', .. })) => self.close(),
            b'$' if self.peek(1) == Some(b'\'') => {
                self.at += 1;
                self.single_quoted(true);
            }
            b'$' | b'`' => self.expansion(byte),
            b'<' | b'>' => self.redirection(byte),
            b'(' => self.parenthesis(),
            b')' => self.closing_parenthesis(),
            _ => self.push_byte(byte),
        }
    }

    /// `$…` or a backtick, wherever expansions happen.
    fn expansion(&mut self, byte: u8) {
        self.command.in_word = true;
        match (byte, self.peek(1), self.peek(2)) {
            (b'`', ..) => self.open_commands(b'`', 1, Command::default()),
            (_, Some(b'('), Some(b'(')) => self.open(Frame::Arithmetic { open: 0 }, 3),
            (_, Some(b'('), _) => self.open_commands(b')', 2, Command::default()),
            (_, Some(b'{'), _) => {
                self.push_byte(b'$');
                self.push_byte(b'{');
                self.frames.push(Frame::Parameter);
            }
            _ => self.push_byte(byte),
        }
    }

    fn parenthesis(&mut self) {
        if self.command.in_word {
            let is_array = self.command.word.ends_with(b"=");
            if !is_array && self.command.at_start() && self.peek(1) == Some(b')') {
                self.command.restart();
                self.at += 2;
                return;
            }
            let inner = if is_array { Command::array() } else { Command::default() };
            return self.open_commands(b')', 1, inner);
        }
        if self.command.at_start() && self.peek(1) == Some(b'(') {
            return self.open(Frame::Arithmetic { open: 0 }, 2);
        }
        self.open_commands(b')', 1, Command::default());
    }

    fn closing_parenthesis(&mut self) {
        let closes = matches!(self.frames.last(), Some(Frame::Commands { close: b')', .. }));
        if closes && self.command.cases == 0 {
            return self.close();
        }
        // The end of a pattern of `case`: what stood before it is no command.
        self.command.restart();
        self.at += 1;
    }

    fn redirection(&mut self, byte: u8) {
        // The number of a stream is no word.
        if self.command.word.iter().all(u8::is_ascii_digit) && !self.command.quoted {
            self.command.discard();
        }
        self.end_word();
        if self.peek(1) == Some(b'(') {
            return self.open_commands(b')', 2, Command::default());
        }
        if byte == b'<' && self.peek(1) == Some(b'<') && self.peek(2) != Some(b'<') {
            return self.heredoc();
        }
        while matches!(self.peek(0), Some(b'<' | b'>' | b'&' | b'|')) {
            self.at += 1;
        }
        self.command.redirected = true;
    }

    /// `<<WORD`, `<<-WORD`, `<<'WORD'`.
    fn heredoc(&mut self) {
        self.at += 2;
        while matches!(self.peek(0), Some(b'-' | b' ' | b'\t')) {
            self.at += 1;
        }
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.'\"\\!".contains(byte);
        let length = self.bytes[self.at..].iter().take_while(|byte| is_part(byte)).count();
        let word = String::from_utf8_lossy(&self.bytes[self.at..self.at + length]);
        let delimiter: String = word.chars().filter(|c| !"'\"\\".contains(*c)).collect();
        self.at += length;
        if !delimiter.is_empty() {
            self.heredocs.push(delimiter);
        }
    }

    fn newline(&mut self) {
        self.end_word();
        self.command.restart();
        self.advance_line(true);
        for delimiter in std::mem::take(&mut self.heredocs) {
            if self.last_lines.get(delimiter.as_str()).is_some_and(|&last| last >= self.line) {
                self.skip_heredoc(&delimiter);
            }
        }
    }

    fn skip_heredoc(&mut self, delimiter: &str) {
        while self.at < self.bytes.len() {
            let rest = &self.bytes[self.at..];
            let length = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
            let is_end = rest[..length].trim_ascii() == delimiter.as_bytes();
            if let Some(is_code) = self.scanned.is_code.last_mut() {
                *is_code = false;
            }
            self.at += length;
            if self.at < self.bytes.len() {
                self.advance_line(is_end);
            }
            if is_end {
                return;
            }
        }
    }

    fn comment(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
    }

    fn escape(&mut self) {
        self.command.in_word = true;
        self.at += 1;
        match self.peek(0) {
            // A line that goes on: no word of its own.
            Some(b'\n') => {
                self.command.in_word = !self.command.word.is_empty() || self.command.quoted;
                let is_code = self.is_code();
                self.advance_line(is_code);
            }
            Some(byte) => {
                // Inside quotes, a backslash before any other character stands for itself.
                if !self.is_code() && !b"$`\"\\".contains(&byte) {
                    self.command.word.push(b'\\');
                }
                self.push_byte(byte);
            }
            None => {}
        }
    }

    /// `'…'`, or `$'…'` where a backslash escapes.
    fn single_quoted(&mut self, escapes: bool) {
        self.command.in_word = true;
        self.command.quoted = true;
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\'' => {
                    self.at += 1;
                    return;
                }
                b'\\' if escapes => {
                    self.push_byte(byte);
                    if let Some(next) = self.peek(0) {
                        self.push_byte(next);
                    }
                }
                _ => self.push_byte(byte),
            }
        }
    }

    fn open(&mut self, frame: Frame, length: usize) {
        self.frames.push(frame);
        self.at += length;
    }

    fn open_commands(&mut self, close: u8, length: usize, inner: Command) {
        let outer = std::mem::replace(&mut self.command, inner);
        self.open(Frame::Commands { outer, close }, length);
    }

    /// Ends commands inside others.
    fn close(&mut self) {
        self.end_word();
        self.at += 1;
        if let Some(Frame::Commands { outer, .. }) = self.frames.pop() {
            self.command = outer;
        }
    }

    fn pop(&mut self, length: usize) {
        self.frames.pop();
        self.at += length;
    }

    fn end_word(&mut self) {
        self.command.end_word(&mut self.scanned.commands, &mut self.scanned.messages);
    }

    /// Takes a byte, a line end too, into the word.
    fn push_byte(&mut self, byte: u8) {
        self.command.word.push(byte);
        self.command.in_word = true;
        if self.peek(0) == Some(b'\n') {
            self.advance_line(false);
        } else {
            self.at += 1;
        }
    }

    /// Moves past a line end; `is_code` says whether the next line begins in plain code.
    fn advance_line(&mut self, is_code: bool) {
        self.at += 1;
        self.line += 1;
        self.scanned.is_code.push(is_code);
    }

    fn is_code(&self) -> bool {
        matches!(self.frames.last(), Some(Frame::Commands { .. }) | None)
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }
}
