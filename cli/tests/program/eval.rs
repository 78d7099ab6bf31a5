use std::fs;

use crate::workplace::{Workplace, examples};

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
