//! When a run looked at its results.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// The rounds after which a run looks at its results, fixed before it begins: what is undecided at a look is measured on, up
/// to the next one. At least one, ascending.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Looks(Vec<usize>);

/// What is wrong with a list of looks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LooksError {
    /// Something that is no number of rounds.
    #[error("`{0}` is no number of rounds")]
    NoNumber(String),
    /// Not every look is later than the one before it.
    #[error("{0} does not come after {1}")]
    NotAscending(usize, usize),
    /// No look, or too many to be anybody's plan.
    #[error("{0} looks, expected 1 to {MOST}")]
    Count(usize),
}

/// Which look at a row was the last one, and what it may spend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Counted from 1.
    pub number: usize,
    /// Its part of the chance of a false alarm.
    pub share: Share,
}

/// A part of the chance of a false alarm, in (0, 1].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share(f64);

/// Nobody looks more often.
const MOST: usize = 100;

/// The part of the first look: most rows are decided there.
const FIRST: f64 = 0.5;

impl Share {
    /// The whole chance: a row that was looked at once.
    pub const WHOLE: Share = Share(1.0);

    /// As a plain number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Looks {
    /// Of numbers of rounds.
    ///
    /// # Errors
    /// If they are not positive and ascending, or none, or more than a hundred.
    pub fn new(rounds: Vec<usize>) -> Result<Looks, LooksError> {
        if !(1..=MOST).contains(&rounds.len()) {
            return Err(LooksError::Count(rounds.len()));
        }
        if rounds[0] == 0 {
            return Err(LooksError::NoNumber("0".to_string()));
        }
        match rounds.windows(2).find(|pair| pair[1] <= pair[0]) {
            Some(pair) => Err(LooksError::NotAscending(pair[1], pair[0])),
            None => Ok(Looks(rounds)),
        }
    }

    /// The rounds, ascending.
    pub fn rounds(&self) -> &[usize] {
        &self.0
    }

    /// Whether results were looked at more than once.
    pub fn is_sequential(&self) -> bool {
        self.0.len() > 1
    }

    /// `10, 15 and 20`.
    pub fn in_words(&self) -> String {
        let rounds: Vec<String> = self.0.iter().map(usize::to_string).collect();
        match rounds.split_last() {
            Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
            Some(_) | None => rounds.concat(),
        }
    }

    /// Every look of either: whoever stopped at one of them stopped at one of these.
    pub fn or(&self, other: &Looks) -> Looks {
        let all: BTreeSet<usize> = self.0.iter().chain(&other.0).copied().collect();
        // Two lists without end have looks that nobody took: the last one that is left stands for the rest.
        Looks(all.into_iter().take(MOST).collect())
    }

    /// The look at which a row with so many samples was left: the first that is not before them, else the last.
    ///
    /// The shares sum to one: half for the first look, the rest in equal parts. A p-value divided by the share of its look is
    /// valid whatever decided when to stop, for under the null hypothesis P(min p(k)/w(k) ≤ x) ≤ Σ w(k)·x = x (Bonferroni's
    /// inequality over the looks; a discrete case of Lan & DeMets, *Discrete sequential boundaries for clinical trials*,
    /// Biometrika 70, 1983).
    pub fn look(&self, samples: usize) -> Look {
        let last = self.0.len() - 1;
        let index = self.0.iter().position(|&rounds| samples <= rounds).unwrap_or(last);
        let share = match (last, index) {
            (0, _) => Share::WHOLE,
            (_, 0) => Share(FIRST),
            (later, _) => Share((1.0 - FIRST) / later as f64),
        };
        Look { number: index + 1, share }
    }
}

/// `10,15,20`, with or without blanks.
impl FromStr for Looks {
    type Err = LooksError;

