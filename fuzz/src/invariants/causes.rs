//! Bytes as an allocation profile, and as what the compiler prints.

use allocgate::internals::cause::decision::{Decisions, Package, Position};
use allocgate::internals::cause::profile::{MOST, Profile, per_op, per_op_of_one, site};

/// Whatever the bytes are: a profile is read or it is said why not, and every line of the compiler is understood or counted.
pub fn run(bytes: &[u8]) {
    profile(bytes);
    decisions(bytes);
}

fn profile(bytes: &[u8]) {
    let profile = match Profile::read(bytes) {
        Ok(profile) => profile,
        Err(error) => {
            let text = error.to_string();
            return assert!(text.contains("profile") && text.len() < 400, "{text}");
        }
    };
    let frames: usize = profile.samples.iter().map(|it| it.stack.frames().len()).sum();
    assert!(frames <= MOST, "{frames} frames");
    for sample in &profile.samples {
        let frames = sample.stack.frames();
        for (index, frame) in frames.iter().enumerate().take(50) {
            assert!(sample.stack.inline_group(index).contains(frame), "{frames:?}");
            assert!(
                frame.file.ends_with(frame.base()) && frame.function.ends_with(frame.name()),
                "{frame:?}"
            );
        }
        assert!(sample.stack.inline_group(frames.len()).is_empty());
        let first = site(&sample.stack, |frame| frame.line % 2 == 1);
        assert_eq!(first.is_some(), frames.iter().any(|it| it.line % 2 == 1), "{frames:?}");
        assert!(first.is_none_or(|it| frames[it].line % 2 == 1), "{frames:?}");
    }
    assert_eq!(per_op(&profile, 1, &profile, 2), [], "what both have is no cost of an operation");
    assert_eq!(per_op(&profile, 7, &profile, 7), []);
    for cost in per_op(&Profile::default(), 0, &profile, 10) {
        assert!(cost.objects.is_finite() && cost.bytes.is_finite(), "{cost:?}");
    }
    assert_eq!(per_op(&Profile::default(), 0, &profile, 10), per_op_of_one(&profile, 10));
}

fn decisions(bytes: &[u8]) {
    let read = Decisions::read(bytes);
    let lines = bytes.split(|&it| it == b'\n').count();
    assert!(read.unknown_lines <= lines && read.unknown.len() <= read.unknown_lines);
    assert!(read.packages.is_sorted_by_key(|it| (&it.path, &it.variant)));
    for package in &read.packages {
        lists(package);
        let found = read.package(&package.path, "").expect("it is there");
        assert_eq!(found.path, package.path);
    }
    // What is printed twice says no more than once.
    let begun = [b"# a\n", bytes, b"\n"].concat();
    let (once, twice) = (Decisions::read(&begun), Decisions::read(&begun.repeat(2)));
    assert_eq!(once.packages, twice.packages);
    assert_eq!(once.unknown_lines * 2, twice.unknown_lines);
}

fn lists(package: &Package) {
    let sorted = |positions: Vec<&Position>| assert!(positions.is_sorted(), "{positions:?}");
    sorted(package.functions.iter().map(|it| &it.position).collect());
    sorted(package.calls.iter().map(|it| &it.position).collect());
    sorted(package.values.iter().map(|it| &it.position).collect());
    sorted(package.parameters.iter().map(|it| &it.position).collect());
    for value in package.values.iter().take(100) {
        let Position { file, line, .. } = &value.position;
        assert!(package.values_at(file, *line).contains(value), "{value:?}");
    }
    for call in package.calls.iter().take(100) {
        let Position { file, line, .. } = &call.position;
        assert!(package.calls_at(file, *line).contains(call), "{call:?}");
    }
    for function in package.functions.iter().take(100) {
        let Position { file, line, .. } = &function.position;
        assert!(package.functions_at(file, *line).contains(function), "{function:?}");
        assert!(package.lines_of(function).contains(line) || *line == u32::MAX, "{function:?}");
        assert!(package.function_around(file, *line).is_some() || function.is_closure(), "{function:?}");
        for parameter in package.parameters_of(function) {
            assert_eq!(parameter.position.file, *file);
        }
        package.values_of(function);
        package.calls_of(function);
    }
}
