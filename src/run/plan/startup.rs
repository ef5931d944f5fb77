//! Measures what the process of a benchmark costs besides its operations, and checks that it runs this benchmark only.

use super::iterations::for_startup;
use super::meter::{Meter, Startup};
use super::names::NotAlone;
use super::task::One;
use crate::run::measure::{Only, TestBinary, Used};
use crate::run::side::{PerSide, Side};
use crate::run::{RunError, Stop};
use std::cell::RefCell;

/// How many processes are measured on each side.
const PROCESSES: usize = 3;

/// A test binary without arguments.
pub(super) type Binary<'b> = dyn Fn(Side, Vec<String>) -> Option<TestBinary<'b>> + 'b;

/// Measures the benchmark on these sides in turn, and gives it a meter.
///
/// # Errors
/// If a process cannot be started, or the run is stopped. Inside, if a process does not run exactly this benchmark.
pub(super) fn calibrate(
    one: &mut One,
    sides: &[Side],
    binary: &Binary,
    stop: &Stop,
) -> Result<Result<(), NotAlone>, RunError> {
    let iterations = for_startup(one.iterations);
    let mut measured: PerSide<Vec<Used>> = PerSide::default();
    for number in 0..PROCESSES {
        let mut order = sides.to_vec();
        if number % 2 == 1 {
            order.reverse();
        }
        for side in order {
            match measure(one, iterations, side, binary, stop)? {
                Ok(Some(used)) => measured.get_mut(side).push(used),
                // It fails, or the system does not tell the CPU time.
                Ok(None) => return Ok(Ok(())),
                Err(not_alone) => return Ok(Err(not_alone)),
            }
        }
    }
    let startups = PerSide {
        base: Startup::of(iterations, &measured.base),
        new: Startup::of(iterations, &measured.new),
    };
    one.meter = Meter::new(one.iterations, startups);
    Ok(Ok(()))
}

/// Runs the benchmark so often, or with 0 no benchmark; nothing if it fails, which the rounds will show.
fn measure(
    one: &One,
    iterations: u64,
    side: Side,
    binary: &Binary,
    stop: &Stop,
) -> Result<Result<Option<Used>, NotAlone>, RunError> {
    let arguments = match iterations {
        0 => vec!["-test.bench=^$".to_string()],
        count => one.arguments(count),
    };
    let Some(binary) = binary(side, arguments) else { return Ok(Ok(None)) };
    let used = RefCell::new(None);
    let mut keep = |it: &Used| {
        *used.borrow_mut() = Some(*it);
        None
    };
    let only = Only { name: &one.name, value: &mut keep };
    let finished = binary.run(Some(only), stop, |_| Ok(()), |_| ())?;
    if !finished.has_passed() {
        return Ok(Ok(None));
    }
    if iterations == 0 {
        let (cpu, elapsed) = (finished.cpu, finished.elapsed);
        return Ok(Ok(cpu.map(|cpu| Used { cpu, elapsed, nanoseconds: None })));
    }
    let ran = &finished.printout.printed;
    match &ran[..] {
        [printed] if printed.is_of(&one.name) && finished.results == 1 => Ok(Ok(used.into_inner())),
        _ => Ok(Err(NotAlone::OtherRan(one.name.clone()))),
    }
}
