//! `dsql init NAME`: a project that builds at once, in a folder of its own.

use std::path::Path;

use crate::cli::streams;
use crate::invocation::Invocation;
use crate::system::{System, SystemError};

include!(concat!(env!("OUT_DIR"), "/init_files.rs"));

const PLACEHOLDER: &str = "__project_name__";

/// Writes the files below a folder named like the project. Never replaces one.
pub(super) fn init(invocation: &Invocation, system: &dyn System) -> u8 {
    let Some(name) = invocation
        .text("project_name")
        .map(str::to_owned)
        .or_else(ask)
    else {
        return refuse(
            "the name of the project is missing",
            &invocation.program.spoken("type `dsql init my_project`"),
        );
    };
    if !is_name(&name) {
        let typed: String = name
            .chars()
            .map(|it| if is_letter(it) { it } else { '_' })
            .collect();
        let typed = typed.trim_start_matches(|it: char| it.is_ascii_digit() || it == '_');
        let help = match typed {
            "" => "use letters, digits and underscores, a letter first".to_owned(),
            typed => invocation
                .program
                .spoken(&format!("type `dsql init {typed}`")),
        };
        return refuse(&format!("`{name}` cannot be the name of a project"), &help);
    }
    let parent = match invocation.text("project_dir") {
        Some(folder) if invocation.is_given("project_dir") => system.current_dir().join(folder),
        _ => system.current_dir(),
    };
    let folder = parent.join(&name);
    if system.is_dir(&folder) || system.is_file(&folder) {
        let shown = folder.display();
        return refuse(
            &format!("{shown} is there already"),
            "choose another name or remove it",
        );
    }
    let profile = !invocation.on("skip_profile_setup");
    match write(&folder, &name, profile, system) {
        Ok(()) => {
            streams::out(&format!(
                "Your new project is in {}.\n\n  cd {name}\n  dsql build\n",
                folder.display()
            ));
            0
        }
        Err(error) => refuse(
            &error.to_string(),
            "make the folder writable or choose another",
        ),
    }
}

fn write(folder: &Path, name: &str, profile: bool, system: &dyn System) -> Result<(), SystemError> {
    for (path, content) in INIT_FILES {
        if *path == "profiles.yml" && !profile {
            continue;
        }
        if let Some(empty) = path.strip_suffix(".gitkeep") {
            system.create_dir_all(&folder.join(empty))?;
        }
        let content = String::from_utf8_lossy(content).replace(PLACEHOLDER, name);
        system.write(&folder.join(path), content.as_bytes())?;
    }
    Ok(())
}

/// Asks for the name where somebody can answer.
fn ask() -> Option<String> {
    let name = streams::ask("Name of the project (letters, digits, underscores): ");
    name.filter(|name| !name.is_empty())
}

fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

fn is_name(name: &str) -> bool {
    name.chars().all(is_letter)
        && name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
}

fn refuse(message: &str, help: &str) -> u8 {
    streams::err(&format!("error: {message}\n  help: {help}\n"));
    2
}
