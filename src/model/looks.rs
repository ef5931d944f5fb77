//! Looks: interim analyses, after which a run goes on with what is undecided.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// The rounds after which a run judges its results, fixed before it begins. What is undecided then is measured until the next
/// look. There is at least one; they are ascending.
///
/// In the literature these are interim analyses of a group-sequential design. Each look is a chance of a false alarm, so each
/// gets a [`Share`] of the error rate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Looks(Vec<usize>);

/// What is wrong with a list of looks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LooksError {
    /// A part that is not a number of rounds.
    #[error("`{0}` is not a number of rounds")]
    NotANumber(String),
    /// A look that is not later than the one before it.
    #[error("{0} is not greater than {1}")]
    NotAscending(usize, usize),
    /// No look, or too many.
    #[error("expected 1 to {MOST} looks, got {0}")]
    Count(usize),
}

/// The last look at a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Its number, from 1.
    pub number: usize,
    /// Its share of the error rate.
    pub share: Share,
}

/// A share of the error rate (the chance of a false alarm), in (0, 1].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share(f64);

/// The most looks there can be.
const MOST: usize = 100;

/// The share of the last look. What is decided late is small, and needs most of the error rate; large changes are decided early with
/// little of it.
const LAST: f64 = 0.7;

impl Share {
    /// All of it, for a single look.
    pub const WHOLE: Share = Share(1.0);

    /// As a plain number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Looks {
    /// From numbers of rounds.
    ///
    /// # Errors
    /// If there are none or more than a hundred, or they are not positive and ascending.
    pub fn new(rounds: Vec<usize>) -> Result<Looks, LooksError> {
        if !(1..=MOST).contains(&rounds.len()) {
            return Err(LooksError::Count(rounds.len()));
        }
        if rounds[0] == 0 {
            return Err(LooksError::NotANumber("0".to_string()));
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

    /// Whether there are several.
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

    /// The looks of both.
    pub fn or(&self, other: &Looks) -> Looks {
        let all: BTreeSet<usize> = self.0.iter().chain(&other.0).copied().collect();
        // Only files written by hand have more: the last one that is kept stands for the others.
        Looks(all.into_iter().take(MOST).collect())
    }

    /// The last look at a row with so many samples: the first after at least as many rounds, else the last of all.
    ///
    /// The shares sum to one: the last look has 0.7, and the others have the rest in proportion to their numbers, such as 0.1, 0.2 and
    /// 0.7. A p-value divided by the share of
    /// its look is valid whatever the rule for stopping, because under the null hypothesis P(min p(k)/w(k) ≤ x) ≤ Σ w(k)·x = x
    /// (Bonferroni's inequality over the looks; a discrete case of Lan & DeMets, *Discrete sequential boundaries for clinical
    /// trials*, Biometrika 70, 1983).
    pub fn look(&self, samples: usize) -> Look {
        let last = self.0.len() - 1;
        let index = self.0.iter().position(|&rounds| samples <= rounds).unwrap_or(last);
        let share = match (last, index) {
            (0, _) => Share::WHOLE,
            _ if index == last => Share(LAST),
            _ => Share((1.0 - LAST) * 2.0 * (index + 1) as f64 / (last * (last + 1)) as f64),
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
            digits.parse().ok().filter(|_| plain).ok_or_else(|| LooksError::NotANumber(excerpt(digits)))
        };
        // One more than allowed is enough for an error.
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
            ("", "`` is not a number of rounds"),
            ("0,5", "`0` is not a number of rounds"),
            ("ten", "`ten` is not a number of rounds"),
            ("+5", "`+5` is not a number of rounds"),
            ("5,-6", "`-6` is not a number of rounds"),
            ("10,,20", "`` is not a number of rounds"),
            ("10,10", "10 is not greater than 10"),
            ("20,10", "10 is not greater than 20"),
            ("99999999999999999999999", "`99999999999999999999999` is not a number of rounds"),
        ] {
            assert_eq!(text.parse::<Looks>().expect_err("no looks").to_string(), want, "{text}");
        }
        let endless = (1..=5000).map(|i| i.to_string()).collect::<Vec<_>>().join(",");
        assert_eq!(endless.parse::<Looks>(), Err(LooksError::Count(MOST + 1)));
    }

    #[test]
    fn the_last_look_at_a_row_follows_from_its_samples() {
        let at = |looks: &Looks, samples| (looks.look(samples).number, looks.look(samples).share.get());
        let three = looks("10,15,20");
        for (samples, want) in
            [(0, (1, 0.1)), (10, (1, 0.1)), (11, (2, 0.2)), (15, (2, 0.2)), (20, (3, 0.7)), (21, (3, 0.7))]
        {
            let (number, share) = at(&three, samples);
            assert_eq!(number, want.0, "{samples}");
            assert!((share - want.1).abs() < 1e-12, "{samples}: {share}");
        }
        let (number, share) = at(&looks("10,20"), 10);
        assert!(number == 1 && (share - 0.3).abs() < 1e-12, "{number} {share}");
        for samples in [1, 10, 99] {
            assert_eq!(looks("10").look(samples), Look { number: 1, share: Share::WHOLE });
        }
    }

    #[test]
    fn two_lists_are_merged() {
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
