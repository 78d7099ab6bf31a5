//! What bundles say as a whole, and what the files beside their suites say.

use ccr_index::model::{Access, CodeBundle, Script, SlxTemplate};
use serde_json::Value;

use crate::differences::{Differences, entries, pairs, some_text, text, texts};
use crate::odd;

/// Calls `check` with every bundle that is expected to have something at `key`.
fn each_with(key: &str, mut check: impl FnMut(&mut Differences, &CodeBundle, &Value)) {
    let odd = odd();
    let mut differences = Differences::default();
    for (directory, expected) in entries(&odd.expected, "bundles") {
        if let (Some(bundle), Some(value)) = (odd.bundle(directory), expected.get(key)) {
            check(&mut differences, bundle, value);
        }
    }
    differences.finish();
}

#[test]
fn names_authors_and_descriptions() {
    let odd = odd();
    let mut differences = Differences::default();
    for (directory, expected) in entries(&odd.expected, "bundles") {
        let Some(bundle) = odd.bundle(directory) else { continue };
        let is_guessed = bundle.inferred.iter().any(|field| field == "display_name");
        let from_directory = expected.get("display_name_from").is_some();
        differences.compare(&format!("{directory}: display_name is guessed"), &is_guessed, &from_directory);
        if !from_directory {
            let name = text(expected, "display_name");
            differences.compare(&format!("{directory}: display_name"), &bundle.display_name, &name);
        }
        let description = text(expected, "description");
        differences.compare(&format!("{directory}: description"), &bundle.description, &description);
        differences.compare(&format!("{directory}: author"), &bundle.author, &some_text(expected, "author"));
        let tags = texts(expected, "support_tags");
        differences.compare(&format!("{directory}: support_tags"), &bundle.support_tags, &tags);
    }
    differences.finish();
}

#[test]
fn access_is_that_of_the_tasks_or_else_of_the_skill() {
    let odd = odd();
    let mut differences = Differences::default();
    for (directory, expected) in entries(&odd.expected, "bundles") {
        let Some(bundle) = odd.bundle(directory) else { continue };
        let access = bundle.access.map(Access::as_str).map(str::to_owned);
        let stated = some_text(expected, "access").or_else(|| some_text(&expected["skill"], "access"));
        differences.compare(&format!("{directory}: access"), &access, &stated);
    }
    differences.finish();
}

#[test]
fn platforms_that_files_state() {
    each_with("platform_stated", |differences, bundle, stated| {
        let what = format!("{}: platform", bundle.directory);
        if let Some(ruled) = some_text(stated, "generation_rules") {
            let found: Vec<_> = bundle.generation_rules.iter().map(|rule| rule.platform.clone()).collect();
            differences.require(found.contains(&Some(ruled)), || format!("{what}: {found:?} for {stated}"));
        }
        let is_guessed = bundle.inferred.iter().any(|field| field == "platform");
        differences.require(bundle.platform.is_some() && !is_guessed, || format!("{what} is guessed"));
    });
}

#[test]
fn readmes() {
    each_with("readme", |differences, bundle, expected| {
        let directory = &bundle.directory;
        let Some(readme) = &bundle.readme else {
            return differences.require(expected.is_null(), || format!("{directory}: no README"));
        };
        let title = &readme.title;
        if let Some(expected) = some_text(expected, "title") {
            differences.compare(&format!("{directory}: title"), title, &expected);
        }
        for part in texts(expected, "title_contains") {
            differences.require(title.contains(&part), || format!("{directory}: {part} not in {title}"));
        }
        let headings: Vec<String> = readme.sections.iter().map(|section| section.heading.clone()).collect();
        let headings: Vec<String> = headings.into_iter().filter(|heading| !heading.is_empty()).collect();
        if !expected["headings"].is_null() {
            differences.compare(&format!("{directory}: headings"), &headings, &texts(expected, "headings"));
        }
        for heading in texts(expected, "headings_include") {
            differences.require(headings.contains(&heading), || format!("{directory}: {headings:?}"));
        }
        if !expected["code_languages"].is_null() {
            let code = readme.sections.iter().flat_map(|section| &section.code);
            let languages: Vec<String> = code.map(|(language, _)| language.clone()).collect();
            let expected = texts(expected, "code_languages");
            differences.compare(&format!("{directory}: code"), &languages, &expected);
        }
        let links: Vec<&String> =
            readme.sections.iter().flat_map(|section| &section.links).map(|(_, target)| target).collect();
        for link in texts(expected, "links") {
            differences.require(links.contains(&&link), || format!("{directory}: {link} not in {links:?}"));
        }
    });
}

