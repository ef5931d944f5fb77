//! The threads that share the work.

use allocgate::internals::input::Source;

/// The most threads. To start one per core of a large machine would take longer than the work, which is milliseconds.
const MOST: usize = 8;

/// Below this number of bytes, one thread is done before others have started.
const LEAST_BYTES: u64 = 1 << 20;

/// Sets how many threads read and judge these sources. The main thread is one of them.
pub(super) fn start<'s>(sources: impl IntoIterator<Item = &'s Source>) {
    let mut pool = rayon::ThreadPoolBuilder::new().use_current_thread();
    if is_small(sources) {
        pool = pool.num_threads(1);
    } else if std::env::var_os("RAYON_NUM_THREADS").is_none() {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        pool = pool.num_threads(cores.min(MOST));
    }
    let _ = pool.build_global(); // if that fails, there are as many threads as cores
}

/// Whether all of it is in files, and they are small. It is not known for directories, pipes, and files that are not there.
fn is_small<'s>(sources: impl IntoIterator<Item = &'s Source>) -> bool {
    let mut sum: Option<u64> = None;
    for source in sources {
        let Some(bytes) = source.bytes() else { return false };
        sum = Some(sum.unwrap_or(0).saturating_add(bytes));
    }
    sum.is_some_and(|sum| sum < LEAST_BYTES)
}
