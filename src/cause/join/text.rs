//! What the text of a Go line is about: names, calls and assignments. By its look, not by types.

/// A line without what stands in quotes.
pub fn without_literals(text: &str) -> String {
    let mut plain = String::new();
    let mut quote = None;
    let mut escaped = false;
    for c in text.chars() {
        match quote {
            None => {
                quote = Some(c).filter(|c| matches!(c, '"' | '`' | '\''));
                plain.push(c);
            }
            Some('"' | '\'') if escaped => escaped = false,
            Some('"' | '\'') if c == '\\' => escaped = true,
            Some(open) if c == open => {
                quote = None;
                plain.push(c);
            }
            Some(_) => {}
        }
    }
    plain
}

/// The names in a Go text that are not selected from another one: `testing` of `testing.B`.
pub fn unselected(text: &str) -> impl Iterator<Item = &str> {
    let mut after = 0;
    names(text).filter(move |name| {
        let Some(at) = text.get(after..).and_then(|rest| rest.find(name)).map(|at| after + at) else {
            return true;
        };
        after = at + name.len();
        !text.get(..at).is_some_and(|before| before.ends_with('.'))
    })
}

/// The names in a Go text, keywords and literals left out.
pub fn names(text: &str) -> impl Iterator<Item = &str> {
    let is_name = |it: &&str| {
        it.bytes().next().is_some_and(|it| !it.is_ascii_digit()) && !KEYWORDS.contains(it) && *it != "_"
    };
    text.split(|it: char| !(it.is_alphanumeric() || it == '_')).filter(|it| !it.is_empty()).filter(is_name)
}

/// Words that say nothing about what code has to do with other code.
const KEYWORDS: [&str; 44] = [
    "append",
    "any",
    "bool",
    "break",
    "byte",
    "case",
    "cap",
    "const",
    "continue",
    "copy",
    "default",
    "defer",
    "delete",
    "else",
    "error",
    "false",
    "float64",
    "for",
    "func",
    "go",
    "goto",
    "if",
    "import",
    "int",
    "int32",
    "int64",
    "interface",
    "len",
    "make",
    "map",
    "new",
    "nil",
    "range",
    "return",
    "rune",
    "select",
    "string",
    "struct",
    "switch",
    "true",
    "type",
    "uint32",
    "var",
    "chan",
];

/// The called function of a call's text, `codec.AppendInt` of `codec.AppendInt(b, f(x))`.
pub fn callee(expression: &str) -> Option<&str> {
    // Brackets and blanks in literals are none of the code.
    let plain = with_blank_literals(expression);
    // The call itself is the last bracket that closes at the end.
    let (mut depth, mut end) = (0usize, None);
    for (at, byte) in plain.bytes().enumerate().rev() {
        match byte {
            b')' | b']' | b'}' => depth += 1,
            b'(' | b'[' | b'{' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 && byte == b'(' && end.is_none() {
                    end = Some(at);
                }
            }
            b' ' if depth == 0 && end.is_some() => return expression.get(at + 1..end?),
            _ => {}
        }
    }
    expression.get(..end?)
}

/// The characters of a literal that the compiler prints before it cuts one that is longer: then three dots follow, and no quote.
const PRINTED: usize = 69;

/// A text of the compiler with `_` in place of every byte of its literals, so that positions stay.
fn with_blank_literals(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if !matches!(c, '"' | '\'') {
            plain.push(c);
            continue;
        }
        let length = literal_length(text.get(at..).unwrap_or_default(), c);
        plain.extend(std::iter::repeat_n('_', length));
        let end = at + length;
        while chars.clone().next().is_some_and(|it| it.0 < end) {
            chars.next();
        }
    }
    plain
}

