//! The lines that the compiler prints, one by one.

use super::decisions::Style;
use super::value::Leak;

/// A position as printed, with the path, and what is said there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'t> {
    pub(super) place: Place<'t>,
    pub(super) message: &'t str,
}

/// A position as printed. A step of a flow may have none: no path, and line 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Place<'t> {
    pub(super) path: &'t str,
    pub(super) line: u32,
    /// 0 if none is printed.
    pub(super) column: u32,
}

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Message<'t> {
    CanInline {
        function: &'t str,
        cost: Option<u32>,
    },
    CannotInline {
        function: &'t str,
        reason: &'t str,
    },
    Refused {
        callee: &'t str,
        caller: &'t str,
        reason: &'t str,
    },
    Big {
        function: &'t str,
    },
    Inlined {
        callee: &'t str,
    },
    Devirtualized {
        callee: &'t str,
        to: &'t str,
        partially: bool,
        profile: bool,
    },
    NotDevirtualized {
        callee: &'t str,
        reason: &'t str,
    },
    BenchmarkLoop {
        what: &'t str,
    },
    Moved {
        name: &'t str,
    },
    Heap {
        expression: &'t str,
    },
    Stack {
        expression: &'t str,
    },
    ZeroCopy {
        expression: &'t str,
    },
    Leak {
        name: &'t str,
        leak: Leak,
    },
    /// What follows explains why an expression is on the heap.
    EscapeHeader {
        expression: &'t str,
        function: Option<&'t str>,
    },
    /// What follows explains how a parameter gets to a target.
    LeakHeader {
        name: &'t str,
        target: &'t str,
        function: Option<&'t str>,
    },
    Flow {
        into: &'t str,
        style: Style,
    },
    From {
        expression: &'t str,
        why: &'t str,
        place: Place<'t>,
    },
    /// An index or a slice expression is checked: `-d=ssa/check_bce` says so.
    BoundsCheck,
    /// Known, and says nothing of an allocation.
    Other,
}

