#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Counts the instructions of whole runs with callgrind, and compares them with the committed counts.
#
#   instructions.sh SLSAUDIT SOURCE_DIRECTORY KEY [update]
#
# KEY names compiler, version and build type, since counts differ between them. Fails when a scenario takes
# over 10 % more than tests/benchmarks/instructions.txt says for that key. Exits with 77, after a word, where
# there is nothing to compare with. `update` writes the key's counts of now.
set -eu
slsaudit=$1
source=$2
key=$3
mode=${4:-compare}
baseline=$source/tests/benchmarks/instructions.txt
limit=110 # per cent

if ! command -v valgrind >/dev/null 2>&1; then
  echo "skipped: valgrind is not installed"
  exit 77
fi
if [ "$mode" = compare ] && ! grep -q "^$key " "$baseline"; then
  echo "skipped: $baseline has no counts for $key"
  exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$source"

# Prints the number of instructions; the run itself may find something.
count() {
  LC_ALL=C valgrind --tool=callgrind --callgrind-out-file=/dev/null "$slsaudit" "$@" \
    >/dev/null 2>"$work/log" || [ $? -le 1 ] || { cat "$work/log" >&2; exit 2; }
  sed -n 's/^==[0-9]*== Collected : *\([0-9]*\).*/\1/p' "$work/log"
}

{
  echo "version $(count --version)"
  echo "template $(count check --jobs 1 tests/benchmarks/hundred-lines.yaml)"
  echo "examples $(count check --jobs 1 --fail-on never examples)"
  echo "isolated $(count check --jobs 1 --fail-on never --isolated examples)"
} >"$work/counts"

if [ "$mode" = update ]; then
  grep -v "^$key " "$baseline" >"$work/kept" 2>/dev/null || true
  sed "s/^/$key /" "$work/counts" | cat "$work/kept" - >"$baseline"
  exit 0
fi

status=0
while read -r scenario now; do
  before=$(sed -n "s/^$key $scenario //p" "$baseline")
  if [ -z "$before" ]; then
    echo "$scenario: $now instructions; no count to compare with"
    continue
  fi
  percent=$((now * 100 / before))
  echo "$scenario: $now instructions, $percent % of $before"
  if [ "$percent" -gt "$limit" ]; then
    echo "$scenario: more than $limit % (tests/benchmarks/instructions.sh says how to accept it)" >&2
    status=1
  fi
done <"$work/counts"
exit $status
