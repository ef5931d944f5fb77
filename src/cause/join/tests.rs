//! On recordings of real runs: `testdata/causes/captures`.

use super::*;
use crate::cause::decision::Decisions;
use crate::cause::explanation::{Confidence, EditSide, Evidence, Explanation, Input, Remark};
use crate::cause::lines::{LineMap, Module, SourceFile, Sources};
use crate::cause::profile::{Frame, Profile, Stack, StackCost, per_op};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

type Files = BTreeMap<String, String>;

fn read(folder: &Path, root: &Path, files: &mut Files) {
    for entry in fs::read_dir(folder).expect("the module is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            read(&path, root, files);
        } else {
            let name =
                path.strip_prefix(root).expect("it is in the module").to_string_lossy().replace('\\', "/");
            files.insert(name, fs::read_to_string(&path).expect("it is text"));
        }
    }
}

fn module() -> Files {
    let (mut files, root) = (Files::new(), Path::new("testdata/causes/module"));
    read(root, root, &mut files);
    files
}

/// The module with the patch of a case, of which every hunk edits a file that is there.
fn patched(case: &str) -> Files {
    let mut files = module();
    let patch =
        fs::read_to_string(format!("testdata/causes/cases/{case}/change.patch")).expect("it is there");
    let (mut name, mut before, mut after) = (String::new(), String::new(), String::new());
    let mut apply = |name: &str, before: &mut String, after: &mut String| {
        if !before.is_empty() {
            let text = files.get_mut(name).expect("the file is there");
            assert_eq!(text.matches(before.as_str()).count(), 1, "{name}: {before}");
            *text = text.replace(before.as_str(), after);
        }
        before.clear();
        after.clear();
    };
    for line in patch.split_inclusive('\n').filter(|it| !it.starts_with("--- ") && !it.starts_with("diff ")) {
        if let Some(path) = line.strip_prefix("+++ b/") {
            apply(&name, &mut before, &mut after);
            name = path.trim_end().to_string();
        } else if line.starts_with("@@") {
            apply(&name, &mut before, &mut after);
        } else if let Some(text) = line.strip_prefix('-') {
            before.push_str(text);
        } else if let Some(text) = line.strip_prefix('+') {
            after.push_str(text);
        } else if let Some(text) = line.strip_prefix(' ') {
            before.push_str(text);
            after.push_str(text);
        }
    }
    apply(&name, &mut before, &mut after);
    files
}

fn sources(files: Files) -> Sources {
    let go = files.into_iter().filter(|it| it.0.ends_with(".go"));
    let files = go.map(|(path, text)| SourceFile { path, text }).collect();
    Sources::new(files, vec![Module { path: "example.com/relay".into(), folder: String::new() }])
}

struct Capture {
    costs: Vec<StackCost>,
    decisions: Decisions,
}

fn capture(folder: &str, package: &str, benchmark: &str) -> Capture {
    let folder = Path::new("testdata/causes/captures").join(folder);
    let profile = |count: u64| {
        let bytes = fs::read(folder.join(format!("{benchmark}.{count}.pb.gz"))).expect("it is recorded");
        Profile::read(&bytes).expect("it is a profile")
    };
    let packed = fs::read(folder.join(format!("{package}.decisions.gz"))).expect("it is recorded");
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut text).expect("it is packed");
    Capture { costs: per_op(&profile(500), 500, &profile(2_500), 2_500), decisions: Decisions::read(&text) }
}

impl Capture {
    fn side<'a>(&'a self, package: &'a str) -> Captured<'a> {
        Captured {
            costs: Some(&self.costs),
            dependencies: &[],
            decisions: Some(&self.decisions),
            package,
            toolchain: Some("go1.26.8"),
        }
    }
}

/// What is changed before it is explained.
type Change = fn(&mut Captured<'_>, &mut Captured<'_>);

fn explained(case: &str, package: &str, benchmark: &str, growth: Growth, change: Change) -> Explanation {
    let (base, new) = (capture("base", package, benchmark), capture(case, package, benchmark));
    let path = format!("example.com/relay/{package}");
    let map = LineMap::new(sources(module()), sources(patched(case)));
    let (mut base, mut new) = (base.side(&path), new.side(&path));
    change(&mut base, &mut new);
    explain(&base, &new, &map, growth)
}

