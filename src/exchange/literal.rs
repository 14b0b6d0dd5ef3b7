//! Values as Python writes them.

use serde_json::Value;

/// A value in the syntax of Python.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        // numbers and strings are the same in JSON
        Value::Number(_) | Value::String(_) => value.to_string(),
        Value::Array(list) => format!("[{}]", list.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let entries = map.iter().map(|(key, value)| format!("{}: {}", Value::String(key.clone()), literal(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_written_as_python_reads_them() {
        let value = json!({"a": [1.5, null, true], "b\"\n": "x\\"});
        assert_eq!(literal(&value), r#"{"a": [1.5, None, True], "b\"\n": "x\\"}"#);
    }
}
