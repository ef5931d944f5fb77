//! Deferred calls: a profile has them at the bracket that closes the function, or at its `return`. A reader looks for the `defer`.

use super::text::call_texts;
use crate::cause::lines::{Line, Sources};
use crate::cause::profile::{Frame, StackCost};

/// The same costs, with frames of deferred calls at the line of their `defer`, where that is certain.
pub fn at_their_defer(costs: &[StackCost], sources: &Sources) -> Vec<StackCost> {
    let moved = |cost: &StackCost| {
        let frames = cost.stack.frames();
        let lines: Vec<Option<u32>> =
            (0..frames.len()).map(|at| line_of_defer(frames, at, sources)).collect();
        if lines.iter().all(Option::is_none) {
            return cost.clone();
        }
        let frame = |(frame, line): (&Frame, Option<u32>)| Frame {
            line: line.unwrap_or(frame.line),
            ..frame.clone()
        };
        StackCost { stack: frames.iter().zip(lines).map(frame).collect(), ..cost.clone() }
    };
    costs.iter().map(moved).collect()
}

/// The line of the `defer` that a frame is about, as the frame counts lines; `None` if it is about none.
fn line_of_defer(frames: &[Frame], at: usize, sources: &Sources) -> Option<u32> {
    let frame = frames.get(at)?;
    let line = sources.locate_in(&frame.code_package(), &frame.file, frame.line)?;
    let text = sources.text(line);
    if text != "}" && !text.starts_with("return") {
        return None;
    }
    let callee = at.checked_sub(1).and_then(|it| frames.get(it)).map(short_name);
    let calls =
        |text: &str, name: &str| call_texts(text).into_iter().any(|it| it.rsplit('.').next() == Some(name));
    if callee.is_some_and(|name| calls(text, name)) {
        return None;
    }
    let last = sources.lines(sources.unit(line)?).last()?;
    let defers: Vec<Line> = sources
        .lines(sources.unit(line)?)
        .filter(|it| it.number < line.number && sources.text(*it).starts_with("defer "))
        .collect();
    let named = |it: &&Line| callee.is_some_and(|name| calls(sources.text(**it), name));
    let found = match (defers.iter().filter(named).collect::<Vec<_>>().as_slice(), defers.as_slice()) {
        ([one], _) => Some(**one),
        // The bracket at the end does nothing but what was deferred.
        ([], [one]) if line == last => Some(*one),
        _ => None,
    }?;
    // A `//line` directive between them would make the difference another one.
    let (given, of_defer) = (sources.place(line), sources.place(found));
    (given.file == of_defer.file).then_some(())?;
    frame.line.checked_sub(given.line.checked_sub(of_defer.line)?)
}

/// A function without package and receiver: `Append` of `example.com/hot/wire.(*Writer).Append`.
fn short_name(frame: &Frame) -> &str {
    let name = frame.name();
    let name = name.strip_suffix("[...]").unwrap_or(name);
    name.rsplit('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cause::lines::{Module, SourceFile};

    const TEXT: &str = "package p\n\
        func f(n int) int {\n\
        \tdefer t.close(n)\n\
        \tdefer strings.Repeat(s, n)\n\
        \tif n > 1 {\n\
        \t\treturn close(n)\n\
        \t}\n\
        \treturn 1\n\
        }\n\
        func g() {\n\
        \tdefer h()\n\
        }\n";

    fn line(inner: &str, line: u32) -> u32 {
        let file = SourceFile { path: "p/p.go".into(), text: TEXT.into() };
        let sources = Sources::new(vec![file], vec![Module { path: "m".into(), folder: String::new() }]);
        let frame = |function: &str, file: &str, line| Frame {
            package: function.split('.').next().unwrap_or_default().into(),
            function: function.into(),
            file: file.into(),
            line,
            start_line: 1,
            inlined: false,
        };
        let inner = (!inner.is_empty()).then(|| frame(inner, "strings/strings.go", 4));
        let stack = inner.into_iter().chain([frame("m/p.f", "m/p/p.go", line)]).collect();
        let costs = at_their_defer(&[StackCost { stack, objects: 1.0, bytes: 8.0, sizes: 1 }], &sources);
        costs[0].stack.frames().last().expect("there is one").line
    }

    #[test]
    fn a_deferred_call_is_at_its_defer() {
        for (inner, at, want) in [
            ("strings.Repeat", 9, 4),
            ("strings.Repeat", 8, 4),
            ("m/p.(*T).close", 8, 3),
            ("m/p.close", 6, 6), // it calls that itself
            ("m/p.other", 9, 9), // two may be meant
            ("", 9, 9),
            ("m/p.other", 12, 11),
            ("", 12, 11),
            ("m/p.other", 5, 5),
        ] {
            assert_eq!(line(inner, at), want, "{inner} {at}");
        }
    }
}
