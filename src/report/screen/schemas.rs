//! The JSON Schemas of what commands write: shipped in `schema/`, and what each command writes is valid.

use super::{causes, decisions, sites};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

fn schema<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>().to_value()
}

fn all() -> [(&'static str, Value); 3] {
    [
        ("causes", schema::<causes::Written<'_>>()),
        ("decisions", schema::<decisions::Document>()),
        ("sites", schema::<sites::Written<'_>>()),
    ]
}

/// Checks that a text is what the schema of a command says.
pub(super) fn check(name: &str, text: &str) {
    let value: Value = serde_json::from_str(text).expect("JSON");
    let (_, schema) = all().into_iter().find(|it| it.0 == name).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let errors: Vec<String> = validator.iter_errors(&value).map(|it| it.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert!(!validator.is_valid(&serde_json::json!({ "schema": value["schema"] })), "it says nothing");
}

#[test]
fn the_shipped_schemas_are_these() {
    for (name, schema) in all() {
        let path = format!("{}/schema/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
        let text = serde_json::to_string_pretty(&schema).expect("plain") + "\n";
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(&path, &text).expect("writable");
        }
        let shipped = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            shipped == text,
            "schema/{name}.schema.json is out of date: UPDATE_SCHEMA=1 cargo test schema"
        );
    }
}

#[test]
fn every_field_is_explained() {
    fn undocumented(value: &Value, path: &str, found: &mut Vec<String>) {
        for (name, property) in value["properties"].as_object().into_iter().flatten() {
            if property["description"].is_null() {
                found.push(format!("{path}.{name}"));
            }
        }
        for (name, part) in value["$defs"].as_object().into_iter().flatten() {
            undocumented(part, name, found);
        }
    }
    for (name, schema) in all() {
        let mut found = Vec::new();
        undocumented(&schema, name, &mut found);
        assert!(found.is_empty(), "{found:?}");
        assert_eq!(schema["properties"]["schema"]["type"], "string");
    }
}
