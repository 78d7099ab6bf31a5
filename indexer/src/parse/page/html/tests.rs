use super::*;

#[test]
fn a_simple_page() {
    let page = html(
        "<!DOCTYPE html><html><head><title>Install | Site</title><meta name=description content='How to'></head><body>\
         <nav><a href=/>Home</a></nav><main><h1 id=install>Install</h1><p>Run <b>this</b>,\n please:<pre>a\n b</pre>\
         <h2>Then<a class=headerlink href='#then'>\u{b6}</a></h2><ul><li>one<li>two<ul><li>three</ul></ul><table><tr><th>A<th>B\
         <tr><td>1<td>2</table></main><footer>(c)</footer>",
    );
    assert_eq!(page.title.as_deref(), Some("Install"));
    assert_eq!(page.description.as_deref(), Some("How to"));
    assert_eq!(page.links, ["/", "#then"]);
    assert_eq!(page.sections.len(), 2);
    assert_eq!(page.sections[0].anchor.as_deref(), Some("install"));
    assert_eq!(page.sections[0].text, "Run this, please:");
    assert_eq!(page.sections[0].code[0].text, "a\n b");
    assert_eq!(page.sections[1].anchor.as_deref(), Some("then"));
    assert_eq!(page.sections[1].path, ["Install"]);
    assert_eq!(page.sections[1].text, "- one\n- two\n  - three\n\nA | B\n1 | 2");
}

#[track_caller]
fn verdict(page: &str, expected: Verdict) {
    assert_eq!(html(page).verdict, expected, "{page}");
}

#[test]
fn pages_that_cannot_be_read() {
    verdict("", Verdict::Empty);
    verdict("<title>Nothing</title><nav><a href=/>Home</a></nav><footer>(c)</footer>", Verdict::Empty);
    verdict("<p>Gone", Verdict::Text);
    verdict(
        "<h1>Welcome</h1><form><label>Name</label><input name=u><input type=password name=p><button>Go</button></form>",
        Verdict::Login,
    );
    verdict(
        "<title>Sign in to your account</title><script src=a.js></script><div id=lightbox></div>",
        Verdict::Login,
    );
    verdict("<title>Docs</title><div id=root></div><script src=a.js></script>", Verdict::NeedsScripts);
    verdict("<div id=app>Loading ...</div><script></script>", Verdict::NeedsScripts);
    verdict(
        "<script src=a.js></script><p>You need to enable JavaScript to run this app.</p>",
        Verdict::NeedsScripts,
    );
    let said = "Water is read every ten minutes. ".repeat(12);
    verdict(&format!("<h1>Log in</h1><p>{said}</p><input type=password>"), Verdict::Text);
    let page =
        html(&format!("<div id=root></div><noscript><h2>Soil</h2><p>{said}</p></noscript><script></script>"));
    assert_eq!((page.verdict, page.sections[0].heading.as_str()), (Verdict::Text, "Soil"));
}

#[test]
fn what_a_page_says_of_itself() {
    let page = html(
        "<head><base href='/docs/'><link rel=\"Canonical\" href=' https://e.org/a '><meta name=ROBOTS content='NoIndex, follow'>\
         <meta property=og:site_name content=Kettle><meta property='og:description' content='  Two\n words'>\
         <title>Valves | Kettle</title></head><body><p>text <a href='b.html'>b</a> <a href=b.html>again</a> \
         <a href=' javascript:x()'>x</a> <a href=mailto:a@e.org>mail</a> <a>none</a>",
    );
    assert_eq!(page.title.as_deref(), Some("Valves"));
    assert_eq!(page.description.as_deref(), Some("Two words"));
    assert_eq!(page.canonical.as_deref(), Some("https://e.org/a"));
    assert_eq!(page.base.as_deref(), Some("/docs/"));
    assert!(page.is_private && !page.keeps_links);
    assert_eq!(page.links, ["b.html"]);
    assert!(html("<meta name=robots content=none><p>x").keeps_links);
}

/// The text of a page without sections.
#[track_caller]
fn text(page: &str, expected: &str) {
    let sections = html(page).sections;
    assert_eq!(
        sections.iter().map(|section| section.text.as_str()).collect::<Vec<_>>().join("\n\n"),
        expected,
        "{page}"
    );
}

