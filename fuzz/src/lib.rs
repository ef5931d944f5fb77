//! What the fuzz targets share.

pub mod invariants;

/// Keeps everything on the thread that asks for it: the same input takes the same way, and nobody waits for anybody.
pub fn one_thread() {
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .use_current_thread()
        .build_global()
        .expect("nobody has used the pool yet");
}