    fn from_str(text: &str) -> Result<Looks, LooksError> {
        let number = |part: &str| {
            let digits = part.trim();
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse().ok().filter(|_| plain).ok_or_else(|| LooksError::NoNumber(excerpt(digits)))
        };
        // One more than is allowed says enough of a list without end.
        Looks::new(text.split(',').take(MOST + 1).map(number).collect::<Result<_, _>>()?)
    }
}

fn excerpt(text: &str) -> String {
    super::excerpt(text.as_bytes()).to_string()
}

/// As it is read.
impl fmt::Display for Looks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounds: Vec<String> = self.0.iter().map(usize::to_string).collect();
        f.pad(&rounds.join(","))
    }
}

impl TryFrom<Vec<usize>> for Looks {
    type Error = LooksError;

    fn try_from(rounds: Vec<usize>) -> Result<Looks, LooksError> {
        Looks::new(rounds)
    }
}

impl From<Looks> for Vec<usize> {
    fn from(looks: Looks) -> Vec<usize> {
        looks.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn looks(text: &str) -> Looks {
        text.parse().expect("looks")
    }

    #[test]
    fn looks_are_ascending_numbers_of_rounds() {
        assert_eq!(looks("10,15,20").rounds(), [10, 15, 20]);
        assert_eq!(looks(" 8 , 12").to_string(), "8,12");
        assert_eq!((looks("8").in_words(), looks("8,9,10").in_words()), ("8".into(), "8, 9 and 10".into()));
        for (text, want) in [
            ("", "`` is no number of rounds"),
            ("0,5", "`0` is no number of rounds"),
            ("ten", "`ten` is no number of rounds"),
            ("+5", "`+5` is no number of rounds"),
            ("5,-6", "`-6` is no number of rounds"),
            ("10,,20", "`` is no number of rounds"),
            ("10,10", "10 does not come after 10"),
            ("20,10", "10 does not come after 20"),
            ("99999999999999999999999", "`99999999999999999999999` is no number of rounds"),
        ] {
            assert_eq!(text.parse::<Looks>().expect_err("no looks").to_string(), want, "{text}");
        }
        let endless = (1..=5000).map(|i| i.to_string()).collect::<Vec<_>>().join(",");
        assert_eq!(endless.parse::<Looks>(), Err(LooksError::Count(MOST + 1)));
    }

    #[test]
    fn a_row_was_left_at_the_first_look_that_is_not_before_its_samples() {
        let at = |looks: &Looks, samples| (looks.look(samples).number, looks.look(samples).share.get());
        let three = looks("10,15,20");
        for (samples, want) in [
            (0, (1, 0.5)),
            (10, (1, 0.5)),
            (11, (2, 0.25)),
            (15, (2, 0.25)),
            (20, (3, 0.25)),
            (21, (3, 0.25)),
        ] {
            assert_eq!(at(&three, samples), want, "{samples}");
        }
        assert_eq!(at(&looks("10,20"), 20), (2, 0.5));
        for samples in [1, 10, 99] {
            assert_eq!(looks("10").look(samples), Look { number: 1, share: Share::WHOLE });
        }
    }

    #[test]
    fn who_stopped_at_a_look_of_either_stopped_at_one_of_both() {
        assert_eq!(looks("10,15,20").or(&looks("10,20,40")), looks("10,15,20,40"));
    }

    proptest! {
        #[test]
        fn the_shares_sum_to_one_and_the_text_is_read_again(rounds in proptest::collection::btree_set(1usize..500, 1..20)) {
            let looks = Looks::new(rounds.iter().copied().collect()).expect("ascending");
            let sum: f64 = looks.rounds().iter().map(|&rounds| looks.look(rounds).share.get()).sum();
            prop_assert!((sum - 1.0).abs() < 1e-12, "{} {}", looks, sum);
            prop_assert_eq!(looks.to_string().parse::<Looks>(), Ok(looks));
        }

        #[test]
        fn no_text_is_trouble(text in ".*") {
            if let Ok(looks) = text.parse::<Looks>() {
                prop_assert!(looks.look(7).share.get() > 0.0);
            }
        }
    }
}
