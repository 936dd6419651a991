#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# When the surroundings fail, the program says so, ends with the right code and leaves no torn file.
#
#   surroundings.sh SLSAUDIT SOURCE
set -eu
tool=$1
source=$2
work=$(mktemp -d)
trap 'chmod -R u+rwx "$work" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work"
failed=0
checked=0
wrong() {
  failed=$((failed + 1))
  echo "$1"
  tail -n 3 err | cut -c 1-300
}
# expect CODE WORDS NAME: how the run before has ended, and what it said on standard error or output.
expect() {
  checked=$((checked + 1))
  [ "$code" -eq "$1" ] || wrong "$3: exits with $code, not $1"
  [ -z "$2" ] || grep -qF -- "$2" err out || wrong "$3: does not say \"$2\""
}
run() {
  code=0
  timeout 120 "$tool" "$@" >out 2>err </dev/null || code=$?
}
good='Resources:
  Q: {Type: AWS::SNS::Topic}
'
mkdir project
printf '%s' "$good" >project/clean.yaml
cp "$source/examples/orders/"*.y*ml project/
run check project
expect 1 "" "the project as it is"

# Streams that are closed, full, or left by their reader.
code=0
"$tool" check project >/dev/full 2>err || code=$?
: >out
expect 3 "No space left" "standard output is full"
code=0
"$tool" check --format json project >&- 2>err || code=$?
expect 3 "slsaudit" "standard output is closed"
code=0
"$tool" check project >out 2>&- || code=$?
expect 1 "" "standard error is closed"
code=0
"$tool" check --verbose project >out 2>/dev/full || code=$?
expect 1 "" "standard error is full"
code=0
"$tool" check - <&- >out 2>err || code=$?
expect 3 "" "standard input is closed"
for command in check graph facts "rules --format json"; do
  # shellcheck disable=SC2086
  where=project
  case $command in rules*) where= ;; esac
  echo 0 >code
  { "$tool" $command $where 2>err || echo $? >code; } | head -c 1 >out
  code=$(cat code)
  [ "$code" -le 1 ] || wrong "$command: exits with $code when its reader goes"
  checked=$((checked + 1))
done

# Outputs that can't be written leave nothing behind, and what was there stays.
for target in /dev/full gone/report.json project; do
  run check --output "json=$target" project
  expect 3 "cannot write" "output to $target"
done
printf 'old' >report.json
mkdir full
(
  ulimit -f 1
  cd full
  cp ../report.json .
  code=0
  "$tool" check --output json=report.json ../project >../out 2>../err || code=$?
  echo $code >../code
)
code=$(cat code)
expect 3 "cannot write" "no room for the report"
[ "$(cat full/report.json)" = old ] || wrong "no room: the old report is gone"
[ "$(ls full)" = report.json ] || wrong "no room: something is left behind"
ln -s report.json link.json
run check --output json=link.json project
expect 1 "" "output to a link"
[ -L link.json ] || wrong "a link is replaced by a file"

# A report that is longer than it may be.
run check --limit output=1000 --format json project
expect 3 "limit of 1000 (output)" "a limit for standard output"
[ "$(wc -c <out)" -le 1000 ] || wrong "the limit of standard output is not kept"
run check --limit output=1000 --output json=report.json project
expect 3 "limit of 1000 (output)" "a limit for a report"
run graph --limit output=100 project
expect 3 "limit of 100 (output)" "a limit for a graph"

# Killed while it writes: the old report or the new one.
run check --output json=whole.json project
round=0
while [ $round -lt 20 ]; do
  round=$((round + 1))
  cp whole.json killed.json
  "$tool" check --output json=killed.json project >out 2>err &
  running=$!
  sleep "0.0$((round % 10))"
  kill -9 $running 2>/dev/null || true
  wait $running 2>/dev/null || true
  case $(tail -c 2 killed.json) in
  *"}"*) ;;
  *) wrong "killed: a torn report" ;;
  esac
done
checked=$((checked + round))

# Who may read everything can't see how it is not to.
as_other=
if [ "$(id -u)" -eq 0 ]; then
  as_other='setpriv --reuid 65534 --regid 65534 --clear-groups'
  $as_other true 2>/dev/null && $as_other "$tool" --version >/dev/null 2>&1 || as_other=none
fi
if [ "$as_other" != none ]; then
  mkdir -p closed/inner
  cp project/clean.yaml closed/clean.yaml
  cp project/clean.yaml closed/unreadable.yaml
  cp project/clean.yaml closed/inner/clean.yaml
  chmod 755 . closed
  chmod 000 closed/unreadable.yaml
  code=0
  $as_other "$tool" check closed >out 2>err || code=$?
  expect 3 "closed/unreadable.yaml" "an unreadable file"
  expect 3 "2 templates" "an unreadable file keeps no other from being read"
  chmod 644 closed/unreadable.yaml
  chmod 000 closed/inner
  code=0
  $as_other "$tool" check closed >out 2>err || code=$?
  expect 3 "closed/inner" "an unreadable directory"
  chmod 755 closed/inner
  chmod 555 closed
  code=0
  $as_other "$tool" check --output json=closed/report.json closed >out 2>err || code=$?
  expect 3 "cannot write" "a read-only directory"
  code=0
  (cd closed && $as_other "$tool" check . >../out 2>../err) || code=$?
  expect 0 "" "a read-only working directory"
  code=0
  (cd closed && $as_other "$tool" baseline write . >../out 2>../err) || code=$?
  expect 3 "cannot write" "a baseline in a read-only directory"
  chmod 755 closed
