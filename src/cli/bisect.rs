//! `allocgate bisect`: finds the commit that made a benchmark worse.

use super::args::duration;
use super::exit::Exit;
use super::history::here;
use super::limit::Limits;
use super::progress::Progress;
use super::{console, environment, interrupt, read};
use allocgate::internals::gate::Gate;
use allocgate::internals::history::Checkout;
use allocgate::internals::model::{Class, Dataset, Direction, Name, Sample, Selection, Unit};
use allocgate::internals::policy::Policy;
use allocgate::internals::run::{
    self, BenchTime, CountRequest, CounterChoice, Event, Request, RunError, Session, Side, Stop, Variant,
};
use allocgate::internals::words::{Number, Percent, Signed, counted, list};
use anyhow::{Context, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};

/// Find the commit on the first-parent line that made a benchmark worse
///
/// Measures GOOD and BAD, and then a commit in the middle again and again, always in turn with GOOD. Counts need one round; times as many
/// as it takes to tell on which side of the middle between GOOD and BAD a commit is. A commit that does not build is passed over.
/// With --test it only judges the commit that is checked out, for `git bisect run`: exit code 0 is good, 1 is bad, and 125 means that it
/// cannot be measured.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A revision before the change
    #[arg(value_name = "GOOD")]
    good: String,
    /// A revision after it
    #[arg(value_name = "BAD")]
    bad: String,
    /// The benchmark, without the `Benchmark` prefix
    #[arg(value_name = "NAME")]
    name: String,
    /// The unit
    #[arg(long, default_value = "allocs/op")]
    unit: String,
    /// Most rounds for one commit, at least 5; counts need one
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = most_rounds)]
    max_rounds: usize,
    /// How long a sample takes, or its b.N, as in go test: 2s, 100x
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = super::run::benchtime)]
    benchtime: BenchTime,
    /// Value of GOMAXPROCS, as in go test
    #[arg(long, value_name = "N")]
    cpu: Option<String>,
    /// How long one benchmark may take, such as 90s, 10m or 1h30m
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration)]
    timeout: std::time::Duration,
    /// Only judge the commit that is checked out, for `git bisect run`
    #[arg(long)]
    test: bool,
    /// Packages, as in go test
    #[arg(value_name = "PACKAGES", default_value = "./...")]
    packages: Vec<String>,
}

/// The rounds after which times are looked at: the test needs five.
const LOOKS: [usize; 4] = [5, 10, 20, 40];

fn most_rounds(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(rounds) if (LOOKS[0]..=1000).contains(&rounds) => Ok(rounds),
        _ => Err(format!("expected a number from {} to 1000", LOOKS[0])),
    }
}

/// Instructions of the same code vary by less than this part.
const COUNTER_NOISE: f64 = 0.005;

/// What one comparison with GOOD showed.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Measured {
    /// The medians.
    good: f64,
    this: f64,
    /// The change in percent with its interval; of counts the difference, which is exact.
    change: f64,
    low: f64,
    high: f64,
    /// Whether the rounds were enough to tell on which side of the middle it is.
    is_clear: bool,
}

/// A commit that was measured, or why it cannot be.
type Outcome = Result<Measured, String>;

/// On which side of the change a commit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Good,
    Bad,
}

/// Measures commits against GOOD.
struct Probe<'a> {
    args: &'a Args,
    unit: Unit,
    stop: &'a Stop,
    progress: &'a Progress,
    limits: Limits,
}

pub(super) fn run(args: &Args, limits: Limits) -> anyhow::Result<Exit> {
    let stop = interrupt::stops_run()?;
    let progress = Progress::new();
    let probe = Probe { args, unit: Unit::new(args.unit.clone()), stop: &stop, progress: &progress, limits };
    let found = if args.test { probe.test() } else { probe.search() };
    progress.clear();
    match found {
        Err(error) if matches!(error.downcast_ref(), Some(RunError::Interrupted)) => {
            console::warn("interrupted; nothing is left");
            Ok(Exit::Interrupted)
        }
        found => found,
    }
}

