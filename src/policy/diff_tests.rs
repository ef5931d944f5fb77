//! What is listed when a policy changes.

use super::*;

fn listed(old: &str, new: &str) -> Vec<String> {
    let policy =
        |name: &str, text: &str| Policy::parse(name, text).unwrap_or_else(|problems| panic!("{problems}"));
    diff_of_a_change(&policy("old", old), &policy("new", new)).iter().map(ToString::to_string).collect()
}

const BUDGET: &str = "[[budget]]\nbench = \"A/*\"\nmax = { \"allocs/op\" = 4 }\n";

#[test]
fn everything_looser_is_listed() {
    let waiver =
        "[[waiver]]\nbench = \"A\"\nunit = \"B/op\"\nup-to = 3\nexpires = 2027-01-31\nreason = \"r\"\n";
    for (old, new, want) in [
        (BUDGET, &BUDGET.replace("= 4", "= 5"), "budget `A/*` max allocs/op: 4 → 5 (new:3)"),
        (BUDGET, &String::new(), "budget `A/*` max allocs/op: 4 → none"),
        (
            "",
            &"[unit.\"B/op\"]\nlevel = \"warn\"\n".to_string(),
            "[unit.\"B/op\"] level B/op: fail → warn (new:2)",
        ),
        (
            "",
            &"[unit.\"ns/op\"]\ntolerance = { percent = 9 }\n".to_string(),
            "[unit.\"ns/op\"] tolerance ns/op: tolerance 5% → tolerance 9% (new:2)",
        ),
        (
            "",
            &"[evidence]\nlost-results = \"warn\"\n".to_string(),
            "[evidence] lost-results: fail → warn (new:2)",
        ),
        (
            "",
            &"[unit.\"B/op\"]\ntolerance = { percent = 2, absolute = 9 }\n".to_string(),
            "[unit.\"B/op\"] tolerance B/op: tolerance 2% or 8 → tolerance 2% or 9 (new:2)",
        ),
        ("", &"[gate]\nalpha = 0.01\n".to_string(), "[gate] alpha: 0.05 → 0.01"),
        ("[gate]\ncorrection = \"none\"\n", &String::new(), "[gate] correction: none → holm"),
        ("[gate]\ndesign = \"interleaved\"\n", &String::new(), "[gate] design: interleaved → recorded"),
        ("", &"[gate]\ndesign = \"block\"\n".to_string(), "[gate] design: recorded → block"),
        ("", &"[gate]\nmin-samples = 6\n".to_string(), "[gate] min-samples: 5 → 6"),
        (
            "[unit.\"B/op\"]\nmin-samples = 1\n",
            &"[unit.\"B/op\"]\nmin-samples = 9\n".to_string(),
            "[unit.\"B/op\"] min-samples: 1 → 9 (new:2)",
        ),
        (
            &BUDGET.replace("allocs/op", "ns/op"),
            &BUDGET.replace("max", "level = { \"ns/op\" = \"warn\" }\nmax").replace("allocs/op", "ns/op"),
            "budget `A/*` level of max ns/op: fail → warn (new:3)",
        ),
        (
            BUDGET,
            &format!("{BUDGET}{}", BUDGET.replace("max", "goos = \"linux\"\nmax").replace("= 4", "= 9")),
            "budget `A/*` on goos linux max allocs/op: 4 → 9 (new:7)",
        ),
        ("[gate]\nundecided = \"fail\"\n", &String::new(), "[gate] undecided: fail → pass"),
        ("", &"[gate]\nmissing-base = \"pass\"\n".to_string(), "[gate] missing-base: error → pass"),
        ("", &waiver.to_string(), "waiver `A` B/op: none → up to 3 until 2027-01-31 (new:2)"),
        (waiver, &waiver.replace("= 3", "= 4"), "waiver `A` B/op up-to: 3 → 4 (new:2)"),
        (waiver, &waiver.replace("-01-", "-03-"), "waiver `A` B/op expires: 2027-01-31 → 2027-03-31 (new:2)"),
        (
            BUDGET,
            &format!("{BUDGET}[[budget]]\nbench = \"A/b\"\nmax = {{ \"allocs/op\" = 9 }}\n"),
            "budget `A/b` max allocs/op: 4 → 9 (new:6)",
        ),
        (
            BUDGET,
            &format!("{BUDGET}[[budget]]\nbench = \"**\"\nmax = {{ \"allocs/op\" = 9 }}\n"),
            "budget `A/*` max allocs/op: 4 → 9 (new:6)",
        ),
        (
            BUDGET,
            &BUDGET.replace("max", "level = { \"allocs/op\" = \"warn\" }\nmax"),
            "budget `A/*` level allocs/op: fail → warn (new:3)",
        ),
    ] {
        assert_eq!(listed(old, new), [want], "{old}\n→\n{new}");
    }
}

