//! Which keys are surely not in sled: a Bloom filter over its keys, so that a new key costs no look into sled.
//!
//! A mail that comes in writes ten keys that nobody has used before. Whether they are new must be known, and sled would
//! read a page of its own for most of them. The filter never says that a key is absent when it is there; one time in a
//! hundred it cannot tell, and sled is asked. Keys that are deleted stay in it until a rotation builds it afresh.
//!
//! ```text
//! file   magic "MDGKEYS1" | head (64 bytes) | layers u32 | of each: room u64, bits (sized) | crc32 u32
//! ```
//! Layers are added as the store grows, each twice as large as the one before. This file owns the bits and their form on
//! the disk; it never reads a row.

use super::head::{Bytes, Head, push_sized, row_hash};

const MAGIC: &[u8; 8] = b"MDGKEYS1";
/// Bits of a layer for each key it has room for; with six probes about one absent key in a hundred looks present.
const BITS_PER_KEY: u64 = 10;
const PROBES: u64 = 6;
/// Keys the smallest layer has room for: 160 KiB.
const SMALLEST: u64 = 1 << 17;
/// Keys the largest has room for: 80 MiB. No mailbox comes near it.
const LARGEST: u64 = 1 << 26;

/// Keys that may be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filter {
    layers: Vec<Layer>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Layer {
    /// Keys that still fit.
    room: u64,
    bits: Vec<u64>,
}

impl Filter {
    /// An empty filter with room for so many keys.
    pub(crate) fn with_room(keys: u64) -> Self {
        Self { layers: vec![Layer::with_room(keys)] }
    }

    /// Whether the key may have been inserted; `false` is certain.
    pub(crate) fn may_have(&self, key: &[u8]) -> bool {
        let hash = hash(key);
        self.layers.iter().any(|layer| layer.has(hash))
    }

    /// Remembers a key.
    pub(crate) fn insert(&mut self, key: &[u8]) {
        let hash = hash(key);
        if self.layers.iter().any(|layer| layer.has(hash)) {
            return;
        }
        match self.layers.last_mut() {
            Some(layer) if layer.room > 0 => layer.set(hash),
            last => {
                let mut layer = Layer::with_room(last.map_or(0, |layer| layer.keys() * 2));
                layer.set(hash);
                self.layers.push(layer);
            }
        }
    }

    /// Everything that either of two has.
    pub(crate) fn join(mut self, other: Self) -> Self {
        self.layers.extend(other.layers);
        // The layer with the most room takes what comes.
        self.layers.sort_by_key(|layer| layer.room);
        self
    }

    /// As a file that belongs to one head of the store.
    pub(crate) fn encode(&self, head: &Head) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        head.encode(&mut out);
        out.extend_from_slice(&(self.layers.len() as u32).to_le_bytes());
        for layer in &self.layers {
            out.extend_from_slice(&layer.room.to_le_bytes());
            let bits: Vec<u8> = layer.bits.iter().flat_map(|word| word.to_le_bytes()).collect();
            push_sized(&mut out, &bits);
        }
        let crc = crc32fast::hash(&out);
        out.extend_from_slice(&crc.to_le_bytes());
        out
    }

    /// The reverse of [`Filter::encode`]; `None` for a damaged file and for one of another head.
    pub(crate) fn decode(file: &[u8], head: &Head) -> Option<Self> {
        let (content, crc) = file.split_at_checked(file.len().checked_sub(4)?)?;
        if crc32fast::hash(content).to_le_bytes() != *crc {
            return None;
        }
        let mut bytes = Bytes(content);
        if bytes.take(8)? != MAGIC || Head::decode(&mut bytes)? != *head {
            return None;
        }
        let layers = (0..bytes.u32()?)
            .map(|_| {
                let room = bytes.u64()?;
                let (words, rest) = bytes.sized()?.as_chunks::<8>();
                let bits = words.iter().map(|word| u64::from_le_bytes(*word)).collect::<Vec<_>>();
                (rest.is_empty() && !bits.is_empty()).then_some(Layer { room, bits })
            })
            .collect::<Option<Vec<_>>>()?;
        Some(Self { layers })
    }
}