impl Probe<'_> {
    /// Only the commit that is checked out.
    fn test(&self) -> anyhow::Result<Exit> {
        let whole = self.change(&self.args.bad)?;
        let measured = self.measure(None, Some(whole))?;
        self.progress.clear();
        let this = match measured.and_then(|it| self.decided(it)) {
            Ok(this) => this,
            Err(why) => {
                console::warn(&why);
                return Ok(Exit::Skip);
            }
        };
        let side = self.side(&this, &whole);
        console::warn(&format!("{}: {}", self.line(&this), if side == Half::Bad { "bad" } else { "good" }));
        Ok(if side == Half::Bad { Exit::Bad } else { Exit::Done })
    }

    fn search(&self) -> anyhow::Result<Exit> {
        let checkout = Checkout::open(&here()?)?;
        let commits = checkout.between(&self.args.good, &self.args.bad)?;
        ensure!(
            !commits.is_empty(),
            "{} has no commits that {} has not; GOOD must be before BAD on the first-parent line",
            self.args.bad,
            self.args.good
        );
        let whole = self.change(&self.args.bad)?;
        self.say(&format!(
            "{} to {}: {}, {}",
            self.args.good,
            self.args.bad,
            self.line(&whole),
            counted(commits.len(), "commit")
        ));
        let mut known: BTreeMap<usize, Measured> = BTreeMap::from([(commits.len() - 1, whole)]);
        let mut passed = BTreeSet::new();
        // `first` is the first commit that may be bad, `bad` is known to be.
        let (mut first, mut bad) = (0, commits.len() - 1);
        while let Some(middle) = middle(first, bad, &passed) {
            let measured = self.measure(Some(&commits[middle]), Some(whole))?;
            let measured = match measured.and_then(|it| self.decided(it)) {
                Ok(measured) => measured,
                Err(why) => {
                    self.say(&format!("{} {why}", short(&commits[middle])));
                    passed.insert(middle);
                    continue;
                }
            };
            known.insert(middle, measured);
            match self.side(&measured, &whole) {
                Half::Bad => bad = middle,
                Half::Good => first = middle + 1,
            }
            self.say(&format!("{} {}", short(&commits[middle]), self.line(&measured)));
        }
        self.progress.clear();
        let text = self.conclusion(&checkout, &commits, first..=bad, &known)?;
        console::print(|out| writeln!(out, "{text}"))?;
        Ok(Exit::Done)
    }

    /// What was measured, if that tells on which side it is.
    fn decided(&self, it: Measured) -> Outcome {
        match it.is_clear {
            true => Ok(it),
            false => Err(format!(
                "{} is not decided after {}; raise --max-rounds or --benchtime",
                self.line(&it),
                counted(self.looks()[self.looks().len() - 1], "round")
            )),
        }
    }

    /// The rounds after which a commit is looked at.
    fn looks(&self) -> Vec<usize> {
        if self.is_count() {
            return vec![1];
        }
        let most = self.args.max_rounds.max(LOOKS[0]);
        LOOKS.into_iter().filter(|&it| it < most).chain([most]).collect()
    }

    /// The commit that was found, or those of which one is it.
    fn conclusion(
        &self,
        checkout: &Checkout,
        commits: &[String],
        range: std::ops::RangeInclusive<usize>,
        known: &BTreeMap<usize, Measured>,
    ) -> anyhow::Result<String> {
        let bad = &commits[*range.end()];
        let before = range.start().checked_sub(1).and_then(|it| known.get(&it));
        let values = known.get(range.end()).map_or_else(String::new, |it| {
            let from = before.map_or(it.good, |it| it.this);
            format!("{} → {} {}", Number(from), Number(it.this), self.unit)
        });
        if range.start() < range.end() {
            let all = list(commits[range].iter().map(|it| short(it)), 10);
            return Ok(format!(
                "one of these commits made {} worse, {values}; those before the last cannot be told apart: {all}",
                self.args.name
            ));
        }
        Ok(format!("{} made {} worse, {values}: {}", short(bad), self.args.name, checkout.title(bad)?))
    }

    /// The change from GOOD to BAD.
    fn change(&self, bad: &str) -> anyhow::Result<Measured> {
        let whole = match self.measure(Some(bad), None)? {
            Ok(whole) => whole,
            Err(why) => bail!("{bad} {why}"),
        };
        let rise = match self.unit.direction() {
            Some(Direction::Higher) => -whole.change,
            Some(Direction::Lower) | None => whole.change,
        };
        let is_proven = whole.low > 0.0 || whole.high < 0.0;
        ensure!(
            rise > 0.0 && is_proven,
            "{} is not worse in {bad} than in {}: {}; there is nothing to find",
            self.args.name,
            self.args.good,
            self.line(&whole)
        );
        Ok(whole)
    }

    /// Nearer to GOOD or to BAD.
    fn side(&self, this: &Measured, whole: &Measured) -> Half {
        match this.change / whole.change > 0.5 {
            true => Half::Bad,
            false => Half::Good,
        }
    }

    /// Measures a commit, or the working tree, in turn with GOOD. With the change from GOOD to BAD, until it is clear on which side of
    /// the middle it is.
    fn measure(&self, commit: Option<&str>, whole: Option<Measured>) -> anyhow::Result<Outcome> {
        let folder = tempfile::tempdir().context("the folder for temporary files cannot be used")?;
        let looks = self.looks();
        let request = Request {
            base: Variant { revision: Some(self.args.good.clone()), ..Variant::default() },
            new: Variant { revision: commit.map(String::from), ..Variant::default() },
            bench: pattern(&self.args.name),
            selection: Selection::new(&self.args.name, None, &[]),
            benchtime: self.args.benchtime,
            cpu: self.args.cpu.clone(),
            timeout: self.args.timeout,
            out: folder.path().join("results"),
            looks: run::looks(looks[0], looks[looks.len() - 1])?,
            unchanged: true,
            count: self
                .unit
                .is_of_counter()
                .then_some(CountRequest { counter: CounterChoice::Auto, only: true }),
            ..Request::untimed(here()?, &self.args.packages)
        };
        let mut session = match Session::prepare(request, self.stop, &mut |event| self.show(event)) {
            Ok(session) => session,
            Err(error) if whole.is_some() && is_of_commit(&error) => {
                return Ok(Err(format!("cannot be measured: {}", first_line(&error))));
            }
            Err(error) => return Err(error.into()),
        };
        session.measure_unchanged(&mut |event| self.show(event))?;
        ensure!(session.has_benchmarks(Side::Base), "{} has no benchmark {}", self.args.good, self.args.name);
        if !session.has_benchmarks(Side::New) {
            return Ok(Err(format!(
                "cannot be measured: it does not build, or has no benchmark {}",
                self.args.name
            )));
        }
        for &rounds in &looks {
            session.measure(rounds, &mut |event| self.show(event))?;
            let measured = self.compare(&session)?;
            let Ok(measured) = measured else { return Ok(measured) };
            let threshold = whole.map_or(0.0, |it| it.change / 2.0);
            let is_clear = measured.is_clear || measured.low > threshold || measured.high < threshold;
            if is_clear || rounds == looks[looks.len() - 1] {
                return Ok(Ok(Measured { is_clear, ..measured }));
            }
        }
        unreachable!("there is a last look")
    }

    /// Reads what was measured.
    fn compare(&self, session: &Session) -> anyhow::Result<Outcome> {
        let read = |side: Side| -> anyhow::Result<Dataset> {
            let path = session.results_file(side).display().to_string();
            read::read_any(&path.parse()?, self.limits)
        };
        let (good, this) = (read(Side::Base)?, read(Side::New)?);
        let (Some(before), Some(after)) = (self.values(&good)?, self.values(&this)?) else {
            let (side, data) = if self.values(&good)?.is_none() { ("GOOD ", &good) } else { ("", &this) };
            return Ok(Err(format!("cannot be measured: {side}{}", self.what_is_there(data))));
        };
        let (from, to) = (before.median(), after.median());
        if self.is_count() {
            let change = to - from;
            let noise = if self.unit.is_of_counter() { COUNTER_NOISE * from } else { 0.0 };
            let (low, high) = (change - noise, change + noise);
            let is_clear = noise == 0.0; // a count is exact
            return Ok(Ok(Measured { good: from, this: to, change, low, high, is_clear }));
        }
        let report = Gate::new(&Policy::builtin(), environment::today()).report(Some(&good), &this)?;
        let row = report.rows.iter().find(|row| row.unit == self.unit && self.is_it(&row.benchmark));
        let change = row.and_then(|row| row.change);
        let percent = change.and_then(|it| it.percent).unwrap_or((to - from) / from * 100.0);
        let (low, high) =
            change.and_then(|it| it.low.zip(it.high)).unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        Ok(Ok(Measured { good: from, this: to, change: percent, low, high, is_clear: false }))
    }

    /// Why results have no value of the benchmark in the unit, and what to name.
    fn what_is_there(&self, data: &Dataset) -> String {
        let units: BTreeSet<String> = data
            .segments()
            .filter(|it| self.is_it(&data.name(it.name).to_string()))
            .flat_map(|it| it.units.iter().map(|&unit| data.unit(unit).to_string()).collect::<Vec<_>>())
            .collect();
        if !units.is_empty() {
            return format!("has no {}; the units of {} are {}", self.unit, self.args.name, list(&units, 10));
        }
        let names: BTreeSet<String> = data.segments().map(|it| data.name(it.name).to_string()).collect();
        match names.is_empty() {
            true => format!("has no result of {}", self.args.name),
            false => format!("has no result of {}; name one of {}", self.args.name, list(&names, 5)),
        }
    }

    /// The values of the benchmark; `None` if there are none.
    fn values(&self, data: &Dataset) -> anyhow::Result<Option<Sample>> {
        let mut values: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for segment in data.segments() {
            let name = data.name(segment.name).to_string();
            let unit = segment.units.iter().position(|&unit| *data.unit(unit) == self.unit);
            if let Some(unit) = unit.filter(|_| self.is_it(&name)) {
                segment.values(unit).extend(values.entry(name).or_default());
            }
        }
        ensure!(
            values.len() < 2,
            "{}: several benchmarks have this name: {}; use --cpu, or a whole name",
            self.args.name,
            list(values.keys(), 5)
        );
        Ok(values.into_values().next().and_then(|values| Sample::new(&values)))
    }

    /// Whether one round tells all: counts, and instructions within their noise.
    fn is_count(&self) -> bool {
        self.unit.class() == Class::Counting || self.unit.is_of_counter()
    }

    fn is_it(&self, benchmark: &str) -> bool {
        // As go test writes the names of sub-benchmarks.
        let wanted = self.args.name.replace(' ', "_");
        let name = Name::new(benchmark.as_bytes());
        benchmark == wanted || name.without_procs() == wanted.as_str()
    }

    fn line(&self, it: &Measured) -> String {
        let change = match self.unit.class() {
            _ if self.unit.is_of_counter() => Percent(it.change / it.good * 100.0).to_string(),
            Class::Counting => Signed(it.change).to_string(),
            Class::Continuous => Percent(it.change).to_string(),
        };
        format!("{} → {} {} ({change})", Number(it.good), Number(it.this), self.unit)
    }

    /// Shows what goes on. What may disturb times is the same for every commit, and a commit that does not build is named anyway.
    fn show(&self, event: Event<'_>) {
        if !matches!(event, Event::Warning(_)) {
            self.progress.show(event);
        }
    }

    fn say(&self, text: &str) {
        self.progress.print(text);
    }
}

