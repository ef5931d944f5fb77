//! `allocgate compare`: the tables.

mod support;

use support::allocgate;

#[test]
fn two_files_side_by_side() {
    insta::assert_snapshot!(allocgate("compare old=testdata/hot/base.txt new=testdata/hot/boxing.txt"));
}

#[test]
fn comma_separated_in_the_layout_of_benchstat() {
    insta::assert_snapshot!(allocgate(
        "compare --format csv old=testdata/hot/base.txt new=testdata/hot/few.txt"
    ));
}

#[test]
fn more_than_two_files_are_compared_with_the_first() {
    let three = "a=testdata/hot/base.txt b=testdata/hot/again.txt c=testdata/hot/pool.txt";
    let ran = allocgate(&format!("compare {three}"));
    let frame =
        ran.stdout.lines().find(|line| line.starts_with("Frame/size=64-2")).expect("the row is there");
    assert_eq!(frame.matches("n=10").count(), 2, "{frame}");
    assert_eq!(ran.code, 0);
}

#[test]
fn alpha_decides_what_counts_as_a_change() {
    let ran = |alpha: &str| {
        allocgate(&format!("compare --alpha {alpha} testdata/hot/base.txt testdata/hot/again.txt"))
    };
    let insignificant = |text: &str| text.matches(" ~ ").count();
    assert!(insignificant(&ran("0").stdout) > insignificant(&ran("1").stdout));
}

#[test]
fn an_unreadable_file_is_an_error() {
    let ran = allocgate("compare testdata/hot/base.txt nosuch.txt");
    assert_eq!(ran.code, 2, "{ran}");
    assert!(ran.stderr.contains("nosuch.txt: no such file"), "{ran}");
}

#[test]
fn what_was_lost_is_said_on_standard_error() {
    let ran = allocgate("compare testdata/hot/base.txt testdata/hot/muttering.txt");
    assert_eq!(ran.stderr.lines().filter(|line| line.contains("muttering.txt:")).count(), 5, "{ran}");
    assert!(
        ran.stderr.starts_with("testdata/hot/muttering.txt:51: parsing iteration count: invalid syntax\n"),
        "{ran}"
    );
}

#[test]
fn the_same_file_twice_is_two_columns() {
    let ran = allocgate("compare testdata/hot/base.txt testdata/hot/base.txt");
    assert!(
        ran.stdout.contains("testdata/hot/base.txt#0") && ran.stdout.contains("testdata/hot/base.txt#1"),
        "{ran}"
    );
}
