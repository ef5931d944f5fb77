//! The statistics against exact answers, computed by other programs with exact integers.

use crate::shared;
use allocgate::internals::stats::{self, Confidence, Interval, Method};

const TOLERANCE: f64 = 1e-12;

struct Case(csv::StringRecord, csv::StringRecord);

impl Case {
    fn text(&self, column: &str) -> &str {
        let at = self.0.iter().position(|name| name == column).expect(column);
        &self.1[at]
    }

    fn number(&self, column: &str) -> f64 {
        self.text(column).parse().expect(column)
    }

    fn sample(&self, column: &str) -> Vec<f64> {
        self.text(column).split(' ').map(|value| value.parse().expect(column)).collect()
    }

    #[track_caller]
    fn same(&self, got: f64, column: &str) {
        let want = self.number(column);
        let close = got == want || ((got - want) / want).abs() <= TOLERANCE;
        assert!(close, "case {}: {column} is {want}, got {got}", self.text("id"));
    }

    #[track_caller]
    fn same_interval(&self, got: Interval, low: &str, high: &str, confidence: &str) {
        match got {
            Interval::Bounded { low: l, high: h, confidence: c } => {
                self.same(l, low);
                self.same(h, high);
                self.same(c, confidence);
            }
            Interval::Unbounded => {
                assert!(self.number(high).is_infinite(), "case {}: {high}", self.text("id"))
            }
        }
    }
}

fn cases(file: &str) -> Vec<Case> {
    let mut reader = csv::Reader::from_path(shared(file)).expect("readable");
    let header = reader.headers().expect("it has a header").clone();
    reader.records().map(|record| Case(header.clone(), record.expect("it is CSV"))).collect()
}

#[test]
fn mann_whitney_and_hodges_lehmann_agree_with_every_case() {
    let cases = cases("oracle/mwu_oracle.csv");
    let mut exact = 0;
    for case in &cases {
        let (x, y) = (case.sample("x_base"), case.sample("y_new"));
        let test = stats::mann_whitney(&x, &y).expect("neither is empty");
        case.same(test.u, "u_y_over_x");
        match test.method {
            Method::Exact => {
                case.same(test.two_sided().get(), "p_two");
                case.same(test.less.get(), "p_less");
                case.same(test.greater.get(), "p_greater");
                exact += 1;
            }
            Method::Normal => case.same(test.two_sided().get(), "p_normal_tiecc"),
        }
        for (level, low, high, reached) in
            [(0.95, "hl_lo95", "hl_hi95", "hl_conf95"), (0.99, "hl_lo99", "hl_hi99", "hl_conf99")]
        {
            let confidence = Confidence::new(level).expect("a level");
            let shift = stats::hodges_lehmann(&x, &y, confidence).expect("neither is empty");
            case.same(shift.value, "hl_shift");
            case.same_interval(shift.interval, low, high, reached);
        }
        match stats::hodges_lehmann_ratio(&x, &y, Confidence::P95) {
            None => assert_eq!(case.text("hl_ratio"), "", "case {}", case.text("id")),
            Some(ratio) => {
                case.same(ratio.value, "hl_ratio");
                case.same_interval(ratio.interval, "hl_ratio_lo95", "hl_ratio_hi95", "hl_conf95");
            }
        }
        for (mut values, of) in [(x, "x"), (y, "y")] {
            values.sort_by(f64::total_cmp);
            case.same(stats::median(&values).expect("not empty"), &format!("median_{of}"));
            let interval = stats::median_interval(&values, Confidence::P95);
            let [low, high, reached] = ["lo95", "hi95"]
                .map(|end| format!("median_{of}_{end}"))
                .into_iter()
                .chain([format!("median_conf_{of}")])
                .collect::<Vec<_>>()
                .try_into()
                .expect("three names");
            case.same_interval(interval, &low, &high, &reached);
        }
    }
    assert_eq!(cases.len(), 326);
    assert!(exact >= 300, "only {exact} cases are within the exact range");
}

#[test]
fn the_median_interval_takes_the_right_order_statistics() {
    let cases = cases("oracle/median_ci_oracle.csv");
    for case in &cases {
        let ranks: Vec<f64> = (1..=case.number("n") as u32).map(f64::from).collect();
        let confidence = Confidence::new(case.number("confidence")).expect("a level");
        let interval = stats::median_interval(&ranks, confidence);
        if let Interval::Bounded { low, high, .. } = interval {
            assert_eq!(
                (low, high),
                (case.number("sym_lo_order"), case.number("sym_hi_order")),
                "n = {}",
                ranks.len()
            );
        } else {
            assert_eq!(case.text("sym_lo_order"), "-inf", "n = {}", ranks.len());
        }
    }
    assert!(cases.len() >= 180);
}
