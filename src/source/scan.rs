//! The benchmark functions in the text of a Go file, by the rule of the go command (`isTest` and `isTestFunc` in
//! cmd/go/internal/load/test.go).

use crate::model::Name;

/// A top-level function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function<'t> {
    /// Its name: `BenchmarkTally`.
    pub name: &'t str,
    /// The line of its `func`, from 1.
    pub line: usize,
}

/// The functions that `go test -bench` runs, in the order of the text: top-level functions with a name such as `Benchmark`,
/// `BenchmarkTally` or `Benchmark_tally`, and one parameter `*testing.B`. Text that is not Go gives no error. O(length).
pub fn benchmarks(text: &str) -> Vec<Function<'_>> {
    let mut tokens = Tokens { rest: text, line: 1, ends_statement: false };
    let (mut found, mut depth) = (Vec::new(), 0usize);
    while let Some(token) = tokens.next() {
        match token {
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark(')' | ']' | '}') => depth = depth.saturating_sub(1),
            Token::Word("func") if depth == 0 => {
                let line = tokens.line;
                let ahead: Vec<Token> = tokens.clone().take(LONGEST_SIGNATURE).collect();
                found.extend(benchmark(&ahead).map(|name| Function { name, line }));
            }
            Token::Word(_) | Token::Mark(_) | Token::Literal => {}
        }
    }
    found
}

/// The tokens of `BenchmarkX(b *testing.B,) {`: a signature that is longer is not one of a benchmark.
const LONGEST_SIGNATURE: usize = 10;

/// The name of the function whose declaration continues with these tokens after `func`, if it is a benchmark.
fn benchmark<'t>(ahead: &[Token<'t>]) -> Option<&'t str> {
    use Token::{Mark, Word};
    let [Word(name), Mark('('), rest @ ..] = ahead else { return None };
    // `testing` may be imported under another name, or into the file's own scope: Go looks at the B alone.
    let ([Mark('*'), rest @ ..] | [Word(_), Mark('*'), rest @ ..]) = rest else { return None };
    let ([Word("B"), rest @ ..] | [Word(_), Mark('.'), Word("B"), rest @ ..]) = rest else { return None };
    let ([Mark(')'), rest @ ..] | [Mark(','), Mark(')'), rest @ ..]) = rest else { return None };
    let has_no_result = matches!(rest, [] | [Mark('{' | ';'), ..]);
    let is_benchmark = |rest: &str| !Name::new(rest.as_bytes()).begins_lowercase();
    (has_no_result && name.strip_prefix("Benchmark").is_some_and(is_benchmark)).then_some(*name)
}

/// As much of a token as matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    /// A name, a keyword or a number.
    Word(&'t str),
    /// One character of an operator; `;` also where a line ends a statement.
    Mark(char),
    /// A string or a rune.
    Literal,
}

/// The tokens of a text, without its comments.
#[derive(Debug, Clone)]
struct Tokens<'t> {
    rest: &'t str,
    /// The line of the last token.
    line: usize,
    /// Whether a line end after the last token is a semicolon.
    ends_statement: bool,
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        let is_line_over = self.skip_blanks_and_comments();
        if is_line_over && std::mem::take(&mut self.ends_statement) {
            return Some(Token::Mark(';'));
        }
        let first = self.rest.chars().next()?;
        let token = match first {
            '`' => self.literal(|rest| rest.find('`').map_or(rest.len(), |end| end + 1)),
            '"' | '\'' => self.literal(|rest| quoted(rest, first)),
            c if is_of_word(c) => {
                let end = self.rest.find(|c| !is_of_word(c)).unwrap_or(self.rest.len());
                Token::Word(self.take(end))
            }
            c => {
                self.take(c.len_utf8());
                Token::Mark(c)
            }
        };
        self.ends_statement = matches!(token, Token::Word(_) | Token::Literal | Token::Mark(')' | ']' | '}'));
        Some(token)
    }
}

impl<'t> Tokens<'t> {
    /// Whether a line ends in them.
    fn skip_blanks_and_comments(&mut self) -> bool {
        let before = self.line;
        loop {
            let rest = self.rest.trim_start();
            self.take(self.rest.len() - rest.len());
            let length = match rest.get(..2) {
                Some("//") => rest.find('\n').unwrap_or(rest.len()),
                Some("/*") => rest[2..].find("*/").map_or(rest.len(), |end| end + 4),
                _ => return self.line > before,
            };
            self.take(length);
        }
    }

    /// A literal; `length` finds its end in what follows the first quote.
    fn literal(&mut self, length: impl Fn(&str) -> usize) -> Token<'t> {
        self.take(1);
        self.take(length(self.rest));
        Token::Literal
    }

    fn take(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(length);
        self.line += taken.bytes().filter(|&byte| byte == b'\n').count();
        self.rest = rest;
        taken
    }
}