/// Errors that another commit need not have.
fn is_of_commit(error: &RunError) -> bool {
    matches!(
        error,
        RunError::NothingBuilds { .. }
            | RunError::NoBenchmarks { .. }
            | RunError::NothingMatches { .. }
            | RunError::NoFolder { .. }
            | RunError::CommandFailed { .. }
    )
}

/// What an error says in its first line.
fn first_line(error: &RunError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_string()
}

/// The index in the middle of `first..bad` that was not passed over, or the nearest one.
fn middle(first: usize, bad: usize, passed: &BTreeSet<usize>) -> Option<usize> {
    let center = first + (bad - first) / 2;
    (first..bad).filter(|it| !passed.contains(it)).min_by_key(|it| it.abs_diff(center))
}

fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}

/// The value of `-bench` that selects only this benchmark.
fn pattern(name: &str) -> String {
    let name = Name::new(name.replace(' ', "_").as_bytes()).without_procs().to_string();
    let literal = |part: &str| {
        let escape = |c: char| if c.is_alphanumeric() || c == '_' { c.to_string() } else { format!("\\{c}") };
        format!("^{}$", part.chars().map(escape).collect::<String>())
    };
    let mut parts = name.split('/');
    let first = literal(parts.next().unwrap_or_default()).replacen('^', "^Benchmark", 1);
    std::iter::once(first).chain(parts.map(literal)).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_is_told_by_fewer_rounds_than_the_test_needs() {
        assert_eq!(most_rounds("5"), Ok(5));
        for text in ["0", "4", "1001", "-1", "x"] {
            assert!(most_rounds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_pattern_selects_one_benchmark() {
        assert_eq!(pattern("Decode-8"), "^BenchmarkDecode$");
        assert_eq!(pattern("Parse/size=64"), "^BenchmarkParse$/^size\\=64$");
    }

    #[test]
    fn the_middle_is_searched_around_commits_that_cannot_be_measured() {
        assert_eq!(middle(0, 9, &BTreeSet::new()), Some(4));
        assert_eq!(middle(0, 9, &BTreeSet::from([4])), Some(3));
        assert_eq!(middle(3, 3, &BTreeSet::new()), None);
        assert_eq!(middle(3, 5, &BTreeSet::from([3, 4])), None);
    }
}