/// The bytes of the literal at the start of a text, in these quotes; of all of the text if it has no end.
fn literal_length(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (count, (at, c)) in text.char_indices().enumerate().skip(1) {
        if count == PRINTED && text.get(at..).is_some_and(|it| it.starts_with("...")) {
            return at + "...".len();
        }
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// What a line calls: every name, with what it is selected from, before an opening bracket.
pub fn call_texts(line: &str) -> Vec<&str> {
    let mut texts = Vec::new();
    for (at, _) in line.match_indices('(') {
        let before = line.get(..at).unwrap_or("");
        let start =
            before.rfind(|it: char| !(it.is_alphanumeric() || it == '_' || it == '.')).map_or(0, |it| it + 1);
        let text = before.get(start..).unwrap_or("").trim_start_matches('.');
        if !text.is_empty() {
            texts.push(text);
        }
    }
    texts
}

/// Whether the text of a line assigns to a name or to a field of this name.
pub fn assigns(text: &str, name: &str) -> bool {
    if let Some(declared) = text.strip_prefix("var ") {
        return names(declared).next() == Some(name);
    }
    let Some(at) = text.match_indices('=').map(|it| it.0).find(|&at| is_assignment(text, at)) else {
        return false;
    };
    let targets = text.get(..at).unwrap_or("");
    let targets = targets.strip_prefix("if ").or_else(|| targets.strip_prefix("for ")).unwrap_or(targets);
    targets.split(',').any(|it| {
        let target = it.trim().trim_end_matches([':', '+', '-', '|', ' ']);
        let target = target.split('[').next().unwrap_or(target);
        names(target).last() == Some(name)
    })
}

/// Whether a line of a type or of variables declares a name: `a, b int`, `var x T`, `type T struct {`.
pub fn declares(text: &str, name: &str) -> bool {
    let text = text.strip_prefix("var ").or_else(|| text.strip_prefix("type ")).unwrap_or(text);
    let words = text.split([' ', '\t']).filter(|it| !it.is_empty());
    // All but the last of a list have a comma behind them.
    let mut is_list = true;
    let mut listed = words.take_while(|it| std::mem::replace(&mut is_list, it.ends_with(',')));
    listed.any(|it| it.trim_end_matches(',') == name)
}

/// The first name or field that a line assigns to.
pub fn assigned(text: &str) -> Option<&str> {
    if let Some(declared) = text.strip_prefix("var ") {
        return names(declared).next();
    }
    let target = text.split(['=', ',']).next().filter(|it| it.len() < text.len())?;
    let name = names(target.split('[').next().unwrap_or(target)).last()?;
    assigns(text, name).then_some(name)
}

fn is_assignment(text: &str, at: usize) -> bool {
    let byte = |at: Option<usize>| at.and_then(|it| text.as_bytes().get(it)).copied().unwrap_or(b' ');
    let (before, after) = (byte(at.checked_sub(1)), byte(Some(at + 1)));
    after != b'=' && !matches!(before, b'=' | b'!' | b'<' | b'>')
}

/// Whether a line gives memory back or makes room: it calls something that is named so, cuts a slice to nothing, or makes one of a
/// certain size.
pub fn is_about_reuse(text: &str) -> bool {
    gives_back(text) || makes_room(text)
}

/// Whether a line gives memory back: it calls something that is named so, or cuts a slice to nothing.
pub fn gives_back(text: &str) -> bool {
    calls(text, &["put", "free", "reset", "release", "recycle", "clear", "truncate", "return"])
        || text.contains("[:0]")
}

/// Whether a line makes room: it calls something that is named so, or makes a value of a certain size.
fn makes_room(text: &str) -> bool {
    calls(text, &["grow", "reserve"]) || text.contains("make(") && text.contains(',')
}

/// Whether a line calls a function whose name begins with one of these words.
fn calls(text: &str, words: &[&str]) -> bool {
    call_texts(text).into_iter().any(|it| {
        let name = it.rsplit('.').next().unwrap_or(it).to_ascii_lowercase();
        words.iter().any(|word| name.starts_with(word))
    })
}

/// The value that a line appends to or that gets an element: `x` of `x = append(x, …)`, `m` of `m[k] = v` and `m[k]++`.
pub fn grown_value(text: &str) -> Option<&str> {
    if let Some((_, arguments)) = text.split_once("append(") {
        return arguments.split([',', ')']).next().and_then(last_name);
    }
    let target = text.split('=').next().unwrap_or(text);
    let is_element = target.trim_end().trim_end_matches(['+', '-', '|', ' ']).ends_with(']');
    if is_element { target.split('[').next().and_then(last_name) } else { None }
}

fn last_name(text: &str) -> Option<&str> {
    let plain = text.split(['[', '(']).next().unwrap_or(text);
    names(plain).last()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_and_callees() {
        assert_eq!(callee("codec.AppendInt(b, f(x))"), Some("codec.AppendInt"));
        assert_eq!(callee("(*Buffer).Append(b)"), Some("(*Buffer).Append"));
        assert_eq!(callee("x"), None);
        assert_eq!(callee(")("), None);
        assert_eq!(callee("return f(g(x), y).String()"), Some("f(g(x), y).String"));
        assert_eq!(callee(r#"fmt.Sprintf(":-) (%d \" or (", n)"#), Some("fmt.Sprintf"));
        assert_eq!(callee("f('(', x)"), Some("f"));
        assert_eq!(callee("Put[int](x)"), Some("Put[int]"));
        assert_eq!(callee("&T{f(x)}"), None);
        let cut = format!("fmt.Errorf(\"{}..., ... argument...)", "é (b".repeat(17));
        assert_eq!(callee(&cut), Some("fmt.Errorf"));
        assert_eq!(callee("f(\"without an end)"), None);
        assert_eq!(call_texts("b.data = append(b.data, trim(x.f())...)"), ["append", "trim", "x.f"]);
    }

    #[test]
    fn assignments() {
        for (text, name) in [
            ("x := f()", "x"),
            ("b.data = nil", "data"),
            ("a, b := f()", "b"),
            ("var x []byte", "x"),
            ("if e, ok := m[k]; ok {", "e"),
            ("m[k] = v", "m"),
            ("total += n", "total"),
        ] {
            assert!(assigns(text, name), "{text}");
            assert!(assigned(text).is_some(), "{text}");
        }
        for (text, name) in
            [("if x == 3 {", "x"), ("f(x)", "x"), ("b.mark = len(b.data)", "data"), ("x.y = 1", "x")]
        {
            assert!(!assigns(text, name), "{text}");
            assert_ne!(assigned(text), Some(name), "{text}");
        }
    }

    #[test]
    fn declarations() {
        for (text, name) in
            [("key any", "key"), ("a, b int", "b"), ("var x T", "x"), ("type T struct {", "T")]
        {
            assert!(declares(text, name), "{text}");
        }
        for (text, name) in [("key any", "any"), ("a, b int", "int"), ("", "x"), ("x.key = 3", "key")] {
            assert!(!declares(text, name), "{text}");
        }
    }

    #[test]
    fn what_grows() {
        assert_eq!(grown_value("rec.Fields = append(rec.Fields, field)"), Some("Fields"));
        assert_eq!(grown_value("counts[len(word)]++"), Some("counts"));
        assert_eq!(grown_value("x.lines[name] = append(known, line)"), Some("known"));
        assert_eq!(grown_value("m[k] = v"), Some("m"));
        assert_eq!(grown_value("x := f()"), None);
    }

    #[test]
    fn what_is_about_reuse() {
        for text in ["buffers.Put(b)", "codec.Free(b)", "x = x[:0]", "make([]int, 0, n)", "c.recycle(e)"] {
            assert!(is_about_reuse(text), "{text}");
        }
        for text in ["var x []int", "make(map[int]int)", "input(x)"] {
            assert!(!is_about_reuse(text), "{text}");
        }
    }
}