impl<'t> Line<'t> {
    /// Reads `path:line:column: message`; `None` if a text does not begin so.
    pub(super) fn read(text: &'t str) -> Option<Line<'t>> {
        // A path or a message may have `: ` too, so the first one behind a number counts. Paths are shorter than this.
        for (at, _) in text.match_indices(": ").take(8) {
            if let Some(place) = Place::read(&text[..at]) {
                return Some(Line { place, message: &text[at + 2..] });
            }
        }
        None
    }
}

impl<'t> Place<'t> {
    /// Reads `path:line:column` or `path:line`.
    fn read(text: &'t str) -> Option<Place<'t>> {
        let (rest, last) = text.rsplit_once(':')?;
        let last = number(last)?;
        let place = match rest.rsplit_once(':') {
            Some((path, line)) if !path.is_empty() && number(line).is_some() => {
                Place { path, line: number(line)?, column: last }
            }
            _ => Place { path: rest, line: last, column: 0 },
        };
        (!place.path.is_empty()).then_some(place)
    }

    /// The folders of the path, and its name.
    pub(super) fn split(&self) -> (&'t str, &'t str) {
        self.path.rfind(['/', '\\']).map_or((".", self.path), |at| (&self.path[..at], &self.path[at + 1..]))
    }
}

impl<'t> Message<'t> {
    /// Understands a message; `None` if it is of no known family.
    pub(super) fn read(text: &'t str) -> Option<Message<'t>> {
        if let Some(continued) = text.strip_prefix("  ") {
            return explanation(continued);
        }
        // What begins with these words is no Go expression. Expressions may contain any text, so that they are told by their end.
        if matches!(text, "Found IsInBounds" | "Found IsSliceInBounds") {
            return Some(Message::BoundsCheck);
        }
        inlining(text)
            .or_else(|| devirtualization(text))
            .or_else(|| leak(text))
            .or_else(|| value(text))
            .or_else(|| {
                const NOISE: [&str; 6] = [
                    "index bounds check elided",
                    " capturing by ref: ",
                    " capturing by value: ",
                    " ignoring self-assignment in ",
                    "should not PGO devirtualize ",
                    "unreferenced closure ",
                ];
                NOISE.iter().any(|it| text.contains(it)).then_some(Message::Other)
            })
    }
}

fn inlining(text: &str) -> Option<Message<'_>> {
    if let Some(rest) = text.strip_prefix("can inline ") {
        return Some(match rest.split_once(" with cost ") {
            Some((function, rest)) => Message::CanInline { function, cost: leading_number(rest) },
            None => Message::CanInline { function: rest, cost: None },
        });
    }
    if let Some(rest) = text.strip_prefix("cannot inline ") {
        let (subject, reason) = split_outside(rest, ": ")?;
        return Some(match split_outside(subject, " into ") {
            Some((callee, caller)) => Message::Refused { callee, caller, reason },
            None => Message::CannotInline { function: subject, reason },
        });
    }
    if let Some(callee) = text.strip_prefix("inlining call to ") {
        return Some(Message::Inlined { callee });
    }
    if let Some(rest) = text.strip_prefix("function ")
        && let Some((function, _)) = rest.split_once(" considered 'big'")
    {
        return Some(Message::Big { function });
    }
    if text.starts_with("skip inlining within testing.B.loop") || text == "expr is unknown to bloop pass" {
        return Some(Message::BenchmarkLoop { what: "" });
    }
    text.strip_suffix(" will be kept alive").map(|what| Message::BenchmarkLoop { what })
}

fn devirtualization(text: &str) -> Option<Message<'_>> {
    for (prefix, partially, profile) in [
        ("devirtualizing ", false, false),
        ("partially devirtualizing ", true, false),
        ("PGO devirtualizing interface call ", false, true),
        ("PGO devirtualizing function call ", false, true),
        ("PGO devirtualizing ", false, true),
    ] {
        if let Some(rest) = text.strip_prefix(prefix) {
            let (callee, to) = split_outside(rest, " to ")?;
            return Some(Message::Devirtualized { callee, to, partially, profile });
        }
    }
    if let Some(rest) = text.strip_prefix("cannot devirtualize ") {
        let (callee, reason) = split_outside(rest, ": ")?;
        return Some(Message::NotDevirtualized { callee, reason });
    }
    let rest = text.strip_prefix("failed to devirtualize ")?;
    let (callee, operation) = rest.strip_suffix(')')?.rsplit_once(" (")?;
    Some(Message::NotDevirtualized { callee, reason: operation })
}

fn leak(text: &str) -> Option<Message<'_>> {
    if let Some(name) = text.strip_prefix("leaking param content: ") {
        return Some(Message::Leak { name, leak: Leak::Content });
    }
    if let Some(rest) = text.strip_prefix("leaking param: ") {
        return Some(match rest.split_once(" to result ") {
            Some((name, _)) => Message::Leak { name, leak: Leak::Result },
            None => Message::Leak { name: rest, leak: Leak::Heap },
        });
    }
    let rest = text.strip_prefix("parameter ")?;
    let (name, rest) = rest.split_once(" leaks to ")?;
    let (rest, _) = rest.rsplit_once(" with derefs=")?;
    Some(match rest.rsplit_once(" for ") {
        // The storage of an expression may have ` for ` in it: `{storage for func literal}`.
        Some((target, function)) if !function.ends_with('}') || target.ends_with('}') => {
            Message::LeakHeader { name, target, function: Some(function) }
        }
        _ => Message::LeakHeader { name, target: rest, function: None },
    })
}

