//! What profiles say: stacks, costs per operation and sites.

use super::{LATEST, line, profile, profile_bytes, text, zoo};
use allocgate::internals::cause::profile::{
    Frame, Profile, ProfileError, StackCost, per_op, per_op_of_one, site,
};
use std::fs;

/// What a benchmark costs per operation.
fn costs(version: &str, benchmark: &str) -> Vec<StackCost> {
    per_op(&profile(version, benchmark, 100), 100, &profile(version, benchmark, 500), 500)
}

fn is_ours(frame: &Frame) -> bool {
    frame.code_package().starts_with("example.com/zoo/")
}

/// Objects and bytes of the sites at a line, by the name of its file.
fn at(costs: &[StackCost], file: &str, line: u32) -> (f64, f64) {
    let here = costs.iter().filter(|it| {
        let frame = site(&it.stack, is_ours).and_then(|index| it.stack.frames().get(index));
        frame.is_some_and(|it| it.base() == file && it.line == line)
    });
    here.fold((0.0, 0.0), |sum, it| (sum.0 + it.objects, sum.1 + it.bytes))
}

/// B/op and allocs/op as the benchmark printed them, of the larger run.
fn printed(version: &str, benchmark: &str) -> (f64, f64) {
    let text = fs::read_to_string(zoo().join(format!("go{version}/bench.txt"))).expect("readable");
    let mut lines =
        text.lines().filter(|it| it.split_whitespace().next() == Some(&format!("Benchmark{benchmark}")));
    let fields: Vec<&str> = lines.next_back().expect("a result").split_whitespace().collect();
    let value = |unit: &str| {
        let at = fields.iter().position(|it| *it == unit).expect("a unit");
        fields[at - 1].parse().expect("a number")
    };
    (value("B/op"), value("allocs/op"))
}

#[test]
fn every_version_of_go_writes_profiles_that_are_read() {
    for version in ["1.21.13", "1.24.11", "1.26.8", "1.27.3"] {
        for (benchmark, file, text, objects, bytes) in [
            ("Many", "text/text.go", "var scratch [20]byte", 1.0, 24.0),
            ("Many", "text/text.go", "return string(bytes)", 1.0, 48.0),
            ("Many", "text/text.go", "func Join(a, b string)", 1.0, 64.0),
            ("Collect", "names.v2/names.go", "visit(n, func(i int) { all = append(all", 6.0, 80.0),
        ] {
            let costs = costs(version, benchmark);
            let base = file.rsplit('/').next().expect("a name");
            let (got_objects, got_bytes) = at(&costs, base, line(file, text));
            // Objects under 16 bytes share memory, and not all of them are recorded.
            let least = if benchmark == "Collect" { 3.0 } else { objects };
            assert!(
                (least - 0.01..=objects + 0.01).contains(&got_objects),
                "{version} {text}: {got_objects}"
            );
            assert!((got_bytes - bytes).abs() < 8.5, "{version} {text}: {got_bytes}");
        }
    }
}

#[test]
fn the_bytes_of_all_stacks_are_those_of_the_benchmark() {
    for version in ["1.21.13", "1.24.11", "1.26.8", "1.27.3"] {
        for benchmark in ["Many", "Collect"] {
            // Without the rest of the process, which varies by some kilobytes.
            let ours = costs(version, benchmark).into_iter().filter(|it| site(&it.stack, is_ours).is_some());
            let sum: f64 = ours.map(|it| it.bytes).sum();
            let (bytes, _) = printed(version, benchmark);
            assert!(
                (sum - bytes).abs() < 2.0 + bytes * 0.03,
                "{version} {benchmark}: {sum}, printed {bytes}"
            );
        }
    }
}

#[test]
fn setting_up_is_no_cost_of_an_operation() {
    let setup = line("text/text_test.go", "setup[i] = make");
    assert_eq!(at(&costs(LATEST, "Many"), "text_test.go", setup), (0.0, 0.0));
    let from_one = per_op_of_one(&profile(LATEST, "Many", 500), 500);
    // 1,000 of 112 bytes for each of two rounds: one operation, and 500.
    assert_eq!(at(&from_one, "text_test.go", setup), (4.0, 448.0));
}

#[test]
fn counts_may_be_swapped_but_not_equal() {
    let (small, large) = (profile(LATEST, "Many", 100), profile(LATEST, "Many", 500));
    let costs = per_op(&small, 100, &large, 500);
    assert_eq!(per_op(&large, 500, &small, 100), costs);
    assert!(costs.is_sorted_by(|a, b| a.bytes >= b.bytes));
    assert_eq!(per_op(&small, 100, &large, 100), []);
    assert_eq!(per_op_of_one(&small, 0), []);
}

#[test]
fn small_objects_are_not_all_in_a_profile() {
    let costs = costs(LATEST, "Tiny");
    let (objects, bytes) = costs.iter().fold((0.0, 0.0), |sum, it| (sum.0 + it.objects, sum.1 + it.bytes));
    assert_eq!(printed(LATEST, "Tiny"), (16.0, 2.0));
    assert!((bytes - 16.0).abs() < 0.5 && (objects - 1.0).abs() < 0.05, "{objects} objects, {bytes} bytes");
}

