#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An organisation's repositories, audited in shards by GNU parallel: each shard is a run of its own, a shard that dies
# is run again, and what is merged is always the same.
#
#   run.sh SLSAUDIT DIRECTORY          exits with 77 where GNU parallel isn't installed
set -eu
slsaudit=$1
story=$2

if ! parallel --version 2>/dev/null | grep -q '^GNU parallel'; then
  echo "skipped: GNU parallel is not installed"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work" PARALLEL_HOME="$work/.parallel" SLSAUDIT="$slsaudit" WORK="$work"
mkdir "$PARALLEL_HOME" && touch "$PARALLEL_HOME/will-cite"
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}
same() { cmp -s "$work/$1" "$work/$2" || fail "$1 and $2 differ"; }

# Forty repositories: a platform that owns a queue, and services that take it by its export or by its name.
cd "$work"
sh "$story/make.sh" 40 repos
ls -d repos/* >roots.txt
merge() { "$slsaudit" merge --expect roots.txt "$@"; }

# What one run says is what all others must.
"$slsaudit" check --roots-from roots.txt --as-of 2026-01-01 --jobs 1 >one.ndjson
[ "$(wc -l <one.ndjson)" -eq 40 ] || fail "not a line for each root"
"$slsaudit" check --roots-from - --as-of 2026-01-01 --jobs 2 <roots.txt >two.ndjson
same one.ndjson two.ndjson
code=0
merge one.ndjson --format json >one.json || code=$?
[ "$code" -eq 1 ] || fail "merging exits with $code, not with 1 for the findings"
merge one.ndjson --format markdown >one.md || true
grep -q '"depends_on": *\["repos/00"\]\|"depends_on":\["repos/00"\]' one.json || fail "no service depends on the platform"

# Blocks of roots through pipes.
parallel --pipe -N 7 --jobs 2 '"$SLSAUDIT" check --roots-from - --as-of 2026-01-01 --jobs 1' <roots.txt >piped.ndjson
merge piped.ndjson --format json >piped.json || true
same one.json piped.json

# One job a root, in whatever order they end.
parallel --jobs 2 'printf "%s\n" {} | "$SLSAUDIT" check --roots-from - --as-of 2026-01-01 --jobs 1' <roots.txt >each.ndjson
merge each.ndjson --format json >each.json || true
same one.json each.json

# A file a shard; the first attempt at each second shard dies in the middle of a line, and parallel runs it again.
cat >shard.sh <<'SHARD'
#!/bin/sh
# shard.sh NUMBER: roots on standard input, lines in shards/NUMBER.ndjson.
set -eu
tried=$WORK/tried/$1
"$SLSAUDIT" check --roots-from - --as-of 2026-01-01 --jobs 1 >"$WORK/whole/$1"
if [ $(($1 % 2)) -eq 0 ] && [ ! -e "$tried" ]; then
  touch "$tried"
  head -c $(($(wc -c <"$WORK/whole/$1") * 2 / 3)) "$WORK/whole/$1" >"$WORK/shards/$1.ndjson"
  kill -9 $$
fi
cp "$WORK/whole/$1" "$WORK/shards/$1.ndjson"
SHARD
mkdir tried whole shards
split -l 7 -d -a 1 roots.txt part.
parallel --jobs 2 --retries 3 'sh shard.sh {#} <{}' ::: part.*
[ "$(ls tried | wc -l)" -eq 3 ] || fail "not each second shard has died once"
merge shards/*.ndjson --format json >retried.json || true
same one.json retried.json
merge shards/*.ndjson --format markdown >retried.md || true
same one.md retried.md

# Nobody runs it again: what is missing is told, by file and line and by root.
sed -i '$d' shards/1.ndjson
head -c 300 whole/1 >>shards/1.ndjson
code=0
merge shards/*.ndjson --format json >torn.json 2>torn.err || code=$?
[ "$code" -eq 3 ] || fail "a torn shard exits with $code"
grep -q 'shards/1.ndjson:7: the line ends in the middle' torn.err || fail "$(cat torn.err)"
grep -q 'no shard has this root: audit it again' torn.err || fail "$(cat torn.err)"

# The retry's lines beside the torn ones of the first attempt.
"$slsaudit" check --roots-from part.0 --as-of 2026-01-01 >shards/again.ndjson
mv shards/1.ndjson torn.ndjson
merge shards/*.ndjson --format json >again.json || true
same one.json again.json
echo "the story holds"
