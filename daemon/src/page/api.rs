//! The description of the API for people, worked out of the one for programs.

use std::fmt::Write as _;

use serde_json::Value;

use super::html::{escaped, page};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The page of an OpenAPI description.
pub(crate) fn api_docs(api: &Value) -> String {
    let mut html = "<h1>API</h1>\n".to_owned();
    let _ = writeln!(
        html,
        "<p>{}</p>\n<p>For programs: <a href=\"/openapi.json\">/openapi.json</a>.</p>",
        text(&api["info"]["description"])
    );
    for (path, item) in api["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                html.push_str(&one(path, method, operation));
            }
        }
    }
    html.push_str("<h1>Types</h1>\n");
    for (name, schema) in api["components"]["schemas"].as_object().into_iter().flatten() {
        let _ = writeln!(
            html,
            "<h2 id=\"{0}\">{0}</h2>\n<p>{1}</p>",
            escaped(name),
            text(&schema["description"])
        );
        html.push_str(&fields(schema));
    }
    page("API - ccr", "", &html)
}

fn text(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}

fn one(path: &str, method: &str, operation: &Value) -> String {
    let mut html = format!(
        "<h2><code>{} {}</code></h2>\n<p>{}</p>\n",
        method.to_uppercase(),
        escaped(path),
        escaped(said(operation).trim())
    );
    let parameters = operation["parameters"].as_array();
    if let Some(parameters) = parameters.filter(|parameters| !parameters.is_empty()) {
        html.push_str("<table>\n");
        for parameter in parameters {
            let needed = if parameter["required"] == true { "required" } else { "" };
            let schema = &parameter["schema"];
            let _ = writeln!(
                html,
                "<tr><td><code>{}</code></td><td>{}</td><td>{} {needed}</td></tr>",
                text(&parameter["name"]),
                text(&parameter["description"]),
                bounds(schema),
            );
        }
        html.push_str("</table>\n");
    }
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    if !body.is_null() {
        let _ = writeln!(html, "<p>Body: {}</p>", type_of(body));
    }
    html.push_str("<table>\n");
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let content = response["content"].as_object().into_iter().flatten();
        let types: Vec<String> = content.map(|(_, media)| type_of(&media["schema"])).collect();
        let _ = writeln!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(status),
            text(&response["description"]),
            types.join(", ")
        );
    }
    html + "</table>\n"
}

/// Summary and description of an operation.
fn said(operation: &Value) -> String {
    let of = |name: &str| operation[name].as_str().unwrap_or_default();
    format!("{} {}", of("summary"), of("description"))
}

/// The type of a schema, a link where it has a name.
fn type_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#{0}\">{0}</a>", escaped(name));
    }
    if let Some(ways) = schema["oneOf"].as_array().or(schema["allOf"].as_array()) {
        return ways.iter().map(type_of).collect::<Vec<_>>().join(" or ");
    }
    let name = match &schema["type"] {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        name => name.as_str().unwrap_or("any").to_owned(),
    };
    let items = &schema["items"];
    if items.is_null() { escaped(&name) } else { format!("{} of {}", escaped(&name), type_of(items)) }
}

/// The type of a parameter with its bounds.
fn bounds(schema: &Value) -> String {
    let mut html = type_of(schema);
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        let _ = write!(html, ": {}", escaped(&words.join(", ")));
    }
    for (name, word) in [("minimum", "from"), ("maximum", "to"), ("default", "by default")] {
        if !schema[name].is_null() {
            let _ = write!(html, " {word} {}", escaped(&schema[name].to_string()));
        }
    }
    html
}

fn fields(schema: &Value) -> String {
    let parts = schema["allOf"].as_array().or(schema["oneOf"].as_array());
    let parts = parts.map_or_else(|| vec![schema], |parts| parts.iter().collect());
    let mut html = "<table>\n".to_owned();
    for part in parts {
        if let Some(title) = part["title"].as_str() {
            let (title, said) = (escaped(title), text(&part["description"]));
            let _ = writeln!(html, "<tr><td colspan=\"3\"><b>{title}</b>: {said}</td></tr>");
            html.push_str(&rows(&part["properties"]["arguments"]));
            continue;
        }
        if !part["$ref"].is_null() {
            let _ = writeln!(html, "<tr><td colspan=\"3\">all of {}</td></tr>", type_of(part));
        }
        html.push_str(&rows(part));
    }
    html + "</table>\n"
}

/// A row for each field of an object.
fn rows(schema: &Value) -> String {
    let fields = schema["properties"].as_object().into_iter().flatten();
    let row = |(name, field): (&String, &Value)| {
        let (name, said) = (escaped(name), text(&field["description"]));
        format!("<tr><td><code>{name}</code></td><td>{said}</td><td>{}</td></tr>\n", bounds(field))
    };
    fields.map(row).collect()
}