impl Layer {
    fn with_room(keys: u64) -> Self {
        let keys = keys.clamp(SMALLEST, LARGEST);
        let words = (keys * BITS_PER_KEY).div_ceil(64);
        Self { room: keys, bits: vec![0; usize::try_from(words).unwrap_or(usize::MAX)] }
    }

    /// Keys it was made for.
    fn keys(&self) -> u64 {
        self.bits.len() as u64 * 64 / BITS_PER_KEY
    }

    fn has(&self, hash: u128) -> bool {
        self.probes(hash).all(|(word, mask)| self.bits.get(word).is_none_or(|bits| bits & mask != 0))
    }

    fn set(&mut self, hash: u128) {
        for (word, mask) in self.probes(hash).collect::<Vec<_>>() {
            if let Some(bits) = self.bits.get_mut(word) {
                *bits |= mask;
            }
        }
        self.room -= 1;
    }

    /// Word and bit of every probe: two halves of the hash give as many places as are wanted.
    fn probes(&self, hash: u128) -> impl Iterator<Item = (usize, u64)> + use<> {
        let (first, step) = (hash as u64, (hash >> 64) as u64 | 1);
        let size = self.bits.len() as u128 * 64;
        (0..PROBES).map(move |number| {
            let place = first.wrapping_add(step.wrapping_mul(number));
            // Multiplied and shifted instead of divided: the same even spread over any size.
            let bit = ((u128::from(place) * size) >> 64) as usize;
            (bit / 64, 1 << (bit % 64))
        })
    }
}

fn hash(key: &[u8]) -> u128 {
    row_hash(key, 0, b"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u64) -> Vec<u8> {
        format!("case/{number:010}").into_bytes()
    }

    #[test]
    fn what_was_inserted_is_never_called_absent_and_little_else_is_called_present() {
        // Beyond the first layer and the second.
        let count = SMALLEST * 4;
        let mut filter = Filter::with_room(0);
        (0..count).for_each(|number| filter.insert(&key(number)));
        assert_eq!(filter.layers.len(), 3);
        assert!((0..count).all(|number| filter.may_have(&key(number))));
        let wrong = (count..2 * count).filter(|number| filter.may_have(&key(*number))).count() as u64;
        assert!(wrong < count / 20, "{wrong} of {count} absent keys look present");
    }

    #[test]
    fn a_key_takes_room_once() {
        let mut filter = Filter::with_room(0);
        (0..3).for_each(|_| filter.insert(&key(1)));
        assert_eq!(filter.layers[0].room, SMALLEST - 1);
    }

    #[test]
    fn two_become_one() {
        let [mut one, mut other] = [Filter::with_room(0), Filter::with_room(SMALLEST * 2)];
        one.insert(&key(1));
        other.insert(&key(2));
        let both = one.join(other);
        assert!(both.may_have(&key(1)) && both.may_have(&key(2)) && !both.may_have(&key(3)));
    }

    #[test]
    fn a_file_holds_it_for_one_head_and_nothing_damaged_is_believed() {
        let head = Head { sequence: 3, hash: [9; 32], rows: 2, fold: 7 };
        let mut filter = Filter::with_room(0);
        (0..100).for_each(|number| filter.insert(&key(number)));
        let file = filter.encode(&head);
        assert_eq!(Filter::decode(&file, &head), Some(filter));
        assert_eq!(Filter::decode(&file, &Head { sequence: 4, ..head }), None);
        for cut in [0, 3, 11, 80, file.len() - 1] {
            assert_eq!(Filter::decode(&file[..cut], &head), None);
        }
        for at in (0..file.len()).step_by(997) {
            let mut other = file.clone();
            other[at] ^= 4;
            assert_eq!(Filter::decode(&other, &head), None);
        }
    }
}
