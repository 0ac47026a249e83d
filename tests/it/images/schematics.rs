//! Schematics have the names, and values the YAML text, that the library behind Image Factory gives them.

use end_to_end::Dice;
use goyaml::Value as Yaml;
use schematic::Schematic;
use serde_json::{Map, Value, json};

use crate::oracle::{ask, go_program};

/// What strings are made of: whatever means something to YAML, in every place.
const PIECES: [&str; 75] = [
    "a",
    "b",
    "yes",
    "no",
    "n",
    "Y",
    "on",
    "Off",
    "true",
    "null",
    "~",
    "<<",
    "=",
    "0",
    "1",
    "12",
    "08",
    "0x1f",
    "0o7",
    "0b1",
    "1e3",
    ".",
    ".5",
    ".inf",
    ".nan",
    "+",
    "-",
    "_",
    ":",
    "::",
    "/",
    ",",
    "#",
    " #",
    "# ",
    ": ",
    "- ",
    "? ",
    "?",
    "!",
    "&",
    "*",
    "|",
    ">",
    "%",
    "@",
    "`",
    "'",
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n",
    "\r",
    "---",
    "...",
    "2024-01-02",
    "T10:20:30Z",
    "10:20",
    "é",
    "漢",
    "\u{1f600}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{feff}",
    "\u{7f}",
    "\0",
    "console=ttyS0,115200n8",
];

fn text(dice: &mut Dice) -> String {
    (0..dice.below(5)).map(|_| *dice.pick(&PIECES)).collect()
}

/// A value in both forms, with keys in the library's order.
fn value(dice: &mut Dice, depth: usize) -> (Value, Yaml) {
    match dice.below(if depth == 0 { 6 } else { 10 }) {
        0 => (Value::Null, Yaml::Null),
        1 => (Value::Bool(true), Yaml::Bool(true)),
        2..=5 => {
            let text = text(dice);
            (json!(text), Yaml::text(text))
        }
        6 | 7 => (0..dice.below(4)).map(|_| value(dice, depth - 1)).unzip_list(),
        _ => {
            let mut entries: Vec<(String, (Value, Yaml))> = Vec::new();
            for _ in 0..dice.below(4) {
                let key = text(dice);
                let value = value(dice, depth - 1);
                entries.retain(|(other, _)| *other != key);
                entries.push((key, value));
            }
            entries.sort_by(|(left, _), (right, _)| goyaml::natural_order(left, right));
            let json: Map<String, Value> =
                entries.iter().map(|(key, (json, _))| (key.clone(), json.clone())).collect();
            let yaml = entries.into_iter().map(|(key, (_, yaml))| (key, yaml)).collect();
            (Value::Object(json), Yaml::Map(yaml))
        }
    }
}

trait UnzipList {
    fn unzip_list(self) -> (Value, Yaml);
}

impl<I: Iterator<Item = (Value, Yaml)>> UnzipList for I {
    fn unzip_list(self) -> (Value, Yaml) {
        let (json, yaml): (Vec<_>, Vec<_>) = self.unzip();
        (Value::Array(json), Yaml::List(yaml))
    }
}

#[test]
fn the_library_writes_the_same_yaml() {
    let Some(program) = go_program("the_library_writes_the_same_yaml", "schematic") else { return };
    let mut dice = Dice::new(1);
    let mut values: Vec<(Value, Yaml)> = (0..4000)
        .map(|_| {
            let text = text(&mut dice);
            (json!({ "key": text }), Yaml::Map(vec![("key".to_owned(), Yaml::text(text))]))
        })
        .collect();
    values.extend((0..3000).map(|_| value(&mut dice, 3)));
    let question = json!({"values": values.iter().map(|(json, _)| json).collect::<Vec<_>>()});
    let answer = ask(&program, &question);
    let told = answer["values"].as_array().unwrap();
    assert_eq!(told.len(), values.len());
    for ((json, yaml), told) in values.iter().zip(told) {
        assert_eq!(goyaml::write(yaml), told.as_str().unwrap(), "{json}");
    }
}

fn schematic(dice: &mut Dice) -> Value {
    let mut custom = Map::new();
    let texts = |dice: &mut Dice| (0..dice.below(4)).map(|_| text(dice)).collect::<Vec<_>>();
    let mut put = |dice: &mut Dice, name: &str, value: Value| {
        if !dice.once_in(2) {
            custom.insert(name.to_owned(), value);
        }
    };
    let names = texts(dice);
    put(dice, "systemExtensions", json!({ "officialExtensions": names }));
    let arguments = texts(dice);
    put(dice, "extraKernelArgs", json!(arguments));
    let meta: Vec<Value> =
        texts(dice).into_iter().map(|value| json!({"key": dice.below(256), "value": value})).collect();
    put(dice, "meta", json!(meta));
    let config = text(dice);
    put(dice, "embeddedMachineConfiguration", json!(config));
    let loader = *dice.pick(&["grub", "sd-boot", "dual-boot"]);
    put(dice, "bootloader", json!(loader));
    let certificates = dice.once_in(2);
    put(dice, "secureboot", json!({ "includeWellKnownCertificates": certificates }));
    let sector = *dice.pick(&[0, 512, 4096]);
    put(dice, "diskImage", json!({ "sectorSize": sector }));
    let mut whole = Map::new();
    if dice.once_in(3) {
        let options = value(dice, 2).0;
        let options = if options.is_object() { options } else { json!({}) };
        whole.insert(
            "overlay".to_owned(),
            json!({"image": text(dice), "name": text(dice), "options": options}),
        );
    }
    whole.insert("customization".to_owned(), Value::Object(custom));
    Value::Object(whole)
}

#[test]
fn the_factory_gives_the_same_names() {
    let Some(program) = go_program("the_factory_gives_the_same_names", "schematic") else { return };
    let mut dice = Dice::new(2);
    let schematics: Vec<Value> = (0..1500).map(|_| schematic(&mut dice)).collect();
    // JSON is YAML to the factory, but for characters that YAML does not allow bare.
    let ascii: Vec<String> = schematics.iter().map(ascii).collect();
    let answer = ask(&program, &json!({ "schematics": ascii }));
    for (value, told) in schematics.into_iter().zip(answer["schematics"].as_array().unwrap()) {
        let ours: Schematic = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(told["error"], "", "{value}");
        assert_eq!(ours.to_yaml(), told["text"].as_str().unwrap(), "{value}");
        assert_eq!(ours.id(), told["id"].as_str().unwrap(), "{value}");
    }
}

/// JSON in which every character beyond ASCII is escaped, as YAML reads it.
fn ascii(value: &Value) -> String {
    let mut out = String::new();
    for character in value.to_string().chars() {
        match u32::from(character) {
            0x20..=0x7e => out.push(character),
            code => out.push_str(&format!("\\U{code:08x}")),
        }
    }
    out
}
