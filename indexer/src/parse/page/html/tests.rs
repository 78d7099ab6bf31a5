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