#[test]
fn a_platform_package_or_pattern_hides_nothing() {
    let entry = |head: &str, max: u32| format!("[[budget]]\n{head}max = {{ \"allocs/op\" = {max} }}\n");
    for (head, want) in [
        ("bench = \"A\"\ngoos = \"linux\"\n", "budget `A` on goos linux max allocs/op: 4 → 9 (new:4)"),
        ("bench = \"A\"\npkg = \"p\"\n", "budget `A` in package `p` max allocs/op: 4 → 9 (new:4)"),
        ("bench = '{A,B}'\n", "budget `{A,B}` max allocs/op: 4 → 9 (new:3)"),
    ] {
        assert_eq!(listed(&entry(head, 4), &entry(head, 9)), [want], "{head}");
    }
    for pattern in ["A/{b,c}", "A/[bc]", r"A/\\*/*"] {
        let old = entry("bench = \"A/**\"\n", 4);
        let new = format!("{old}{}", entry(&format!("bench = \"{pattern}\"\n"), 9));
        let listed = listed(&old, &new);
        assert!(
            matches!(listed.as_slice(), [it] if it.ends_with(" max allocs/op: 4 → 9 (new:6)")),
            "{listed:?}"
        );
    }
}

#[test]
fn the_direction_of_a_unit_decides_what_is_looser() {
    let unit = |better: &str| format!("[unit.hits]\nbetter = \"{better}\"\n");
    assert_eq!(listed(&unit("lower"), &unit("higher")), ["[unit.\"hits\"] better hits: lower → higher"]);
    assert_eq!(listed(&unit("lower"), ""), ["[unit.\"hits\"] better hits: lower → unknown"]);
    let waiver = |up_to: u32| {
        let waiver = "[[waiver]]\nbench = \"A\"\nunit = \"hits\"\nexpires = 2027-01-31\nreason = \"r\"\n";
        format!("{}{waiver}up-to = {up_to}\n", unit("higher"))
    };
    assert_eq!(listed(&waiver(9), &waiver(5)), ["waiver `A` hits up-to: 9 → 5 (new:4)"]);
    assert!(listed(&waiver(5), &waiver(9)).is_empty());
}

#[test]
fn a_setting_of_a_unit_is_listed_once() {
    let warned = format!("{BUDGET}[unit.\"allocs/op\"]\ntolerance = {{ percent = 9 }}\n");
    assert_eq!(listed(BUDGET, &warned).len(), 2, "{:?}", listed(BUDGET, &warned));
    let other = format!("{BUDGET}[unit.\"ns/op\"]\ntolerance = {{ percent = 9 }}\n");
    assert_eq!(listed(BUDGET, &other).len(), 1, "{:?}", listed(BUDGET, &other));
    let tolerance = |percent: u32| {
        format!("[[budget]]\nbench = \"A\"\ntolerance = {{ x = {{ percent = {percent} }} }}\n")
    };
    let listed = listed(&tolerance(6), &tolerance(9));
    assert_eq!(listed, ["budget `A` tolerance x: tolerance 6% → tolerance 9% (new:3)"]);
}

#[test]
fn stricter_and_moved_settings_are_not_listed() {
    let two = format!("{BUDGET}[[budget]]\nbench = \"B\"\nmax = {{ \"B/op\" = 9 }}\n");
    let waiver = |up_to: u32| {
        format!(
            "[[waiver]]\nbench = \"A\"\nunit = \"B/op\"\nup-to = {up_to}\nexpires = 2027-01-31\nreason = \"r\"\n"
        )
    };
    let twice = waiver(3) + &waiver(4);
    let moved = format!("# moved\n[[budget]]\nbench = \"B\"\nmax = {{ \"B/op\" = 9 }}\n{BUDGET}");
    for (old, new) in [
        (BUDGET, &BUDGET.replace("= 4", "= 3")),
        ("", &BUDGET.to_string()),
        (&two, &moved),
        (&twice, &twice),
        ("", &"[evidence]\nnew-benchmark = \"fail\"\n[unit.\"ns/op\"]\nlevel = \"fail\"\n".to_string()),
    ] {
        assert!(listed(old, new).is_empty(), "{old}\n→\n{new}: {:?}", listed(old, new));
    }
}

