//! CodeBundles made up from a seed: always the same, in the style of real ones, through the same
//! parsers. Words follow Zipf's law, so that posting lists have the lengths of real text.

#![allow(dead_code, reason = "each benchmark uses its part")]

use std::fmt::Write;

use ccr_index::model::Document;
use ccr_indexer::bundle::{BundleFile, assemble};
use ccr_indexer::documents::{Links, of_bundle};
use ccr_indexer::library::Repository;

const COLLECTION: &str = "generated";
/// Different words that are not in [`COMMON`].
const VOCABULARY: u64 = 20_000;
/// What titles and questions are made of.
const COMMON: [&str; 32] = [
    "pod",
    "deployment",
    "restart",
    "health",
    "namespace",
    "cluster",
    "node",
    "memory",
    "disk",
    "certificate",
    "ingress",
    "service",
    "queue",
    "database",
    "latency",
    "error",
    "logs",
    "event",
    "volume",
    "quota",
    "cost",
    "backup",
    "replica",
    "secret",
    "network",
    "gateway",
    "storage",
    "function",
    "alert",
    "version",
    "cache",
    "job",
];
const VERBS: [&str; 8] = ["Check", "List", "Restart", "Inspect", "Fetch", "Count", "Scale", "Query"];
const PLATFORMS: [&str; 4] = ["k8s", "aws", "azure", "gcp"];
const SYLLABLES: [&str; 16] = [
    "ka", "ro", "min", "tel", "sor", "ve", "lan", "dri", "po", "cus", "ten", "ri", "mo", "sal", "qua", "ben",
];

/// Questions that the generated bundles answer, with a misspelt one and one that nothing answers.
pub(crate) const QUESTIONS: [&str; 8] = [
    "pod restarts",
    "disk latency",
    "why is the deployment not healthy",
    "certificate expires",
    "list queue errors in a namespace",
    "databse backup",
    "k8s ingress gateway",
    "xylophone",
];

/// Numbers from a seed (xorshift64*): fast, and the same on every machine.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }

    /// A word of a text: mostly a common one, else one of the vocabulary, the first of it more often.
    fn word(&mut self) -> String {
        if self.below(5) < 2 {
            return self.of(&COMMON).to_owned();
        }
        let limit = self.below(VOCABULARY) + 1;
        let mut number = self.below(limit);
        let mut word = String::new();
        loop {
            word.push_str(SYLLABLES[(number % 16) as usize]);
            number /= 16;
            if number == 0 {
                return word;
            }
        }
    }

    fn words(&mut self, count: u64) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn title(&mut self) -> String {
        let verb = self.of(&VERBS);
        format!("{verb} {} {} in `${{NAMESPACE}}`", self.of(&COMMON), self.word())
    }
}

/// A suite of `tasks` tasks, about 900 bytes each.
pub(crate) fn suite(random: &mut Random, tasks: u64) -> String {
    let mut text = format!(
        "*** Settings ***\nDocumentation    {}\nMetadata    Author    somebody\n\
         Metadata    Display Name    {}\nMetadata    Supports    Kubernetes,AKS,EKS\n\
         Library    RW.Core\nLibrary    RW.CLI\nSuite Setup    Suite Initialization\n\n*** Tasks ***\n",
        random.words(20),
        random.words(3),
    );
    for number in 0..tasks {
        let title = random.title();
        let _ = write!(
            text,
            "{title} {number}\n    [Documentation]    {}\n    [Tags]    {}    {}    access:read-only\n    \
             ${{rsp}}=    RW.CLI.Run Bash File\n    ...    bash_file=check_{number}.sh\n    \
             ...    env=${{env}}\n    ...    timeout_seconds=180\n    # {}\n    \
             ${{count}}=    Set Variable    ${{rsp.stdout}}\n    \
             IF    \"{} failed\" in \"\"\"${{count}}\"\"\"\n        RW.Core.Add Issue\n        \
             ...    severity=3\n        ...    expected={}\n        ...    actual={}\n        \
             ...    title={}\n        ...    next_steps={}\n    END\n    \
             RW.Core.Add Pre To Report    {} ${{rsp.stdout}}\n\n",
            random.words(14),
            random.word(),
            random.word(),
            random.words(8),
            random.word(),
            random.words(6),
            random.words(6),
            random.words(6),
            random.words(10),
            random.words(3),
        );
    }
    text.push_str(
        "*** Keywords ***\nSuite Initialization\n    ${NAMESPACE}=    RW.Core.Import User Variable    NAMESPACE\n    \
         ...    type=string\n    ...    description=The namespace to look at.\n    ...    pattern=\\w*\n    \
         ...    default=default\n    ${kubeconfig}=    RW.Core.Import Secret    kubeconfig\n    \
         ...    type=string\n    ...    description=Access to the cluster.\n    \
         Set Suite Variable    ${NAMESPACE}    ${NAMESPACE}\n",
    );
    text
}

fn script(random: &mut Random) -> String {
    let mut text = format!("#!/bin/bash\n# {}\nset -euo pipefail\n", random.words(12));
    for _ in 0..12 {
        let (variable, noun) = (random.word(), random.of(&COMMON));
        let _ = write!(
            text,
            "{variable}=$(kubectl get {noun} -n \"$NAMESPACE\" -o json | jq -r '.items[].{}')\n\
             if [[ -z \"${variable}\" ]]; then\n  echo \"{}\"\nfi\n",
            random.word(),
            random.words(7),
        );
    }
    text
}

fn readme(random: &mut Random) -> String {
    format!("# {}\n\n{}\n\n## Tasks\n\n{}\n", random.words(4), random.words(60), random.words(60))
}

/// Directory and files of the bundle of a number: a runbook of five tasks, two scripts, a README.
pub(crate) fn bundle(number: u64) -> (String, Vec<BundleFile>) {
    let mut random = Random::new(number + 1);
    let directory = format!("{}-{}-{}-{number}", random.of(&PLATFORMS), random.of(&COMMON), random.word());
    let texts = [
        ("runbook.robot", suite(&mut random, 5)),
        ("check_0.sh", script(&mut random)),
        ("check_1.sh", script(&mut random)),
        ("README.md", readme(&mut random)),
    ];
    let file = |(path, text): (&str, String)| BundleFile { path: path.to_owned(), bytes: text.into_bytes() };
    (directory, texts.into_iter().map(file).collect())
}

/// So many documents of as many bundles as it takes.
pub(crate) fn documents(count: usize) -> Vec<Document> {
    let mut documents = Vec::with_capacity(count + 8);
    for number in 0.. {
        if documents.len() >= count {
            break;
        }
        let (directory, files) = bundle(number);
        let root = format!("codebundles/{directory}");
        let assembled = assemble(COLLECTION, &directory, &root, &files, &Repository::default());
        documents.extend(of_bundle(assembled, &Links::default()));
    }
    documents.truncate(count);
    documents
}

/// Bytes of all searched texts.
pub(crate) fn text_bytes(documents: &[Document]) -> u64 {
    documents.iter().flat_map(|document| &document.fields).map(|(_, text)| text.len() as u64).sum()
}
