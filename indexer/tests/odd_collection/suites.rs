//! What runbooks and monitors say: their tasks, imports and interface.

use ccr_index::model::{Access, CodeBundle, Task, TaskKind};
use serde_json::Value;

use crate::differences::{Differences, entries, line, list, pairs, some_text, text, texts};
use crate::odd;

/// Calls `check` with every suite that Robot Framework reads: its bundle, repository path and facts.
fn each_suite(mut check: impl FnMut(&mut Differences, &CodeBundle, &str, &Value)) {
    let odd = odd();
    let mut differences = Differences::default();
    for (directory, expected) in entries(&odd.expected, "bundles") {
        let Some(bundle) = odd.bundle(directory) else { continue };
        for (file, suite) in entries(expected, "suites") {
            if suite["readable"].as_bool() == Some(true) {
                check(&mut differences, bundle, &format!("codebundles/{directory}/{file}"), suite);
            }
        }
    }
    differences.finish();
}

#[test]
fn tasks() {
    each_suite(|differences, bundle, path, suite| {
        let found: Vec<&Task> = bundle.tasks.iter().filter(|task| task.path == path).collect();
        let names: Vec<String> = found.iter().map(|task| task.name.clone()).collect();
        let expected: Vec<String> = list(suite, "tasks").map(|task| text(task, "name")).collect();
        differences.compare(&format!("{path}: names"), &names, &expected);
        let kind = if path.ends_with("/sli.robot") { TaskKind::Sli } else { TaskKind::Runbook };
        for (task, expected) in found.into_iter().zip(list(suite, "tasks")) {
            let what = format!("{path}: {}", task.name);
            differences.compare(&format!("{what}: kind"), &task.kind, &kind);
            compare_task(differences, &what, task, expected);
        }
    });
}

fn compare_task(differences: &mut Differences, what: &str, task: &Task, expected: &Value) {
    differences.compare(&format!("{what}: line"), &Some(task.line), &line(expected, "line"));
    differences.compare(&format!("{what}: tags"), &task.tags, &texts(expected, "tags"));
    let access = task.access.map(Access::as_str).map(str::to_owned);
    differences.compare(&format!("{what}: access"), &access, &some_text(expected, "access"));
    differences.compare(&format!("{what}: data"), &task.data, &texts(expected, "data"));
    let documentation = text(expected, "documentation");
    differences.compare(&format!("{what}: documentation"), &task.documentation, &documentation);
    if !expected["scripts"].is_null() {
        differences.compare(&format!("{what}: scripts"), &task.scripts, &texts(expected, "scripts"));
    }
    if !expected["issues"].is_null() {
        let found: Vec<_> = task
            .issues
            .iter()
            .map(|issue| {
                (issue.title.clone(), issue.severity.clone(), issue.next_steps.clone(), Some(issue.line))
            })
            .collect();
        let expected: Vec<_> = list(expected, "issues")
            .map(|issue| {
                let steps = some_text(issue, "next_steps");
                (text(issue, "title"), some_text(issue, "severity"), steps, line(issue, "line"))
            })
            .collect();
        differences.compare(&format!("{what}: issues"), &found, &expected);
    }
}

#[test]
fn ids_of_tasks_are_unique() {
    for bundle in &odd().bundles {
        let mut ids: Vec<&str> = bundle.tasks.iter().map(|task| task.id.as_str()).collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count, "{}", bundle.directory);
    }
}

#[test]
fn metadata_and_imports() {
    each_suite(|differences, bundle, path, suite| {
        for (name, value) in pairs(suite, "metadata") {
            let known = bundle.metadata.iter().any(|known| known.name == name && known.value == value);
            differences.require(known, || format!("{path}: {name} = {value:?} not in {:?}", bundle.metadata));
        }
        if !suite["imports"].is_null() {
            let own = bundle.imports.iter().filter(|import| import.path == path);
            let found: Vec<_> =
                own.map(|import| (import.kind.clone(), import.name.clone(), Some(import.line))).collect();
            let expected: Vec<_> = list(suite, "imports")
                .map(|import| (text(import, "type"), text(import, "name"), line(import, "line")))
                .collect();
            differences.compare(&format!("{path}: imports"), &found, &expected);
        }
    });
}

