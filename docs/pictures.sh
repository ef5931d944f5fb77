#!/usr/bin/env bash
# Makes the pictures of the HTML report and of the comment, docs/report.png and docs/comment.png, from recorded results. Needs Chromium,
# and mdbook to turn the comment into a page. (A test makes docs/*.svg: TRYCMD=overwrite cargo test --test project.)
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo run --quiet -- check testdata/hot/base.txt testdata/hot/pool.txt --report "html=$work/report.html" \
  --report "markdown=$work/comment.md" >"$work/report.txt" || [ $? = 1 ]
picture() { # PAGE SIZE FILE
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size="$2" --screenshot="$3" "file://$1"
}
picture "$work/report.html" 1000,1030 docs/report.png

mkdir -p "$work/book/src"
# Not every machine has a font for the emoji.
sed "s,❌,<span style='color: #cf222e'>✗</span>," "$work/comment.md" >"$work/book/src/comment.md"
echo "[comment](comment.md)" >"$work/book/src/SUMMARY.md"
cat >"$work/book/book.toml" <<'END'
[book]
title = "comment"
[output.html]
smart-punctuation = false
additional-css = ["plain.css"]
END
echo "#mdbook-menu-bar, #mdbook-sidebar, #menu-bar, #sidebar, .nav-wrapper, .nav-wide-wrapper { display: none !important }
:root { --sidebar-width: 0px; --content-max-width: 960px; font-size: 55% } .content { padding: 0 } details { margin-block: 1em }" >"$work/book/plain.css"
mdbook build "$work/book" --dest-dir "$work/site" >"$work/mdbook.txt" 2>&1
picture "$work/site/comment.html" 1000,760 docs/comment.png
