//! Texts as filters, projections and globs.

use super::tables::show;
use allocgate::internals::group::Layout;
use allocgate::internals::model::Dataset;
use allocgate::internals::parse;
use allocgate::internals::query::{Filter, Glob, Projection, SyntaxError};
use bstr::ByteSlice;
use std::fmt::Display;
use std::sync::LazyLock;

/// Results with keys, parts and units to ask for.
static RESULTS: LazyLock<Dataset> = LazyLock::new(|| {
    let file = |label: &str, time: usize| {
        let mut text = format!("goos: linux\npkg: example.com/{label}\nnote: a \"b\" c\n");
        for (n, size) in ["1k", "2KiB", "x", ""].into_iter().enumerate() {
            text += &format!("BenchmarkParse/size={size}/n=-{n}-8 10 {time} ns/op 7 B/op 1.5 widgets/op\n");
        }
        text += "note:\nBenchmarkÄ/a,b-2 1 2 µs/op 0 allocs/op\nBenchmarkPlain 1 2 ns/op\n";
        parse::text(label, text.as_bytes())
    };
    let mut all = file("old", 100);
    all.append(file("new", 120));
    all
});

/// Whatever is asked: it is understood and means the same when it is written again, or it is said where it cannot be
/// understood.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(filter) = understood(text, Filter::parse) {
        show(&RESULTS, &Layout { filter, ..Layout::default() });
    }
    if let Some(projection) = understood(text, Projection::parse) {
        show(&RESULTS, &Layout { row: projection.clone(), ..Layout::default() });
        show(&RESULTS, &Layout { col: projection.clone(), ..Layout::default() });
        show(&RESULTS, &Layout { table: projection.clone(), ..Layout::default() });
        show(&RESULTS, &Layout { ignore: projection, ..Layout::default() });
    }
    glob(text);
}

fn understood<T: PartialEq + std::fmt::Debug + Display>(
    text: &str,
    parse: impl Fn(&str) -> Result<T, SyntaxError>,
) -> Option<T> {
    match parse(text) {
        Ok(parsed) => {
            let written = parsed.to_string();
            let again = parse(&written);
            assert_eq!(again.as_ref(), Ok(&parsed), "`{text}` is written as `{written}`");
            Some(parsed)
        }
        Err(error) => {
            assert!(text.is_char_boundary(error.offset), "{error:?}");
            assert_eq!(error.text, text);
            assert!(!error.message.is_empty() && error.to_string().ends_with('^'), "{error}");
            None
        }
    }
}

fn glob(text: &str) {
    let literal = Glob::new(&Glob::literal(text)).expect("a literal is a pattern");
    assert!(literal.matches(text.as_bytes().as_bstr()), "{literal:?}");
    assert_eq!(literal.as_literal().as_deref(), Some(text));
    let glob = match Glob::new(text) {
        Ok(glob) => glob,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    assert_eq!(glob.pattern(), text);
    if let Some(only) = glob.as_literal() {
        assert!(glob.matches(only.as_bytes().as_bstr()), "{text:?} does not match {only:?}");
    }
    let examples = glob.examples();
    assert!(!examples.is_empty() && examples.len() <= 256, "{text:?}: {}", examples.len());
    for result in RESULTS.results() {
        glob.matches(RESULTS.name(result.name));
    }
}
