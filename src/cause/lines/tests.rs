use super::*;
use crate::cause::explanation::EditSide;
use proptest::prelude::*;

fn tree(files: &[(&str, &str)]) -> Sources {
    let file = |(path, text): &(&str, &str)| SourceFile { path: path.to_string(), text: text.to_string() };
    let module = Module { path: "example.com/m".into(), folder: String::new() };
    Sources::new(files.iter().map(file).collect(), vec![module])
}

fn map(base: &[(&str, &str)], new: &[(&str, &str)]) -> LineMap {
    LineMap::new(tree(base), tree(new))
}

/// Every edit in declarations of both sides, as text.
fn edits(map: &LineMap) -> Vec<String> {
    let of_new = map.new.units().flat_map(|it| map.new.lines(it)).filter(|it| map.is_edited(*it));
    let of_base = map.base.units().flat_map(|it| map.deletions(it));
    let edited = of_new.map(|line| EditedLine { side: EditSide::New, line }).chain(of_base);
    edited.map(|it| format!("{}: {}", it.side, map.text(it))).collect()
}

const WRITER: &str = "package wire

import \"io\"

type Writer struct {
	buf []byte
	out io.Writer
}

func (w *Writer) Append(p []byte) {
	w.buf = append(w.buf, p...)
	if len(w.buf) > 512 {
		w.flush()
	}
}

func (w *Writer) flush() {
	w.out.Write(w.buf)
	w.buf = w.buf[:0]
}

var sizes = map[string]int{
	\"small\": 16,
}
";

#[test]
fn equal_trees_have_no_edits() {
    let map = map(&[("wire/w.go", WRITER)], &[("wire/w.go", WRITER)]);
    assert!(edits(&map).is_empty());
    let line = Line { file: 0, number: 11 };
    assert_eq!(map.to_new(line), Counterpart::Same(line));
}

#[test]
fn moved_headed_reordered_and_recoded_files_have_no_edits() {
    let header = format!("// Copyright\n// of nobody.\n\n{WRITER}");
    let windows = WRITER.replace('\n', "\r\n");
    let (head, rest) = WRITER.split_once("func (w *Writer) Append").expect("a part of the text");
    let (append, flush) = rest.split_once("func (w *Writer) flush").expect("a part of the text");
    let reordered = format!("{head}func (w *Writer) flush{flush}\nfunc (w *Writer) Append{append}");
    let other = format!("package wire\n\nfunc (w *Writer) Append{append}");
    let split = format!("{head}func (w *Writer) flush{flush}");
    let wide = WRITER.replace("buf []byte", "buf   []byte // what is not written yet");
    for (name, new) in [
        ("header", vec![("wire/w.go", header.as_str())]),
        ("windows", vec![("wire/w.go", windows.as_str())]),
        ("reordered", vec![("wire/w.go", reordered.as_str())]),
        ("other file", vec![("wire/x.go", WRITER)]),
        ("other package", vec![("net/x.go", WRITER)]),
        ("split", vec![("wire/append.go", other.as_str()), ("wire/w.go", split.as_str())]),
        ("blanks", vec![("wire/w.go", wide.as_str())]),
    ] {
        let map = map(&[("wire/w.go", WRITER)], &new);
        assert_eq!(edits(&map), [""; 0], "{name}");
        for unit in map.base.units() {
            for line in map.base.lines(unit).filter(|it| map.base.is_significant(*it)) {
                let there = map.to_new(line).line().expect("it is somewhere");
                assert!(map.new.text(there).starts_with(map.base.text(line).split(' ').next().unwrap_or("")));
                assert_eq!(map.representative(there), there, "{name}");
            }
        }
    }
}

#[test]
fn a_renamed_function_is_no_edit_of_those_that_call_it() {
    let new = WRITER.replace("flush", "drain").replace("Append(", "Add(");
    let map = map(&[("w.go", WRITER)], &[("w.go", &new)]);
    assert_eq!(edits(&map), [""; 0]);
}

#[test]
fn an_edited_line_keeps_its_partner_and_a_replaced_one_does_not() {
    let base = "package p\nfunc f(n int) []int {\n\tout := make([]int, 0, n)\n\treturn out\n}\n";
    let size = base.replace("0, n", "0, 4*n");
    let edited = map(&[("p.go", base)], &[("p.go", &size)]);
    assert_eq!(edits(&edited), ["new: out := make([]int, 0, 4*n)"]);
    let line = Line { file: 0, number: 3 };
    assert_eq!(edited.to_base(line), Counterpart::Changed(line));
    let other = base.replace("out := make([]int, 0, n)", "var out []int");
    let replaced = map(&[("p.go", base)], &[("p.go", &other)]);
    assert_eq!(edits(&replaced), ["new: var out []int", "base: out := make([]int, 0, n)"]);
}

