//! What a policy says beyond a verdict on a single row: waivers, places, entries that match nothing.

use allocgate::internals::gate::Gate;
use allocgate::internals::parse;
use allocgate::internals::policy::{Date, Policy};
use allocgate::report::Report;

const TODAY: Date = Date::constant(2026, 11, 22);

/// Ten equal results.
fn ten(name: &str, values: &str) -> String {
    format!("Benchmark{name}-8 1000 {values}\n").repeat(10)
}

fn run(base: &str, new: &str, policy: &str, today: Date, go: Option<&str>) -> Result<Report, String> {
    let policy = Policy::parse("p.toml", policy).map_err(|error| error.to_string())?;
    let (base, new) = (parse::text("b", base.as_bytes()), parse::text("n", new.as_bytes()));
    Gate::new(&policy, today).go(go).report(Some(&base), &new).map_err(|error| error.to_string())
}

/// The message of the only row, the conditions, and the exit code.
fn told(base: &str, new: &str, policy: &str, today: Date) -> String {
    match run(base, new, policy, today, None) {
        Err(error) => format!("error: {error}"),
        Ok(report) => {
            let rows = report.rows.iter().map(|row| row.message().to_string());
            let conditions =
                report.evidence.conditions.iter().map(|it| format!("{}: {}", it.kind(), it.message()));
            let exit = format!("exit {}", report.outcome.exit_code());
            rows.chain(conditions).chain([exit]).collect::<Vec<_>>().join(" | ")
        }
    }
}

const WAIVER: &str = "[[waiver]]\nbench = \"X\"\nunit = \"allocs/op\"\nup-to = 3\nexpires = 2027-01-31\nreason = \"wire format\"\n";

#[test]
fn a_waiver_accepts_a_regression_up_to_its_value_and_its_day() {
    let (one, three, four) = (ten("X", "1 allocs/op"), ten("X", "3 allocs/op"), ten("X", "4 allocs/op"));
    let later = Date::constant(2027, 2, 1);
    let regressed = |new: &str| {
        format!(
            "1 → {new} allocs/op (+{}), constant in all 10+10 samples; tolerance 1%",
            new.parse::<u8>().expect("a digit") - 1
        )
    };
    assert_eq!(
        told(&one, &three, WAIVER, TODAY),
        format!("{}; accepted up to 3 until 2027-01-31: wire format | exit 0", regressed("3"))
    );
    assert_eq!(
        told(&one, &four, WAIVER, TODAY),
        format!(
            "{}; the waiver at p.toml:2 accepts at most 3 | unused-waiver: p.toml:2: `X` allocs/op; no row needs it: the regression is gone, or beyond what it accepts | exit 1",
            regressed("4")
        )
    );
    assert_eq!(
        told(&one, &three, WAIVER, later),
        format!(
            "{}; the waiver at p.toml:2 expired on 2027-01-31 | expired-waiver: p.toml:2: `X` allocs/op expired on 2027-01-31; fix the regression and remove the waiver | exit 1",
            regressed("3")
        )
    );
    assert_eq!(
        told(&one, &one, WAIVER, TODAY),
        "1 allocs/op on both sides, within tolerance 1% | unused-waiver: p.toml:2: `X` allocs/op; no row needs it: the regression is gone, or beyond what it accepts | exit 0"
    );
}

#[test]
fn a_waiver_accepts_an_exceeded_maximum_as_well() {
    let policy = format!("[[budget]]\nbench = \"X\"\nmax = {{ \"allocs/op\" = 0 }}\n{WAIVER}");
    let x = ten("X", "2 allocs/op");
    assert_eq!(
        told(&x, &x, &policy, TODAY),
        "2 allocs/op, budget 0; accepted up to 3 until 2027-01-31: wire format | exit 0"
    );
}

#[test]
fn a_waiver_accepts_a_new_benchmark_beyond_its_maximum() {
    let policy = format!("[[budget]]\nbench = \"X\"\nmax = {{ \"allocs/op\" = 0 }}\n{WAIVER}");
    let y = ten("Y", "0 allocs/op");
    let told = told(&y, &(ten("X", "2 allocs/op") + &y), &policy, TODAY);
    assert!(
        told.contains("2 allocs/op, budget 0; accepted up to 3 until ") && told.ends_with("exit 0"),
        "{told}"
    );
}

#[test]
fn a_waiver_is_held_against_the_worst_sample_of_a_count() {
    let policy = format!("[[budget]]\nbench = \"X\"\nmax = {{ \"allocs/op\" = 0 }}\n{WAIVER}");
    let x = ten("X", "3 allocs/op").replacen("3 allocs", "4 allocs", 1);
    let told = told(&x, &x, &policy, TODAY);
    assert!(
        told.contains("; the waiver at p.toml:5 accepts at most 3 ") && told.ends_with("exit 1"),
        "{told}"
    );
}

