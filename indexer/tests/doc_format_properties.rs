//! What holds for every documentation: nothing in the HTML can run, load code or restyle, it is well
//! formed, rendering it again changes nothing, and it ends in time.

use std::time::{Duration, Instant};

use ccr_indexer::parse::doc_format::{DocFormat, render};
use proptest::prelude::*;

const FORMATS: [DocFormat; 5] =
    [DocFormat::Robot, DocFormat::Text, DocFormat::Rest, DocFormat::Markdown, DocFormat::Html];

const ELEMENTS: &str = " a abbr b blockquote br caption cite code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i \
                        img ins kbd li mark ol p pre q s samp section small strike strong sub summary sup table tbody \
                        td tfoot th thead tr tt u ul var ";
const ATTRIBUTES: &str = " href title src alt colspan rowspan start border ";

/// Reads the HTML as strictly as can be: only known elements with known, quoted attributes, each closed
/// in order, and no other `<`, `>` or bare `&`.
fn check(html: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '>']) {
        assert!(!rest[at..].starts_with('>'), "a bare `>` in {html:?}");
        check_entities(&rest[..at]);
        let end =
            rest[at..].find('>').map(|end| at + end).unwrap_or_else(|| panic!("an open tag in {html:?}"));
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "in {html:?}");
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(ELEMENTS.contains(&format!(" {name} ")), "`{name}` in {html:?}");
        check_attributes(attributes, html);
        if !matches!(name, "br" | "hr" | "img") {
            open.push(name);
        }
    }
    check_entities(rest);
    assert_eq!(open, [""; 0], "in {html:?}");
}

fn check_attributes(mut attributes: &str, html: &str) {
    while !attributes.is_empty() {
        let (name, rest) =
            attributes.split_once("=\"").unwrap_or_else(|| panic!("{attributes:?} in {html:?}"));
        let (value, rest) = rest.split_once('"').unwrap_or_else(|| panic!("{attributes:?} in {html:?}"));
        assert!(ATTRIBUTES.contains(&format!(" {name} ")), "`{name}` in {html:?}");
        check_entities(value);
        if matches!(name, "href" | "src") {
            check_address(value);
        }
        attributes = rest.strip_prefix(' ').unwrap_or(rest);
    }
}

fn check_address(value: &str) {
    let value = value.replace("&amp;", "&").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
    let seen: String = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let seen = seen.to_lowercase();
    let scheme = seen.split(['/', '?', '#']).next().and_then(|head| head.split_once(':'));
    if let Some((scheme, _)) = scheme {
        let is_picture = ["png", "jpeg", "gif", "webp"]
            .iter()
            .any(|kind| seen.starts_with(&format!("data:image/{kind};")));
        assert!(["http", "https", "mailto", "ftp", "ftps"].contains(&scheme) || is_picture, "{value:?}");
    }
}

fn check_entities(text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        rest = &rest[at + 1..];
        assert!(["amp;", "lt;", "gt;", "quot;"].iter().any(|entity| rest.starts_with(entity)), "{text:?}");
    }
}

fn check_all(documentation: &str) {
    for format in FORMATS {
        let rendered = render(documentation, format);
        check(&rendered.html);
        // What is longer is text.
        if rendered.html.len() <= 128 * 1024 {
            assert_eq!(render(&rendered.html, DocFormat::Html).html, rendered.html, "of {documentation:?}");
        }
        assert!(!rendered.text.contains('\0') || format == DocFormat::Text);
    }
}

#[track_caller]
fn in_time(job: impl FnOnce()) {
    let start = Instant::now();
    job();
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn known_attacks() {
    for attack in [
        "<script>alert(1)</script>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<img src=x onerror=alert(1)//",
        "<svg><g/onload=alert(2)//<p>",
        "<p>abc<iframe//src=jAva&Tab;script:alert(3)>def</p>",
        "<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<a href=\"\u{1}javascript:alert(1)\">x</a><a href=\"jav&#x09;ascript:alert(1)\">x</a><a href=vbscript:x>x</a>",
        "[x](javascript:alert(1)) [x](<data:text/html,a>) <javascript:alert(1)> ![x](javascript:alert(1))",
        "[javascript:alert(1)|click] [x\" onclick=\"y|z] [a.png\" onerror=\"b|c]",
        "`x <javascript:alert(1)>`_ `\" onclick=\"<a\"b>`_",
        ".. raw:: html\n\n   <script>alert(1)</script>",
        "<b title='\"><img src=x onerror=y>'>",
        "<table><td><plaintext><b onclick=x>",
        "<!--><img src=x onerror=alert(1)>--><![CDATA[<x]]><?php x ?><!DOCTYPE a>",
        "<div style=\"background:url(javascript:x)\"><link rel=stylesheet href=x><meta http-equiv=refresh><base href=x>",
        "\u{0}<\u{0}script>\u{0}",
    ] {
        check_all(attack);
    }
}

#[test]
fn length_and_depth_are_no_danger() {
    let many = 10_000;
    in_time(|| {
        for piece in [
            "*",
            "_",
            "``",
            "`",
            " *a",
            " _a",
            " ``a",
            "[a|",
            "[",
            "http://",
            " (((",
            "| | ",
            "| a |\n",
            "- a\n",
            "- ",
            "<b>",
            "<p>",
            "<li><ul>",
            "<svg>",
            "<table><tr><td>",
            "</b>",
            "&",
            "&amp",
            "<",
            "> ",
            "  ",
            "**a",
            "a::\n\n ",
            ":a:",
            ":a: b\n",
            "=\n=\n",
            "\\",
            "1. a\n",
            "*a **",
            "``a `",
            "![",
            "[a](",
            "a\n ",
            "|",
            "\"'(",
            "<a <",
            "<script>",
            "x]: y\n",
            "<b title=\"",
            "http://e.org/)))",
        ] {
            check_all(&piece.repeat(many / piece.len()));
        }
        let deeper: String = (0..600).map(|depth| format!("{}- x\n\n", " ".repeat(depth * 2))).collect();
        check_all(&deeper);
        let wide = format!("{}|\n{}", "| ".repeat(50_000), "| |\n".repeat(20_000));
        assert!(render(&wide, DocFormat::Robot).html.len() < 100 * wide.len());
    });
}

const PIECES: &str = "(<|>|</|/>|<!--|-->|&|&#|;|\"|'|=|script|style|svg|math|img|onerror=|href=|src=|javascript:|data:|\
                      <b>|</b>|<p>|<a |<li>|<table>|<td>|<pre>|\\*|_|``|`|\\||\\[|\\]|\\(|\\)|- |= |:|::|\\.\\. |http://|a| |\n|\n\n|   |\t|\r|\\\\|#|1\\. |\u{0}){0,60}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_documentation_is_safe(text in "\\PC*", pieces in PIECES) {
        check_all(&text);
        check_all(&pieces);
    }
}
