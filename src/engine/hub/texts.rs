//! The texts of all shards under one numbering, so that counts add up and texts can be ranked.

use crate::record::{Field, Kind};
use crate::store::Dictionary;
use crate::text::few::Few;
use crate::text::net::parse_ip;
use crate::text::sort;

/// One field's texts.
#[derive(Debug, Default)]
struct FieldTexts {
    all: Dictionary,
    /// For each shard: our code for each of its codes.
    ours: Vec<Vec<u32>>,
    /// Rank of each of our codes; recomputed when there are more.
    ranks: Vec<u32>,
}

#[derive(Debug)]
pub struct Texts {
    shards: usize,
    fields: Few<u16, FieldTexts>,
}

impl Texts {
    pub fn new(shards: usize) -> Self {
        Self { shards, fields: Few::default() }
    }

    fn field(&mut self, field: u16) -> &mut FieldTexts {
        let shards = self.shards;
        self.fields.entry(field, || FieldTexts { ours: vec![Vec::new(); shards], ..FieldTexts::default() })
    }

    /// Texts that a shard has numbered since it last told.
    pub fn learn(&mut self, shard: usize, field: u16, new: Vec<Vec<u8>>) {
        if new.is_empty() {
            return;
        }
        let texts = self.field(field);
        for text in new {
            let code = texts.all.intern(&text);
            texts.ours[shard].push(code);
        }
    }

    /// Forgets what a shard's codes mean; the texts themselves once no shard has any.
    pub fn forget(&mut self, shard: usize) {
        self.fields.iter_mut().for_each(|(_, texts)| texts.ours[shard].clear());
        self.fields.retain(|(_, texts)| texts.ours.iter().any(|ours| !ours.is_empty()));
    }

    /// Adds one shard's counts to `sums`, indexed by our codes.
    pub fn add(&mut self, shard: usize, field: u16, counts: &[(u32, u32, u32)], sums: &mut Vec<(u64, u64)>) {
        let texts = self.field(field);
        sums.resize(sums.len().max(texts.all.len()), (0, 0));
        for (code, rows, significant) in counts {
            if let Some(ours) = texts.ours[shard].get(*code as usize) {
                let sum = &mut sums[*ours as usize];
                sum.0 += u64::from(*rows);
                sum.1 += u64::from(*significant);
            }
        }
    }

    pub fn text(&self, field: u16, code: u32) -> String {
        String::from_utf8_lossy(self.bytes(field, code)).into_owned()
    }

    pub fn bytes(&self, field: u16, code: u32) -> &[u8] {
        self.fields.get(&field).map(|texts| texts.all.get(code)).unwrap_or_default()
    }

    /// How many texts a field has.
    pub fn len(&self, field: u16) -> usize {
        self.fields.get(&field).map_or(0, |texts| texts.all.len())
    }

    /// Our code for one of a shard's.
    pub fn code(&self, shard: usize, field: u16, code: u32) -> Option<u32> {
        self.fields.get(&field)?.ours[shard].get(code as usize).copied()
    }

    /// A shard's code for each of ours; [`i64::MIN`] where it has none.
    pub fn codes(&self, shard: usize, field: u16) -> Vec<i64> {
        let Some(texts) = self.fields.get(&field) else { return Vec::new() };
        let mut codes = vec![i64::MIN; texts.all.len()];
        for (code, ours) in texts.ours[shard].iter().enumerate() {
            codes[*ours as usize] = code as i64;
        }
        codes
    }

    /// Rank of each of a shard's codes among all texts of the field: addresses by number, other text without case.
    pub fn ranks(&mut self, shard: usize, field: u16) -> Vec<u32> {
        let is_ip = Field::from_index(field as usize).is_some_and(|field| field.kind() == Kind::Ip);
        let texts = self.field(field);
        if texts.ranks.len() != texts.all.len() {
            let text = |code: usize| texts.all.get(code as u32);
            let key = |code: usize| {
                let address = if is_ip { parse_ip(text(code)) } else { None };
                (address.is_none(), address, text(code).to_ascii_lowercase())
            };
            let keys: Vec<_> = (0..texts.all.len()).map(key).collect();
            let order = sort::order(keys.len(), &mut |a, b| keys[a].cmp(&keys[b]).then_with(|| text(a).cmp(text(b))));
            texts.ranks = vec![0; keys.len()];
            for (rank, code) in order.into_iter().enumerate() {
                texts.ranks[code] = rank as u32;
            }
        }
        texts.ours[shard].iter().map(|code| texts.ranks[*code as usize]).collect()
    }
}