fn value(text: &str) -> Option<Message<'_>> {
    if let Some(name) = text.strip_prefix("moved to heap: ") {
        return Some(Message::Moved { name });
    }
    if let Some(expression) = text.strip_suffix(" escapes to heap") {
        return Some(Message::Heap { expression });
    }
    if let Some(expression) = text.strip_suffix(" does not escape") {
        return Some(Message::Stack { expression });
    }
    if let Some(expression) = text.strip_prefix("zero-copy ") {
        return Some(Message::ZeroCopy { expression });
    }
    let header = text.strip_suffix(':')?;
    if let Some(expression) = header.strip_suffix(" escapes to heap") {
        return Some(Message::EscapeHeader { expression, function: None });
    }
    let (expression, function) = header.rsplit_once(" escapes to heap in ")?;
    Some(Message::EscapeHeader { expression, function: Some(function) })
}

/// A line of an explanation, without the first two blanks.
fn explanation(text: &str) -> Option<Message<'_>> {
    if let Some(rest) = text.strip_prefix("flow: ") {
        let rest = rest.strip_suffix(':').unwrap_or(rest);
        if let Some((into, _)) = rest.split_once(" ← ") {
            return Some(Message::Flow { into, style: Style::Arrow });
        }
        // The storage of an expression may have ` = ` in it.
        let storage = rest.starts_with("{storage for ").then(|| rest.find("} = ")).flatten();
        let into = match storage {
            Some(at) => rest.get(..=at)?,
            None => rest.split_once(" = ")?.0,
        };
        return Some(Message::Flow { into, style: Style::Equals });
    }
    if let Some(rest) = text.strip_prefix("  from ") {
        let (expression, place) = rest.rsplit_once(" at ")?;
        let nowhere = Place { path: "", line: 0, column: 0 };
        let place = if place == "<unknown line number>" { nowhere } else { Place::read(place)? };
        let reason = expression.strip_suffix(')').and_then(|it| it.rsplit_once(" ("));
        let (expression, why) = reason.unwrap_or((expression, ""));
        return Some(Message::From { expression, why, place });
    }
    text.starts_with("warning: truncated explanation").then_some(Message::Other)
}

