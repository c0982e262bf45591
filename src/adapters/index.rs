//! Names of indexes.

use md5::{Digest, Md5};

/// Makes the name of an index (`index.render(relation)`): another one in each run, as `now` is a
/// part of it, so that an index is made anew while the old one is still there.
pub fn index_name(columns: &[String], relation: &str, unique: bool, now: &str) -> String {
    let unique = if unique { "True" } else { "False" };
    let parts = columns.iter().map(String::as_str);
    let parts: Vec<_> = parts.chain([relation, unique, now]).collect();
    format!("{:x}", Md5::digest(parts.join("_")))
}
