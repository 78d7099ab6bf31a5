/// Brings a vector to length 1 and gives the length that it had. One of zeros, and one whose length is no
/// finite number, stays as it is.
pub(super) fn to_unit(values: &mut [f32]) -> f64 {
    let length = values.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
    if length > 0.0 && length.is_finite() {
        for value in values {
            #[expect(clippy::cast_possible_truncation, reason = "it is between -1 and 1")]
            let scaled = (f64::from(*value) / length) as f32;
            *value = scaled;
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_direction_stays() {
        let check = |mut values: [f32; 2], expected: [f32; 2], length: f64| {
            assert_eq!(to_unit(&mut values), length);
            assert_eq!(values, expected);
        };
        check([3.0, 4.0], [0.6, 0.8], 5.0);
        check([0.0, 0.0], [0.0, 0.0], 0.0);
        check([f32::INFINITY, 1.0], [f32::INFINITY, 1.0], f64::INFINITY);
        let mut nonsense = [f32::NAN, 1.0];
        assert!(to_unit(&mut nonsense).is_nan() && nonsense[1] == 1.0);
    }
}