#[test]
fn names_have_their_dots_and_inlined_frames_their_line() {
    let costs = costs(LATEST, "Add");
    let is_add = |it: &Frame| it.name() == "(*Names[...]).Add";
    let grow = costs.iter().find(|it| it.stack.frames().iter().any(is_add)).expect("Add");
    let frames = grow.stack.frames();
    let add = frames
        .iter()
        .position(|it| it.function == "example.com/zoo/names.v2.(*Names[...]).Add")
        .expect("Add");
    let frame = &frames[add];
    assert_eq!((&*frame.package, frame.name()), ("example.com/zoo/names.v2", "(*Names[...]).Add"));
    assert_eq!(&*frame.file, "example.com/zoo/names.v2/names.go");
    assert_eq!(frame.start_line, line("names.v2/names.go", "func (n *Names[T]) Add("));
    assert_eq!(frame.line, line("names.v2/names.go", "\tadd(value)"));
    let closure = &frames[add - 1];
    // Inlined twice, it is a function of the package that has the benchmark; its code is not.
    assert_eq!(
        (&*closure.package, closure.name()),
        ("example.com/zoo/names.v2_test", "BenchmarkAdd.(*Names[...]).Add.func1")
    );
    assert!(closure.inlined && closure.code_package() == "example.com/zoo/names.v2", "{closure:?}");
    assert_eq!(closure.line, line("names.v2/names.go", "add := func"));
    let group = grow.stack.inline_group(add);
    assert!(group.contains(closure) && group.contains(frame), "{group:?}");
    assert!(group.iter().rev().skip(1).all(|it| it.inlined) && group.last().is_some_and(|it| !it.inlined));
    let benchmark = frames.iter().find(|it| it.name() == "BenchmarkAdd").expect("the benchmark");
    assert_eq!(&*benchmark.package, "example.com/zoo/names.v2_test");
    assert!(benchmark.is_test() && !frame.is_test());
}

#[test]
fn an_iterator_of_the_module_is_not_where_the_library_allocates() {
    let costs = costs(LATEST, "Seq");
    let (objects, bytes) =
        at(&costs, "seq_test.go", line("names.v2/seq_test.go", "slices.Collect(upTo(100))"));
    let (all, _) = printed(LATEST, "Seq");
    assert!((bytes - all).abs() < 1.0, "{bytes} of {all} bytes, {objects} objects");
    assert_eq!(at(&costs, "seq_test.go", line("names.v2/seq_test.go", "if !yield(i)")), (0.0, 0.0));
}

#[test]
fn workers_and_loops_of_benchmarks_are_counted() {
    let costs_of_workers = costs(LATEST, "Parallel");
    let (objects, bytes) = at(&costs_of_workers, "text_test.go", line("text/text_test.go", "kept = make"));
    assert!((objects - 1.0).abs() < 0.05 && (bytes - 48.0).abs() < 1.0, "{objects} {bytes}");
    // Since 1.26 the call is inlined in the loop, and nothing escapes.
    assert_eq!(printed(LATEST, "Loop"), (0.0, 0.0));
    let ours = costs(LATEST, "Loop").into_iter().filter(|it| site(&it.stack, is_ours).is_some());
    assert_eq!(ours.count(), 0);
}

#[test]
fn the_period_tells_a_count_from_an_estimate() {
    assert_eq!(profile(LATEST, "Many", 500).period, 1);
    let sampled = Profile::read(&profile_bytes(LATEST, "Many", "sampled")).expect("a profile");
    assert_eq!(sampled.period, 512 * 1024);
    assert!(sampled.samples.iter().all(|it| it.size > 0));
}

#[test]
fn other_bytes_are_refused_with_the_reason() {
    assert_eq!(Profile::read(b""), Err(ProfileError::Empty));
    let bytes = profile_bytes(LATEST, "Many", 500);
    let error = |bytes: &[u8]| Profile::read(bytes).expect_err("it is no profile").to_string();
    assert!(error(&bytes[..bytes.len() / 2]).starts_with("the gzip archive of the profile is damaged: "));
    assert!(error(&text(LATEST, "m2")).starts_with("the profile is damaged: "));
    // A profile of processor time: `samples` and `cpu`.
    let types: Vec<u8> = [&[0x0a, 2, 8, 1][..], &[0x0a, 2, 8, 2]].concat();
    let texts: Vec<u8> = ["", "samples", "cpu"]
        .iter()
        .flat_map(|it| [&[0x32, it.len() as u8][..], it.as_bytes()].concat())
        .collect();
    assert_eq!(
        error(&[types, texts].concat()),
        "not an allocation profile: it has samples, cpu, not alloc_objects and alloc_space"
    );
    assert_eq!(
        error(&[0x60, 1]),
        "not an allocation profile: it has no sample types, not alloc_objects and alloc_space"
    );
    assert_eq!(error(&[0x0a, 2, 8, 9]), "the profile refers to text 9, which it does not have");
}