fn leak(change: Change) -> Explanation {
    explained("leak-two-callees", "flow", "Send", Growth { bytes: 48.0, objects: 2.0 }, change)
}

fn first(explanation: &Explanation) -> (String, String, Evidence, EditSide) {
    let cause = explanation.causes.first().expect("a site grew");
    let edit = cause.edits.first().expect("an edit is behind it");
    let site = format!("{}: {}", cause.site.place.file, cause.site.place.text);
    (site, format!("{}: {}", edit.place.file, edit.place.text), edit.evidence, edit.side)
}

#[test]
fn a_leak_through_two_callees_of_another_package_is_proven() {
    let explanation = leak(|_, _| {});
    let (site, edit, _, side) = first(&explanation);
    assert_eq!(site, "codec/record.go: var digits [20]byte");
    assert_eq!((edit.as_str(), side), ("codec/record.go: latest = value", EditSide::New));
    let cause = &explanation.causes[0];
    assert_eq!(cause.confidence, Confidence::Proven);
    let decision = cause.decision.as_ref().expect("it is newly on the heap");
    assert_eq!(decision.text, "moved to heap: digits");
    assert_eq!(decision.base.as_deref(), Some("on the stack"));
    assert!(!decision.flow.is_empty());
    assert_eq!(explanation.explained.to_string(), "explained: 48 of 48 B/op, 2 of 2 allocs/op");
    assert_eq!(cause.site.stack.last().map(|it| &*it.0), Some("example.com/relay/flow.BenchmarkSend"));
    assert!(explanation.remarks.is_empty(), "{:?}", explanation.remarks);
}

#[test]
fn a_deleted_put_is_found_among_edits_of_functions_on_the_stack() {
    let growth = Growth { bytes: 544.0, objects: 2.0 };
    let explanation = explained("put-deleted", "flow", "Send", growth, |_, _| {});
    let (site, edit, evidence, side) = first(&explanation);
    assert_eq!(site, "codec/buffer.go: return &Buffer{data: make([]byte, 0, 512)}");
    assert_eq!(edit, "codec/buffer.go: buffers.Put(b)");
    assert_eq!((evidence, side), (Evidence::Reuse, EditSide::Base));
    assert_eq!(explanation.causes[0].confidence, Confidence::Likely);
}

#[test]
fn a_second_implementation_is_the_cause_of_a_buffer_on_the_heap() {
    let growth = Growth { bytes: 36.0, objects: 2.0 };
    let explanation = explained("second-implementation", "codec", "Parse", growth, |_, _| {});
    let (site, edit, evidence, _) = first(&explanation);
    assert_eq!(site, "codec/sum.go: var block [32]byte");
    assert!(
        ["codec/sum.go: if weak {", "codec/sum.go: return &adler{a: 1}"].contains(&edit.as_str()),
        "{edit}"
    );
    assert_eq!(evidence, Evidence::Devirtualization);
}

#[test]
fn the_same_side_twice_has_no_causes() {
    let base = capture("base", "flow", "Send");
    let map = LineMap::new(sources(module()), sources(module()));
    let side = base.side("example.com/relay/flow");
    let explanation = explain(&side, &side, &map, Growth { bytes: 3.0, objects: 1.0 });
    assert!(explanation.causes.is_empty());
}

#[test]
fn without_decisions_the_site_is_found_and_nothing_is_proven() {
    let explanation = leak(|base, new| (base.decisions, new.decisions) = (None, None));
    assert!(explanation.remarks.contains(&Remark::Missing(Input::Decisions)));
    let cause = &explanation.causes[0];
    assert_eq!(&*cause.site.place.text, "var digits [20]byte");
    assert_eq!((cause.decision.as_ref(), cause.confidence), (None, Confidence::Associated));
}

#[test]
fn without_the_decisions_of_base_those_of_new_are_told_and_nothing_is_proven() {
    let explanation = leak(|base, _| base.decisions = None);
    assert!(!explanation.remarks.contains(&Remark::Missing(Input::Decisions)));
    assert!(explanation.remarks.iter().any(|it| it.to_string().contains("-m=2 of base")));
    let cause = &explanation.causes[0];
    let decision = cause.decision.as_ref().expect("new has one");
    assert_eq!((decision.text.as_str(), &decision.base), ("moved to heap: digits", &None));
    assert!(!decision.flow.is_empty() && cause.confidence > Confidence::Proven);
    let explanation = leak(|_, new| new.decisions = None);
    assert!(explanation.remarks.iter().any(|it| it.to_string().contains("-m=2 of new")));
}

