//! Work in parallel whose results are taken in order, the first while later ones are in the making.

use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc;

use crate::system::Parts;

/// Makes a part of each job on all cores and hands the parts on, in the order of the jobs, on this
/// thread. Where one cannot be made, an error stands in its place.
pub(super) fn in_order<J: Sync, E: Into<io::Error> + Send, R>(
    jobs: &[J],
    make: impl Fn(&J) -> Result<Vec<u8>, E> + Sync,
    take: impl FnOnce(Parts<'_>) -> R,
) -> R {
    let (sender, receiver) = mpsc::channel();
    let make = &make;
    rayon::in_place_scope_fifo(|scope| {
        for (at, job) in jobs.iter().enumerate() {
            let sender = sender.clone();
            scope.spawn_fifo(move |_| {
                // Nobody waits for it any more: the file cannot be written.
                let _ = sender.send((at, make(job).map_err(Into::into)));
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut parts = (0..jobs.len()).map(|wanted| {
            loop {
                if let Some(part) = early.remove(&wanted) {
                    return part;
                }
                let (at, part) = receiver.recv().map_err(io::Error::other)?;
                early.insert(at, part);
            }
        });
        take(&mut parts)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(jobs: &[u8]) -> Vec<Option<u8>> {
        let make = |job: &u8| match job {
            13 => Err(io::Error::other("unlucky")),
            _ => Ok(vec![*job]),
        };
        in_order(jobs, make, |parts| {
            parts.map(|part| Some(*part.ok()?.first()?)).collect()
        })
    }

    #[test]
    fn parts_come_in_the_order_of_their_jobs() {
        let jobs: Vec<u8> = (20..200).collect();
        let parts: Vec<_> = jobs.iter().copied().map(Some).collect();
        assert_eq!(taken(&jobs), parts);
        assert_eq!(taken(&[]), []);
    }

    #[test]
    fn a_failure_stands_at_its_place() {
        assert_eq!(taken(&[12, 13, 14]), [Some(12), None, Some(14)]);
    }
}