#[test]
fn of_several_waivers_any_may_accept_and_those_that_did_not_are_unused() {
    let (base, new) = (ten("X", "1 allocs/op"), ten("X", "3 allocs/op"));
    let both = WAIVER.replace("= 3", "= 2") + WAIVER;
    let told = told(&base, &new, &both, TODAY);
    assert!(told.contains("; the waiver at p.toml:2 accepts at most 2; accepted up to 3 "), "{told}");
    assert!(
        told.contains("| unused-waiver: p.toml:2: `X` allocs/op; ") && told.ends_with("exit 0"),
        "{told}"
    );
}

#[test]
fn a_waiver_speaks_of_its_own_benchmark_package_and_unit_only() {
    let (base, new) = (ten("X", "1 allocs/op 10 B/op"), ten("X", "2 allocs/op 90 B/op"));
    let other = WAIVER.replace("unit = \"allocs/op\"", "unit = \"B/op\"").replace("= 3", "= 100");
    assert!(
        told(&base, &new, &other, TODAY)
            .starts_with("1 → 2 allocs/op (+1), constant in all 10+10 samples; tolerance 1% | 10 → 90")
    );
    let both = |x: &str, y: &str| ten("X", x) + &ten("Y", y);
    let others = told(
        &both("1 allocs/op", "1 allocs/op"),
        &both("2 allocs/op", "1 allocs/op"),
        &WAIVER.replace("\"X\"", "\"Y\""),
        TODAY,
    );
    assert!(others.ends_with("exit 1") && !others.contains("accepted"), "{others}");
    let elsewhere = WAIVER.replace("bench = \"X\"", "bench = \"X\"\npkg = \"q\"");
    assert_eq!(
        told(&base, &new, &elsewhere, TODAY),
        "error: p.toml:2: the waiver `X` allocs/op in package `q` matches no benchmark; did you mean `X`?"
    );
}

#[test]
fn a_budget_may_hold_in_some_places_only() {
    let policy = "[[budget]]\nbench = \"X\"\nmax = { \"allocs/op\" = 3 }\n\
                  [[budget]]\nbench = \"X\"\ngoos = \"linux\"\ngo = \"1.26\"\nmax = { \"allocs/op\" = 1 }\n";
    let text = |header: &str| format!("{header}{}", ten("X", "2 allocs/op"));
    for (header, go, want) in [
        ("goos: linux\ngo: go1.26.8\n", None, Ok(1)),
        ("goos: linux\ngo: go1.25\n", None, Ok(0)),
        ("goos: darwin\n", None, Ok(0)),
        ("goos: linux\n", Some("1.26.1"), Ok(1)),
        ("goos: linux\n", Some("1.27"), Ok(0)),
        (
            "goos: linux\n",
            None,
            Err(
                "p.toml:5: this budget is for some `go` only, but the results do not record it; pass --go VERSION",
            ),
        ),
        (
            "go: go1.26\n",
            None,
            Err("p.toml:5: this budget is for some `goos` only, but the results do not record it"),
        ),
    ] {
        let got =
            run(&text(header), &text(header), policy, TODAY, go).map(|report| report.outcome.exit_code());
        assert_eq!(got, want.map_err(String::from), "{header:?} {go:?}");
    }
}

#[test]
fn a_place_is_that_of_new_as_the_user_says_and_one_for_all_samples() {
    let policy = |place: &str| format!("[[budget]]\nbench = \"X\"\n{place}\nmax = {{ \"allocs/op\" = 1 }}\n");
    let x = ten("X", "2 allocs/op");
    let on = |goos: &str| format!("goos: {goos}\n{x}");
    let code = |base: &str, new: &str, place: &str, go| {
        let policy = policy(place) + "[evidence]\ndifferent-platform = \"ignore\"\n";
        run(base, new, &policy, TODAY, go).map(|report| report.outcome.exit_code())
    };
    let linux = "goos = \"linux\"";
    assert_eq!(code(&on("darwin"), &on("linux"), linux, None), Ok(1));
    assert_eq!(code(&on("linux"), &on("darwin"), linux, None), Ok(0));
    let go = format!("go: go1.25\n{x}");
    assert_eq!(code(&go, &go, "go = \"1.26\"", Some("1.26.1")), Ok(1));
    let both = on("linux") + &on("darwin");
    let told = code(&both, &both, linux, None).expect_err("two places are none");
    assert!(told.contains("the results do not record it"), "{told}");
}

#[test]
fn an_entry_that_matches_nothing_names_what_was_probably_meant() {
    let suite = ten("Tally", "1 allocs/op") + &ten("Encode/size=64", "1 allocs/op");
    for (bench, want) in [
        ("Talley", "did you mean `Tally`?"),
        ("Encode/size=640", "did you mean `Encode/size=64`?"),
        ("Zebra", "was one renamed? there is Tally-8, for example"),
    ] {
        let policy = format!("[[budget]]\nbench = \"{bench}\"\nmax = {{ \"allocs/op\" = 3 }}\n");
        let got = told(&suite, &suite, &policy, TODAY);
        assert_eq!(got, format!("error: p.toml:2: the budget `{bench}` matches no benchmark; {want}"));
        let behind = format!("[[budget]]\nbench = \"Tally\"\nmax = {{ \"allocs/op\" = 3 }}\n{policy}");
        let got = told(&suite, &suite, &behind, TODAY);
        assert_eq!(got, format!("error: p.toml:5: the budget `{bench}` matches no benchmark; {want}"));
    }
}