#[test]
fn another_compiler_proves_nothing() {
    let explanation = leak(|_, new| new.toolchain = Some("go1.27.3"));
    let remark = Remark::Toolchains { base: "go1.26.8".into(), new: "go1.27.3".into() };
    assert!(explanation.remarks.contains(&remark));
    assert!(explanation.causes.iter().all(|it| it.confidence > Confidence::Proven));
}

#[test]
fn without_a_profile_of_base_everything_is_listed() {
    let explanation = leak(|base, _| base.costs = None);
    assert!(explanation.remarks.contains(&Remark::Missing(Input::BaseProfile)));
    assert_eq!(&*explanation.causes[0].site.place.text, "var digits [20]byte");
}

#[test]
fn without_sources_sites_have_the_paths_of_the_profile() {
    let (base, new) = (capture("base", "flow", "Send"), capture("leak-two-callees", "flow", "Send"));
    let path = "example.com/relay/flow";
    let map = LineMap::new(sources(Files::new()), sources(Files::new()));
    let growth = Growth { bytes: 48.0, objects: 2.0 };
    let explanation = explain(&base.side(path), &new.side(path), &map, growth);
    let [cause] = explanation.causes.as_slice() else { panic!("{:?}", explanation.causes) };
    assert_eq!(&*cause.site.place.file, "example.com/relay/codec/record.go");
    assert!(cause.edits.is_empty());
    for input in [Input::BaseSources, Input::NewSources] {
        assert!(explanation.remarks.contains(&Remark::Missing(input)));
    }
}

#[test]
fn with_the_sources_of_one_side_sites_are_still_subtracted() {
    let (base, new) = (capture("base", "flow", "Send"), capture("leak-two-callees", "flow", "Send"));
    let path = "example.com/relay/flow";
    let growth = Growth { bytes: 48.0, objects: 2.0 };
    for (of_base, of_new) in [(Files::new(), patched("leak-two-callees")), (module(), Files::new())] {
        let has_new = !of_new.is_empty();
        let map = LineMap::new(sources(of_base), sources(of_new));
        let explanation = explain(&base.side(path), &new.side(path), &map, growth);
        let [cause] = explanation.causes.as_slice() else { panic!("{:?}", explanation.causes) };
        assert!(cause.edits.is_empty());
        assert_eq!(&*cause.site.place.text == "var digits [20]byte", has_new);
    }
}

#[test]
fn a_growth_that_no_site_has_is_said() {
    let explanation =
        explained("put-deleted", "flow", "Send", Growth { bytes: 2_000.0, objects: 9.0 }, |_, _| {});
    let is_said = |it: &Remark| matches!(it, Remark::Unexplained { bytes } if *bytes > 1_400.0);
    assert!(explanation.remarks.iter().any(is_said), "{:?}", explanation.remarks);
}

#[test]
fn tiny_objects_and_floored_counts_are_said() {
    let explanation = leak(|_, _| {});
    assert!(!explanation.remarks.iter().any(|it| matches!(it, Remark::Tiny { .. })));
    let more = Growth { bytes: 48.0, objects: 3.0 };
    let explanation = explained("leak-two-callees", "flow", "Send", more, |_, _| {});
    let is_tiny = |it: &Remark| matches!(it, Remark::Tiny { objects, .. } if (0.9..1.1).contains(objects));
    assert!(explanation.remarks.iter().any(is_tiny), "{:?}", explanation.remarks);
}

#[test]
fn decisions_that_changed_are_listed_for_time() {
    let (base, new) = (capture("base", "codec", "Parse"), capture("second-implementation", "codec", "Parse"));
    let map = LineMap::new(sources(module()), sources(patched("second-implementation")));
    let path = "example.com/relay/codec";
    let changed = decisions_changed(&base.side(path), &new.side(path), &map, |name, _| name == "checksum");
    let texts: Vec<&str> = changed.iter().map(|it| it.decision.text.as_str()).collect();
    let inlined_and_dynamic = [
        "the call of (*fnv).Write is not inlined",
        "the call of h.Write is dynamic",
        "the call of (*fnv).Sum is not inlined",
        "the call of h.Sum is dynamic",
    ];
    assert_eq!(texts, inlined_and_dynamic);
    let other = decisions_changed(&base.side(path), &new.side(path), &map, |name, _| name == "cut");
    assert!(other.is_empty());
}