/// The length of a string with its last quote, but without its first one. It ends at the end of its line at the latest.
fn quoted(rest: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            '\n' => return at,
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn found(text: &str) -> Vec<(usize, &str)> {
        benchmarks(text).into_iter().map(|it| (it.line, it.name)).collect()
    }

    #[test]
    fn a_benchmark_is_what_go_takes_for_one() {
        for (text, is_one) in [
            ("func BenchmarkA(b *testing.B) {", true),
            ("func Benchmark(b *testing.B) {}", true),
            ("func Benchmark_a(b *testing.B) {}", true),
            ("func BenchmarkÄ_1 (b *testing.B) {}", true),
            ("\tfunc BenchmarkA(_ *B) {}", true),
            ("func BenchmarkA(*t.B)", true),
            ("func BenchmarkA(*t.B)\nfunc f() {}", true),
            ("func BenchmarkA(\n\tb *testing.B, // why\n) {}", true),
            ("func /* { */ BenchmarkA(b *testing.B) {}", true),
            ("func Benchmarka(b *testing.B) {}", false),
            ("func Benchmarkä(b *testing.B) {}", false),
            ("func benchmarkA(b *testing.B) {}", false),
            ("func TestA(t *testing.T) {}", false),
            ("func BenchmarkA(b *testing.B) error {", false),
            ("func BenchmarkA(b *testing.B, n int) {", false),
            ("func BenchmarkA(b, c *testing.B) {", false),
            ("func BenchmarkA(b testing.B) {", false),
            ("func BenchmarkA(b *testing.T) {", false),
            ("func BenchmarkA() {", false),
            ("func BenchmarkA[T any](b *testing.B) {", false),
            ("func (s *S) BenchmarkA(b *testing.B) {", false),
            ("var BenchmarkA = func(b *testing.B) {}", false),
            ("// func BenchmarkA(b *testing.B) {", false),
            ("/*\nfunc BenchmarkA(b *testing.B) {\n*/", false),
            ("const s = `\nfunc BenchmarkA(b *testing.B) {\n`", false),
            ("func f() {\n\tfunc BenchmarkA(b *testing.B) {}\n}", false),
        ] {
            assert_eq!(benchmarks(text).len(), usize::from(is_one), "{text}");
        }
    }

    #[test]
    fn names_and_lines_are_those_of_the_text() {
        let text = "package p\n\nfunc BenchmarkA(b *testing.B) {\n\t_ = `\n{`\n}\r\n\nfunc helper() {} // func BenchmarkNo\n\
                    func BenchmarkB(b *testing.B) { s := \"\\\"{\"; r := '\\'' }\nfunc BenchmarkC(b *testing.B) {}";
        assert_eq!(found(text), [(3, "BenchmarkA"), (9, "BenchmarkB"), (10, "BenchmarkC")]);
    }

    /// Declarations, and whether each is a benchmark. The bodies hold what could be taken for the end of something.
    const DECLARATIONS: [(&str, bool); 9] = [
        ("func BenchmarkX(b *testing.B) {\n\tx := \"}\" + `\n}` // }\n}", true),
        ("func BenchmarkX(b *testing.B) { for range []int{1} { _ = '}' } }", true),
        ("func Benchmarkx(b *testing.B) {}", false),
        ("func (t T) BenchmarkX(b *testing.B) {}", false),
        ("type T struct {\n\tf func(b *testing.B)\n}", false),
        ("var s = `\nfunc BenchmarkX(b *testing.B) {\n`", false),
        ("/* \"\nfunc BenchmarkX(b *testing.B) {} */", false),
        ("// it's `odd\n", false),
        ("const q = '\"'", false),
    ];

    proptest! {
        #[test]
        fn declarations_do_not_hide_each_other(all in proptest::collection::vec(select(&DECLARATIONS[..]), 0..20)) {
            let (mut text, mut want) = (String::from("package p\n"), Vec::new());
            for (declaration, is_one) in all {
                if is_one {
                    want.push((text.matches('\n').count() + 1, "BenchmarkX"));
                }
                text += declaration;
                text += "\n";
            }
            prop_assert_eq!(found(&text), want);
        }

        #[test]
        fn any_text_has_functions_in_ascending_lines(pieces in proptest::collection::vec(select(&[
            "func ", "BenchmarkX", "(", "b ", "*", "testing", ".", "B", ")", "{", "}", "[", "]", "\"", "'", "`", "\\", "//", "/*", "*/",
            "\n", "\r", ",", ";", "ä", "\u{2028}", "0", " ",
        ][..]), 0..60)) {
            let text = pieces.concat();
            let lines: Vec<usize> = found(&text).into_iter().map(|(line, _)| line).collect();
            prop_assert!(lines.is_sorted() && lines.iter().all(|&line| line <= text.matches('\n').count() + 1));
        }

        #[test]
        fn no_text_is_trouble(text in ".*") {
            benchmarks(&text);
        }
    }
}
