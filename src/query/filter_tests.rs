use super::*;
use crate::model::{Config, Name};
use proptest::prelude::*;

#[test]
fn a_filter_selects_measurements() {
    let mut config = Config::default();
    config.set(b"pkg", b"encoding/json");
    let result =
        ResultView { name: Name::new(b"Decode/size=1k/fast-8"), config: &config, file: b"old.txt".as_bstr() };
    for (filter, want) in [
        ("*", true),
        ("-*", false),
        ("--*", true),
        (".name:Decode", true),
        (".name:Dec", false),
        (".name:/^Dec/", true),
        ("/size:1k", true),
        ("/size:(1 OR 1k)", true),
        ("/gomaxprocs:8 pkg:encoding/json", true),
        ("pkg:\"encoding/json\" AND AND .file:old.txt AND", true),
        ("-pkg:/json/ OR .unit:sec/op", true),
        (".unit:(ns/op OR x)", true),
        (".unit:B/op", false),
        ("nosuch:\"\"", true),
        ("nosuch:/^$/", true),
        ("(a:b OR * ) -(x:y)", true),
        ("a : b", false),
    ] {
        let parsed = Filter::parse(filter).expect(filter);
        assert_eq!(parsed.matches(&result, ["ns/op", "sec/op"]), want, "{filter}");
    }
}

#[test]
fn an_error_has_its_position() {
    for (filter, message, offset) in [
        ("", "expected key:value or subexpression", 0),
        ("  AND", "expected key:value or subexpression", 2),
        ("a:b OR ", "expected key:value or subexpression", 7),
        (" a b:c", "expected key:value", 1),
        ("a:-b", "expected key:value", 0),
        ("a:*", "expected key:value", 0),
        ("a:b:c", "unexpected \":\"", 3),
        ("a:b, c:d", "unexpected \",\"", 3),
        ("a:b)", "unexpected \")\"", 3),
        ("(a:b", "missing \")\"", 4),
        ("a:(b c)", "value list must be separated by OR", 5),
        ("a:(b OR )", "expected value", 8),
        ("a:/b", "missing close \"/\"", 2),
        ("a:/b/c", "regexp must be followed by space or an operator (unescaped \"/\"?)", 5),
        ("a:\"b", "missing end quote", 2),
        ("a:b .config:x", ".config is only allowed in projections", 4),
        ("\"\":x", "key must not be empty", 0),
        (".config:x )", "unexpected \")\"", 10),
    ] {
        let error = Filter::parse(filter).expect_err(filter);
        assert_eq!((error.message.as_str(), error.offset), (message, offset), "{filter}");
    }
    let error = Filter::parse("a:(b OR /[/)").expect_err("not closed").to_string();
    assert_eq!(error, "syntax error: missing close \"/\"\n\ta:(b OR /[/)\n\t        ^");
}

fn filters() -> impl Strategy<Value = Filter> {
    let word = prop_oneof!["[a-z/.*-]{1,4}", "\\PC{0,4}", Just("AND".to_string())];
    let key = prop_oneof!["[a-z/.*-]{1,4}", Just(".unit".to_string()), Just("/size".to_string())];
    let pattern = prop_oneof![
        3 => word.prop_map(|word| Pattern::Literal(word.into())),
        1 => prop_oneof!["[a-z]{0,3}", Just("[/]+".to_string()), Just("^(a|b)$".to_string())]
            .prop_map(|source| Pattern::Regexp(Regexp::new(&source).expect("it is one"))),
    ];
    let matches = (key.prop_filter(".config has no value", |key| key != ".config"), pattern)
        .prop_map(|(key, pattern)| Filter::Match(Key::new(key.into()), pattern));
    prop_oneof![9 => matches.clone(), 1 => Just(Filter::EVERYTHING)].prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::All),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::Any),
            inner.prop_map(|term| Filter::Not(Box::new(term))),
            matches.clone().prop_map(|only| Filter::Any(vec![only])),
        ]
    })
}

#[test]
fn nesting_is_limited() {
    let nested =
        |depth| [format!("{}*{}", "(".repeat(depth), ")".repeat(depth)), format!("{}*", "-".repeat(depth))];
    for text in nested(100) {
        assert!(Filter::parse(&text).is_ok(), "{text}");
    }
    for text in nested(100_000) {
        let error = Filter::parse(&text).expect_err("too deep");
        assert_eq!((error.offset, &error.message[..8]), (100, "too many"));
    }
}

proptest! {
    #[test]
    fn a_printed_filter_parses_to_the_same_one(filter in filters()) {
        let text = filter.to_string();
        prop_assert_eq!(Filter::parse(&text), Ok(filter), "{}", text);
    }

    #[test]
    fn every_text_is_a_filter_or_an_error_with_a_position(text in "[ab :()@,*\"/\\\\.-]{0,12}|\\PC{0,12}") {
        match Filter::parse(&text) {
            Ok(filter) => prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter)),
            Err(error) => prop_assert!(text.is_char_boundary(error.offset), "{:?}", error),
        }
    }
}