#[test]
fn overlapping_patterns_hide_nothing() {
    let budget = |head: &str, max: u32| format!("[[budget]]\n{head}\nmax = {{ \"allocs/op\" = {max} }}\n");
    for (first, second, want) in [
        (
            "bench = \"A/*\"",
            "bench = \"*/b\"",
            "budgets `*/b`, `A/*`, such as `A/b`, max allocs/op: 0 → 9 (new:6)",
        ),
        (
            "bench = \"A\"\npkg = \"p/*\"",
            "bench = \"A\"\npkg = \"*/q\"",
            "budgets `A` in package `*/q`, `A` in package `p/*`, such as `A` in package `p/q`, max allocs/op: 0 → 9 (new:8)",
        ),
        (
            "bench = \"A\"\ngoos = \"linux\"",
            "bench = \"A\"\ngoarch = \"arm64\"",
            "budgets `A` on goarch arm64, `A` on goos linux, such as `A` on goos linux, goarch arm64, max allocs/op: 0 → 9 (new:8)",
        ),
        (
            "bench = \"A\"\ngo = \"1.26\"",
            "bench = \"?\"\ngo = \"1.26.8\"",
            "budgets `?` on go 1.26.8, `A` on go 1.26, such as `A` on go 1.26.8, max allocs/op: 0 → 9 (new:8)",
        ),
    ] {
        let old = budget(first, 0);
        let new = format!("{old}{}", budget(second, 9));
        assert_eq!(listed(&old, &new), [want]);
        // Where both are there before, their order matters.
        let reversed = budget(second, 9) + &old;
        assert_eq!(listed(&reversed, &new).len(), 1, "{:?}", listed(&reversed, &new));
        assert!(listed(&new, &reversed).is_empty());
    }
    let apart = budget("bench = \"A/*\"", 0);
    assert!(listed(&apart, &format!("{apart}{}", budget("bench = \"B/*\"", 9))).is_empty());
}

#[test]
fn what_cannot_be_compared_is_listed() {
    let budget = |name: char, max: u32| format!("[[budget]]\nbench = \"*{name}*\"\nmax = {{ x = {max} }}\n");
    let old: String = ('a'..='m').map(|name| budget(name, 9)).collect();
    let stricter = old.replacen("= 9", "= 8", 1);
    let want = "overlapping budgets x: 26 patterns → not compared, they overlap in too many ways";
    assert_eq!(listed(&old, &stricter), [want]);
    let other = format!("{old}[[budget]]\nbench = \"A\"\nmax = {{ y = 1 }}\n");
    assert!(listed(&old, &other).is_empty(), "the budgets for x are the same");
}

#[test]
fn several_waivers_of_one_pattern_are_compared_together() {
    let waiver = |bench: &str, up_to: u32, month: u32| {
        format!(
            "[[waiver]]\nbench = \"{bench}\"\nunit = \"B/op\"\nup-to = {up_to}\nexpires = 2027-0{month}-01\nreason = \"r\"\n"
        )
    };
    let two = waiver("A", 3, 9) + &waiver("A", 9, 3);
    for accepted in
        [waiver("A", 3, 9), waiver("A", 9, 2), waiver("A", 2, 8), waiver("[A]", 3, 9), two.clone()]
    {
        assert!(listed(&two, &accepted).is_empty(), "{accepted}: {:?}", listed(&two, &accepted));
    }
    assert_eq!(
        listed(&two, &waiver("A", 9, 9)),
        [
            "waiver `A` B/op: up to 3 until 2027-09-01 and up to 9 until 2027-03-01 → up to 9 until 2027-09-01 (new:2)"
        ]
    );
    assert!(listed(&waiver("**", 3, 9), &waiver("A/*", 3, 9)).is_empty(), "what it accepts was accepted");
    assert_eq!(
        listed(&waiver("A/*", 3, 9), &waiver("A/**", 3, 9)),
        ["waiver `A/**` B/op: none → up to 3 until 2027-09-01 (new:2)"]
    );
}

#[test]
fn a_waiver_for_a_removed_benchmark_is_listed() {
    let removal = |bench: &str, month: u32| {
        format!(
            "[[waiver]]\nbench = \"{bench}\"\nremoved = true\nexpires = 2027-0{month}-01\nreason = \"r\"\n"
        )
    };
    assert_eq!(listed("", &removal("A", 3)), ["waiver `A` removed: none → until 2027-03-01 (new:2)"]);
    assert_eq!(
        listed(&removal("A", 3), &removal("A", 4)),
        ["waiver `A` removed: until 2027-03-01 → until 2027-04-01 (new:2)"]
    );
    assert!(listed(&removal("*", 3), &removal("A", 2)).is_empty());
}
