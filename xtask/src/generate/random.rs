//! Random numbers that are the same on every machine: the generator and the few functions of it are written out here,
//! because a platform's own `exp` and `ln` may differ in the last digit.

/// xoshiro256++, seeded by splitmix64.
#[derive(Clone)]
pub struct Random {
    state: [u64; 4],
}

impl Random {
    pub fn new(seed: u64) -> Self {
        let mut mix = seed;
        let state = std::array::from_fn(|_| {
            mix = mix.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut value = mix;
            value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            value ^ (value >> 31)
        });
        Self { state }
    }

    pub fn next(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.state;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// Evenly in 0..limit.
    pub fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// Evenly in 0.0..1.0.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u64) as usize]
    }

    /// One of the values, each as likely as its weight says; weights are out of the sum of all.
    pub fn weighted<T: Copy>(&mut self, list: &[(u32, T)]) -> T {
        let mut rest = self.below(list.iter().map(|(weight, _)| u64::from(*weight)).sum());
        for (weight, value) in list {
            if rest < u64::from(*weight) {
                return *value;
            }
            rest -= u64::from(*weight);
        }
        unreachable!("the rest is below the sum of the weights")
    }

    /// Waiting time until the next of independent events.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * ln(1.0 - self.unit())
    }

    /// Positive with a long tail: half are below `median`, one in six above `median * spread`.
    pub fn long_tailed(&mut self, median: f64, spread: f64) -> f64 {
        // The sum of twelve even numbers is as good as normal for this.
        let normal = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
        median * exp(normal * ln(spread))
    }
}

/// Good to about nine digits, made of operations that are exact everywhere.
pub fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as f64 - 1023.0;
    let mantissa = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let series =
        [17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0].iter().fold(0.0, |sum, odd| sum * square + 1.0 / odd);
    exponent * std::f64::consts::LN_2 + 2.0 * s * series
}

pub fn exp(x: f64) -> f64 {
    let power = (x * std::f64::consts::LOG2_E).clamp(-1000.0, 1000.0);
    let whole = power.floor();
    let rest = (power - whole) * std::f64::consts::LN_2;
    let series = (1..=12).rev().fold(1.0, |sum, n| 1.0 + rest / f64::from(n) * sum);
    series * f64::from_bits(((whole as i64 + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_what_they_are_called() {
        for x in [0.001, 0.5, 1.0, 2.0, 3.7, 1e6] {
            assert!((ln(x) - x.ln()).abs() < 1e-8, "{x}");
            assert!((exp(ln(x)) / x - 1.0).abs() < 1e-8, "{x}");
        }
        let mut random = Random::new(1);
        assert_eq!([random.next(), random.next()], [14971601782005023387, 13781649495232077965]);
        let mean = (0..10_000).map(|_| random.exponential(3.0)).sum::<f64>() / 10_000.0;
        assert!((2.8..3.2).contains(&mean), "{mean}");
        let above = (0..10_000).filter(|_| random.long_tailed(10.0, 4.0) > 40.0).count();
        assert!((1400..1800).contains(&above), "{above}");
    }
}
