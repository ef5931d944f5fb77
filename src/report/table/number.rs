//! Numbers as Go and benchstat print them: `1.5e+06`, `+12.00%`, `1.676µ`, `8.000Ki`.

use crate::compare::{ComparedTable, TableCell};
use crate::group::TableRow;
use crate::words;

/// The shortest digits that read back as the same number, with an exponent below 1e-4 and from 1e6 on: Go's `%v`.
pub(super) fn general(value: f64) -> String {
    if !value.is_finite() {
        return fixed(value, 0);
    }
    let scientific = shortest(value);
    let parts =
        scientific.split_once('e').and_then(|(digits, power)| Some((digits, power.parse::<i32>().ok()?)));
    match parts {
        Some((digits, power)) if !(-4..=5).contains(&power) => {
            let sign = if power < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", power.abs())
        }
        Some(_) | None => value.to_string(),
    }
}

/// The shortest digits that read back as the same number. If two of the same length are equally near, the even one, as in Go.
fn shortest(value: f64) -> String {
    let shortest = format!("{value:e}");
    let digits = shortest.bytes().take_while(|&byte| byte != b'e').filter(u8::is_ascii_digit).count();
    let even = format!("{value:.*e}", digits - 1);
    if even.parse() == Ok(value) { even } else { shortest }
}

/// A number with this many decimals: Go's `%.2f`.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    text_of(|out| push_fixed(value, decimals, out))
}

/// Appends [`fixed`] to a text.
pub(super) fn push_fixed(value: f64, decimals: usize, out: &mut String) {
    match value {
        f64::INFINITY => out.push_str("+Inf"),
        f64::NEG_INFINITY => out.push_str("-Inf"),
        value => words::push_fixed(value, decimals, out),
    }
}

/// What is appended to an empty text. The text tables, which may have millions of cells, append to one text instead.
pub(super) fn text_of(append: impl FnOnce(&mut String)) -> String {
    let mut text = String::new();
    append(&mut text);
    text
}

/// Appends a fraction as a percentage with its sign: Go's `%+.2f%%`.
pub(super) fn push_percent(fraction: f64, out: &mut String) {
    let value = fraction * 100.0;
    if !(value.is_infinite() || value.is_sign_negative() || value.is_nan()) {
        out.push('+');
    }
    push_fixed(value, 2, out);
    out.push('%');
}

/// A prefix for a row of values, and the number of decimals that gives four digits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    prefix: &'static str,
    factor: f64,
    decimals: usize,
}

/// A prefix, and the smallest values that it shows with one, two and three decimals. Each is where rounding to four digits would
/// carry over.
struct Prefix {
    name: &'static str,
    factor: f64,
    from: [f64; 3],
}

const fn prefix(name: &'static str, factor: f64, from: [f64; 3]) -> Prefix {
    Prefix { name, factor, from }
}

const DECIMAL: [Prefix; 8] = [
    prefix("T", 1e12, [99.995e12, 9.9995e12, 0.99995e12]),
    prefix("G", 1e9, [99.995e9, 9.9995e9, 0.99995e9]),
    prefix("M", 1e6, [99.995e6, 9.9995e6, 0.99995e6]),
    prefix("k", 1e3, [99.995e3, 9.9995e3, 0.99995e3]),
    prefix("", 1.0, [99.995, 9.9995, 0.99995]),
    prefix("m", 1e-3, [99.995e-3, 9.9995e-3, 0.99995e-3]),
    prefix("µ", 1e-6, [99.995e-6, 9.9995e-6, 0.99995e-6]),
    prefix("n", 1e-9, [99.995e-9, 9.9995e-9, 0.99995e-9]),
];

const fn binary(name: &'static str, factor: f64) -> Prefix {
    prefix(name, factor, [99.995 * factor, 9.9995 * factor, 0.99995 * factor])
}

const BINARY: [Prefix; 5] = [
    binary("Ti", 1_099_511_627_776.0),
    binary("Gi", 1_073_741_824.0),
    binary("Mi", 1_048_576.0),
    binary("Ki", 1024.0),
    binary("", 1.0),
];

