#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check --cache: the bytes of a first run, without its work, and nothing touched but the cache.
#
#   cache.sh SLSAUDIT SOURCE
set -eu
tool=$1
source=$2
work=$(mktemp -d)
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
cp -r "$source/examples" "$work/project"
cd "$work"
failed=0
wrong() {
  failed=$((failed + 1))
  echo "$1"
}
# run NAME ARGUMENT...: what it prints is in NAME.out and NAME.err, and how it ends in NAME.code.
run() {
  name=$1
  shift
  code=0
  "$tool" check "$@" >"$name.out" 2>"$name.err" </dev/null || code=$?
  echo "$code" >"$name.code"
}
same() {
  for part in out err code; do cmp "$1.$part" "$2.$part" || wrong "$3: other $part"; done
}

for format in text json sarif; do
  run first project --format "$format" --cache cache
  run second project --format "$format" --cache cache
  same first second "$format again"
  if [ "$format" = text ]; then continue; fi # it tells the time
  run plain project --format "$format"
  same plain second "$format without a cache"
done
[ "$(ls cache | wc -l)" -eq 3 ] || wrong "three runs, but other entries: $(ls cache)"
case $(ls -ld cache) in drwx------*) ;; *) wrong "others may look into the cache" ;; esac

# Less work: no rule is read, no template is.
run told project --format json --verbose --cache cache
grep -q '^\[info\] cache: used$' told.err || wrong "--verbose doesn't tell that the cache is used"
if grep -q 'templates' told.err; then wrong "audited in spite of the cache"; fi

# A change is seen, and told.
echo '# end' >>project/orders/serverless.yml
run told project --format json --verbose --cache cache
grep -q 'cache: not used: project/orders/serverless.yml has changed' told.err || wrong "--verbose doesn't tell why"
grep -q 'templates' told.err || wrong "not audited in spite of the change"

# Reports are written again.
run first project -o json=report.json --cache cache
mv report.json first.json
run second project -o json=report.json --cache cache
cmp first.json report.json || wrong "another report"

# Many roots.
ls -d project/*/ >roots
run plain --roots-from roots
run first --roots-from roots --cache cache
run second --roots-from roots --cache cache --jobs 1
same plain first "roots with a cache"
same plain second "roots again"

# Entries that are damaged, or links to somewhere: replaced, not followed.
run plain project --format json
echo 'not to be touched' >precious
for entry in cache/*; do
  rm "$entry"
  ln -s ../precious "$entry"
done
run first project --format json --cache cache
same plain first "links in the cache"
[ "$(cat precious)" = 'not to be touched' ] || wrong "a link in the cache is followed"
for entry in cache/*; do echo damaged >"$entry"; done
run second project --format json --cache cache
same plain second "damaged entries"

# Where nothing can be kept.
run first project --format json --cache precious
same plain first "a cache that is a file"
run first project --format json --cache /proc/none/cache
same plain first "a cache that can't be made"
chmod 555 cache # who may write everything doesn't notice
run first project --format json --quiet --cache cache
same plain first "a cache that may not be written"
chmod 755 cache

# Output that is lost is not kept, and no better when it comes from the cache.
if [ -c /dev/full ]; then
  for round in first second; do
    code=0
    "$tool" check project --format json --ascii --cache full >/dev/full 2>err || code=$?
    [ "$code" -eq 3 ] || wrong "$round output to a full device: exits with $code"
    [ -z "$(ls full)" ] || wrong "an output that was lost is kept"
  done
  run first project --format json --ascii --cache full
  same plain first "output that was lost before"
  code=0
  "$tool" check project --format json --ascii --cache full >/dev/full 2>err || code=$?
  [ "$code" -eq 3 ] || wrong "output from the cache to a full device: exits with $code"
  grep -q 'No space left' err || wrong "output from the cache to a full device: not told"
fi

# Several at once.
rm -rf cache
for number in 1 2 3 4; do
  run "at-once-$number" project --format json --cache new/cache &
done
wait
for number in 1 2 3 4; do same plain "at-once-$number" "several at once"; done
[ "$(ls new/cache | wc -l)" -eq 1 ] || wrong "something is left behind: $(ls new/cache)"

echo "$failed wrong"
[ "$failed" -eq 0 ]
