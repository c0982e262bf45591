//! What masks a value: what it gives tells nobody the value.

/// Functions that mask, in lower case.
const MASKS: &[&str] = &[
    "approx_count_distinct",
    "approx_distinct",
    "count",
    "count_if",
    "countif",
    "crypt",
    "encrypt",
    "farm_fingerprint",
    "hash",
    "hash_agg",
    "hashbytes",
    "hmac",
    "md5",
    "md5_binary",
    "md5_hex",
    "md5_number",
    "md5_number_lower",
    "md5_number_upper",
    "regr_count",
    "sha",
    "sha1",
    "sha1_binary",
    "sha1_hex",
    "sha2",
    "sha224",
    "sha256",
    "sha2_binary",
    "sha2_hex",
    "sha384",
    "sha512",
    "xxh3",
    "xxhash64",
];

/// Tells whether a function masks what it is given.
pub(super) fn masks(name: &str) -> bool {
    MASKS.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::MASKS;

    #[test]
    fn masks_are_found_by_halving() {
        assert!(MASKS.is_sorted());
    }
}
