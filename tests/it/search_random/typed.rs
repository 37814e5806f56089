//! Values as somebody may type them, and the numbers, moments or addresses that they stand for.

use super::random::Random;
use hopscope::record::Kind;
use std::net::Ipv6Addr;

/// A number as it is typed: the stretch from the first to the last that it names.
pub struct Typed {
    pub text: String,
    pub first: i64,
    pub last: i64,
}

impl Typed {
    fn one(text: String, number: i64) -> Self {
        Self { text, first: number, last: number }
    }
}

/// The number (or one near it, where it cannot be typed exactly) in one of the forms of its kind.
pub fn number(kind: Kind, number: i64, random: &mut Random) -> Typed {
    match kind {
        Kind::Duration => duration(number, random),
        Kind::Bytes => bytes(number, random),
        Kind::Time => time(number, random),
        Kind::Bool => {
            let number = i64::from(number != 0);
            let word = random.one_of(&[["false", "no", "0"], ["true", "yes", "1"]][number as usize]);
            Typed::one(any_case(word, random), number)
        }
        _ => Typed::one(number.to_string(), number),
    }
}

/// Whole parts of `unit` and what is left as decimals, exact: `unit` is a power of ten.
fn decimal(number: i64, unit: i64) -> String {
    let text = format!("{}.{:0width$}", number / unit, number % unit, width = unit.ilog10() as usize);
    if unit == 1 { number.to_string() } else { text.trim_end_matches('0').trim_end_matches('.').to_owned() }
}

fn duration(micros: i64, random: &mut Random) -> Typed {
    let micros = micros.max(0);
    let text = match random.below(7) {
        0 => decimal(micros, 1_000),
        1 => format!("{}ms", decimal(micros, 1_000)),
        2 => format!("{micros}us"),
        3 => format!("{}s", decimal(micros, 1_000_000)),
        4 => format!("{} ms", decimal(micros, 1_000)),
        5 if micros % 60_000_000 == 0 => format!("{}m", micros / 60_000_000),
        6 if micros % 36_000_000 == 0 => format!("{}h", decimal(micros / 36_000_000, 100)),
        _ => format!("{}sec", decimal(micros, 1_000_000)),
    };
    Typed::one(if random.percent(10) { text.to_uppercase() } else { text }, micros)
}

fn bytes(bytes: i64, random: &mut Random) -> Typed {
    let bytes = bytes.max(0);
    let (text, bytes) = match random.below(7) {
        0 => (format!("{bytes}b"), bytes),
        1 => (format!("{}KB", decimal(bytes, 1_000)), bytes),
        2 => (format!("{}k", decimal(bytes, 1_000)), bytes),
        3 => (format!("{}MB", decimal(bytes, 1_000_000)), bytes),
        4 => (format!("{}KiB", bytes / 1024), bytes / 1024 * 1024),
        // Rounded towards zero where half a unit is no whole byte.
        5 => (format!("{}.5MiB", bytes >> 20), ((bytes >> 20) << 20) + (1 << 19)),
        _ => (bytes.to_string(), bytes),
    };
    Typed::one(if random.percent(10) { text.to_lowercase() } else { text }, bytes)
}

/// A day, a minute, a second or a part of one, in some zone.
fn time(micros: i64, random: &mut Random) -> Typed {
    let shown = |micros: i64, form: &str| {
        chrono::DateTime::from_timestamp_micros(micros).expect("a time of this era").format(form).to_string()
    };
    let stretch = |long: i64| (micros - micros.rem_euclid(long), long);
    let digits = 1 + random.below(6);
    let ((first, long), clock) = match random.below(8) {
        0 => {
            let (first, long) = stretch(86_400_000_000);
            return Typed { text: shown(first, "%Y-%m-%d"), first, last: first + long - 1 };
        }
        1 | 2 => (stretch(60_000_000), "%H:%M"),
        3 | 4 => (stretch(1_000_000), "%H:%M:%S"),
        _ => (stretch(10i64.pow(6 - digits as u32)), "%H:%M:%S%.6f"),
    };
    let (offset, zone) = random.one_of(&[
        (0, ""),
        (0, ""),
        (0, "Z"),
        (0, " UTC"),
        (7_200, "+02:00"),
        (-18_000, "-05:00"),
        (19_800, " +05:30"),
    ]);
    let local = first + offset * 1_000_000;
    let mut clock = shown(local, clock);
    if clock.len() == 15 {
        clock.truncate(9 + digits);
    }
    let t = if random.percent(30) { "T" } else { " " };
    if t == " " && random.percent(20) && clock.starts_with('0') {
        clock.remove(0);
    }
    Typed { text: format!("{}{t}{clock}{zone}", shown(local, "%Y-%m-%d")), first, last: first + long - 1 }
}

