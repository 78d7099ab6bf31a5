use serde_json::{Value, json};

use crate::workplace::{Workplace, ccr};

const ALARM: &str =
    "def raise_alarm(title):\n    \"\"\"Raises an alarm.\"\"\"\n\ndef clear_alarm():\n    pass\n";

/// A collection `tools` with the library `Acme.Alarm`, and `one` with bundles that call it.
fn place() -> Workplace {
    let place = Workplace::new();
    place.write("tools/libraries/Acme/Alarm.py", ALARM);
    suite(
        &place,
        "one/codebundles/busy/runbook.robot",
        "Library    Acme.Alarm",
        "Look Around\n    Log    1\n    Sleep    1\n    Acme.Alarm.Raise Alarm    one\n\
         Look Again\n    Acme.Alarm.Raise Alarm    two\n    Acme.Alarm.Clear Alarm\n",
    );
    suite(
        &place,
        "one/codebundles/plain/runbook.robot",
        "Library    Acme.Alarm\nLibrary    Not.There\nLibrary    String",
        "Just Raise\n    Acme.Alarm.Raise Alarm    one\n    Acme.Alarm.Raise Fire\n    Whatever\n",
    );
    suite(
        &place,
        "one/codebundles/setup/runbook.robot",
        "Library    Acme.Alarm\nResource    gone.resource\nSuite Setup    Suite Initialization",
        "Do Nothing\n    Log    1\n\n*** Keywords ***\nSuite Initialization\n    Raise Alarm    one\n    Log    1\n    Sleep    1\n",
    );
    suite(
        &place,
        "one/codebundles/stranger/runbook.robot",
        "Library    Not.There",
        "T\n    Raise Alarm    one\n",
    );
    place.list(&[("one", "path: one"), ("tools", "path: tools")]);
    place.run(&["index"]).exits(0);
    place
}

fn suite(place: &Workplace, path: &str, settings: &str, tasks: &str) {
    place.write(path, format!("*** Settings ***\n{settings}\n\n*** Tasks ***\n{tasks}"));
}

fn show(place: &Workplace, id: &str) -> Value {
    place.run(&["show", id, "--format", "json"]).exits(0).json()
}

/// One field of every item of a list.
fn each(list: &Value, field: &str) -> Vec<Value> {
    list.as_array().map(|items| items.iter().map(|item| item[field].clone()).collect()).unwrap_or_default()
}

#[test]
fn tasks_that_call_a_keyword_are_its_examples() {
    let place = place();
    let json = show(&place, "tools/Acme.Alarm#Raise Alarm");
    assert_eq!(json["called_by"], json!({"codebundles": 3, "tasks": 3}));
    // The plainest call of every bundle, then what is left; `stranger` does not import the library.
    let callers = &json["callers"];
    assert_eq!(each(callers, "codebundle"), ["one/busy", "one/plain", "one/setup", "one/busy"]);
    let tasks = [json!("Look Again"), json!("Just Raise"), Value::Null, json!("Look Around")];
    assert_eq!(each(callers, "task"), tasks);
    assert_eq!(callers[0]["task_id"], "one/busy#Look Again");
    assert_eq!((&callers[0]["line"], &callers[0]["within"]), (&json!(10), &Value::Null));
    assert_eq!((&callers[2]["line"], &callers[2]["within"]), (&json!(12), &json!("Suite Initialization")));
    let text = place.run(&["show", "tools/Acme.Alarm#Raise Alarm"]).exits(0).stdout;
    assert!(text.contains("Called by (3)\n  3 tasks of 3 bundles"), "{text}");
    assert!(
        text.contains("one/setup  Suite Initialization\n    codebundles/setup/runbook.robot:12"),
        "{text}"
    );
}

