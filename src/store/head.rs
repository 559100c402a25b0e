//! Where the store stands: the last sequence, the chain of hashes, and a fold over all rows.
//!
//! The fold is a sum of one hash per row, so it can be kept up to date row by row and compared with a scan
//! in any order. It finds damage, not malice: the chain (SHA-256) is what binds the history.
//! This file owns the arithmetic and the little-endian primitives; it never touches a file.

/// The position of the store after a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Head {
    /// Sequence of the last commit; 0 before the first.
    pub sequence: u64,
    /// Hash of that commit's journal record, chained to all before it.
    pub hash: [u8; 32],
    /// Number of rows.
    pub rows: u64,
    /// Wrapping sum of `row_hash` over all rows.
    pub fold: u128,
}

impl Head {
    /// Bytes of an encoded head.
    pub(crate) const SIZE: usize = 64;

    /// Counts a row in.
    pub(crate) fn add(&mut self, key: &[u8], version: u64, value: &[u8]) {
        self.rows = self.rows.wrapping_add(1);
        self.fold = self.fold.wrapping_add(row_hash(key, version, value));
    }

    /// Counts a row out.
    pub(crate) fn remove(&mut self, key: &[u8], version: u64, value: &[u8]) {
        self.rows = self.rows.wrapping_sub(1);
        self.fold = self.fold.wrapping_sub(row_hash(key, version, value));
    }

    /// Little-endian, in the order of the fields.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.sequence.to_le_bytes());
        out.extend_from_slice(&self.hash);
        out.extend_from_slice(&self.rows.to_le_bytes());
        out.extend_from_slice(&self.fold.to_le_bytes());
    }

    /// The reverse of [`Head::encode`].
    pub(crate) fn decode(bytes: &mut Bytes<'_>) -> Option<Self> {
        Some(Self {
            sequence: bytes.u64()?,
            hash: bytes.array()?,
            rows: bytes.u64()?,
            fold: u128::from_le_bytes(bytes.array()?),
        })
    }
}

/// A 128-bit hash of one row: two multiply-and-fold lanes over 8-byte words.
pub(crate) fn row_hash(key: &[u8], version: u64, value: &[u8]) -> u128 {
    let mut lanes = [0x9E37_79B9_7F4A_7C15_u64 ^ version, 0xC2B2_AE3D_27D4_EB4F_u64 ^ key.len() as u64];
    absorb(&mut lanes, key);
    absorb(&mut lanes, value);
    let [a, b] = lanes;
    let a = mix(a, version ^ 0xD6E8_FEB8_6659_FD93);
    let b = mix(b, value.len() as u64 ^ 0xA076_1D64_78BD_642F);
    (u128::from(mix(a, b)) << 64) | u128::from(mix(b, a ^ 0xE703_7ED1_A0B4_28DB))
}

fn absorb([a, b]: &mut [u64; 2], bytes: &[u8]) {
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        let word = u64::from_le_bytes(*word);
        *a = mix(*a ^ word, 0x9FB2_1C65_1E98_DF25);
        *b = (*b ^ word).wrapping_mul(0xFF51_AFD7_ED55_8CCD).rotate_left(29);
    }
    let mut last = [0_u8; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    let word = u64::from_le_bytes(last) ^ ((rest.len() as u64 + 1) << 56);
    *a = mix(*a ^ word, 0x9FB2_1C65_1E98_DF25);
    *b = (*b ^ word).wrapping_mul(0xFF51_AFD7_ED55_8CCD).rotate_left(29);
}

/// Full 64 × 64 product, folded, kept from sticking at zero by the factor itself.
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0x1656_67B1_9E37_79F9).wrapping_mul(u128::from(b | 1));
    (product as u64) ^ ((product >> 64) as u64) ^ a.rotate_left(32)
}

/// A cursor over untrusted bytes; everything past the end is `None`.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(crate) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        Some(head)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// A length (u32) and that many bytes.
    pub(crate) fn sized(&mut self) -> Option<&'a [u8]> {
        let count = self.u32()?;
        self.take(usize::try_from(count).ok()?)
    }

    /// A length (u32) and that many bytes of UTF-8.
    pub(crate) fn text(&mut self) -> Option<String> {
        String::from_utf8(self.sized()?.to_vec()).ok()
    }
}

/// The reverse of [`Bytes::sized`]. Lengths are bounded by the batch limit long before they reach 4 GiB.
pub(crate) fn push_sized(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_of_a_row_counts() {
        let (key, value) = (b"case/0001".to_vec(), br#"{"a":1,"b":"xyz"}"#.to_vec());
        let whole = row_hash(&key, 7, &value);
        let mut seen = std::collections::BTreeSet::from([whole]);
        for bit in 0..key.len() * 8 {
            let mut other = key.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(seen.insert(row_hash(&other, 7, &value)));
        }
        for bit in 0..value.len() * 8 {
            let mut other = value.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(seen.insert(row_hash(&key, 7, &other)));
        }
        assert!(seen.insert(row_hash(&key, 8, &value)));
        assert!(seen.insert(row_hash(b"case/0001{", 7, &value[1..])));
    }

    #[test]
    fn a_head_survives_its_bytes_and_rows_cancel_out() {
        let mut head = Head { sequence: 3, hash: [9; 32], rows: 0, fold: 0 };
        head.add(b"a", 1, b"1");
        head.add(b"b", 2, b"2");
        let mut bytes = Vec::new();
        head.encode(&mut bytes);
        assert_eq!(bytes.len(), Head::SIZE);
        assert_eq!(Head::decode(&mut Bytes(&bytes)), Some(head));
        assert_eq!(Head::decode(&mut Bytes(&bytes[1..])), None);
        head.remove(b"a", 1, b"1");
        head.remove(b"b", 2, b"2");
        assert_eq!((head.rows, head.fold), (0, 0));
    }
}
