//! The line of a stack that a developer can change.

use super::stack::{Frame, Stack};

/// The frame to report of a stack: the first one of the module, where `is_module` tells which frames those are, by
/// [`Frame::code_package`]. `None` if it has none. Frames of tests are of the module.
///
/// One case is different: an iterator of the module that a library runs, as `slices.Collect` does, calls back a closure of the library,
/// which allocates. The iterator's frame is the first of the module, but what allocates is the library on behalf of its caller, and that
/// frame is returned. Where a callback of the module calls any other function that allocates, its own frame is the one.
pub fn site(stack: &Stack, is_module: impl Fn(&Frame) -> bool) -> Option<usize> {
    let frames = stack.frames();
    let first = frames.iter().position(&is_module)?;
    let caller = first.checked_sub(1).and_then(|yielded| caller_of_library(frames, yielded, &is_module));
    Some(caller.unwrap_or(first))
}

/// The frame of the module that called the library function whose closure is at `closure`; `None` if that one is no closure, or not of
/// a function that called the module back.
fn caller_of_library(frames: &[Frame], closure: usize, is_module: &impl Fn(&Frame) -> bool) -> Option<usize> {
    let inner = frames.get(closure)?;
    let enclosing = enclosing(&inner.function)?;
    let rest = frames.get(closure + 1..)?;
    let library =
        rest.iter().position(|it| !is_module(it) && it.file == inner.file && is_end(enclosing, it.name()))?;
    let caller = rest.get(library..)?.iter().position(is_module)?;
    Some(closure + 1 + library + caller)
}

/// The function that has a closure: `slices.AppendSeq[...]` of `slices.AppendSeq[...]-range1` and `slices.AppendSeq[...].func1`. If that
/// was inlined, the names of its callers are before it: `own.F.Collect[...].AppendSeq[...]`.
fn enclosing(function: &str) -> Option<&str> {
    let (enclosing, part) = function.rsplit_once(['.', '-'])?;
    let number = part.strip_prefix("func").or_else(|| part.strip_prefix("range"))?;
    let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    is_number.then_some(enclosing)
}

/// Whether a name with those of its callers ends in a name.
fn is_end(long: &str, name: &str) -> bool {
    !name.is_empty() && long.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(functions: &[&str]) -> Stack {
        let frame = |name: &&str| Frame {
            package: name.split('.').next().unwrap_or_default().into(),
            function: (*name).into(),
            file: if name.contains("AppendSeq") { "slices/iter.go" } else { "a.go" }.into(),
            line: 1,
            start_line: 1,
            inlined: false,
        };
        functions.iter().map(frame).collect()
    }

    #[test]
    fn the_site_is_the_first_frame_of_the_module_but_for_iterators() {
        for (functions, want) in [
            (&["own.F", "own.BenchmarkF", "testing.(*B).launch"][..], Some(0)),
            (&["strconv.Quote", "own.F", "own.BenchmarkF"], Some(1)),
            (&["runtime.main"], None),
            (&[], None),
            // A comparison of ours that allocates by a library, while another library sorts.
            (&["strconv.Itoa", "own.F.func1", "sort.Slice", "own.F"], Some(1)),
            // The comparison itself allocates.
            (&["own.F.func1", "sort.Slice", "own.F"], Some(0)),
            (
                &[
                    "slices.AppendSeq[...]-range1",
                    "own.All.func1",
                    "slices.AppendSeq[...]",
                    "slices.Collect[...]",
                    "own.F",
                ],
                Some(4),
            ),
            (
                &["lib.grow", "lib.Each.func1", "own.All.func1", "own.More.func1", "lib.Each", "own.F"],
                Some(5),
            ),
            // The closure is of a function that was inlined into ours.
            (
                &[
                    "own.F.Collect[...].AppendSeq[...]-range1",
                    "own.All.func1",
                    "slices.AppendSeq[...]",
                    "own.F",
                ],
                Some(3),
            ),
            // A closure of a function that returned before.
            (&["lib.Each.func1", "own.All.func1", "own.F"], Some(1)),
            // No frame of ours called the library, as in a goroutine of its own.
            (&["lib.Each.func1", "own.All.func1", "lib.Each", "runtime.main"], Some(1)),
        ] {
            assert_eq!(
                site(&stack(functions), |it| it.package == "own" && it.base() == "a.go"),
                want,
                "{functions:?}"
            );
        }
    }
}
