//! Fills in what logs do not say: browser, system and device by the user agent, country and IP group by the address. What a log
//! says itself stays. Each distinct text is looked up once, however many rows have it.

use crate::lookup;
use crate::record::Field;
use crate::store::{ABSENT, PAGE, Table};
use crate::text::ip_groups::IpGroups;
use crate::text::net::{IpKey, Network, parse_ip};

/// Fields that follow from the user agent, in the order in which they are answered.
const AGENT: [Field; 3] = [Field::ClientBrowser, Field::ClientOs, Field::ClientDevice];

/// Networks that no registry assigns to a country: RFC 1918, 6598, 3927, 4193, 4291 and loopback.
const INTERNAL: [&str; 9] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
];

/// Fills in all rows; `groups` as [`IpGroups::read`] takes them.
pub fn look_up(table: &mut Table, groups: &str) {
    let (groups, _) = IpGroups::read(groups);
    let internal: Vec<Network> = INTERNAL.iter().filter_map(|text| Network::parse(text.as_bytes())).collect();
    fill(table, Field::UserAgent, &AGENT, false, &lookup::agents);
    fill(table, Field::ClientIp, &[Field::ClientLocation], false, &|texts| {
        let mut countries = lookup::countries(texts);
        countries.resize(texts.len(), Vec::new());
        for (text, country) in texts.iter().zip(&mut countries) {
            let is_internal = |address: IpKey| internal.iter().any(|network| network.contains(address));
            if parse_ip(text).is_some_and(is_internal) {
                *country = b"Internal".to_vec();
            }
        }
        countries
    });
    // Groups are ours alone: a row whose group is gone has none any more.
    if !groups.is_empty() || table.column(Field::ClientGroup).is_some() {
        let group = |text: &&[u8]| parse_ip(text).and_then(|key| groups.of(key)).unwrap_or_default().into();
        fill(table, Field::ClientIp, &[Field::ClientGroup], true, &|texts| texts.iter().map(group).collect());
    }
}

/// So many texts for each text.
type Find<'a> = &'a dyn Fn(&[&[u8]]) -> Vec<Vec<u8>>;

/// Gives rows that have a text in `from` what `find` makes of it: a text for each field of `into`, an empty one being nothing.
/// `anew`: also those that have a value already.
fn fill(table: &mut Table, from: Field, into: &[Field], anew: bool, find: Find) {
    let Some(texts) = table.column(from).and_then(|column| column.dictionary.as_ref()) else { return };
    let mut wanted = vec![false; texts.len()];
    for page in 0..table.pages() {
        let codes = numbers(table, from, page);
        for field in into {
            let have = if anew { [ABSENT; PAGE] } else { numbers(table, *field, page) };
            for (code, have) in codes.iter().zip(have) {
                if *code != ABSENT && have == ABSENT {
                    wanted[*code as usize] = true;
                }
            }
        }
    }
    let codes: Vec<u32> = (0..texts.len() as u32).filter(|code| wanted[*code as usize]).collect();
    let found = find(&codes.iter().map(|code| texts.get(*code)).collect::<Vec<_>>());
    let mut means = vec![ABSENT; texts.len() * into.len()];
    for (code, found) in codes.iter().zip(found.chunks_exact(into.len())) {
        for (nth, text) in found.iter().enumerate() {
            if !text.is_empty() {
                let words = table.column_or_new(into[nth]).dictionary.get_or_insert_default();
                means[*code as usize * into.len() + nth] = i64::from(words.intern(text));
            }
        }
    }
    for page in 0..table.pages() {
        let codes = numbers(table, from, page);
        for (nth, field) in into.iter().enumerate() {
            if table.column(*field).is_none() {
                continue;
            }
            let mut have = if anew { [ABSENT; PAGE] } else { numbers(table, *field, page) };
            for (have, code) in have.iter_mut().zip(&codes) {
                if *have == ABSENT && *code != ABSENT {
                    *have = means[*code as usize * into.len() + nth];
                }
            }
            table.set_page(*field, page, &have);
        }
    }
}

/// A page of a field, all absent where no row has one.
fn numbers(table: &Table, field: Field, page: usize) -> [i64; PAGE] {
    let mut numbers = [ABSENT; PAGE];
    if let Some(column) = table.column(field) {
        column.packed.unpack(page, &mut numbers);
    }
    numbers
}
