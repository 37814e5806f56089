//! A map of few keys, in their order: of fields, sources, reasons. Each type that the standard library's maps hold costs some
//! kilobytes of code for speed that only many keys need; here it costs a search in a list.

/// At most some hundred entries, ascending by key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Few<K, V>(Vec<(K, V)>);

impl<K, V> Default for Few<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> Few<K, V> {
    pub fn get(&self, key: &K) -> Option<&V> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.0.iter_mut().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// The value of that key; where there is none yet, `new` makes it.
    pub fn entry(&mut self, key: K, new: impl FnOnce() -> V) -> &mut V {
        let at = self.0.iter().position(|(known, _)| *known >= key).unwrap_or(self.0.len());
        if self.0.get(at).is_none_or(|(known, _)| *known != key) {
            self.0.insert(at, (key, new()));
        }
        &mut self.0[at].1
    }

    /// Sets the value of that key.
    pub fn insert(&mut self, key: K, value: V) {
        match self.0.iter().position(|(known, _)| *known >= key) {
            Some(at) if self.0[at].0 == key => self.0[at].1 = value,
            at => self.0.insert(at.unwrap_or(self.0.len()), (key, value)),
        }
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn remove(&mut self, key: &K) -> Option<V> {
        let at = self.0.iter().position(|(known, _)| known == key)?;
        Some(self.0.remove(at).1)
    }

    pub fn iter(&self) -> std::slice::Iter<'_, (K, V)> {
        self.0.iter()
    }

    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, (K, V)> {
        self.0.iter_mut()
    }

    pub fn retain(&mut self, keep: impl FnMut(&(K, V)) -> bool) {
        self.0.retain(keep);
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Few<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut few = Self::default();
        entries.into_iter().for_each(|(key, value)| few.insert(key, value));
        few
    }
}

impl<K, V> IntoIterator for Few<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn holds_what_a_tree_holds() {
        let (mut ours, mut theirs) = (Few::default(), BTreeMap::new());
        for step in 0..2_000u64 {
            let key = step.wrapping_mul(6_364_136_223_846_793_005) >> 58;
            if step % 3 == 0 {
                assert_eq!(ours.remove(&key), theirs.remove(&key));
            } else {
                *ours.entry(key, || 0) += step;
                *theirs.entry(key).or_insert(0) += step;
            }
            if step % 7 == 0 {
                ours.insert(key, step);
                theirs.insert(key, step);
            }
            assert_eq!(ours.get(&key), theirs.get(&key));
        }
        assert!(ours.iter().map(|(key, value)| (key, value)).eq(theirs.iter()));
        assert!(theirs.into_iter().rev().collect::<Few<_, _>>() == ours);
        ours.retain(|(key, _)| key % 2 == 0);
        assert!(ours.into_iter().all(|(key, _)| key % 2 == 0));
    }
}