/// An address in one of the ways to write it.
pub fn address(address: u128, random: &mut Random) -> String {
    let v6 = Ipv6Addr::from(address);
    match (v6.to_ipv4_mapped(), random.below(5)) {
        (Some(v4), 0) => format!("::FFFF:{v4}"),
        (Some(v4), _) => v4.to_string(),
        (None, 0) => v6.to_string().to_uppercase(),
        (None, 1) => v6.segments().map(|part| format!("{part:04x}")).join(":"),
        (None, 2) => format!("[{v6}]"),
        (None, _) => v6.to_string(),
    }
}

/// A network around an address, with bits of the host left in it: its text, its first and its last address.
pub fn network(address: u128, random: &mut Random) -> (String, u128, u128) {
    let v6 = Ipv6Addr::from(address);
    let (text, bits, size) = match v6.to_ipv4_mapped() {
        Some(v4) => (v4.to_string(), 4 + random.below(29), 32),
        None => (v6.to_string(), 8 + random.below(121), 128),
    };
    let inside = (1u128 << (size - bits)) - 1;
    (format!("{text}/{bits}"), address & !inside, address | inside)
}

/// The text in letters of another case, where that is the same text without case.
pub fn any_case(text: &str, random: &mut Random) -> String {
    let way = random.below(4);
    let turn = |c: char| match way {
        0 if c.is_ascii_lowercase() => c.to_ascii_uppercase(),
        1 if c.is_ascii_uppercase() => c.to_ascii_lowercase(),
        2 if "äöüé".contains(c) => c.to_uppercase().next().unwrap_or(c),
        _ => c,
    };
    text.chars().map(turn).collect()
}

/// In quotes: a `\` may stand alone where it cannot be taken for the beginning of an escape.
pub fn quoted(text: &str, random: &mut Random) -> String {
    let mut out = String::from("\"");
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let alone = c == '\\' && !matches!(chars.peek(), None | Some('"' | '\\')) && random.percent(50);
        if matches!(c, '"' | '\\') && !alone {
            out.push('\\');
        }
        out.push(c);
    }
    out + "\""
}

const SIGNS: &[char] = &['=', '!', '~', '^', '$', '<', '>'];

/// Behind an operator, or inside a list: bare where that can be read, and sometimes in quotes all the same.
pub fn written(text: &str, in_list: bool, random: &mut Random) -> String {
    let mut open = 0;
    let balanced = text.chars().all(|c| {
        open += i32::from(c == '(') - i32::from(c == ')');
        open >= 0
    });
    let word = ["or", "and", "not"].iter().any(|word| text.eq_ignore_ascii_case(word));
    let must = text.is_empty()
        || word
        || !balanced
        || open != 0
        || text.starts_with('(')
        || text.contains(SIGNS)
        || text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '"')
        || (in_list && text.contains(','));
    if must || random.percent(25) { quoted(text, random) } else { text.to_owned() }
}

/// A time, or a range of them: a date may be followed by a blank and a time of day without quotes.
pub fn written_time(text: &str, in_list: bool, random: &mut Random) -> String {
    let zoned = text.ends_with(" UTC") || text.contains(" UTC.") || text.contains(" +");
    if text.contains(' ') && !zoned && random.percent(50) { text.to_owned() } else { written(text, in_list, random) }
}