/// A number of decimal digits only.
fn number(text: &str) -> Option<u32> {
    text.bytes().all(|it| it.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// The number at the beginning of a text.
fn leading_number(text: &str) -> Option<u32> {
    let end = text.bytes().position(|it| !it.is_ascii_digit()).unwrap_or(text.len());
    number(&text[..end])
}

/// The number behind a word.
pub(super) fn number_behind(text: &str, word: &str) -> Option<u32> {
    text.find(word).and_then(|at| leading_number(&text[at + word.len()..]))
}

/// What is before and behind the first separator that is not in brackets: types in the names of generic functions contain anything.
fn split_outside<'t>(text: &'t str, separator: &str) -> Option<(&'t str, &'t str)> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' | b'(' => depth += 1,
            b']' | b'}' | b')' => depth = depth.saturating_sub(1),
            // A byte of the separator, which is ASCII, is never inside a character.
            _ if depth == 0 && text.as_bytes()[at..].starts_with(separator.as_bytes()) => {
                return Some((&text[..at], &text[at + separator.len()..]));
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> Option<Message<'_>> {
        Message::read(text)
    }

    #[test]
    fn places_are_read_with_and_without_a_column() {
        for (text, path, line, column, rest) in [
            ("a/b.go:1:2: x", "a/b.go", 1, 2, "x"),
            ("grammar.y:100: can inline Act", "grammar.y", 100, 0, "can inline Act"),
            (r"C:\go\b.go:1:2: x: y", r"C:\go\b.go", 1, 2, "x: y"),
            ("a: b/c d.go:3:4: x", "a: b/c d.go", 3, 4, "x"),
            ("b.go:1:2:   flow: a = b:", "b.go", 1, 2, "  flow: a = b:"),
        ] {
            let want = Line { place: Place { path, line, column }, message: rest };
            assert_eq!(Line::read(text), Some(want), "{text}");
        }
        for text in ["", "ok  \ta/b\t0.1s", "a.go: x", ":1: x", "a.go:1", "a.go:99999999999: x"] {
            assert_eq!(Line::read(text), None, "{text}");
        }
    }

    #[test]
    fn expressions_may_have_the_words_of_messages() {
        let text = r#"a + ": moved to heap: " + b + " escapes to heap" escapes to heap"#;
        let expression = r#"a + ": moved to heap: " + b + " escapes to heap""#;
        assert_eq!(message(text), Some(Message::Heap { expression }));
        assert_eq!(
            message(&format!("{text} in F:")),
            Some(Message::EscapeHeader { expression, function: Some("F") })
        );
        assert_eq!(
            message(r#"x + " capturing by ref: " does not escape"#),
            Some(Message::Stack { expression: r#"x + " capturing by ref: ""# })
        );
        assert_eq!(
            message(r#"    from f("(a) at b.go:1:2") (call parameter) at c.go:3:4"#),
            Some(Message::From {
                expression: r#"f("(a) at b.go:1:2")"#,
                why: "call parameter",
                place: Place { path: "c.go", line: 3, column: 4 },
            })
        );
    }

    #[test]
    fn names_may_have_types_with_anything_in_them() {
        let name = r#"atomic.(*Pointer[go.shape.struct { a: into to string "json:\"a: b\"" }]).Store"#;
        assert_eq!(
            message(&format!("cannot inline {name}: marked go:noinline")),
            Some(Message::CannotInline { function: name, reason: "marked go:noinline" })
        );
        assert_eq!(
            message(&format!("cannot inline {name} into F: repeated recursive cycle")),
            Some(Message::Refused { callee: name, caller: "F", reason: "repeated recursive cycle" })
        );
        let devirtualized =
            Message::Devirtualized { callee: "x.read", to: name, partially: false, profile: false };
        assert_eq!(message(&format!("devirtualizing x.read to {name}")), Some(devirtualized));
    }

    #[test]
    fn families_that_the_recordings_lack_are_known() {
        for (text, want) in [
            (
                "failed to devirtualize x (CALLFUNC)",
                Message::NotDevirtualized { callee: "x", reason: "CALLFUNC" },
            ),
            (
                "cannot inline f: no function body",
                Message::CannotInline { function: "f", reason: "no function body" },
            ),
            (
                "  warning: truncated explanation due to assignment cycle; see golang.org/issue/35518",
                Message::Other,
            ),
            (
                "PGO devirtualizing function call f to g",
                Message::Devirtualized { callee: "f", to: "g", partially: false, profile: true },
            ),
            (
                "partially devirtualizing s.Area to Area",
                Message::Devirtualized { callee: "s.Area", to: "Area", partially: true, profile: false },
            ),
            ("should not PGO devirtualize f: no function body", Message::Other),
            ("expr is unknown to bloop pass", Message::BenchmarkLoop { what: "" }),
        ] {
            assert_eq!(message(text), Some(want), "{text}");
        }
        for text in [
            "",
            "undefined: x",
            "cannot inline",
            "cannot inline f",
            "  flow: x",
            "    from x (return) at",
            ":",
        ] {
            assert_eq!(message(text), None, "{text}");
        }
    }

    #[test]
    fn flows_are_read_in_both_styles() {
        for (text, into, style) in [
            ("  flow: ~r0 ← &token:", "~r0", Style::Arrow),
            ("  flow: ~r0 = &token:", "~r0", Style::Equals),
            (r#"  flow: {storage for "a = " + b} = b:"#, r#"{storage for "a = " + b}"#, Style::Equals),
        ] {
            assert_eq!(message(text), Some(Message::Flow { into, style }), "{text}");
        }
        for (text, target, function) in [
            ("parameter p leaks to {heap} with derefs=0:", "{heap}", None),
            ("parameter p leaks to {heap} for F with derefs=0:", "{heap}", Some("F")),
            (
                "parameter p leaks to {storage for func literal} with derefs=0:",
                "{storage for func literal}",
                None,
            ),
            ("parameter p leaks to {storage for x} for F with derefs=0:", "{storage for x}", Some("F")),
        ] {
            assert_eq!(message(text), Some(Message::LeakHeader { name: "p", target, function }), "{text}");
        }
    }
}
