#!/usr/bin/env bash
# Makes docs/report.png, the picture of the HTML report, from recorded results. Needs Chromium. (A test makes docs/report.svg.)
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo run --quiet -- check testdata/hot/base.txt testdata/hot/pool.txt --report "html=$work/report.html" >"$work/report.txt" || [ $? = 1 ]
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1000,1030 \
  --screenshot=docs/report.png "file://$work/report.html"
