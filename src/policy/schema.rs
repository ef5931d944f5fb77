//! What an `allocgate.toml` may hold, for editors.

use super::file::PolicyFile;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// The JSON Schema of an `allocgate.toml` (draft 2020-12), made from the types that read one.
pub fn schema() -> Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<PolicyFile>().to_value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{ConditionKind, Policy};

    #[test]
    fn the_shipped_schema_is_this_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/allocgate.schema.json");
        let text = serde_json::to_string_pretty(&schema()).expect("plain") + "\n";
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, &text).expect("writable");
        }
        let shipped = std::fs::read_to_string(path).expect("it is shipped");
        assert!(
            shipped == text,
            "docs/allocgate.schema.json is out of date: UPDATE_SCHEMA=1 cargo test schema"
        );
    }

    #[test]
    fn every_key_of_the_built_in_policy_is_in_it() {
        let schema = schema();
        let evidence = schema["properties"]["evidence"]["properties"].as_object().expect("an object");
        assert_eq!(evidence.len(), ConditionKind::ALL.len());
        let policy: toml::Table = Policy::BUILTIN.parse().expect("it is a policy");
        for key in policy.keys() {
            assert!(schema["properties"].get(key).is_some(), "{key}");
        }
    }
}
