use super::*;

#[track_caller]
fn check(format: DocFormat, documentation: &str, html: &str, text: &str) {
    let rendered = render(documentation, format);
    assert_eq!(rendered.html, html);
    assert_eq!(rendered.text, text);
}

#[test]
fn robot_markup() {
    let documentation = "*Bold* and _italic_, ``code`` and `Log`.\n\n= Title =\n- one\n  goes on\n- two\n\n\
                         | =A= | =B= |\n| 1 | a < b |\n\n| pre   *x*\n\n---\n%TOC%\n\n[https://e.org|there] https://a.org/x.";
    check(
        DocFormat::Robot,
        documentation,
        "<p><b>Bold</b> and <i>italic</i>, <code>code</code> and <code>Log</code>.</p>\n<h2>Title</h2>\n<ul>\n\
         <li>one goes on</li>\n<li>two</li>\n</ul>\n<table border=\"1\">\n<tr>\n<th>A</th>\n<th>B</th>\n</tr>\n\
         <tr>\n<td>1</td>\n<td>a &lt; b</td>\n</tr>\n</table>\n<pre>\npre   <b>x</b>\n</pre>\n<hr>\n\n\
         <p><a href=\"https://e.org\">there</a> <a href=\"https://a.org/x\">https://a.org/x</a>.</p>",
        "Bold and italic, code and Log.\n\nTitle\n\n- one goes on\n- two\n\nA  B\n1  a < b\n\npre   x\n\n\
         there https://a.org/x.",
    );
}

#[test]
fn plain_text() {
    check(
        DocFormat::Text,
        "a <b> & *c*\n  http://e.org\n",
        "<pre>a &lt;b&gt; &amp; *c*\n  <a href=\"http://e.org\">http://e.org</a>\n</pre>",
        "a <b> & *c*\n  http://e.org",
    );
}

#[test]
fn markdown() {
    check(
        DocFormat::Markdown,
        "# Title\n\nSome *text* with `code`, [link](x.html) and https://e.org.\n\n> [!TIP]\n> Do.\n\n1. one\n   - in\n2. two\n\n\
         ```robotframework\nLog    <b>\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n%TOC%",
        "<h2>Title</h2>\n<p>Some <em>text</em> with <code>code</code>, <a href=\"x.html\">link</a> and \
         <a href=\"https://e.org\">https://e.org</a>.</p><blockquote><p><strong>Tip</strong></p><p>Do.</p>\
         </blockquote><ol><li>one<ul><li>in</li></ul></li><li>two</li></ol><pre><code>Log    &lt;b&gt;\n</code>\
         </pre>\n<table><thead><tr><th>a</th><th>b</th></tr></thead>\n<tr><td>1</td><td>2</td></tr></table>",
        "Title\n\nSome text with code, link and https://e.org.\n\nTip\n\nDo.\n\n1. one\n  - in\n2. two\n\n\
         Log    <b>\n\na  b\n1  2",
    );
}

#[test]
fn restructured_text() {
    check(
        DocFormat::Rest,
        "Title\n=====\n\nSome *text*, **strong** ``co*de``, :func:`run` and `site <https://e.org>`_.\n\nExample::\n\n    \
         a <b>\n      c\n\n- one\n  more\n- two\n\n:param x: what\n\n.. note:: Mind\n   this.\n\n.. code:: python\n\n   \
         run()\n\n.. image:: x.png\n\nterm\n  meaning",
        "<h2>Title</h2>\n<p>Some <em>text</em>, <strong>strong</strong> <code>co*de</code>, <code>run</code> and \
         <a href=\"https://e.org\">site</a>.</p>\n<p>Example:</p>\n<pre>a &lt;b&gt;\n  c</pre>\n<ul>\n\
         <li><p>one\nmore</p>\n</li>\n<li><p>two</p>\n</li>\n</ul>\n<dl>\n<dt>param x</dt><dd><p>what</p>\n</dd>\n\
         </dl>\n<blockquote><p><strong>note</strong></p>\n<p>Mind\nthis.</p>\n</blockquote>\n<pre>run()</pre>\n\
         <pre>.. image:: x.png</pre>\n<dl><dt>term</dt><dd><p>meaning</p>\n</dd>\n</dl>",
        "Title\n\nSome text, strong co*de, run and site.\n\nExample:\n\na <b>\n  c\n\n- one more\n- two\n\nparam x\n\
         - what\n\nnote\n\nMind this.\n\nrun()\n\n.. image:: x.png\n\nterm\n- meaning",
    );
}

#[test]
fn html_is_made_safe() {
    let check = |html: &str, expected: &str| assert_eq!(render(html, DocFormat::Html).html, expected);
    check("<p onclick=run() style=\"x\" class=y>a<script>b</script>c", "<p>ac</p>");
    check("<a href=' java\nscript:run()' title='\"&'>x</a>", "<a title=\"&quot;&amp;\">x</a>");
    check(
        "<a href=\"&#106;avascript&colon;x\">x</a><a href=/y?a=1&b=2>y</a>",
        "<a>x</a><a href=\"/y?a=1&amp;b=2\">y</a>",
    );
    check("<img src=x onerror=y><img src=data:image/svg+xml,x>", "<img src=\"x\"><img>");
    check("<b><i>x</b>y</i></table><p>z<p>w", "<b><i>x</i></b>y<p>z</p><p>w</p>");
    check("<style>a</style><svg><style><img src=x></style></svg><xmp><b></xmp>d", "d");
    check("a &lt;script&gt; &nonentity; < b", "a &lt;script&gt; &amp;nonentity; &lt; b");
    check(
        "<table><tr><td colspan=2>a<td>b<tr><td>c</table>",
        "<table><tr><td colspan=\"2\">a</td><td>b</td></tr><tr><td>c</td></tr></table>",
    );
    check("<iframe src=x>a</iframe><form action=y><input>b</form><!-- c -->", "b");
}

#[test]
fn a_tag_that_would_take_minutes_is_text() {
    let names: String = (0..400_000).map(|number| format!(" a{number}")).collect();
    let tag = format!("<p{names}>x");
    let html = render(&tag, DocFormat::Html).html;
    assert!(html.starts_with("<pre>&lt;p a0 a1 ") && html.contains("&gt;x"));
}

#[test]
fn words_for_formats() {
    assert_eq!(DocFormat::from_word("reST"), Some(DocFormat::Rest));
    assert_eq!(DocFormat::from_word("ROBOT"), Some(DocFormat::Robot));
    assert_eq!(DocFormat::from_word("pdf"), None);
}