#[test]
fn what_a_portion_asks_for_must_be_there() {
    let x = |portion: &str| format!("portion: {portion}\npkg: m/p\n{}", ten("X", "1 allocs/op"));
    let budget = |bench: &str, pkg: &str| {
        let pkg = if pkg.is_empty() { String::new() } else { format!("pkg = \"{pkg}\"\n") };
        format!("[[budget]]\nbench = \"{bench}\"\n{pkg}max = {{ \"allocs/op\" = 0 }}\n")
    };
    for (portion, bench, pkg, is_refused) in [
        ("--bench X", "XRenamed", "", true),
        ("--bench X", "X/gone", "", true),
        ("--bench ^BenchmarkX$", "XRenamed", "", false),
        ("--bench X/a", "X/b", "", false),
        ("--bench X/a|Y", "Y", "", false),
        ("--bench X", "X?", "", false),
        ("--bench X", "Y", "", false),
        ("--bench (", "Y", "", false),
        ("./p", "Y", "m/p", true),
        ("./p", "Y", "m/q", false),
        ("./p", "Y", "m/*", false),
        ("./p", "Y", "", false),
        ("--bench X ./p", "XRenamed", "m/p", true),
        ("--bench X ./p", "XRenamed", "", false),
        ("--bench X ./p", "Y", "m/p", false),
    ] {
        let told = told(&x(portion), &x(portion), &budget(bench, pkg), TODAY);
        assert_eq!(
            told.contains(" matches no benchmark; "),
            is_refused,
            "{portion}, {bench} in {pkg}: {told}"
        );
        assert_eq!(
            told.contains(&format!("not among the selected benchmarks ({portion}): ")),
            !is_refused,
            "{told}"
        );
    }
    for (portion, bench) in [("--bench X", "XRenamed/*"), ("--bench Lookup", "Lookup/{a,b}")] {
        let told = told(&x(portion), &x(portion), &budget(bench, ""), TODAY);
        assert!(told.contains(&format!("the budget `{bench}` matches no benchmark; ")), "{told}");
    }
    // Whatever is whole would have it: a line that somebody printed, or a file from elsewhere, changes nothing of that.
    let (whole, part) = (format!("pkg: m/p\n{}", ten("X", "1 allocs/op")), x("./p"));
    let printed = format!("{whole}portion: 3\n{}", ten("Z", "1 allocs/op"));
    for (base, new) in [(&part, &whole), (&whole, &part), (&printed, &printed), (&whole, &printed)] {
        let told = told(base, new, &budget("Y", ""), TODAY);
        assert!(told.contains("the budget `Y` matches no benchmark; "), "{told}");
    }
    let two = format!("{}portion: --bench Y ./q\npkg: m/q\n{}", x("--bench X ./p"), ten("Y", "1 allocs/op"));
    let told_two = told(&two, &two, &budget("X", "m/q"), TODAY);
    assert!(
        told_two.contains("not among the selected benchmarks (--bench X ./p, --bench Y ./q): "),
        "{told_two}"
    );
    let both = told(&x("./p"), &x("./q"), &budget("Y", ""), TODAY);
    assert!(both.contains("not among the selected benchmarks (./p, ./q): "), "{both}");
}

#[test]
fn what_a_portion_has_no_benchmark_for_is_set_aside_and_named() {
    let x = ten("X", "1 allocs/op");
    let elsewhere = "[[budget]]\nbench = \"Y\"\nmax = { \"allocs/op\" = 0 }\n";
    let policy = format!("{elsewhere}{}{WAIVER}", WAIVER.replace("\"X\"", "\"Z\""));
    let told = |text: &str| match run(text, text, &policy, TODAY, None) {
        Err(error) => error,
        Ok(report) => {
            let told = report.evidence.conditions.iter();
            told.map(|it| format!("{}: {}; {}", it.kind(), it.title(), it.message()))
                .collect::<Vec<_>>()
                .join("\n")
        }
    };
    assert!(told(&x).starts_with("p.toml:2: the budget `Y` matches no benchmark; "), "{}", told(&x));
    assert_eq!(
        told(&format!("portion: --bench X\n{x}")),
        "unused-waiver: 1 unused waiver; p.toml:11: `X` allocs/op; no row needs it: the regression is gone, or beyond what it accepts\n\
         unmeasured-budgets: 1 unmeasured budget, 1 unmeasured waiver; \
         not among the selected benchmarks (--bench X): p.toml:2: `Y`, p.toml:5: `Z` allocs/op"
    );
}
