//! A series of numbers in one line of text.

/// How many points are shown, the last ones.
const SHOWN: usize = 40;
/// Heights of points.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Draws numbers between the least and the greatest of them; nothing is drawn of what is no number.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a height from 0 to 7"
)]
pub(super) fn sparkline(values: &[f64]) -> String {
    let shown = &values[values.len().saturating_sub(SHOWN)..];
    let finite = shown.iter().filter(|it| it.is_finite());
    let bounds = (f64::INFINITY, f64::NEG_INFINITY);
    let (least, most) = finite.fold(bounds, |(least, most), it| (least.min(*it), most.max(*it)));
    let height = |it: &f64| {
        let steps = (HEIGHTS.len() - 1) as f64;
        let at = match most > least {
            true => ((it - least) / (most - least) * steps).round(),
            false => 0.0,
        };
        HEIGHTS
            .get(at as usize)
            .copied()
            .filter(|_| it.is_finite())
            .unwrap_or(' ')
    };
    shown.iter().map(height).collect()
}
