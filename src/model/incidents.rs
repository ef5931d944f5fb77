//! Records in a [`Builder`] what is no result: failures, skips, losses and remarks.

use super::builder::Builder;
use super::{
    FailedItem, Failure, Interleaving, InterleavingSign, LimitExceeded, Loss, LossReason, Remark, RemarkKind,
    Skip, Unfinished, name_excerpt,
};
use bstr::BString;

impl Builder {
    /// Records a failure that the output reports.
    ///
    /// # Errors
    /// If there are too many problems.
    pub fn failure(&mut self, failure: Failure) -> Result<(), LimitExceeded> {
        self.problem(failure.line, &failure)?;
        self.ledger.failures.push(failure);
        Ok(())
    }

    /// Adds the first line of its log to the benchmark that failed last.
    ///
    /// # Errors
    /// See [`Builder::failure`].
    pub fn failure_error(&mut self, line: usize, error: BString) -> Result<(), LimitExceeded> {
        self.hold(error.len(), line)?;
        if let Some(FailedItem::Benchmark { error: unknown @ None, .. }) =
            self.ledger.failures.last_mut().map(|it| &mut it.what)
        {
            *unknown = Some(error);
        }
        Ok(())
    }

    /// Sets the package of the last failures, skips and losses that have none. Go prints them before the header, or before the line that
    /// ends the package.
    ///
    /// # Errors
    /// See [`Builder::failure`].
    pub fn attribute(&mut self, line: usize, package: &[u8]) -> Result<(), LimitExceeded> {
        let failures = self.ledger.failures.iter_mut().rev().map(|it| &mut it.package);
        let skipped = self.ledger.skipped.iter_mut().rev().map(|it| &mut it.package);
        let lost = self.ledger.lost.iter_mut().rev().map(|it| &mut it.package);
        let is_unknown = |it: &&mut BString| it.is_empty();
        let mut held = 0;
        for unknown in failures
            .take_while(is_unknown)
            .chain(skipped.take_while(is_unknown))
            .chain(lost.take_while(is_unknown))
        {
            *unknown = name_excerpt(package);
            held += unknown.len();
            if self.text + held > self.limits.text {
                break;
            }
        }
        self.text += held;
        self.within(self.text, self.limits.text, "text", line)
    }

    /// Records a skipped benchmark or package.
    ///
    /// # Errors
    /// See [`Builder::failure`].
    pub fn skip(&mut self, skip: Skip) -> Result<(), LimitExceeded> {
        self.problem(skip.line, &skip)?;
        self.ledger.skipped.push(skip);
        Ok(())
    }

    /// Records a package that was not measured, because the change cannot affect it.
    ///
    /// # Errors
    /// See [`Builder::failure`].
    pub fn unchanged(&mut self, line: usize, package: BString) -> Result<(), LimitExceeded> {
        self.problem(line, &package)?;
        self.ledger.unchanged.push(package);
        Ok(())
    }

    /// Records a package whose output has no end.
    pub fn unfinished(&mut self, package: Unfinished) {
        self.ledger.unfinished.push(package);
    }

    /// Records a remark about a line.
    ///
    /// # Errors
    /// See [`Builder::failure`].
    pub fn remark(&mut self, line: usize, kind: RemarkKind) -> Result<(), LimitExceeded> {
        self.problem(line, &kind)?;
        self.ledger.remarks.push(Remark { line, kind });
        Ok(())
    }

    /// Records that the output of several processes is mixed from this line on. `results` of the results so far are after it.
    /// Only the first sign counts.
    pub fn interleaved(&mut self, line: usize, sign: InterleavingSign, results: usize) {
        self.ledger.interleaved.get_or_insert(Interleaving { line, sign, results });
    }

    /// Records a result of the current package that could not be used.
    ///
    /// # Errors
    /// See [`Builder::failure`].
    pub fn lose(&mut self, line: usize, reason: LossReason) -> Result<(), LimitExceeded> {
        let package = name_excerpt(self.state.config.get("pkg").unwrap_or_default());
        self.lose_in(package, line, reason)
    }

    /// The same of another package.
    ///
    /// # Errors
    /// See [`Builder::failure`].
    pub fn lose_in(
        &mut self,
        package: BString,
        line: usize,
        reason: LossReason,
    ) -> Result<(), LimitExceeded> {
        self.ledger.seen += 1;
        self.hold(package.len(), line)?;
        self.problem(line, &reason)?;
        self.ledger.lost.push(Loss { line, package, reason });
        Ok(())
    }
}