#[test]
fn a_bundle_says_what_it_needs_and_what_is_nowhere() {
    let place = place();
    let needs = &show(&place, "one/plain")["needs"];
    let alarm = json!({
        "name": "Acme.Alarm",
        "library": "tools/Acme.Alarm",
        "keywords": [{"id": "tools/Acme.Alarm#Raise Alarm", "name": "Raise Alarm"}],
    });
    assert_eq!(needs["libraries"][0], alarm);
    assert_eq!(each(&needs["libraries"], "name"), ["Acme.Alarm", "String"]);
    let path = "codebundles/plain/runbook.robot";
    let missing = json!([{"type": "library", "name": "Not.There", "path": path, "line": 3}]);
    assert_eq!(needs["unresolved_imports"], missing);
    // Whose `Whatever` is cannot be told: one library is not known.
    assert_eq!(each(&needs["unknown_keywords"], "name"), ["Acme.Alarm.Raise Fire"]);
    let text = place.run(&["show", "one/plain"]).exits(0).stdout;
    for line in [
        "Libraries (2)\n  tools/Acme.Alarm\n    Raise Alarm\n  String  of Robot Framework\n",
        "Imports not in the index (1)\n  Not.There  codebundles/plain/runbook.robot:3\n",
        "Keywords that no imported library has (1)\n  Acme.Alarm.Raise Fire  codebundles/plain/runbook.robot:9\n",
    ] {
        assert!(text.contains(line), "{line}\n---\n{text}");
    }
    let setup = &show(&place, "one/setup")["needs"];
    assert_eq!(each(&setup["unresolved_imports"], "name"), ["gone.resource"]);
}

#[test]
fn a_library_says_who_imports_it() {
    let place = place();
    let users = &show(&place, "tools/Acme.Alarm")["imported_by"];
    assert_eq!(each(users, "codebundle"), ["one/busy", "one/plain", "one/setup"]);
    let text = place.run(&["show", "tools/Acme.Alarm"]).exits(0).stdout;
    assert!(text.contains("Imported by (3)\n  one/busy  Busy\n"), "{text}");
}

#[test]
fn status_lists_imports_that_are_nowhere_until_they_are_somewhere() {
    let place = place();
    let missing = |place: &Workplace| {
        place.run(&["status", "--format", "json"]).exits(0).json()["unresolved_imports"].clone()
    };
    let resource = json!({"collection": "one", "count": 1, "type": "resource", "name": "gone.resource",
        "path": "codebundles/setup/runbook.robot", "line": 3});
    let library = json!({"collection": "one", "count": 2, "type": "library", "name": "Not.There",
        "path": "codebundles/plain/runbook.robot", "line": 3});
    assert_eq!(missing(&place), json!([library, resource]));
    let text = place.run(&["status"]).exits(0).stdout;
    let line = "not in the index: library Not.There  one/codebundles/plain/runbook.robot:3 and 1 more\n";
    assert!(text.contains(line), "{text}");
    // What another source brings is found without `one` being read again.
    place.write("tools/libraries/Not/There.py", "def be_there():\n    pass\n");
    place.index(0, &["--only", "tools"]);
    assert_eq!(missing(&place), json!([resource]));
    assert_eq!(show(&place, "one/stranger")["needs"]["libraries"][0]["library"], "tools/Not.There");
}

#[test]
fn a_name_means_the_library_of_the_own_collection_first() {
    let place = Workplace::new();
    for collection in ["one", "two"] {
        place.write(&format!("{collection}/libraries/Acme/Alarm.py"), ALARM);
        let path = format!("{collection}/codebundles/b/runbook.robot");
        suite(&place, &path, "Library    Acme.Alarm    AS    Bell", "T\n    bell.Raise Alarm    1\n");
    }
    place.list(&[("one", "path: one"), ("two", "path: two")]);
    place.index(0, &[]);
    for collection in ["one", "two"] {
        let bundle = format!("{collection}/b");
        let json = show(&place, &format!("{collection}/Acme.Alarm#Raise Alarm"));
        assert_eq!(each(&json["callers"], "codebundle"), [bundle.as_str()]);
        let json = show(&place, &format!("{collection}/Acme.Alarm"));
        assert_eq!(each(&json["imported_by"], "codebundle"), [bundle.as_str()]);
        let libraries = show(&place, &bundle)["needs"]["libraries"].clone();
        assert_eq!(each(&libraries, "library"), [format!("{collection}/Acme.Alarm")]);
    }
}

