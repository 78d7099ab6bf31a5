//! Comments as their readers see them: without marks, boxes, linter lines and licence texts.

use super::Language;

/// Beginnings of comments that speak to programs.
const DIRECTIVES: [&str; 9] =
    ["shellcheck", "pylint", "noqa", "-*-", "vim:", "type: ignore", "eslint", "requires -", "!"];
/// Phrases of licence texts; a paragraph that holds one is left out.
const LICENCE: [&str; 7] = [
    "copyright",
    "spdx-license",
    "licensed under",
    "/licenses/",
    "unless required by applicable law",
    "permission is hereby granted",
    "all rights reserved",
];
/// Beginnings of lines that may stand above the comment that heads a file.
const PREAMBLE: [&str; 10] = [
    "set -",
    "set +",
    "shopt ",
    "ifs=",
    "\"use strict\"",
    "'use strict'",
    "package ",
    "[cmdletbinding",
    "$erroractionpreference",
    "from __future__ ",
];

/// The comment at the head of a file.
///
/// Of several blocks of comments, one that touches the code below it belongs to that code; a sole
/// block is the header unless a function follows it directly.
pub(super) fn header(language: Language, lines: &[&str]) -> String {
    let mut blocks: Vec<Vec<String>> = vec![Vec::new()];
    let mut in_block = false;
    for (at, line) in lines.iter().enumerate() {
        let trimmed = line.trim();
        if at == 0 && trimmed.starts_with("#!") {
            continue;
        }
        if in_block || language.comment_block().is_some_and(|(open, _)| trimmed.starts_with(open)) {
            let (content, closed) = block_line(language, trimmed);
            push(&mut blocks, content);
            in_block = !closed;
        } else if let Some(comment) = trimmed.strip_prefix(language.comment_mark()) {
            push(&mut blocks, comment);
        } else if trimmed.is_empty() || is_preamble(trimmed) {
            blocks.push(Vec::new());
        } else {
            let is_sole = blocks[..blocks.len() - 1].iter().all(Vec::is_empty);
            if !is_sole || begins_function(language, trimmed) {
                blocks.pop();
            }
            break;
        }
    }
    blocks.retain(|block| !block.is_empty());
    readable(&blocks.join(&String::new()))
}

/// The comment right above a line; decorators may stand between.
pub(super) fn above(language: Language, lines: &[&str], at: usize) -> String {
    let mut comment = Vec::new();
    for line in lines[..at].iter().rev().map(|line| line.trim()) {
        match line.strip_prefix(language.comment_mark()) {
            Some(text) if !is_directive(text) => comment.push(cleaned(text)),
            Some(_) => {}
            None if comment.is_empty() && line.starts_with('@') => {}
            None => break,
        }
    }
    comment.reverse();
    readable(&comment)
}

/// The text of a comment of several lines, given its inner lines.
pub(super) fn block(lines: &[&str]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| cleaned(line)).collect();
    readable(&lines)
}

fn begins_function(language: Language, line: &str) -> bool {
    let is_name = |name: &str| name.chars().all(|c| c.is_alphanumeric() || "_- ".contains(c));
    ["function ", "def "].iter().any(|keyword| line.starts_with(keyword))
        || (language == Language::Bash && line.split_once("()").is_some_and(|(name, _)| is_name(name)))
}

fn push(blocks: &mut [Vec<String>], comment: &str) {
    if !is_directive(comment)
        && let Some(block) = blocks.last_mut()
    {
        block.push(cleaned(comment));
    }
}

/// The text of a line inside a block comment, and whether the comment ends there.
fn block_line(language: Language, line: &str) -> (&str, bool) {
    let (open, close) = language.comment_block().unwrap_or_default();
    let line = line.strip_prefix(open).unwrap_or(line);
    match line.split_once(close) {
        Some((content, _)) => (content, true),
        None => (line.strip_prefix('*').unwrap_or(line), false),
    }
}

fn is_preamble(line: &str) -> bool {
    let line = line.to_lowercase();
    PREAMBLE.iter().any(|start| line.starts_with(start))
        || (line.starts_with('[') && line.ends_with("set -x"))
}

fn is_directive(comment: &str) -> bool {
    let comment = comment.trim_start();
    DIRECTIVES
        .iter()
        .any(|start| comment.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start)))
}

/// A comment line without further marks, rules and the sides of a box.
fn cleaned(comment: &str) -> String {
    const RULE: &str = "#=-*_~+─━═—";
    let is_rule = |c: char| RULE.contains(c);
    let comment = comment.trim_start_matches('#').trim_end();
    let inner = comment.trim().trim_matches(is_rule);
    if inner.trim().is_empty() {
        return String::new();
    }
    let opens = comment.trim_start().chars().take_while(|&c| is_rule(c)).count();
    let closes = comment.chars().rev().take_while(|&c| is_rule(c)).count();
    if opens >= 3 || closes >= 3 {
        return inner.trim().to_owned();
    }
    let comment = comment.strip_suffix("  #").unwrap_or(comment);
    comment.strip_prefix(' ').unwrap_or(comment).trim_end().to_owned()
}

/// Lines as paragraphs, without those of licences, without the indentation that all lines share and
/// without blank lines at the ends.
fn readable(lines: &[String]) -> String {
    let indent = |line: &String| line.len() - line.trim_start_matches([' ', '\t']).len();
    let shared = lines.iter().filter(|line| !line.is_empty()).map(indent).min().unwrap_or(0);
    let paragraphs = lines.split(String::is_empty).filter(|paragraph| !paragraph.is_empty());
    let paragraphs: Vec<String> = paragraphs
        .map(|paragraph| paragraph.iter().map(|line| &line[shared..]).collect::<Vec<_>>().join("\n"))
        .filter(|paragraph| {
            let lower = paragraph.to_lowercase();
            !LICENCE.iter().any(|phrase| lower.contains(phrase))
        })
        .collect();
    paragraphs.join("\n\n")
}
