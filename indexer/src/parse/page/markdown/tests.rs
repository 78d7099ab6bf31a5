use ccr_index::model::CodeBlock;

use super::*;

/// Level, heading, anchor and text of each section.
#[track_caller]
fn check(text: &str, expected: &[(u8, &str, &str, &str)]) -> PageText {
    let page = markdown(text);
    let read: Vec<(u8, &str, &str, &str)> = page
        .sections
        .iter()
        .map(|section| {
            (section.level, &*section.heading, section.anchor.as_deref().unwrap_or_default(), &*section.text)
        })
        .collect();
    assert_eq!(read, expected);
    page
}

#[test]
fn headings_have_anchors_of_github() {
    let page = check(
        "# One & two\n\ntext\n\n## Part\n\na\n\n## Part\n\nb\n\n### Own {#own-name}\n\nSet\n---\n",
        &[
            (1, "One & two", "one--two", "text"),
            (2, "Part", "part", "a"),
            (2, "Part", "part-1", "b"),
            (3, "Own", "own-name", ""),
            (2, "Set", "set", ""),
        ],
    );
    assert_eq!(page.title.as_deref(), Some("One & two"));
    assert_eq!(page.sections[3].path, ["One & two", "Part"]);
}

#[test]
fn front_matter() {
    for (text, title) in [
        ("---\ntitle: \"A \\\"b\\\"\"\nnav: 1\n---\n\ntext", "A \"b\""),
        ("+++\ntitle = 'Toml'\n+++\ntext", "Toml"),
        ("---\ntitle:\n---\n# Heading\n\ntext", "Heading"),
        ("---\ntitle: no end\n\n# Heading", "Heading"),
    ] {
        assert_eq!(markdown(text).title.as_deref(), Some(title), "{text}");
    }
    assert_eq!(markdown("---\ndescription: It's so\n---\nx").description.as_deref(), Some("It's so"));
}

#[test]
fn notes_of_all_kinds() {
    check(
        ":::note\n\nOne.\n\n:::\n\n::: tip Mind it\nTwo.\n:::\n\n:::danger[Hot *water*]\nThree.\n:::",
        &[(0, "", "", "Note\n\nOne.\n\nMind it\n\nTwo.\n\nHot water\n\nThree.")],
    );
    check(
        "!!! note\n\n    One.\n\n    !!! tip \"In it\"\n        Two.\n\n    - item\n\nAfter.\n\n=== \"Tab\"\n\n    ```sh\n    ls\n    ```\n",
        &[(0, "", "", "Note\n\nOne.\n\nIn it\n\nTwo.\n\n- item\n\nAfter.\n\nTab")],
    );
    check("> [!WARNING]\n> Hot.\n", &[(0, "", "", "Warning\n\nHot.")]);
    check(
        "{% hint style=\"info\" %}\nOne.\n{% endhint %}\n\n{% tab title=\"Linux\" %}\nTwo.\n",
        &[(0, "", "", "One.\n\nLinux\n\nTwo.")],
    );
    check("```{note} Title\nOne.\n```\n\n```{code-block} python\nx\n```\n", &[(0, "", "", "Title\n\nOne.")]);
}

#[test]
fn blocks() {
    let page = check(
        "a\nb  \nc &amp; `d <e>`\n\n- one\n  1. two\n- [x] three\n\n| A | B |\n|--|--|\n| 1 | [x](y.md) |\n\nTerm\n: Meaning\n\nRef[^1] ![A bed](bed.png) <https://e.org>\n\n[^1]: A note.\n",
        &[(
            0,
            "",
            "",
            "a b\nc & d <e>\n\n- one\n  1. two\n- three\n\nA | B\n1 | x\n\nTerm\nMeaning\n\nRef A bed https://e.org\n\nA note.",
        )],
    );
    assert_eq!(page.links, ["y.md", "https://e.org"]);
    let code = markdown("```js {1,3} title=x\na\n\n  b\n```\n\n    c\n\n``` {.python .x}\nd\n```\n")
        .sections
        .remove(0)
        .code;
    let block = |language: Option<&str>, text: &str| CodeBlock {
        language: language.map(str::to_owned),
        text: text.to_owned(),
    };
    assert_eq!(code, [block(Some("js"), "a\n\n  b"), block(None, "c"), block(Some("python"), "d")]);
}

#[test]
fn html_and_programs() {
    check(
        "import Tabs from '@theme/Tabs';\n\nexport const x = {\n  a: 1,\n};\n\n<Tabs>\n<TabItem value=\"a\">\n\nOne.\n\n</TabItem>\n</Tabs>\n\n<details><summary>More</summary>\n\n- in\n\n</details>\n\n<!-- no -->\n<script>\nno()\n</script>\n\nimport what you need.\n{/* no */}\n",
        &[(0, "", "", "One.\n\nMore\n\n- in\n\nimport what you need.")],
    );
    check("<a name=\"old\"></a>\n\n<h2>In HTML</h2>\n\ntext", &[(2, "In HTML", "old", "text")]);
}