else
  echo "without files that may not be read: everything may be"
fi

# What is no regular file is not waited for.
mkfifo pipe.yaml
ln -s nowhere.yaml dangling.yaml
ln -s circle.yaml circle.yaml
for path in pipe.yaml dangling.yaml circle.yaml gone.yaml /dev/zero /dev/null project/clean.yaml/x; do
  run check "$path"
  expect 3 "$path" "the path $path"
done
run check project gone.yaml
expect 3 "gone.yaml" "a path that is not there, beside one that is"
grep -q "findings" out || wrong "the others are not reported"

# Files that come and go meanwhile.
mkdir moving
number=0
while [ $number -lt 200 ]; do
  number=$((number + 1))
  printf '%s' "$good" >moving/t$number.yaml
done
(
  while [ -d moving/on ] || mkdir moving/on 2>/dev/null; do
    rm -f moving/t1*.yaml
    printf '%s' "$good" >moving/t100.yaml
    [ ! -e stop ] || break
  done
) &
mover=$!
round=0
while [ $round -lt 10 ]; do
  round=$((round + 1))
  run check moving
  [ "$code" -eq 0 ] || [ "$code" -eq 3 ] || wrong "vanishing files: exits with $code"
  checked=$((checked + 1))
done
: >stop
wait $mover 2>/dev/null || true

# Sizes.
mkdir many
awk 'BEGIN { for (i = 1; i <= 10000; i++) { f = "many/f" i ".yaml"; print (i % 10 == 0 ? "Resources: {Q" i ": {Type: AWS::SNS::Topic}}" : "a: " i) > f; close(f) } }'
run check many
expect 0 "1000 templates" "10,000 files"
line=$(awk 'BEGIN { s = "x"; while (length(s) < 1048576) s = s s; print s }')
{
  printf 'Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: python3.6\n      Handler: a.b\n      Timeout: wrong\n      Description: '
  printf '%s\n' "$line"
  printf '      Code: {ZipFile: "'
  printf '%s"}\n' "$line"
} >line.yaml
for format in text json sarif github md html; do
  "$tool" check --help | grep -q "$format" || continue
  run check --format $format --fail-on never line.yaml
  expect 0 "" "a line of 1 MB as $format"
  # Some formats tell of all rules, which takes 1 MB itself.
  [ "$(tr -cd x <out | wc -c)" -lt 500000 ] || wrong "a line of 1 MB is printed as a whole by $format: $(wc -c <out) bytes"
done
name=$(printf '%s' "$line" | cut -c 1-4000)
printf '{"Resources": {"%s": {"Type": "AWS::SQS::Queue", "DependsOn": "%sy"}, "B": {"Type": "%s"}}}\n' "$name" "$name" \
  "$name" >names.json
for format in text json sarif github; do
  run check --format $format --fail-on never names.json
  [ "$code" -eq 0 ] || [ "$code" -eq 3 ] || wrong "names of 4,000 characters as $format: exits with $code"
  checked=$((checked + 1))
done
run graph names.json
expect 3 "1 to 255 letters" "a graph of names of 4,000 characters"
run check "$name.yaml"
expect 3 "" "a path of 4,000 characters"
run check --output "json=$name.json" project
expect 3 "cannot write" "an output of 4,000 characters"
# As deep as may be, where the stack of a thread has to do.
for shape in '{"Fn::Join": ["", [' '{"a": ' '[' '{"Fn::If": ["C", "x", ' '{"Fn::Sub": ["${A}", {"A": '; do
  awk -v shape="$shape" 'BEGIN {
    most = int(980 / gsub(/[\[{]/, "&", shape))
    closing = shape; gsub(/[^\[{]/, "", closing)
    for (i = length(closing); i > 0; i--) back = back (substr(closing, i, 1) == "{" ? "}" : "]")
    printf "{\"Conditions\": {\"C\": {\"Fn::Equals\": [1, {\"Ref\": \"AWS::Region\"}]}}, \"Resources\": {\"Q\": {\"Type\": \"AWS::SQS::Queue\", \"Properties\": {\"QueueName\": "
    for (i = 0; i < most; i++) printf "%s", shape
    printf "1"
    for (i = 0; i < most; i++) printf "%s", back
    print "}}}}" }' >deep.json
  for jobs in 1 4; do
    run check --limit depth=1000 --jobs $jobs deep.json
    [ "$code" -le 3 ] || wrong "1,000 levels of $shape: exits with $code"
    checked=$((checked + 1))
  done
  run expand --limit depth=1000 deep.json
  [ "$code" -le 3 ] || wrong "1,000 levels of $shape expanded: exits with $code"
done
part=$(printf '%s' "$line" | cut -c 1-200)
(
  number=0
  while [ $number -lt 19 ]; do
    mkdir "$part" && cd "$part"
    number=$((number + 1))
  done
  printf '%s' "$good" >t.yaml
) 2>/dev/null
run check "$part"
expect 0 "1 template" "directories of 4,000 characters"

echo "$checked checked, $failed wrong"
[ "$failed" -eq 0 ]
