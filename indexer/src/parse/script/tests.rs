use super::*;

fn script(language: Language, text: &str) -> Script {
    parse(language, text).value
}

fn functions(script: &Script) -> Vec<(&str, &str, u32)> {
    script.functions.iter().map(|f| (f.name.as_str(), f.comment.as_str(), f.line)).collect()
}

#[track_caller]
fn check_header(language: Language, text: &str, expected: &str) {
    assert_eq!(script(language, text).header, expected, "{text}");
}

#[track_caller]
fn check_commands(language: Language, text: &str, expected: &[&str]) {
    assert_eq!(script(language, text).commands, expected, "{text}");
}

#[track_caller]
fn check_messages(language: Language, text: &str, expected: &[&str]) {
    assert_eq!(script(language, text).messages, expected, "{text}");
}

#[test]
fn shell_headers() {
    let check = |text, expected| check_header(Language::Bash, text, expected);
    check("#!/bin/bash\n# Looks.\n#\n#   Twice\nX=1\n", "Looks.\n\n  Twice");
    check(
        "#!/usr/bin/env bash\nset -euo pipefail\nset -x\n# ------------------\n# REQUIRED:\n#   A  - a thing\n\
         # ------------------\n# shellcheck disable=SC1091\n: \"${A:?}\"\n",
        "REQUIRED:\n  A  - a thing",
    );
    check("#!/bin/sh\n####################\n# Title            #\n####################\n\ncode\n", "Title");
    check("# Header\n\n# ---- Part one ----\n\n# Belongs to x\nx=1\n", "Header\n\nPart one");
    check("# ── Parts ────\n#    deep\n#     deeper\n\nx\n", "Parts\n   deep\n    deeper");
    check("#   deep\n#     deeper\n\nx\n", "deep\n  deeper");
    check("#!/bin/sh\n\nx=1\n# later\n", "");
    check("# About f\nf() {\n}\n", "");
    check("[ \"$D\" = 1 ] && set -x\n# Text\n\ncode\n", "Text");
    check(
        "# Copyright 2020 Somebody\n# Licensed under the X License\n#\n# Unless required by applicable law\n#\n\
         # What it does\n\ncode\n",
        "What it does",
    );
    check("", "");
}

#[test]
fn other_headers() {
    check_header(
        Language::Python,
        "#!/usr/bin/python\n# -*- coding: utf-8 -*-\n# About\n\nimport os\n",
        "About",
    );
    check_header(Language::Python, "\"\"\"One line.\"\"\"\n", "One line.");
    check_header(
        Language::Python,
        "# c\nr'''First\n\n    in\n      deep\n    '''\nx\n",
        "First\n\nin\n  deep",
    );
    check_header(Language::PowerShell, "<#\n.SYNOPSIS\n Looks\n#>\nparam()\n", ".SYNOPSIS\nLooks");
    check_header(Language::JavaScript, "'use strict'\n/**\n * Looks.\n */\nlet x\n", "Looks.");
    check_header(Language::Go, "// Looks.\npackage main\n", "Looks.");
    check_header(Language::Sql, "-- Looks.\nselect 1\n", "Looks.");
}

#[test]
fn shell_functions() {
    let text = "#!/bin/bash\n\n# Adds one.\n# ---------\nadd_one() {\n  x=1\n}\nfunction two {\n}\n\
                function three() { :; }\n\ncat <<'EOF'\nnot_code() {\nEOF\nawk 'function no(a) {\n\
                no_either() {\n}'\n  # Inner.\n  # shellcheck disable=SC2034\n  inner-one ( ) {\n";
    let script = script(Language::Bash, text);
    let expected =
        [("add_one", "Adds one.", 5), ("two", "", 8), ("three", "", 10), ("inner-one", "Inner.", 20)];
    assert_eq!(functions(&script), expected);
}

#[test]
fn python_functions() {
    let text = "import os\n\n# Above\n@decorated\ndef first(a: int = 3,\n          b={}) -> str:  # note\n    \
                return '''\ndef not_code():\n'''\n\nclass C:\n    async def second(self):\n\n        \
                \"\"\"Does it.\n\n        Really.\n        \"\"\"\n    def third(self): pass\n";
    let script = script(Language::Python, text);
    let expected = [("first", "Above", 5), ("second", "Does it.\n\nReally.", 12), ("third", "", 18)];
    assert_eq!(functions(&script), expected);
}

#[test]
fn other_functions() {
    let text = "<# Gets it. #>\nfunction Get-It {\n<#\n.SYNOPSIS\n  Inside\n#>\n}\n# Sets it\nFunction Set-It($a) {\n";
    let found = script(Language::PowerShell, text);
    assert_eq!(functions(&found), [("Get-It", ".SYNOPSIS\n Inside", 2), ("Set-It", "Sets it", 9)]);
    let found = script(Language::JavaScript, "// Looks\nexport async function look(a) {\n}\n");
    assert_eq!(functions(&found), [("look", "Looks", 2)]);
}

