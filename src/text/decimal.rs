//! Numbers with a fraction. The standard library reads every one of them to the last bit, with ten kilobytes of powers of
//! five that gzip cannot pack; logs and the page have a few digits.

/// `12`, `-1.5`, `.5`, `2.5e3`: exact where the number has up to 15 digits, as all have that a person or a program typed.
pub fn read(text: &str) -> Option<f64> {
    let (digits, exponent) = parts(text)?;
    let power = 10f64.powi(exponent.abs());
    Some(if exponent < 0 { digits as f64 / power } else { digits as f64 * power })
}

/// The number times `scale`, rounded; `None` where that would not fit.
pub fn scaled(text: &str, scale: i64) -> Option<i64> {
    let (digits, exponent) = parts(text)?;
    let value = i128::from(digits) * i128::from(scale);
    let power = 10i128.checked_pow(exponent.unsigned_abs());
    let value = match power {
        Some(power) if exponent >= 0 => value.checked_mul(power)?,
        // Half away from zero.
        Some(power) => (value + value.signum() * (power / 2)) / power,
        None if exponent < 0 || value == 0 => 0,
        None => return None,
    };
    i64::try_from(value).ok()
}

/// Digits without the point, and the power of ten they count in.
fn parts(text: &str) -> Option<(i64, i32)> {
    let (text, power) = match text.split_once(['e', 'E']) {
        Some((text, power)) => (text, power.parse::<i32>().ok()?.clamp(-999, 999)),
        None => (text, 0),
    };
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mut value, mut exponent, mut behind, mut any) = (0i64, power, false, false);
    for byte in text.bytes() {
        match byte {
            b'.' if !behind => behind = true,
            b'0'..=b'9' => {
                any = true;
                // Digits beyond the eighteenth only count as places.
                if value < 10i64.pow(17) {
                    value = value * 10 + i64::from(byte - b'0');
                    exponent -= i32::from(behind);
                } else {
                    exponent += i32::from(!behind);
                }
            }
            _ => return None,
        }
    }
    any.then_some((if negative { -value } else { value }, exponent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_as_the_standard_library_does() {
        for text in ["0", "12", "-1.5", ".5", "5.", "+2.25", "1e3", "2.5E-3", "0.1", "123456.789", "1e22", "0.30000"] {
            assert_eq!(read(text), text.parse().ok(), "{text}");
        }
        for text in ["", ".", "-", "1.2.3", "1e", "e5", "x", "1_0", "inf", "NaN", "0x10", " 1"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn scales_and_rounds() {
        assert_eq!(scaled("1.5", 1000), Some(1500));
        assert_eq!(scaled("-0.0005", 1000), Some(-1));
        assert_eq!(scaled("0.0004", 1000), Some(0));
        assert_eq!(scaled("1e3", 1), Some(1000));
        assert_eq!(scaled("1e-300", 1000), Some(0));
        assert_eq!(scaled("0e300", 1000), Some(0));
        assert_eq!(scaled("1e300", 1), None);
        assert_eq!(scaled("9300000000000000000.5", 1), None);
        assert_eq!(scaled("1234567890123456789.4", 1), Some(1_234_567_890_123_456_780), "places of eighteen digits");
    }

    proptest! {
        #[test]
        fn typed_numbers_are_exact(whole in 0u32..1_000_000, digits in 0u32..1_000_000) {
            let text = format!("{whole}.{digits:06}");
            let value: f64 = text.parse().unwrap();
            prop_assert_eq!(read(&text), Some(value));
            prop_assert_eq!(scaled(&text, 1000), Some((value * 1000.0).round() as i64));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[-+.eE0-9x]{0,40}") {
            let _ = (read(&text), scaled(&text, 1_000_000));
        }
    }
}
