//! Measured values with a prefix: `1.676µ`, `8.000Ki`.

/// A prefix that brings a row of values to readable size, with as many decimals as four digits leave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    prefix: &'static str,
    factor: f64,
    decimals: usize,
}

const DECIMAL: [(&str, f64); 8] =
    [("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3), ("", 1.0), ("m", 1e-3), ("µ", 1e-6), ("n", 1e-9)];
const BINARY: [(&str, f64); 5] =
    [("Ti", 1_099_511_627_776.0), ("Gi", 1_073_741_824.0), ("Mi", 1_048_576.0), ("Ki", 1024.0), ("", 1.0)];

impl Scale {
    /// The scale for a row of values: it suits the smallest of them that is not zero, so that none loses its digits.
    /// `bytes` chooses powers of 1024.
    pub(super) fn of(values: impl Iterator<Item = f64>, bytes: bool) -> Scale {
        let smallest = values.map(f64::abs).filter(|&v| v > 0.0).fold(f64::INFINITY, f64::min);
        let prefixes: &[(&str, f64)] = if bytes { &BINARY } else { &DECIMAL };
        // Where rounding to four digits would carry over, the next step begins.
        let steps = [(99.995, 1), (9.9995, 2), (0.99995, 3)];
        let found = prefixes.iter().find_map(|&(prefix, factor)| {
            let (_, decimals) = steps.into_iter().find(|&(from, _)| smallest >= from * factor)?;
            Some(Scale { prefix, factor, decimals })
        });
        let fallback = Scale { prefix: "", factor: 1.0, decimals: 3 };
        match found {
            Some(scale) if smallest.is_finite() => scale,
            _ if !smallest.is_finite() => fallback,
            _ => prefixes.last().map_or(fallback, |&(prefix, factor)| {
                let exponent = (smallest / factor).log10().floor();
                Scale { prefix, factor, decimals: (3.0 - exponent).clamp(3.0, 10.0) as usize }
            }),
        }
    }

    /// A value with its prefix.
    pub(super) fn show(self, value: f64) -> String {
        let Scale { prefix, factor, decimals } = self;
        format!("{:.decimals$}{prefix}", value / factor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_digits_and_a_prefix() {
        for (value, bytes, want) in [
            (1.676e-6, false, "1.676µ"),
            (999.95, false, "1.000k"),
            (999.949, false, "999.9"),
            (26.34e-9, false, "26.34n"),
            (0.1234e-9, false, "0.1234n"),
            (0.0, false, "0.000"),
            (3.0, false, "3.000"),
            (1023.0, true, "1023.0"),
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
