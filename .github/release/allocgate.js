#!/usr/bin/env node
// Runs the binary of this platform, which npm has installed as an optional dependency. ALLOCGATE_BINARY names another one.
"use strict";
const { spawn } = require("node:child_process");
const { constants } = require("node:os");

function binary() {
  if (process.env.ALLOCGATE_BINARY) return process.env.ALLOCGATE_BINARY;
  const name = `@allocgate/${process.platform}-${process.arch}`;
  const program = process.platform === "win32" ? "allocgate.exe" : "allocgate";
  try {
    return require.resolve(`${name}/${program}`);
  } catch {
    const known = Object.keys(require("./package.json").optionalDependencies);
    const expected = known.map((it) => it.replace("@allocgate/", "")).join(", ");
    console.error(
      known.includes(name)
        ? `error: ${name} is not installed\nhelp: npm install without --no-optional, or set ALLOCGATE_BINARY to a binary`
        : `error: no binary for this platform, got ${process.platform}-${process.arch}; expected one of ${expected}\n` +
            "help: build allocgate from source, and set ALLOCGATE_BINARY to the binary",
    );
    process.exit(2);
  }
}

// Before the child starts: a signal at once is for the child as well.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
const child = spawn(binary(), process.argv.slice(2), { stdio: "inherit" });
child.on("error", (error) => {
  console.error(`error: ${error.message}`);
  process.exit(2);
});
// As a shell gives it: 130 after SIGINT.
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
