//! The functions between the matrix products.

use ndarray::{Array1, Array2, ArrayViewMut2, Axis};

/// What stands between the two products of a layer's second half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Activation {
    /// GELU by the error function.
    Gelu,
    /// GELU by the hyperbolic tangent.
    TanhGelu,
    /// The positive part.
    Relu,
}

impl Activation {
    /// The activation that a `config.json` names.
    pub(super) fn named(name: &str) -> Option<Activation> {
        match name {
            "gelu" => Some(Activation::Gelu),
            "gelu_new" | "gelu_pytorch_tanh" | "gelu_fast" => Some(Activation::TanhGelu),
            "relu" => Some(Activation::Relu),
            _ => None,
        }
    }

    pub(super) fn apply(self, values: &mut Array2<f32>) {
        match self {
            Activation::Gelu => values.mapv_inplace(gelu),
            Activation::TanhGelu => values.mapv_inplace(tanh_gelu),
            Activation::Relu => values.mapv_inplace(|value| value.max(0.0)),
        }
    }
}

fn gelu(value: f32) -> f32 {
    0.5 * value * (1.0 + erf(value * std::f32::consts::FRAC_1_SQRT_2))
}

fn tanh_gelu(value: f32) -> f32 {
    let inner = (2.0 / std::f32::consts::PI).sqrt() * (value + 0.044_715 * value * value * value);
    0.5 * value * (1.0 + inner.tanh())
}

/// The error function as a quotient of polynomials fitted to it, within 4e-7: without branches, so
/// that the compiler computes several at once.
fn erf(value: f32) -> f32 {
    // From here on it is 1 as far as the fit is good.
    let x = value.clamp(-3.9, 3.9);
    let square = x * x;
    let upper = [1.919_405_3e-1, 5.296_685_6e-2, 3.836_857e-3, 2.874_57e-4, 2.050_393_3e-6];
    let lower = [5.034_346_6e-1, 1.147_580_1e-1, 1.510_916_5e-2, 1.181_730_2e-3, 3.823_079e-5];
    x * polynomial(std::f32::consts::FRAC_2_SQRT_PI, upper, square) / polynomial(1.0, lower, square)
}

/// `constant + rest[0] * x + rest[1] * x^2 ...`
fn polynomial<const N: usize>(constant: f32, rest: [f32; N], x: f32) -> f32 {
    rest.iter().rev().fold(0.0, |sum, coefficient| (sum + coefficient) * x) + constant
}

/// Makes each row a distribution: exponents of what it holds over their sum.
pub(super) fn softmax(rows: &mut ArrayViewMut2<'_, f32>) {
    for mut row in rows.axis_iter_mut(Axis(0)) {
        let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        row.mapv_inplace(|value| exp(value - most));
        let sum = row.sum();
        row.mapv_inplace(|value| value / sum);
    }
}

/// The exponential function of what is not above 0, within 3e-7 of the value and without branches.
///
/// `value = whole * ln 2 + rest`; the power of the whole part is made of its bits, that of the rest by a
/// polynomial fitted to it.
fn exp(value: f32) -> f32 {
    /// Added to a number, it leaves the nearest whole one in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    /// ln 2 in two parts: multiples of the first are exact.
    const LN_2: (f32, f32) = (0.693_115_23, 3.194_618_3e-5);
    // Below, the result is no normal number any more; NaN stays NaN.
    let value = if value < -87.0 { -87.0 } else { value };
    let rounded = value * std::f32::consts::LOG2_E + ROUND;
    let whole = rounded - ROUND;
    let rest = value - whole * LN_2.0 - whole * LN_2.1;
    let power = f32::from_bits(rounded.to_bits().wrapping_add(127) << 23);
    let tail = polynomial(0.5, [1.666_652_1e-1, 4.166_839e-2, 8.368_717_5e-3, 1.381_459_9e-3], rest);
    power * (1.0 + rest + rest * rest * tail)
}

/// A layer's normalisation: each row with mean 0 and variance 1, then scaled and shifted.
#[derive(Debug)]
pub(super) struct Norm {
    pub(super) weight: Array1<f32>,
    pub(super) bias: Array1<f32>,
    pub(super) epsilon: f32,
}

impl Norm {
    pub(super) fn apply(&self, rows: &mut Array2<f32>) {
        let width = self.weight.len() as f32;
        for mut row in rows.axis_iter_mut(Axis(0)) {
            let mean = row.sum() / width;
            row.mapv_inplace(|value| value - mean);
            let variance = row.dot(&row) / width;
            let scale = (variance + self.epsilon).sqrt().recip();
            let factors = self.weight.iter().zip(&self.bias);
            for (value, (weight, bias)) in row.iter_mut().zip(factors) {
                *value = *value * scale * weight + bias;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn the_exponential_function_is_that_of_the_standard_library() {
        for step in 0..=100_000u32 {
            let value = -(step as f32) * 9e-4;
            let (ours, expected) = (f64::from(exp(value)), f64::from(value).exp());
            if value > -87.0 {
                assert!((ours / expected - 1.0).abs() < 3e-7, "exp({value}) is {ours}");
            }
            assert!((ours - expected).abs() < 1e-6);
        }
        assert!(exp(f32::NAN).is_nan());
        assert!(exp(f32::NEG_INFINITY) < 1e-37);
    }

    #[test]
    fn the_error_function_is_the_integral_that_defines_it() {
        let (mut integral, step) = (0.0, 1e-4);
        for number in 0..60_000u32 {
            let start = f64::from(number) * step;
            let value = (start + step) as f32;
            let middle = start + step / 2.0;
            integral += step * std::f64::consts::FRAC_2_SQRT_PI * (-middle * middle).exp();
            assert!((f64::from(erf(value)) - integral).abs() < 5e-7, "erf({value}) is not {integral}");
            assert_eq!(erf(-value), -erf(value));
        }
        assert!(erf(f32::NAN).is_nan());
    }

    #[test]
    fn activations_are_known_by_the_names_of_transformers() {
        let check = |name: &str, expected: [f32; 3]| {
            let mut values = array![[-1.0, 0.0, 2.0]];
            Activation::named(name).unwrap().apply(&mut values);
            for (value, expected) in values.iter().zip(expected) {
                assert!((value - expected).abs() < 1e-6, "{name}: {value}");
            }
        };
        check("gelu", [-0.158_655_25, 0.0, 1.954_499_7]);
        check("gelu_new", [-0.158_808, 0.0, 1.954_597_7]);
        check("relu", [0.0, 0.0, 2.0]);
        assert_eq!(Activation::named("swish"), None);
    }

    #[test]
    fn rows_become_distributions_and_are_normalised() {
        let mut rows = array![[0.0, 2.0f32.ln()], [-1e30, 1e30], [5.0, 5.0]];
        softmax(&mut rows.view_mut());
        assert!((rows[[0, 0]] - 1.0 / 3.0).abs() < 1e-6);
        assert!(rows[[1, 0]] < 1e-37 && rows[[1, 1]] == 1.0);
        assert_eq!(rows.row(2).to_vec(), [0.5, 0.5]);
        let norm = Norm { weight: array![1.0, 2.0], bias: array![0.0, 1.0], epsilon: 1e-12 };
        let mut rows = array![[3.0, 5.0], [7.0, 7.0]];
        norm.apply(&mut rows);
        assert_eq!(rows, array![[-1.0, 3.0], [0.0, 1.0]]);
    }
}
