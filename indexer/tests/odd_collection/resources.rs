//! What suites take from resource files of their repository.

use ccr_index::model::CodeBundle;
use serde_json::{Value, json};

use crate::differences::{Differences, entries};
use crate::odd;

fn each(mut check: impl FnMut(&mut Differences, &CodeBundle, &Value)) {
    let odd = odd();
    let mut differences = Differences::default();
    for (directory, expected) in entries(&odd.expected, "bundles") {
        if let (Some(bundle), Some(expected)) = (odd.bundle(directory), expected.get("from_resources")) {
            check(&mut differences, bundle, expected);
        }
    }
    differences.finish();
}

/// The facts of other files than the bundle's own suites, sorted by place.
fn of_resources(facts: Vec<(&str, &str, u32)>) -> Value {
    let mut facts = facts;
    facts.retain(|(_, path, _)| path.ends_with(".resource"));
    facts.sort_by_key(|(_, path, line)| (path.to_string(), *line));
    json!(facts)
}

fn sorted(expected: &Value) -> Value {
    let mut items = expected.as_array().cloned().unwrap_or_default();
    items.sort_by_key(|item| (item[1].to_string(), item[2].as_u64()));
    Value::Array(items)
}

#[test]
fn called_keywords_of_resource_files_belong_to_the_interface() {
    each(|differences, bundle, expected| {
        let variables = bundle.user_variables.iter().map(|fact| (&*fact.name, &*fact.path, fact.line));
        let secrets = bundle.secrets.iter().map(|fact| (&*fact.name, &*fact.path, fact.line));
        let services = bundle.services.iter().map(|fact| (&*fact.name, &*fact.path, fact.line));
        let provided = bundle.platform_variables.iter().map(|fact| (&*fact.name, &*fact.path, fact.line));
        let imports = bundle.imports.iter().map(|fact| (&*fact.name, &*fact.path, fact.line));
        let mut check = |field: &str, facts: Vec<(&str, &str, u32)>| {
            differences.compare(field, &of_resources(facts), &sorted(&expected[field]));
        };
        check("user_variables", variables.collect());
        check("secrets", secrets.collect());
        check("services", services.collect());
        check("platform_variables", provided.collect());
        check("imports", imports.collect());
    });
}

#[test]
fn imports_by_path_name_their_file() {
    each(|differences, bundle, expected| {
        for (name, file) in expected["files"].as_object().into_iter().flatten() {
            let imports: Vec<_> = bundle.imports.iter().filter(|import| import.name == *name).collect();
            differences.require(!imports.is_empty(), || format!("{name} is not imported"));
            for import in imports {
                differences.compare(name, &json!(import.file), file);
            }
        }
    });
}

#[test]
fn calls_tell_the_keyword_that_holds_them() {
    each(|differences, bundle, expected| {
        let calls = bundle.keywords.iter().filter(|used| used.path.ends_with(".resource"));
        let calls: Vec<Value> =
            calls.map(|used| json!([used.name, used.within, used.path, used.line])).collect();
        for call in expected["keywords"].as_array().into_iter().flatten() {
            differences.require(calls.contains(call), || format!("{call} not in {calls:?}"));
        }
        let wanted = expected["keywords"].as_array().map(Vec::len);
        differences.compare("calls", &Some(calls.len()), &wanted);
    });
}
