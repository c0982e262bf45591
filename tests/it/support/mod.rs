//! What tests share: a project in a temporary folder, expected text, data files.

#![allow(dead_code, reason = "each of the two test binaries uses a part of it")]

pub mod answer;
pub mod cases;
pub mod data_files;
pub mod faulty_system;
pub mod filters;
pub mod hub;
pub mod mail_server;
pub mod page;
pub mod receiver;
pub mod running;
pub mod sections;
pub mod slt;
pub mod test_project;
