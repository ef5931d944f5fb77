//! The processes whose package no header names: the line that ends the package names it.

use super::{Builder, LimitExceeded};

impl Builder {
    /// Sets the package of the current stream, for results that no header names.
    pub fn package_of_stream(&mut self, package: &str) {
        if self.state.package.is_empty() {
            self.state.package = package.into();
        }
    }

    /// `PASS` or `FAIL`: the current process has ended.
    pub fn end_process(&mut self) {
        self.state.has_ended |= self.state.process.is_some();
        self.new_block |= self.state.has_ended;
    }

    /// The line that ends a package: it names the package of the current process, if no header does.
    ///
    /// # Errors
    /// If there is too much text.
    pub fn close_package(&mut self, line: usize, package: &[u8]) -> Result<(), LimitExceeded> {
        let Some(process) = self.state.process.take() else { return Ok(()) };
        (self.new_block, self.state.has_ended) = (true, false);
        self.hold(package.len(), line)?;
        self.data.processes[process] = Some(package.into()); // `process` returned it
        Ok(())
    }

    /// The process of the current result, if no header names its package.
    pub(super) fn process(&mut self, line: usize) -> Result<Option<usize>, LimitExceeded> {
        if self.state.config.get("pkg").is_some() {
            return Ok(None);
        }
        if std::mem::take(&mut self.state.has_ended) {
            self.state.process = None;
        }
        if self.state.process.is_none() {
            let package = Some(self.state.package.clone()).filter(|package| !package.is_empty());
            package.as_ref().map_or(Ok(()), |package| self.hold(package.len(), line))?;
            self.data.processes.push(package);
            self.state.process = Some(self.data.processes.len() - 1);
        }
        Ok(self.state.process)
    }
}
