#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whether the program was built as docs/security.md says: hardened.sh PROGRAM
set -eu
program=$1
command -v readelf >/dev/null 2>&1 || {
  echo "skipped: no readelf here"
  exit 77
}
missing=0
has() { # has WHAT PATTERN OPTIONS…
  what=$1 pattern=$2
  shift 2
  if readelf -W "$@" "$program" | grep -Eq "$pattern"; then
    echo "has $what"
  else
    echo "lacks $what"
    missing=1
  fi
}
has "position-independent code" 'Type: +DYN' -h
has "read-only relocations" 'GNU_RELRO' -l
has "all symbols bound at the start" 'BIND_NOW|FLAGS_1.* NOW' -d
has "a stack that can't be run" 'GNU_STACK.* RW ' -l
has "canaries on the stack" '__stack_chk_fail' -s
has "checked copies" '__[a-z]+_chk' -s
has "checked containers" '__glibcxx_assert_fail' -s
has "a build id, for check --cache" 'Build ID: [0-9a-f]{16,}' -n
exit $missing