#[test]
fn a_line_broken_in_pieces_is_no_edit() {
    let base = "package p\nfunc f() {\n\tone()\n\tx := call(a, b, make([]int, 3))\n\ttwo(x)\n}\n";
    let new = "package p\nfunc f() {\n\tone()\n\tx := call(\n\t\ta,\n\t\tb,\n\t\tmake([]int, 3),\n\t)\n\ttwo(x)\n}\n";
    let (apart, together) =
        (map(&[("p.go", base)], &[("p.go", new)]), map(&[("p.go", new)], &[("p.go", base)]));
    assert_eq!(edits(&apart), [""; 0]);
    assert_eq!(edits(&together), [""; 0]);
    let make = Line { file: 0, number: 7 };
    assert_eq!(apart.representative(make), Line { file: 0, number: 4 });
    assert_eq!(together.to_new(make), Counterpart::Same(Line { file: 0, number: 4 }));
}

#[test]
fn extracted_lines_are_found_again_and_are_edits() {
    let base = "package p\nfunc f(n int) int {\n\tb := make([]byte, n)\n\tcopy(b, table[n:])\n\tsum := fold(b)\n\treturn sum\n}\n";
    let new = "package p\nfunc f(n int) int {\n\tsum := fold(load(n))\n\treturn sum\n}\n\
               func load(n int) []byte {\n\tb := make([]byte, n)\n\tcopy(b, table[n:])\n\treturn b\n}\n";
    let map = map(&[("p.go", base)], &[("p.go", new)]);
    let line = |number| Line { file: 0, number };
    assert_eq!(map.to_new(line(3)), Counterpart::Moved(line(7)));
    assert_eq!(map.representative(line(7)), line(7));
    assert!(map.is_edited(line(7)) && map.is_deleted(line(3)));
}

#[test]
fn lines_that_change_places_are_both_edits() {
    let base =
        "package p\nfunc f(n int) {\n\tb := make([]byte, n)\n\tfor i := range n {\n\t\tuse(b, i)\n\t}\n}\n";
    let new =
        "package p\nfunc f(n int) {\n\tfor i := range n {\n\t\tb := make([]byte, n)\n\t\tuse(b, i)\n\t}\n}\n";
    let map = map(&[("p.go", base)], &[("p.go", new)]);
    assert_eq!(edits(&map), ["new: for i := range n {", "new: b := make([]byte, n)"]);
}

#[test]
fn a_deleted_line_belongs_to_its_function() {
    let new = WRITER.replace("\tw.buf = w.buf[:0]\n", "");
    let map = map(&[("w.go", WRITER)], &[("w.go", &new)]);
    let unit = map.new.unit(Line { file: 0, number: 18 }).expect("flush");
    let deleted: Vec<&str> = map.edits(unit).into_iter().map(|it| map.text(it)).collect();
    assert_eq!(deleted, ["w.buf = w.buf[:0]"]);
}

#[test]
fn huge_files_take_bounded_time() {
    let text = |step: usize| {
        let body: String =
            (0..8_000).map(|it| format!("\tt[{}] = {}\n", it % 700, it * step % 911)).collect();
        format!("package p\nfunc f(t []int) {{\n{body}}}\n")
    };
    let map = map(&[("p.go", &text(1))], &[("p.go", &text(7))]);
    assert_eq!(map.new.line_count(0), 8_004);
    let many = |name: &str| -> String {
        let one = |it: usize| format!("func {name}{it}() int {{ return {it} * {it} + {name}({it}) }}\n");
        format!("package p\n{}", (0..600).map(one).collect::<String>())
    };
    let map = super::tests::map(&[("p.go", &many("a"))], &[("p.go", &many("b"))]);
    assert_eq!(map.base.units().count(), 600);
}

proptest! {
    #[test]
    fn both_ways_of_a_map_agree(base in "(func [a-c]\\(\\) \\{\n([a-c] = [a-c]\\([a-c]\\)\n){0,4}\\}\n){0,4}", new in "(func [a-c]\\(\\) \\{\n([a-c] = [a-c]\\([a-c]\\)\n){0,4}\\}\n){0,4}") {
        let map = map(&[("p.go", &base)], &[("p.go", &new)]);
        for unit in map.base.units() {
            for line in map.base.lines(unit) {
                if let Some(there) = map.to_new(line).line() {
                    prop_assert_eq!(map.to_base(there).line(), Some(line));
                }
            }
        }
    }
}
