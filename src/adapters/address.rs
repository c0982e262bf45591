//! Passwords within the addresses of databases.

/// Finds passwords in the address of a database: `scheme://user:password@host`, `password=…`.
pub fn passwords(address: &str) -> impl Iterator<Item = &str> {
    let after_user = address.split_once("://").and_then(|(_, rest)| {
        let (user, _) = rest.split('/').next()?.rsplit_once('@')?;
        Some(user.split_once(':')?.1)
    });
    let lower = address.to_ascii_lowercase();
    let places: Vec<usize> = lower.match_indices("password").map(|(at, _)| at).collect();
    let named = places.into_iter().filter_map(|at| {
        let rest = address[at + "password".len()..].trim_start();
        let rest = rest.strip_prefix('=')?.trim_start();
        match rest.strip_prefix('\'') {
            Some(quoted) => quoted.split('\'').next(),
            None => rest.split([' ', '&', ';', '\t']).next(),
        }
    });
    after_user
        .into_iter()
        .chain(named)
        .filter(|it| !it.is_empty())
}
