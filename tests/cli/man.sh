#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Formats the manual page with the tools that are installed: none may warn.
#
#   man.sh SLSAUDIT      exits with 77 where no tool is installed
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$1" man >"$work/slsaudit.1"
checked=
complain() {
  echo "$1 warns:"
  cat "$work/warnings"
  exit 1
}
if command -v groff >/dev/null 2>&1; then
  groff -man -ww -Tutf8 -P-cbou "$work/slsaudit.1" >"$work/text" 2>"$work/warnings"
  [ ! -s "$work/warnings" ] || complain groff
  grep -q 'SYNOPSIS' "$work/text"
  checked="$checked groff"
fi
if command -v mandoc >/dev/null 2>&1; then
  mandoc -T lint -W warning "$work/slsaudit.1" >"$work/warnings" 2>&1 || complain mandoc
  checked="$checked mandoc"
fi
if man --version 2>/dev/null | grep -q '^man 2'; then # man-db's
  MANROFFSEQ='' man --warnings -E UTF-8 -l "$work/slsaudit.1" >/dev/null 2>"$work/warnings"
  [ ! -s "$work/warnings" ] || complain man
  checked="$checked man"
fi
[ -n "$checked" ] || {
  echo "skipped: neither groff nor mandoc nor man is installed"
  exit 77
}
echo "checked with$checked"
