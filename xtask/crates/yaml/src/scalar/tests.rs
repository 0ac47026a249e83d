use diag::Source;

use crate::{Duplicates, canonical_json, parse_one};

/// The document as JSON, or the message of the first mistake.
fn read(text: &str) -> Result<String, String> {
    let document = parse_one(&Source::shared("x", text), Duplicates::LastWins);
    document.map(|document| canonical_json(&document.root)).map_err(|mistakes| mistakes[0].message.clone())
}

#[test]
fn plain_scalars_mean_what_go_says() {
    let cases = [
        ("on", "true"),
        ("yes", "true"),
        ("y", "true"),
        ("NO", "false"),
        ("oN", "\"oN\""),
        ("~", "null"),
        ("", "null"),
        ("Null", "null"),
        ("nULL", "\"nULL\""),
        ("0755", "493"),
        ("0o755", "493"),
        ("0O17", "15"),
        ("0b101", "5"),
        ("-0b101", "-5"),
        ("0b-1", "-1"),
        ("0x1F", "31"),
        ("0X1f", "31"),
        ("0x", "\"0x\""),
        ("0b102", "\"0b102\""),
        ("1_000", "1000"),
        ("1__0_", "10"),
        ("_1", "\"_1\""),
        ("0_7", "7"),
        ("00", "0"),
        ("-0", "0"),
        ("+12", "12"),
        ("08", "8.0"),
        ("0777777777777777777777777", "7.777777777777778e+23"),
        ("1234e5", "123400000.0"),
        ("1.", "1.0"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        (".1_0", "0.1"),
        ("._1", "\"._1\""),
        (".", "\".\""),
        ("1e400", "\"1e400\""),
        ("1e", "\"1e\""),
        ("0x1p3", "\"0x1p3\""),
        ("12:30", "\"12:30\""),
        ("2001-01-01", "\"2001-01-01\""),
        ("2001-12-14t21:59:43.10-05:00", "\"2001-12-14t21:59:43.10-05:00\""),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("-9223372036854775809", "-9.223372036854776e+18"),
        ("18446744073709551615", "18446744073709551615"),
        ("+18446744073709551615", "1.8446744073709552e+19"),
        ("18446744073709551616", "1.8446744073709552e+19"),
        ("=", "\"=\""),
        ("<<", "\"<<\""),
        ("'0755'", "\"0755\""),
        ("\"on\"", "\"on\""),
        ("{\ta: 1}", "{\"a\":1}"),
    ];
    for (text, expected) in cases {
        let read = read(&format!("a: {text}\n"));
        let expected = format!("{{\"a\":{}}}", expected.replace("e+", "e"));
        assert_eq!(read.map(|json| json.replace("e+", "e")), Ok(expected), "{text}");
    }
}

#[test]
fn tags_decide() {
    let cases = [
        ("!!str 12", Ok("\"12\"")),
        ("!!str", Ok("\"\"")),
        ("! 12", Ok("\"12\"")),
        ("!custom 12", Ok("\"12\"")),
        ("!!int \"0755\"", Ok("493")),
        ("!<tag:yaml.org,2002:int> 7", Ok("7")),
        ("!!int 1.5", Err("cannot read the value as `!!int`: `1.5` is a number")),
        ("!!float 1", Ok("1.0")),
        ("!!float x", Err("cannot read the value as `!!float`: `x` is a string")),
        ("!!bool yes", Ok("true")),
        ("!!bool 1", Err("cannot read the value as `!!bool`: `1` is an integer")),
        ("!!null", Ok("null")),
        ("!!null x", Err("cannot read the value as `!!null`: `x` is a string")),
        ("!!timestamp 2001-1-1", Ok("\"2001-1-1\"")),
        ("!!timestamp 2001-02-29", Err("cannot read the value as `!!timestamp`: `2001-02-29` is a string")),
        ("!!binary aGVsbG8=", Ok("\"hello\"")),
        ("!!binary \"aGVs\\nbG8=\"", Ok("\"hello\"")),
        ("!!binary /w==", Ok("\"\u{fffd}\"")),
        ("!!binary aGVsbG8", Err("cannot read the value as `!!binary`: not base64")),
        ("!!set {a: 1}", Ok("{\"a\":1}")),
    ];
    for (text, expected) in cases {
        let expected = expected.map(|json| format!("{{\"a\":{json}}}")).map_err(str::to_owned);
        assert_eq!(read(&format!("a: {text}\n")), expected, "{text}");
    }
}

#[test]
fn keys_become_text_as_in_the_json_step() {
    let cases = [
        ("on", Ok("true")),
        ("0755", Ok("493")),
        ("1.50", Ok("1.5")),
        ("123456.5", Ok("123456.5")),
        ("1e6", Ok("1e+06")),
        ("0.00001", Ok("1e-05")),
        (".inf", Ok(".inf")),
        ("2001-01-01", Ok("2001-01-01")),
        ("!!binary aGk=", Ok("hi")),
        ("\"<<\"", Ok("<<")),
        ("~", Err("null cannot be a key")),
        ("18446744073709551615", Err("an integer above 9223372036854775807 cannot be a key")),
        ("[a]", Err("a list cannot be a key")),
        ("{a: 1}", Err("a mapping cannot be a key")),
    ];
    for (text, expected) in cases {
        let expected = expected.map(|key| format!("{{\"{key}\":1}}")).map_err(str::to_owned);
        assert_eq!(read(&format!("{text}: 1\n")), expected, "{text}");
    }
}

#[test]
fn what_json_cannot_say_is_refused() {
    for text in [".inf", "-.Inf", "+.INF", ".nan"] {
        let message = "a value that is infinite or not a number has no JSON form";
        assert_eq!(read(&format!("a: {text}\n")), Err(message.to_owned()), "{text}");
    }
}
