//! Go source text to tokens and top-level declarations.
//!
//! No parser: brackets and Go's rule for ends of lines are enough to find where a declaration begins and ends, in code that
//! compiles. Other text gives odd declarations, never an error.

/// A word, number, literal or sign of a Go file. Comments are none, except those for the compiler (`//go:noinline`). A literal over several lines is a token for each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// The line, from 1.
    pub line: u32,
    /// Where it starts, in bytes.
    pub start: u32,
    /// Where it ends, in bytes, exclusive.
    pub end: u32,
}

/// What a top-level declaration declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A function or method.
    Func,
    /// Variables.
    Var,
    /// Constants.
    Const,
    /// Types.
    Type,
    /// An import or the package clause: names, no code.
    Header,
}

/// A top-level declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// What it declares.
    pub kind: Kind,
    /// The type of a method's receiver, without `*` and type parameters; else empty.
    pub receiver: String,
    /// The name, or the first one of a group.
    pub name: String,
    /// The first line, from 1: that of a comment for the compiler, or of the keyword.
    pub first: u32,
    /// The last line, inclusive.
    pub last: u32,
}

/// The tokens and declarations of a file.
#[derive(Debug, Default)]
pub struct Scanned {
    /// The tokens in their order.
    pub tokens: Vec<Token>,
    /// The declarations in their order. They do not overlap, except that two may share a line.
    pub declarations: Vec<Declaration>,
}

/// Scans a Go file of at most 4 GiB, in linear time.
pub fn scan(text: &str) -> Scanned {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0, line: 1, tokens: Vec::new() };
    let mut declarations = Vec::new();
    // The token that opens the current declaration, and how many brackets are open in it.
    let mut open: Option<usize> = None;
    let mut depth = 0u32;
    while let Some(event) = scanner.next() {
        match event {
            Event::Token => {
                let index = scanner.tokens.len() - 1; // an event of this kind has just pushed one
                let word = scanner.word(index);
                match word {
                    "(" | "[" | "{" => depth += 1,
                    ")" | "]" | "}" => depth = depth.saturating_sub(1),
                    ";" if depth == 0 => close(&scanner, &mut open, &mut declarations),
                    _ if open.is_none() && kind(word).is_some() => {
                        (open, depth) = (Some(index), 0);
                    }
                    _ => {}
                }
            }
            Event::LineEnd => {
                if depth == 0 && scanner.ends_statement() {
                    close(&scanner, &mut open, &mut declarations);
                }
            }
        }
    }
    close(&scanner, &mut open, &mut declarations);
    Scanned { tokens: scanner.tokens, declarations }
}

/// Whether a token is a name, a number or a literal, and not a bracket or an operator.
pub fn is_word(token: &str) -> bool {
    is_directive(token)
        || token.bytes().next().is_some_and(|it| is_word_byte(it) || matches!(it, b'"' | b'\'' | b'`'))
}

fn is_directive(token: &str) -> bool {
    token.starts_with("//go:")
}

enum Event {
    Token,
    LineEnd,
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
    tokens: Vec<Token>,
}