#[test]
fn shell_commands() {
    let check = |text: &str, expected: &[&str]| check_commands(Language::Bash, text, expected);
    check(
        "kubectl get pods | jq . && az login; helm ls & curl x\n",
        &["az", "curl", "helm", "jq", "kubectl"],
    );
    check("x=$(aws s3 ls \"$(oc whoami)\")\ny=`gcloud info`\n", &["aws", "gcloud", "oc"]);
    check("if ! vault status; then psql; elif bq ls; then gh; fi\n", &["bq", "gh", "psql", "vault"]);
    check("A=1 B=\"x y\" sudo -n timeout 30s /usr/bin/terraform plan\n", &["terraform"]);
    check("echo x | xargs -I {} -n 1 istioctl {}\n", &["istioctl"]);
    check("\"${KUBERNETES_DISTRIBUTION_BINARY}\" get po; ${KUBECTL:-kubectl} x\n", &["kubectl"]);
    check("flux get \\\n  kustomizations\n2>/dev/null argocd app list >out\n", &["argocd", "flux"]);
    check("diff <(jq . a) <(yq . b)\n(cd x && git status)\n", &["git", "jq", "yq"]);
    check("case $1 in\n  aws) az x;;\n  gcloud|oc) :;;\nesac\nhelm x\n", &["az", "gcloud", "helm"]);
    check("x=$(case $1 in aws) az x;; esac)\nhelm x\n", &["az", "helm"]);
    check("f() { curl x; }\nfunction jq_it() { jq; }\n", &["curl", "jq"]);
}

#[test]
fn shell_words_that_are_no_commands() {
    let check = |text: &str| check_commands(Language::Bash, text, &[]);
    check("# kubectl get\necho kubectl # az\n");
    check("echo 'kubectl; az' \"; helm\" \\; jq\n");
    check("arr=(kubectl az)\nfor c in aws gcloud; do :; done\n");
    check("command -v kubectl >/dev/null\nx > jq\n");
    check("cat <<EOF\nkubectl\n$(az)\nEOF\ncat <<-'END'\n\thelm\n\tEND\n");
    check("jq_filter='\n  az | curl\n'\n");
    check("echo $((1 << 2)) $(( (a) + b ))\n(( i++ ))\n");
    check("echo \"a \\\" ; kubectl\"\necho $'it\\'s ; az'\n");
    check("x=\"${y:-'}; kubectl\"\n");
}

#[test]
fn shell_goes_on_after_odd_text() {
    let check = |text: &str, expected: &[&str]| check_commands(Language::Bash, text, expected);
    check("[[ $a =~ ^(x|y)$ ]] && jq .\n", &["jq"]);
    check("x=$((a<<b))\njq .\n", &["jq"]);
    check("cat << NEVER\njq .\n", &["jq"]);
    check("echo ${x#\\#} ${#y} a#b\njq .\n", &["jq"]);
    check("read <<<\"x\"\njq .\n", &["jq"]);
    check("case x in\n (a) echo ;;\nesac\n) jq .\n", &["jq"]);
}

#[test]
fn python_and_powershell_commands() {
    let text = "import subprocess\nsubprocess.run(['az', 'vm'])\nx = f\"kubectl get {y}\"\nz = 'aws'\n";
    check_commands(Language::Python, text, &["az", "kubectl"]);
    check_commands(Language::Python, "x = 'kubectl get'\n", &[]);
    let text = "# aws\n$x = az vm list | jq .\nif (kubectl get) { }\n";
    check_commands(Language::PowerShell, text, &["az", "jq", "kubectl"]);
}

#[test]
fn messages() {
    let text = "echo \"No pods in $NS\"\nprintf \"== Done %s with\\nall of it ==\\n\"\necho $x \"$y\"\n\
                add_issue \"Disk is full\" 2\njq --arg title \"Queue \\`$q\\` is stuck\" --arg n \"not this one\"\n\
                jq '{title: \"From a filter\"}'\nls \"not this\"\n";
    let expected = [
        "No pods in $NS",
        "Done %s with",
        "all of it",
        "Disk is full",
        "Queue `$q` is stuck",
        "From a filter",
    ];
    check_messages(Language::Bash, text, &expected);
    let text = "raise ValueError(\"Bad value given\")\nprint(f'Looked at {n}')\nx = 'not this'\n{'title': 'An issue'}\n";
    check_messages(Language::Python, text, &["Bad value given", "Looked at {n}", "An issue"]);
    check_messages(Language::PowerShell, "Write-Host \"All is well\"\n", &["All is well"]);
}

#[test]
fn empty_file() {
    assert_eq!(parse(Language::Bash, " \n").problems, [Problem::empty_file()]);
}

/// Each of these would take minutes if a part of the scan were quadratic.
#[test]
fn hostile_inputs_stay_linear() {
    let parts = [
        "$(",
        "`",
        "\"",
        "'",
        "${",
        "$((",
        "((",
        "cat <<X\n",
        "cat <<'\n",
        "case x in\n",
        "a(",
        ")",
        "\\\n",
        "x=(",
        "f() {\n",
        "# a\n",
        "def a(\n",
        "def a():\n\"\"\"\n",
        "'''",
        "function a {\n<#\n",
        "#>\nfunction a {\n",
        "title: \"",
        "title",
        "print(\"a b\") ",
        "@a\n",
        "/*",
        "echo \"a b\" ",
    ];
    let languages = [Language::Bash, Language::Python, Language::PowerShell, Language::JavaScript];
    for part in parts {
        for language in languages {
            parse(language, &part.repeat(30_000));
        }
    }
}

proptest::proptest! {
    #[test]
    fn never_panics(
        text in r#"(\$\(|\$\{|\$\(\(|<<E|\nE\n|case |esac|def a\(|"""|<#|#>|function |title|[ \n"'`\\;|&<>(){}\[\]#=a0é$:]){0,60}"#
    ) {
        for language in [Language::Bash, Language::Python, Language::PowerShell, Language::JavaScript] {
            let script = parse(language, &text).value;
            let lines = text.lines().count();
            for function in script.functions {
                proptest::prop_assert!((1..=lines).contains(&(function.line as usize)));
            }
        }
        Language::of(&text, &text);
    }
}