#[test]
fn text_of_odd_markup() {
    text("<p>one<p>two<div>three</div>four", "one\n\ntwo\n\nthree\n\nfour");
    text("<b>a<p>b</b>c</p>d", "a\n\nbc\n\nd");
    text("a\u{200b}b\u{ad}c &nbsp; d&#8203;", "abc d");
    text("<p hidden>no</p><p style='display: none'>no<p aria-hidden=true>no</p>yes", "yes");
    text("<ol start=3><li><p>three</p><p>more</p><li>four</ol>end", "3. three\n  more\n4. four\n\nend");
    text("<ul><li><ul><li>deep</ul></ul>", "  - deep");
    text("line<br>next<br/>\n<br>last", "line\nnext\nlast");
    text("<img alt='A bed' src=bed.png> <img alt=bed.png src=/x/bed.png><img alt=''>", "A bed");
    text(
        "<table><caption>Plans</caption><tr><td>a<td><p>b</p><p>c</p><tr><td><td>d</table>",
        "Plans\n\na | b c\n | d".replace("\n |", "\n|").as_str(),
    );
    text("<dl><dt>a<dd><p>b</p><p>c</p><dt>d<dd>e</dl>", "a\nb\n\nc\n\nd\ne");
    text("<svg><text>no</text></svg>yes<svg><p>still", "yes\n\nstill");
    text("<details><summary>More</summary>text</details>", "More\n\ntext");
    text("<p>See <a href=#n>the note</a><a href=#x>\u{b6}</a>", "See the note");
}

#[test]
fn code_is_read_once_and_by_lines() {
    let block = |page: &str| {
        let mut sections = html(page).sections;
        assert_eq!(sections.len(), 1, "{page}");
        assert_eq!(sections[0].code.len(), 1, "{page}");
        let code = sections.remove(0).code.remove(0);
        (code.language.unwrap_or_default(), code.text)
    };
    let is = |page: &str, language: &str, text: &str| {
        assert_eq!(block(page), (language.to_owned(), text.to_owned()), "{page}");
    };
    is("<pre><code class='hljs language-JS'>a\n  b\n</code></pre>", "js", "a\n  b");
    is(
        "<div class='highlight-python notranslate'><div class=highlight><pre><span></span>a</pre></div></div>",
        "python",
        "a",
    );
    is("<pre data-lang=sh><div>a</div><div></div><div>b</div></pre>", "sh", "a\n\nb");
    is("<pre><div>a</div>\n<div>b</div></pre>", "", "a\nb");
    is("<pre><span class=line>a</span><span class=line></span><span class=line>b</span></pre>", "", "a\n\nb");
    is("<pre><span class=line>a</span>\n<span class=line>b</span></pre>", "", "a\nb");
    is("<pre>a<br><br>b<button>Copy</button></pre>", "", "a\n\nb");
    is(
        "<pre><span class=lineno>1 </span>print x\n<span class=lineno>2 </span>copy</pre>",
        "",
        "print x\ncopy",
    );
    is("<pre>\n\n  indented\n\n</pre>", "", "  indented");
}

#[test]
fn anchors_of_headings() {
    let anchor = |page: &str| html(page).sections.last().and_then(|section| section.anchor.clone());
    for page in [
        "<h2 id=x>A</h2>",
        "<h2><a name=x></a>A</h2>",
        "<h2><a href='#x'>\u{b6}</a>A</h2>",
        "<h2>A<span id=x></span></h2>",
        "<section id=x><h2>A</h2>b</section>",
        "<div id=x>\n<span></span><h2>A</h2></div>",
        "<p>b</p><a name=x></a>\n<h2>A</h2>",
        "<h2 id=user-content-x>A</h2>",
    ] {
        assert_eq!(anchor(page).as_deref(), Some("x"), "{page}");
    }
    for page in ["<div id=x>b<h2>A</h2></div>", "<a id=x>b</a><p>c<h2>A</h2>", "<body id=x><h2>A</h2>"] {
        assert_eq!(anchor(page), None, "{page}");
    }
}