impl<'a> Scanner<'a> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn word(&self, token: usize) -> &'a str {
        let Some(token) = self.tokens.get(token) else { return "" };
        let bytes = self.bytes.get(token.start as usize..token.end as usize).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// A comment for the compiler, such as `//go:noinline`: it must begin a line.
    fn is_directive(&self) -> bool {
        let begins = self.at.checked_sub(1).is_none_or(|before| self.bytes.get(before) == Some(&b'\n'));
        begins && self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(b"//go:"))
    }

    /// Go ends a statement at a line's end if the last token is a word or closes a bracket.
    fn ends_statement(&self) -> bool {
        let last = self.tokens.len().checked_sub(1).map_or("", |it| self.word(it));
        is_word(last) || matches!(last, ")" | "]" | "}")
    }

    fn push(&mut self, start: usize) {
        if start < self.at {
            self.tokens.push(Token { line: self.line, start: start as u32, end: self.at as u32 });
        }
    }

    fn next(&mut self) -> Option<Event> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            match byte {
                b'\n' => {
                    self.at += 1;
                    self.line += 1;
                    return Some(Event::LineEnd);
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'/' if self.is_directive() => {
                    let start = self.at;
                    while self.at < self.bytes.len() && !matches!(self.peek(0), b'\n' | b'\r') {
                        self.at += 1;
                    }
                    self.push(start);
                }
                b'/' if self.peek(1) == b'/' => {
                    while self.at < self.bytes.len() && self.peek(0) != b'\n' {
                        self.at += 1;
                    }
                }
                b'/' if self.peek(1) == b'*' => {
                    if self.comment() {
                        return Some(Event::LineEnd);
                    }
                }
                b'`' => self.raw(),
                b'"' | b'\'' => self.quoted(byte),
                _ if is_word_byte(byte) => {
                    let start = self.at;
                    let number = byte.is_ascii_digit();
                    while is_word_byte(self.peek(0)) || number && self.peek(0) == b'.' {
                        self.at += 1;
                    }
                    self.push(start);
                }
                _ => {
                    let start = self.at;
                    self.at += 1;
                    self.push(start);
                }
            }
            if self.tokens.last().is_some_and(|it| it.end as usize == self.at) {
                return Some(Event::Token);
            }
        }
    }

    /// Passes over a comment, and says whether it ends a line, as Go has it for one over several lines.
    fn comment(&mut self) -> bool {
        let line = self.line;
        self.at += 2;
        while self.at < self.bytes.len() && !(self.peek(0) == b'*' && self.peek(1) == b'/') {
            self.line += u32::from(self.peek(0) == b'\n');
            self.at += 1;
        }
        self.at = (self.at + 2).min(self.bytes.len());
        self.line > line
    }

    fn raw(&mut self) {
        let mut start = self.at;
        self.at += 1;
        while self.at < self.bytes.len() && self.peek(0) != b'`' {
            if self.peek(0) == b'\n' {
                self.push(start);
                self.line += 1;
                start = self.at + 1;
            }
            self.at += 1;
        }
        self.at = (self.at + 1).min(self.bytes.len());
        self.push(start);
    }

    fn quoted(&mut self, quote: u8) {
        let start = self.at;
        self.at += 1;
        while self.at < self.bytes.len() && self.peek(0) != quote && self.peek(0) != b'\n' {
            self.at += if self.peek(0) == b'\\' && self.peek(1) != b'\n' { 2 } else { 1 };
        }
        if self.peek(0) == quote {
            self.at += 1;
        }
        self.at = self.at.min(self.bytes.len());
        self.push(start);
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn kind(word: &str) -> Option<Kind> {
    Some(match word {
        "func" => Kind::Func,
        "var" => Kind::Var,
        "const" => Kind::Const,
        "type" => Kind::Type,
        "import" | "package" => Kind::Header,
        _ => return None,
    })
}

fn close(scanner: &Scanner<'_>, open: &mut Option<usize>, declarations: &mut Vec<Declaration>) {
    let Some(index) = open.take() else { return };
    let Some(kind) = kind(scanner.word(index)) else { return };
    let last = scanner.tokens.last().map_or(1, |it| it.line);
    let mut first = scanner.tokens.get(index).map_or(last, |it| it.line);
    // Directives on the lines right before belong to the declaration.
    for before in (0..index).rev() {
        let Some(token) = scanner.tokens.get(before) else { break };
        if !is_directive(scanner.word(before)) || token.line + 1 != first {
            break;
        }
        first = token.line;
    }
    let (receiver, name) = match kind {
        Kind::Func => function_name(scanner, index + 1),
        _ => (String::new(), first_name(scanner, index + 1)),
    };
    declarations.push(Declaration { kind, receiver, name, first, last });
}

fn first_name(scanner: &Scanner<'_>, from: usize) -> String {
    let word = match scanner.word(from) {
        "(" => scanner.word(from + 1),
        word => word,
    };
    word.to_string()
}

/// The receiver's type and the name of a function, from the token after `func`.
fn function_name(scanner: &Scanner<'_>, from: usize) -> (String, String) {
    if scanner.word(from) != "(" {
        return (String::new(), scanner.word(from).to_string());
    }
    let (mut receiver, mut brackets, mut at) = ("", 0u32, from + 1);
    while at < scanner.tokens.len() {
        match scanner.word(at) {
            "[" => brackets += 1,
            "]" => brackets = brackets.saturating_sub(1),
            ")" if brackets == 0 => break,
            word if brackets == 0 && is_word(word) => receiver = word,
            _ => {}
        }
        at += 1;
    }
    (receiver.to_string(), scanner.word(at + 1).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn declared(text: &str) -> Vec<String> {
        let name = |it: &Declaration| match it.receiver.as_str() {
            "" => format!("{:?} {} {}-{}", it.kind, it.name, it.first, it.last),
            receiver => format!("{:?} {receiver}.{} {}-{}", it.kind, it.name, it.first, it.last),
        };
        scan(text).declarations.iter().map(name).collect()
    }

    #[test]
    fn declarations_have_names_and_lines() {
        let text = "package p\n\nimport (\n\t\"fmt\"\n)\n\n// func no() {\ntype T[K any] struct {\n\ta int\n}\n\n\
                    func (t *T[K]) Add(x interface{}) struct{} {\n\treturn struct{}{}\n}\n\nvar a = 1 +\n\t2\n\
                    func asm(a int) int\nfunc one() { two() }\nvar (\n\tb, c int\n)\n";
        assert_eq!(
            declared(text),
            [
                "Header p 1-1",
                "Header \"fmt\" 3-5",
                "Type T 8-10",
                "Func T.Add 12-14",
                "Var a 16-17",
                "Func asm 18-18",
                "Func one 19-19",
                "Var b 20-22",
            ]
        );
    }

    #[test]
    fn text_in_literals_and_comments_is_no_declaration() {
        let text = "package p\nvar s = `\nfunc no() {\n`\n/*\nfunc no() {\n*/ func yes() { _ = '{'; _ = \"}\\\"{\" }\n";
        assert_eq!(declared(text), ["Header p 1-1", "Var s 2-4", "Func yes 7-7"]);
    }

    #[test]
    fn comments_for_the_compiler_belong_to_the_function() {
        let text = "package p\n\n//go:build linux\n\n// f is.\n//\n//go:noinline\nfunc f() {} //go:no\n";
        assert_eq!(declared(text), ["Header p 1-1", "Func f 7-8"]);
    }

    #[test]
    fn lines_of_a_literal_are_tokens_and_carriage_returns_are_not() {
        let tokens = |text: &str| scan(text).tokens.iter().map(|it| it.line).collect::<Vec<_>>();
        assert_eq!(tokens("var s = `a\nb`\r\n"), [1, 1, 1, 1, 2]);
        assert_eq!(tokens("x\r\ny"), [1, 2]);
    }

    proptest! {
        #[test]
        fn any_text_scans(text in "[a-z(){}\\[\\]`\"'/*\\\\ \n;=é]{0,80}") {
            let scanned = scan(&text);
            let lines = text.split('\n').count() as u32;
            let mut end = 0;
            for token in &scanned.tokens {
                prop_assert!(token.start >= end && token.end > token.start && token.line <= lines);
                prop_assert!(text.get(token.start as usize..token.end as usize).is_some());
                end = token.end;
            }
            for it in &scanned.declarations {
                prop_assert!(it.first <= it.last && it.last <= lines);
            }
        }
    }
}