#[test]
fn standard_libraries_are_found_where_the_index_holds_them() {
    let place = Workplace::new();
    place.write("std/BuiltIn.py", "def log(message):\n    pass\n");
    place.write("std/String.py", "def split_string(text):\n    pass\n");
    suite(
        &place,
        "one/codebundles/b/runbook.robot",
        "Library    String",
        "T\n    Log    1\n    Log Twice    1\n    Given Log    1\n    When Asked Twice\n    ${name}\n    \
         The pod Works\n\n*** Keywords ***\nThe ${what} Works\n    Log    1\nAsked Twice\n    Log    1\n",
    );
    place.list(&[("one", "path: one"), ("robotframework", "path: std")]);
    place.index(0, &[]);
    let needs = &show(&place, "one/b")["needs"];
    assert_eq!(each(&needs["libraries"], "library"), ["robotframework/String", "robotframework/BuiltIn"]);
    assert_eq!(each(&needs["unknown_keywords"], "name"), ["Log Twice"]);
    let json = show(&place, "robotframework/BuiltIn#Log");
    assert_eq!(each(&json["callers"], "task"), ["T"]);
}

#[test]
fn nothing_is_said_of_keywords_of_libraries_that_are_not_known_whole() {
    let place = Workplace::new();
    place.write("std/BuiltIn.py", "def log(message):\n    pass\n");
    let libraries = [
        (
            "Inherits",
            "from elsewhere import Base\n\nclass Inherits(Base):\n    def known(self):\n        pass\n",
        ),
        (
            "Dynamic",
            "class Dynamic:\n    def get_keyword_names(self):\n        return names()\n    def run_keyword(self, name, args):\n        pass\n",
        ),
        ("Takes", "from elsewhere import *\n\ndef known():\n    pass\n"),
        ("Broken", "def known():\n    pass\n\ndef (:\n"),
    ];
    for (name, text) in libraries {
        place.write(&format!("one/libraries/{name}.py"), text);
        let path = format!("one/codebundles/{}/runbook.robot", name.to_lowercase());
        let task = format!("T\n    {name}.Whatever\n    Whatever Else\n");
        suite(&place, &path, &format!("Library    {name}"), &task);
    }
    place.list(&[("one", "path: one"), ("robotframework", "path: std")]);
    place.index(1, &["--fail-on", "problem"]);
    for (name, _) in libraries {
        let needs = &show(&place, &format!("one/{}", name.to_lowercase()))["needs"];
        assert_eq!(needs["libraries"][0]["library"], format!("one/{name}"));
        assert_eq!(needs["unknown_keywords"], Value::Null, "{name}");
    }
}

#[test]
fn what_a_resource_file_asks_for_is_asked_by_the_bundle() {
    let bundle = ccr(&["show", "acme/k8s-pod-restarts", "--format", "json"]).exits(0).json();
    let names = each(&bundle["user_variables"], "name");
    assert!(names.contains(&json!("CONTEXT")) && names.contains(&json!("NAMESPACE")), "{names:?}");
    let secret = &bundle["secrets"][0];
    assert_eq!((&secret["name"], &secret["line"]), (&json!("kubeconfig"), &json!(12)));
    assert_eq!(secret["path"], "libraries/Acme/kubernetes.resource");
    let libraries = each(&bundle["needs"]["libraries"], "library");
    assert!(libraries.contains(&json!("acme/libraries/Acme/kubernetes.resource")), "{libraries:?}");
}
