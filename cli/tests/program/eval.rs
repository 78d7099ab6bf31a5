use std::fs;

use crate::workplace::{Workplace, examples, project};

#[test]
fn scores_and_answers() {
    let place = Workplace::new();
    place.write(
        "queries.jsonl",
        r#"{"id":"q1","kind":"codebundle","type":"title","query":"pod restarts"}
{"id":"q2","kind":"task","type":"title","query":"restart deployment"}
"#,
    );
    place.write("qrels.tsv", "q1\tacme/k8s-pod-restarts\t3\n");
    let path = |name: &str| place.path(name).to_str().unwrap().to_owned();
    let (queries, qrels, answers) = (path("queries.jsonl"), path("qrels.tsv"), path("run.tsv"));
    let run = |more: &[&str]| {
        let arguments = [&["eval", "--queries", &queries, "--qrels", &qrels], more].concat();
        examples().run(&arguments)
    };
    let json = run(&["--run", &answers, "--format", "json"]).exits(0).json();
    assert_eq!((json["queries"].as_u64(), json["success1"].as_f64()), (Some(1), Some(1.0)));
    assert!(run(&[]).exits(0).stdout.contains("nDCG@10 1.0000"));
    let answers = fs::read_to_string(answers).unwrap();
    assert!(answers.starts_with("q1\t1\tacme/k8s-pod-restarts\t"), "{answers}");
    assert!(answers.contains("\nq2\t1\t"));
    run(&["--kind", "task"]).exits(2).says(&["no query"]);
    place.write("queries.jsonl", "\n{");
    run(&[]).exits(2).says(&["queries.jsonl", "line 2"]);
    place.write("qrels.tsv", "q1\n");
    run(&[]).exits(2).says(&["qrels.tsv", "line 1", "three columns"]);
}

/// Questions to the example collection that search answered well; a change that loses them is none.
#[test]
fn search_is_as_good_as_it_was() {
    let file = |name: &str| project().join("tests/fixtures/quality").join(name).to_str().unwrap().to_owned();
    let (queries, qrels) = (file("queries.jsonl"), file("qrels.tsv"));
    let measure = |embedder: &str| {
        let arguments = ["eval", "--queries", &queries, "--qrels", &qrels, "--embedder", embedder];
        examples().run(&[&arguments[..], &["--format", "json"]].concat()).exits(0).json()
    };
    for (embedder, ndcg, auroc) in [("builtin", 0.95, 0.95), ("none", 0.9, 0.9)] {
        let measured = measure(embedder);
        assert_eq!(measured["queries"], 29);
        assert!(measured["ndcg10"].as_f64() > Some(ndcg), "{embedder}: {measured:#}");
        assert!(measured["no_answer"]["auroc"].as_f64() > Some(auroc), "{embedder}: {measured:#}");
    }
}

#[test]
fn a_corpus_is_indexed_for_the_occasion_and_runs_are_compared() {
    let place = Workplace::new();
    place.write(
        "corpus.jsonl",
        r#"{"_id":"1","title":"renew_certificate","text":"def renew_certificate(host): ask for a new one"}
{"id":"2","title":"restart_pod","text":"def restart_pod(name): delete it and wait"}
"#,
    );
    place.write("queries.jsonl", "{\"_id\":\"q\",\"text\":\"restart a pod\"}\n");
    place.write("qrels.tsv", "query-id\tcorpus-id\tscore\nq\t2\t1\n");
    place.write("worse.tsv", "q\t1\t1\t0.5\nq\t2\t2\t0.4\n");
    let path = |name: &str| place.path(name).to_str().unwrap().to_owned();
    let (queries, qrels, corpus, worse) =
        (path("queries.jsonl"), path("qrels.tsv"), path("corpus.jsonl"), path("worse.tsv"));
    let run = |more: &[&str]| {
        let arguments =
            [&["eval", "--queries", &queries, "--qrels", &qrels, "--format", "json"], more].concat();
        place.run(&arguments)
    };
    let json = run(&["--corpus", &corpus, "--compare", &worse]).exits(0).json();
    assert_eq!((json["ndcg10"].as_f64(), json["comparison"]["better"].as_u64()), (Some(1.0), Some(1)));
    assert!(json["latency_ms"]["p50"].as_f64() > Some(0.0));
    let json = run(&["--compare", &worse, &worse]).exits(0).json();
    assert_eq!(
        (json["comparison"]["equal"].as_u64(), json["comparison"]["p"].as_f64()),
        (Some(1), Some(1.0))
    );
    assert!(!place.path("data/index").exists(), "the index in service has nothing to do with it");
    place.write("corpus.jsonl", "{");
    run(&["--corpus", &corpus]).exits(2).says(&["corpus.jsonl", "line 1"]);
}
