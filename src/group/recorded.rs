//! What results say of how they were taken.

use super::Side;
use crate::model::{Config, Design, Doubt, Looks, Recorded, excerpt};
use bstr::{BStr, ByteSlice};
use std::collections::BTreeSet;

/// What the configuration of all results says: `design: interleaved`, and behind it `looks: 10,15,20`. Other values of
/// `design` are somebody's own, and say nothing; nor do looks without a design. O(configurations).
pub fn recorded(base: Option<&Side>, new: &Side) -> Recorded {
    let sides: Vec<(&str, Said)> =
        base.map(|base| ("base", base)).into_iter().chain([("new", new)]).map(said).collect();
    let design = agreed(sides.iter().flat_map(|(_, said)| &said.designs)).flatten();
    let read = |text: &String| text.parse::<Looks>().ok();
    let named = sides.iter().flat_map(|(_, said)| &said.looks).flatten().filter_map(read);
    let looks = named.reduce(|all, more| all.or(&more));
    let doubts = [designs_in_doubt(&sides), looks_in_doubt(&sides)].into_iter().flatten().collect();
    Recorded { design, looks, doubts }
}

/// What one side says, each once; `None` for results that say nothing.
struct Said {
    designs: BTreeSet<Option<Design>>,
    /// Of the results that are said to be interleaved, as written.
    looks: BTreeSet<Option<String>>,
}

fn said<'s>((name, side): (&'s str, &Side)) -> (&'s str, Said) {
    let mut said = Said { designs: BTreeSet::new(), looks: BTreeSet::new() };
    for config in side.dataset().configs() {
        let design = design(config);
        said.designs.insert(design);
        if design == Some(Design::Interleaved) {
            said.looks.insert(config.get("looks").map(text));
        }
    }
    (name, said)
}

fn design(config: &Config) -> Option<Design> {
    let value = config.get("design")?;
    [Design::Block, Design::Interleaved].into_iter().find(|it| it.as_str().as_bytes() == value)
}

fn text(value: &BStr) -> String {
    value.to_str_lossy().into_owned()
}

/// As much of it as a message has room for.
fn shown(text: &str) -> String {
    excerpt(text.as_bytes()).to_string()
}

/// What all say, if all say the same.
fn agreed<'a, T: Copy + PartialEq + 'a>(mut all: impl Iterator<Item = &'a T>) -> Option<T> {
    let first = all.next().copied()?;
    all.all(|it| *it == first).then_some(first)
}

fn designs_in_doubt(sides: &[(&str, Said)]) -> Option<Doubt> {
    let all: BTreeSet<_> = sides.iter().flat_map(|(_, said)| &said.designs).collect();
    let told = |said: &Said| said.designs.iter().map(|it| it.map(|it| it.to_string())).collect();
    (all.len() > 1).then(|| Doubt::Design(side_by_side(sides, told)))
}

fn looks_in_doubt(sides: &[(&str, Said)]) -> Option<Doubt> {
    let all: BTreeSet<_> = sides.iter().flat_map(|(_, said)| &said.looks).collect();
    let wrong = all.iter().find_map(|it| it.as_ref()?.parse::<Looks>().err());
    // A side without any interleaved result is another doubt.
    let told = |said: &Said| said.looks.iter().map(|it| it.as_ref().map(|it| shown(it))).collect();
    match wrong {
        Some(error) => Some(Doubt::Looks(error.to_string())),
        None if all.len() > 1 => Some(Doubt::Looks(side_by_side(sides, told))),
        None => None,
    }
}

/// `base says interleaved, new says nothing`
fn side_by_side(sides: &[(&str, Said)], of: impl Fn(&Said) -> Vec<Option<String>>) -> String {
    let told = |(name, said): &(&str, Said)| {
        let values: Vec<String> =
            of(said).into_iter().map(|value| value.unwrap_or_else(|| "nothing".to_string())).collect();
        (!values.is_empty()).then(|| format!("{name} says {}", values.join(" and ")))
    };
    sides.iter().filter_map(told).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    /// Each result behind a line of configuration, or several.
    fn told(base: &str, new: &str) -> String {
        let data = |text: &str| {
            let lines = text.replace('/', "\n");
            parse::text("f", lines.replace('|', "\nBenchmarkX 1 1 x\n").as_bytes())
        };
        let (base, new) = (data(base), data(new));
        let found = recorded(Some(&Side::new(&base)), &Side::new(&new));
        let design = found.design.map(|it| it.to_string()).unwrap_or_default();
        let looks = found.looks.map(|it| it.to_string()).unwrap_or_default();
        let doubts: Vec<String> = found.doubts.iter().map(ToString::to_string).collect();
        format!("{design} {looks} {}", doubts.join("; "))
    }

    #[test]
    fn what_both_sides_record_is_believed() {
        let run = "design: interleaved/looks: 10,15,20|";
        assert_eq!(told(run, run), "interleaved 10,15,20 ");
        assert_eq!(told("design: interleaved|", "design: interleaved  |"), "interleaved  ");
        assert_eq!(told("design: block|", "design: block|"), "block  ");
        assert_eq!(told("|", "|"), "  ");
        let btree = "design: btree/looks: good|";
        assert_eq!(told(btree, btree), "  ", "somebody's own key");
    }

    #[test]
    fn what_they_disagree_on_is_not() {
        let run = "design: interleaved/looks: 10,15,20|";
        assert_eq!(told(run, "|"), " 10,15,20 design: base says interleaved, new says nothing");
        assert_eq!(told("design: block|", run), " 10,15,20 design: base says block, new says interleaved");
        assert_eq!(
            told(run, &format!("|{run}")),
            " 10,15,20 design: base says interleaved, new says nothing and interleaved"
        );
        assert_eq!(
            told(run, "design: interleaved/looks: 10,30|"),
            "interleaved 10,15,20,30 looks: base says 10,15,20, new says 10,30"
        );
        assert_eq!(
            told(run, "design: interleaved|"),
            "interleaved 10,15,20 looks: base says 10,15,20, new says nothing"
        );
        assert_eq!(
            told(run, "design: interleaved/looks: fine|"),
            "interleaved 10,15,20 looks: `fine` is no number of rounds"
        );
    }

    #[test]
    fn one_side_alone_says_what_it_says() {
        let data = parse::text("f", b"design: interleaved\nlooks: 5\nBenchmarkX 1 1 x\n");
        let found = recorded(None, &Side::new(&data));
        assert_eq!((found.design, found.doubts.len()), (Some(Design::Interleaved), 0));
        assert_eq!(recorded(None, &Side::new(&parse::text("f", b""))), Recorded::default());
    }
}