#[test]
fn user_variables() {
    each_suite(|differences, bundle, path, suite| {
        let found: Vec<_> = bundle.user_variables.iter().filter(|variable| variable.path == path).collect();
        let names: Vec<String> = found.iter().map(|variable| variable.name.clone()).collect();
        let expected: Vec<String> = list(suite, "user_variables").map(|item| text(item, "name")).collect();
        differences.compare(&format!("{path}: user variables"), &names, &expected);
        for (variable, expected) in found.into_iter().zip(list(suite, "user_variables")) {
            let mut check = |field: &str, found: Option<String>| {
                // Robot's own empty string is one for us.
                let expected = some_text(expected, field).map(|value| value.replace("${EMPTY}", ""));
                differences.compare(&format!("{path}: {} {field}", variable.name), &found, &expected);
            };
            let stated = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            check("type", stated(&variable.kind));
            check("description", stated(&variable.description));
            check("pattern", variable.pattern.clone());
            check("default", variable.default.clone());
            check("example", variable.example.clone());
            check("format", variable.format.clone());
            let what = format!("{path}: {}", variable.name);
            differences.compare(&format!("{what} line"), &Some(variable.line), &line(expected, "line"));
            differences.compare(&format!("{what} enum"), &variable.choices, &texts(expected, "enum"));
            differences.compare(&format!("{what} other"), &variable.other, &pairs(expected, "other"));
        }
        for nameless in list(suite, "nameless_imports").filter_map(Value::as_u64) {
            let found = bundle.user_variables.iter().find(|variable| u64::from(variable.line) == nameless);
            differences.compare(&format!("{path}:{nameless}"), &found, &None);
        }
    });
}

#[test]
fn secrets() {
    each_suite(|differences, bundle, path, suite| {
        let found: Vec<_> = bundle.secrets.iter().filter(|secret| secret.path == path).collect();
        let names: Vec<String> = found.iter().map(|secret| secret.name.clone()).collect();
        let expected: Vec<String> = list(suite, "secrets").map(|item| text(item, "name")).collect();
        differences.compare(&format!("{path}: secrets"), &names, &expected);
        for (secret, expected) in found.into_iter().zip(list(suite, "secrets")) {
            let what = format!("{path}: {}", secret.name);
            let facts = (
                (Some(secret.line), Some(secret.optional), secret.description.clone(), secret.kind.clone()),
                (secret.pattern.clone(), secret.example.clone(), secret.default.clone()),
                secret.other.clone(),
            );
            let optional = expected["optional"].as_bool();
            let kind = some_text(expected, "type");
            let wanted = (
                (line(expected, "line"), optional, text(expected, "description"), kind),
                (
                    some_text(expected, "pattern"),
                    some_text(expected, "example"),
                    some_text(expected, "default"),
                ),
                pairs(expected, "other"),
            );
            differences.compare(&what, &facts, &wanted);
        }
    });
}

#[test]
fn services_and_platform_variables() {
    each_suite(|differences, bundle, path, suite| {
        let own = bundle.services.iter().filter(|service| service.path == path);
        let found: Vec<_> = own
            .map(|service| {
                let (example, default) = (service.example.clone(), service.default.clone());
                (service.name.clone(), service.description.clone(), example, default, Some(service.line))
            })
            .collect();
        let expected: Vec<_> = list(suite, "services")
            .map(|item| {
                let (example, default) = (some_text(item, "example"), some_text(item, "default"));
                (text(item, "name"), text(item, "description"), example, default, line(item, "line"))
            })
            .collect();
        differences.compare(&format!("{path}: services"), &found, &expected);
        let own = bundle.platform_variables.iter().filter(|variable| variable.path == path);
        let found: Vec<_> = own.map(|variable| (variable.name.clone(), Some(variable.line))).collect();
        let expected: Vec<_> =
            list(suite, "platform_variables").map(|item| (text(item, "name"), line(item, "line"))).collect();
        differences.compare(&format!("{path}: platform variables"), &found, &expected);
    });
}
