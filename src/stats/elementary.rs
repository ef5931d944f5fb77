//! Logarithms and exponentials that are the same on every machine: from `libm`, not from the platform.

/// The natural logarithm.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// e to the power of `x`.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// ln(1 + x), exact to the last digits for small `x`; -∞ at -1.
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// e to the power of `x`, less 1, exact to the last digits for small `x`.
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}
