//! Numbers, as sentences and tables show them.

use super::fixed;
use std::fmt;

/// A measured value: whole numbers whole, others with four significant digits, thousands apart.
#[derive(Debug, Clone, Copy)]
pub struct Number(pub f64);

/// A mean of whole numbers, with at most two decimals: `2`, `0.98`, `11.5`.
#[derive(Debug, Clone, Copy)]
pub struct Mean(pub f64);

/// The same with its sign, `+2`.
#[derive(Debug, Clone, Copy)]
pub struct Signed(pub f64);

/// A percentage with its sign and one decimal, `+12.4%`.
#[derive(Debug, Clone, Copy)]
pub struct Percent(pub f64);

/// A percentage without a sign, as short as it reads well: `0.7%`, `12.4%`, `38%`, `171%`.
#[derive(Debug, Clone, Copy)]
pub struct Magnitude(pub f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        let digits = if self.0.fract() == 0.0 || size >= 1000.0 {
            0
        } else {
            // The first significant digit stands at 10^exponent.
            let exponent = size.log10().floor() as i32;
            (3 - exponent).clamp(0, 9) as usize
        };
        f.pad(&group(if size >= 1e15 { format!("{:.3e}", self.0) } else { fixed(self.0, digits) }))
    }
}

impl fmt::Display for Mean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = (self.0 * 100.0).round();
        let digits = if hundredths % 100.0 == 0.0 {
            0
        } else if hundredths % 10.0 == 0.0 {
            1
        } else {
            2
        };
        // Without the sign of what is rounded to nothing.
        let value = if hundredths == 0.0 { 0.0 } else { hundredths / 100.0 };
        f.pad(&group(fixed(value, digits)))
    }
}

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 > 0.0 { "+" } else { "" };
        f.pad(&format!("{sign}{}", Number(self.0)))
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Rounds to zero: no sign, whichever side it came from.
        let rounded = (self.0 * 10.0).round() / 10.0;
        let sign = if rounded > 0.0 { "+" } else { "" };
        let text = group(fixed(if rounded == 0.0 { 0.0 } else { rounded }, 1));
        f.pad(&[sign, &text, "%"].concat())
    }
}

impl fmt::Display for Magnitude {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        let tenths = (size * 10.0).round() / 10.0;
        let digits = if size >= 100.0 || tenths.fract() == 0.0 { 0 } else { 1 };
        f.pad(&(group(fixed(size, digits)) + "%"))
    }
}

/// Commas between the thousands of the whole part.
fn group(text: String) -> String {
    let (sign, rest) = text.strip_prefix('-').map_or(("", &*text), |rest| ("-", rest));
    let whole = rest.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
    if whole <= 3 {
        return text;
    }
    let (whole, tail) = rest.split_at(whole);
    let mut grouped = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_has_at_most_two_decimals() {
        for (mean, want) in [(2.0, "2"), (0.98, "0.98"), (11.5, "11.5"), (1.004, "1"), (1234.567, "1,234.57")]
        {
            assert_eq!(Mean(mean).to_string(), want);
        }
    }

    #[test]
    fn a_number_has_four_significant_digits() {
        for (number, want) in [
            (0.0, "0"),
            (2.0, "2"),
            (26.34, "26.34"),
            (0.5252, "0.5252"),
            (0.00012345, "0.0001234"),
            (1.0 / 3.0, "0.3333"),
            (999.94, "999.9"),
            (1234.5, "1,234"),
            (3_871_146.0, "3,871,146"),
            (-1234.0, "-1,234"),
            (1e15, "1.000e15"),
        ] {
            assert_eq!(Number(number).to_string(), want, "{number}");
        }
    }

    #[test]
    fn a_magnitude_is_short_and_has_no_sign() {
        for (percent, want) in [
            (0.0, "0%"),
            (0.74, "0.7%"),
            (12.44, "12.4%"),
            (-38.0, "38%"),
            (99.97, "100%"),
            (1708.2, "1,708%"),
        ] {
            assert_eq!(Magnitude(percent).to_string(), want, "{percent}");
        }
    }

    #[test]
    fn a_change_has_a_sign() {
        assert_eq!(Signed(2.0).to_string(), "+2");
        assert_eq!(Signed(-1500.0).to_string(), "-1,500");
        for (percent, want) in
            [(12.44, "+12.4%"), (-0.04, "0.0%"), (-6.25, "-6.3%"), (123456.0, "+123,456.0%")]
        {
            assert_eq!(Percent(percent).to_string(), want, "{percent}");
        }
    }
}
