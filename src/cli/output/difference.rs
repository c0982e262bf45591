//! The rows of a failed unit test in colours: red is what was expected, green what is there.

use super::line::{green, red, yellow};

/// Paints the message of a unit test. The marks before the rows say the same without colours.
pub(super) fn painted(message: &str) -> String {
    let lines = message.split('\n').map(|line| match line {
        "actual differs from expected:" => {
            format!("{} differs from {}:", green("actual"), red("expected"))
        }
        line if line.starts_with("+++") => green(line),
        line if line.starts_with("---") => red(line),
        line => line.replace('→', &yellow("→")),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::line::uncolored;

    #[test]
    fn rows_are_painted_by_their_marks() {
        let message = "\n\nactual differs from expected:\n\n@@ ,id\n→  ,1→2\n+++,3\n---,4\n\n";
        let painted = painted(message);
        assert_eq!(uncolored(&painted), message);
        assert!(painted.contains(&green("+++,3")) && painted.contains(&red("---,4")));
    }
}
