//! Other programs that run beside this one.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// What is to be started.
#[derive(Debug, Clone)]
pub struct Program {
    /// The program's file.
    pub path: PathBuf,
    /// What it is given.
    pub arguments: Vec<String>,
    /// The folder that it runs in.
    pub folder: PathBuf,
    /// Environment variables to set.
    pub variables: Vec<(String, String)>,
}

/// A program that runs. It is ended when this is dropped.
pub struct Process {
    /// What it reads; none once it is taken.
    pub input: Option<Box<dyn Write + Send>>,
    /// What it writes; none once it is taken.
    pub output: Option<Box<dyn Read + Send>>,
    /// What it complains of; none once it is taken.
    pub complaints: Option<Box<dyn Read + Send>>,
    child: Child,
}

impl std::fmt::Debug for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Process").field(&self.child.id()).finish()
    }
}

impl Process {
    /// Ends it at once, with SIGKILL where there are signals.
    pub fn kill(&mut self) {
        // It fails only where it has ended already.
        let _ = self.child.kill();
    }

    /// Tells whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for its end and returns its exit code; none if it was killed.
    pub fn wait(&mut self) -> Option<i32> {
        self.child.wait().ok()?.code()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a program.
pub(super) fn start(program: &Program) -> std::io::Result<Process> {
    let mut child = Command::new(&program.path)
        .args(&program.arguments)
        .current_dir(&program.folder)
        .envs(program.variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    Ok(Process {
        input: child.stdin.take().map(|it| Box::new(it) as _),
        output: child.stdout.take().map(|it| Box::new(it) as _),
        complaints: child.stderr.take().map(|it| Box::new(it) as _),
        child,
    })
}
