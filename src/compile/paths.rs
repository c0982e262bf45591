//! Where a node's SQL stands below the target folder.

use crate::nodes::Node;

/// Folder below the target folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subfolder {
    /// SQL as compiled.
    Compiled,
    /// SQL as sent.
    Run,
    /// SQL as it would be sent to an engine where nothing is there yet.
    FirstRun,
    /// SQL as it would be sent to an engine where all was built before.
    NextRun,
}

/// Returns `<target>/<subfolder>/<package>/<file>`; nodes that share a file, and batches of one,
/// stand in a folder of the file's name.
pub fn target_path(target: &str, subfolder: Subfolder, node: &Node) -> String {
    let file_name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let subfolder = match subfolder {
        Subfolder::Compiled => "compiled",
        Subfolder::Run => "run",
        Subfolder::FirstRun => "first_run",
        Subfolder::NextRun => "next_run",
    };
    let file = &node.original_file_path;
    let package = &node.package_name;
    if let (Some(batch), Some((stem, extension))) = (&node.batch, file.rsplit_once('.')) {
        let name = format!("{}_{}.{extension}", file_name(stem), batch.label());
        return format!("{target}/{subfolder}/{package}/{stem}/{name}");
    }
    match file_name(&node.path) == file_name(file) {
        true => format!("{target}/{subfolder}/{package}/{file}"),
        false => format!("{target}/{subfolder}/{package}/{file}/{}", node.path),
    }
}
