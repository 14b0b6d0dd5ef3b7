//! Preset files as editors leave them: encodings, line ends, a key given twice, a number without quotes.

use crate::model::{TextPlace, syntax_error};
use serde::Deserializer;
use serde::de::{Error, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// The text of a file: UTF-8, or UTF-16 with a byte-order mark; or what is wrong and what to do.
pub(super) fn decode(bytes: &[u8]) -> Result<String, String> {
    let wide = |unit: fn([u8; 2]) -> u16| {
        let (units, rest) = bytes[2..].as_chunks::<2>();
        let text = String::from_utf16(&units.iter().map(|&pair| unit(pair)).collect::<Vec<_>>());
        text.ok().filter(|_| rest.is_empty()).ok_or_else(|| "it is damaged UTF-16 text; save it as UTF-8".to_owned())
    };
    let text = match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes)?,
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes)?,
        _ => std::str::from_utf8(bytes)
            .map_err(|error| {
                let line = bytes[..error.valid_up_to()].split(|&byte| byte == b'\n').count();
                format!("line {line} is not UTF-8 text; save the file as UTF-8")
            })?
            .to_owned(),
    };
    // a comment would go on after a carriage return alone; Ctrl-Z ended files of DOS
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).trim_end_matches(['\u{1a}', '\0']);
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// What the reader found and where, and what to do about it.
pub(super) fn fault(error: &ron::error::SpannedError, text: &str) -> (TextPlace, String) {
    let (place, message) = syntax_error(error, text);
    let message = match &error.code {
        ron::Error::ExceededRecursionLimit => "there are too many brackets within brackets; remove some".to_owned(),
        ron::Error::MissingStructField { field: "schema", .. } => {
            "the field schema is missing; add schema: 2 for a described network, or schema: 1".to_owned()
        }
        _ => message,
    };
    (place, message)
}

/// A map of names and values in which no name stands twice.
pub(super) fn params<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    struct Params;
    impl<'de> Visitor<'de> for Params {
        type Value = BTreeMap<String, String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a map of parameters and their values, as {{\"tau_m\": \"20 ms\"}}")
        }

        fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut params = BTreeMap::new();
            while let Some((name, Text(value))) = map.next_entry::<String, Text>()? {
                if params.contains_key(&name) {
                    return Err(M::Error::custom(format!("\"{name}\" is given twice; keep one of its values")));
                }
                params.insert(name, value);
            }
            Ok(params)
        }
    }
    from.deserialize_map(Params)
}

/// A value, with or without quotes.
struct Text(String);

impl<'de> serde::Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Value;
        impl Visitor<'_> for Value {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a value in quotes, as \"20 ms\"")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Text, E> {
                Ok(Text(number.to_string()))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Text, E> {
                Ok(Text(number.to_string()))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Text, E> {
                Ok(Text(number.to_string()))
            }
        }
        from.deserialize_any(Value)
    }
}

#[cfg(test)]
mod tests {
    use crate::params::ParamId;
    use crate::preset::{Preset, PresetError};
    use std::path::Path;

    const TEXT: &str = "Preset(\n    schema: 1,\n    title: \"t\",\n    description: \"d\",\n    citation: \"c\",\n    look_for: [],\n    protocol: Classification,\n    training: (epochs: 1),\n    params: {\n        \"inhibition\": \"250 mV\",\n    },\n)\n";

    fn load(bytes: &[u8]) -> Result<Preset, PresetError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("p.ron");
        std::fs::write(&path, bytes).unwrap();
        Preset::load(&path)
    }

    #[test]
    fn a_preset_loads_as_editors_leave_it() {
        let plain = load(TEXT.as_bytes()).unwrap();
        let utf16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> { std::iter::once(0xfeff).chain(TEXT.encode_utf16()).flat_map(order).collect() };
        for (what, bytes) in [
            ("byte-order mark", format!("\u{feff}{TEXT}").into_bytes()),
            ("UTF-16, little-endian", utf16(u16::to_le_bytes)),
            ("UTF-16, big-endian", utf16(u16::to_be_bytes)),
            ("carriage returns, with a comment", format!("// note\n{TEXT}").replace('\n', "\r").into_bytes()),
            ("both line ends", TEXT.replace('\n', "\r\n").into_bytes()),
            ("Ctrl-Z", format!("{TEXT}\u{1a}").into_bytes()),
            ("tabs", TEXT.replace("    ", "\t").into_bytes()),
            ("comments", format!("// note\n{TEXT}\n// end\n").into_bytes()),
            ("micro sign", TEXT.replace("250 mV", "250000 \u{b5}V").into_bytes()),
            ("Greek mu", TEXT.replace("250 mV", "250000 \u{3bc}V").into_bytes()),
            ("no-break space", TEXT.replace("250 mV", "250\u{a0}mV").into_bytes()),
            ("narrow no-break space", TEXT.replace("250 mV", "250\u{202f}mV").into_bytes()),
            ("a number", TEXT.replace("\"250 mV\"", "250").into_bytes()),
            ("a number with a point", TEXT.replace("\"250 mV\"", "250.0").into_bytes()),
        ] {
            let loaded = load(&bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
            let [ours, theirs] = [&loaded, &plain].map(|preset| preset.params.get(ParamId::Inhibition));
            assert!((ours - theirs).abs() < 1e-9, "{what}: {ours}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_told_by_its_line_with_a_remedy() {
        let fault = |bytes: &[u8]| load(bytes).unwrap_err().to_string();
        let twice = TEXT.replace("        \"inhibition\"", "        \"inhibition\": \"100 mV\",\n        \"inhibition\"");
        let curly = TEXT.replace("\"250 mV\"", "\u{201c}250 mV\u{201d}");
        let latin1: Vec<u8> = TEXT.replace("\"t\"", "\"Gr\u{f6}\u{df}e\"").chars().map(|c| c as u8).collect();
        for (bytes, words) in [
            (twice.into_bytes(), &["line 11", "\"inhibition\" is given twice", "keep one"][..]),
            (curly.into_bytes(), &["line 10", "straight"]),
            (latin1, &["line 3", "UTF-8"]),
            (TEXT.replace("\"250 mV\"", "250 mV").into_bytes(), &["line 10", "in quotes"]),
            (TEXT.replace("\"250 mV\"", "250mV").into_bytes(), &["line 10", "in quotes"]),
            (TEXT.replace("250 mV", "250,5 mV").into_bytes(), &["inhibition", "decimal point"]),
        ] {
            let message = fault(&bytes);
            assert!(words.iter().all(|word| message.contains(word)), "{words:?}: {message}");
        }
        assert!(Preset::parse(TEXT, Path::new("p.ron")).is_ok());
    }
}
