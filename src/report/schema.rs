//! What a report in JSON holds, for whoever reads it.

use super::Report;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// The JSON Schema of a report (draft 2020-12), made from the types that write one.
pub fn schema() -> Value {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Report>()
        .to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_schema_is_this_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/report.schema.json");
        let text = serde_json::to_string_pretty(&schema()).expect("plain") + "\n";
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, &text).expect("writable");
        }
        let shipped = std::fs::read_to_string(path).expect("it is shipped");
        assert!(
            shipped == text,
            "schema/report.schema.json is out of date: UPDATE_SCHEMA=1 cargo test schema"
        );
    }
}