/// Lines of Go, of which a random choice is a file.
const LINES: [&str; 14] = [
    "func f(p []byte) {\n",
    "func (t *T) g(p *T) *T {\n",
    "}\n",
    "\tx := make([]byte, 0, n)\n",
    "\tx = append(x, g(p)...)\n",
    "\tt.pool.Put(x)\n",
    "\tt := pool.Get()\n",
    "\treturn &T{}\n",
    "var pool = sync.Pool{New: func() any { return new(T) }}\n",
    "\tdefer f(x)\n",
    "//go:noinline\n",
    "//line other.y:3\n",
    "\tm[k]++; ((((\n",
    "`",
];

/// Lines of the compiler, of which a random choice is an output.
const DECIDED: [&str; 12] = [
    "# m/a\n",
    "# m/a [m/a.test]\n",
    "m/a/a.go:2:3: x escapes to heap in f:\n",
    "m/a/a.go:2:3:   flow: {storage for x} ← &{storage for x}:\n",
    "m/a/a.go:2:3:     from x (call parameter) at m/a/a.go:2:4\n",
    "m/a/a.go:2:3:     from t.f(g(x)) (call parameter) at m/a/a.go:3:4\n",
    "m/a/a.go:2:3: x escapes to heap\n",
    "m/a/a.go:1:6: cannot inline f: unhandled op DEFER\n",
    "m/a/a.go:1:6: can inline f with cost 3 as: func() { }\n",
    "m/a/a.go:1:8: parameter p leaks to {heap} for f with derefs=0:\n",
    "m/a/a.go:1:8: leaking param: p\n",
    "m/a/a.go:3:4: devirtualizing t.f to *T\n",
];

fn any_of(lines: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(lines), 0..most).prop_map(|it| it.concat())
}

fn any_costs() -> impl Strategy<Value = Vec<StackCost>> {
    let frame =
        (0u32..9, 0u32..3, any::<bool>(), 0usize..3).prop_map(|(line, start_line, inlined, file)| Frame {
            package: "m/a".into(),
            function: ["m/a.f", "m/a.(*T).g", "sync.(*Pool).Get"][file].into(),
            file: ["m/a/a.go", "m/a/other.y", "sync/pool.go"][file].into(),
            line,
            start_line,
            inlined,
        });
    let cost = (prop::collection::vec(frame, 0..5), -2.0f64..4.0, -9.0f64..99.0).prop_map(
        |(frames, objects, bytes)| StackCost {
            stack: frames.into_iter().collect::<Stack>(),
            objects,
            bytes,
            sizes: 1,
        },
    );
    prop::collection::vec(cost, 0..5)
}

fn any_tree() -> impl Strategy<Value = Sources> {
    any_of(&LINES, 12).prop_map(|text| {
        let file = SourceFile { path: "a/a.go".into(), text: format!("package a\n{text}") };
        Sources::new(vec![file], vec![Module { path: "m".into(), folder: String::new() }])
    })
}

proptest! {
    #[test]
    fn any_input_is_explained(
        trees in (any_tree(), any_tree()),
        costs in (any_costs(), any_costs()),
        texts in (any_of(&DECIDED, 14), any_of(&DECIDED, 14)),
        growth in (-9.0f64..99.0, -1.0f64..4.0),
    ) {
        let decisions = (Decisions::read(texts.0.as_bytes()), Decisions::read(texts.1.as_bytes()));
        let map = LineMap::new(trees.0, trees.1);
        let side = |costs, decisions| Captured { costs: Some(costs), decisions: Some(decisions), package: "m/a", ..Captured::default() };
        let (base, new) = (side(&costs.0, &decisions.0), side(&costs.1, &decisions.1));
        let explanation = explain(&base, &new, &map, Growth { bytes: growth.0, objects: growth.1 });
        prop_assert!(explanation.causes.len() <= costs.1.len());
        for cause in &explanation.causes {
            prop_assert!(cause.site.objects_per_op > 0.0 || cause.site.bytes_per_op > 0.0);
            prop_assert!(cause.confidence != Confidence::Proven || !cause.edits.is_empty());
        }
        decisions_changed(&base, &new, &map, |_, _| true);
    }
}
