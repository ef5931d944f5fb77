//! The program on files, as a user starts it: what every command prints, writes and exits with.

mod bad_input;
mod budget;
mod cases_pairing;
mod cases_policy;
mod cases_reading;
mod cases_verdicts;
mod causes;
mod check;
mod compare;
mod decisions;
mod faults;
mod formats;
mod github;
mod history;
mod init;
mod limits;
mod manual;
mod policy;
mod reading;
mod run;
mod sites;
mod size;
#[path = "../support/mod.rs"]
mod support;
mod suspects;
mod trail;