#[test]
fn scripts() {
    each_with("scripts", |differences, bundle, expected| {
        for (name, expected) in expected.as_object().into_iter().flatten() {
            let path = format!("{}/{name}", bundle.path);
            let Some(script) = bundle.scripts.iter().find(|script: &&Script| script.path == path) else {
                differences.require(false, || format!("{path} is not there"));
                continue;
            };
            differences.compare(&format!("{path}: header"), &script.header, &text(expected, "header"));
            let functions: Vec<String> =
                script.functions.iter().map(|function| function.name.clone()).collect();
            differences.compare(&format!("{path}: functions"), &functions, &texts(expected, "functions"));
        }
    });
}

#[test]
fn tags_of_meta_files() {
    each_with("meta", |differences, bundle, expected| {
        let tags = texts(expected, "tags");
        differences.compare(&format!("{}: tags", bundle.directory), &bundle.meta_tags, &tags);
    });
}

#[test]
fn skills() {
    each_with("skill", |differences, bundle, expected| {
        let directory = &bundle.directory;
        let description = some_text(expected, "description");
        differences.compare(&format!("{directory}: skill"), &bundle.skill_description, &description);
        let types = texts(expected, "resource_types");
        differences.compare(&format!("{directory}: resource types"), &bundle.resource_types, &types);
    });
}

#[test]
fn generation_rules() {
    each_with("rules", |differences, bundle, expected| {
        let count = Some(bundle.generation_rules.len() as u64);
        differences.compare(&format!("{}: rules", bundle.directory), &count, &expected.as_u64());
    });
    each_with("resource_types", |differences, bundle, expected| {
        let expected: Vec<String> =
            expected.as_array().into_iter().flatten().map(|item| item.as_str().unwrap().to_owned()).collect();
        differences.compare(&format!("{}: types", bundle.directory), &bundle.resource_types, &expected);
    });
    each_with("level_of_detail", |differences, bundle, expected| {
        let slxs = bundle.generation_rules.iter().flat_map(|rule| &rule.slxs);
        let levels: Vec<Value> =
            slxs.filter_map(|slx| slx.level_of_detail.clone()).map(Value::from).collect();
        differences.compare(&format!("{}: levels", bundle.directory), &Value::from(levels), expected);
    });
}

#[test]
fn templates() {
    each_with("templates", |differences, bundle, expected| {
        for (name, expected) in expected.as_object().into_iter().flatten() {
            let path = format!("{}/.runwhen/templates/{name}", bundle.path);
            match bundle.templates.iter().find(|template| template.path == path) {
                Some(template) => compare_template(differences, template, expected),
                None => differences.require(false, || format!("{path} is not there")),
            }
        }
    });
}

fn compare_template(differences: &mut Differences, template: &SlxTemplate, expected: &Value) {
    let path = &template.path;
    let mut check = |field: &str, found: &Option<String>| {
        differences.compare(&format!("{path}: {field}"), found, &some_text(expected, field));
    };
    check("kind", &template.kind);
    check("alias", &template.alias);
    check("as_measured_by", &template.as_measured_by);
    check("statement", &template.statement);
    check("image_url", &template.image_url);
    check("path_to_robot", &template.path_to_robot);
    check("display_units", &template.display_units);
    let interval = template.interval_seconds.map(u64::from);
    differences.compare(&format!("{path}: interval"), &interval, &expected["interval_seconds"].as_u64());
    differences.compare(&format!("{path}: includes"), &template.includes, &texts(expected, "includes"));
    differences.compare(&format!("{path}: tags"), &template.tags, &pairs(expected, "tags"));
    let config = &template.config_provided;
    differences.compare(&format!("{path}: config"), config, &pairs(expected, "config_provided"));
    let secrets = texts(expected, "secrets_provided");
    differences.compare(&format!("{path}: secrets"), &template.secrets_provided, &secrets);
}

#[test]
fn links_are_followed_inside_only() {
    each_with("links", |differences, bundle, expected| {
        for (name, kind) in expected.as_object().into_iter().flatten() {
            let path = format!("{}/{name}", bundle.path);
            let is_script = bundle.scripts.iter().any(|script| script.path == path);
            let is_readme = bundle.readme.as_ref().is_some_and(|readme| readme.path == path);
            let is_read = is_script || is_readme;
            differences.compare(&path, &is_read, &(kind.as_str() == Some("inside")));
        }
    });
}