/// Below the smallest prefix: the smallest values with 3, 4, … decimals.
const BELOW: [f64; 8] =
    [9.9995e-1, 9.9995e-2, 9.9995e-3, 9.9995e-4, 9.9995e-5, 9.9995e-6, 9.9995e-7, 9.9995e-8];

impl Scale {
    /// The scale for a row of values: that of the smallest one except zero, so that none loses digits.
    /// `bytes` chooses powers of 1024.
    pub(super) fn of(values: impl Iterator<Item = f64>, bytes: bool) -> Scale {
        let Some(smallest) = values.map(f64::abs).filter(|&value| value > 0.0).min_by(f64::total_cmp) else {
            return Scale { prefix: "", factor: 1.0, decimals: 3 };
        };
        let prefixes: &[Prefix] = if bytes { &BINARY } else { &DECIMAL };
        for Prefix { name, factor, from } in prefixes {
            if let Some(step) = from.iter().position(|&from| smallest >= from) {
                return Scale { prefix: name, factor: *factor, decimals: step + 1 };
            }
        }
        let (name, factor) = if bytes { ("", 1.0) } else { ("n", 1e-9) };
        let step = BELOW.iter().position(|&from| smallest / factor >= from).unwrap_or(BELOW.len() - 1);
        Scale { prefix: name, factor, decimals: 3 + step }
    }

    /// The scale of a row: the same for all its columns.
    pub(super) fn of_row(row: &TableRow<TableCell>, table: &ComparedTable) -> Scale {
        Scale::of(row.cells.iter().flatten().map(|cell| cell.center), table.unit.is_bytes())
    }

    /// A value with its prefix.
    pub(super) fn show(self, value: f64) -> String {
        text_of(|out| self.push(value, out))
    }

    /// Appends a value with its prefix.
    pub(super) fn push(self, value: f64, out: &mut String) {
        push_fixed(value / self.factor, self.decimals, out);
        out.push_str(self.prefix);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_and_look_like_gos() {
        for (value, want) in [
            (999_999.0, "999999"),
            (1e6, "1e+06"),
            (1_234_567.5, "1.2345675e+06"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (6e-9 + 1e-24, "6.000000000000001e-09"),
            (0.0, "0"),
            (-0.0, "-0"),
            (1e100, "1e+100"),
            (f64::INFINITY, "+Inf"),
            (113_864_975_577_903.62, "1.1386497557790362e+14"),
        ] {
            assert_eq!(general(value), want);
        }
    }

    #[test]
    fn halves_are_rounded_to_even_and_percentages_have_a_sign() {
        for (value, want) in [(0.5, "0"), (1.5, "2"), (2.5, "2")] {
            assert_eq!(fixed(value, 0), want);
        }
        assert_eq!(fixed(0.125, 2), "0.12");
        for (value, want) in [(0.0, "+0.00%"), (-1e-9, "-0.00%"), (f64::INFINITY, "+Inf%"), (0.5, "+50.00%")]
        {
            assert_eq!(text_of(|out| push_percent(value, out)), want);
        }
    }

    #[test]
    fn four_digits_and_a_prefix() {
        for (value, bytes, want) in [
            (1.676e-6, false, "1.676µ"),
            (999.95, false, "1.000k"),
            (999.949, false, "999.9"),
            (26.34e-9, false, "26.34n"),
            (0.1234e-9, false, "0.1234n"),
            (9.9994e-10, false, "0.9999n"),
            (1e-15, false, "0.000001000n"),
            (1e-30, false, "0.0000000000n"),
            (9_999.5e12, false, "9999.5T"),
            (0.0, false, "0.000"),
            (3.0, false, "3.000"),
            (-3.0, false, "-3.000"),
            (1023.0, true, "1023.0"),
            (1023.95, true, "1.000Ki"),
            (1024.0, true, "1.000Ki"),
            (8.0 * 1024.0, true, "8.000Ki"),
            (0.5, true, "0.5000"),
        ] {
            assert_eq!(Scale::of([value].into_iter(), bytes).show(value), want, "{value}");
        }
    }

    #[test]
    fn a_row_is_scaled_by_its_smallest_value() {
        let scale = Scale::of([0.0, 2e-6, 5e-3].into_iter(), false);
        assert_eq!(scale.show(5e-3), "5000.000µ");
        assert_eq!(scale.show(0.0), "0.000µ");
    }
}
