#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: allocgate_fuzz::one_thread(), |bytes: &[u8]| allocgate_fuzz::invariants::causes::run(bytes));
