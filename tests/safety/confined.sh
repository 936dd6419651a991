#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The program asks for no network, no process and no change of a file, whatever it reads; and what lies outside
# of the project is neither read nor run.
#
#   confined.sh CONFINED SLSAUDIT SOURCE      exits with 77 where the kernel can't confine programs
set -eu
confined=$1
tool=$2
source=$3
. "$source/tests/safety/hostile.sh"
"$confined" --prove || exit $?
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
runs=0
wrong() {
  failed=$((failed + 1))
  echo "$1"
  tail -n 3 "$work/err"
}
# Any verdict is right that the program gives itself: 128 and more are signals.
confine() {
  runs=$((runs + 1))
  code=0
  SLSAUDIT_CANARY=Canary "$confined" "$tool" "$@" >"$work/out" 2>"$work/err" </dev/null || code=$?
  [ "$code" -le 3 ] || wrong "exits with $code: slsaudit $*"
}
all_commands() { # PATH
  confine check --format json --fail-on low "$1"
  confine graph "$1"
  confine facts "$1"
  confine load "$1"
}

for directory in examples/orders examples/photo-share examples/telemetry tests/dialects tests/seeded; do
  all_commands "$source/$directory"
done
find "$source/tests/dialects" -name '*.y*ml' -path '*shop*' >"$work/files"
while read -r file; do confine expand "$file"; done <"$work/files"
confine diff "$source/tests/dialects/shop" "$source/tests/dialects/checkout"
confine diff "$source/examples/orders" "$source/examples/photo-share"
if command -v git >/dev/null 2>&1; then
  mkdir "$work/repository"
  (
    cd "$work/repository"
    git init -q -b main . && cp "$source/examples/orders/"*.y*ml .
    git -c user.name=a -c user.email=a@example.com add -A
    git -c user.name=a -c user.email=a@example.com commit -qm one
    git config core.fsmonitor "touch ran"
    git config core.sshCommand "touch ran"
    git config filter.a.smudge "touch ran"
    echo "* filter=a" >.gitattributes
  )
  cd "$work/repository"
  confine diff HEAD
  confine check .
  [ ! -e ran ] || wrong "a command of the repository's configuration is run"
  cd "$source"
fi
confine explain CON007
confine rules
confine --version

# Samples of each kind, and all that is malformed.
shared=${SLSAUDIT_SHARED:-$source/../shared}
if [ -d "$shared/corpus" ]; then
  confine check "$shared/corpus/malformed"
  confine graph "$shared/corpus/malformed"
  for kind in cfn sam sls; do
    find "$shared/corpus/$kind" -name '*.*' -type f \( -name '*.y*ml' -o -name '*.json' \) | LC_ALL=C sort |
      awk 'NR % 12 == 1' >"$work/files"
    while read -r file; do
      confine check "$file"
      confine expand "$file"
    done <"$work/files"
  done
else
  echo "without the corpus: $shared is not there"
fi

# What a cache knows is printed without a change of any file.
"$tool" check --cache "$work/cache" --format json "$source/examples" >"$work/first" || true
confine check --cache "$work/cache" --format json "$source/examples"
cmp "$work/first" "$work/out" || wrong "the cache gives something else"

hostile "$work/hostile"
before=$(cd "$work/hostile" && find . | LC_ALL=C sort)
for path in "$work/hostile/project" "$work/hostile/project/template.yaml" "$work/hostile/project/serverless.yml" \
  "$work/hostile/project/serverless-compose.yml" "$work/hostile/project/nested" "$work/hostile/project/serverless.ts"; do
  for command in "check --format json --verbose --explain-unknowns" graph expand facts; do
    # shellcheck disable=SC2086
    confine $command "$path"
    # What was in the files, not how the author calls them.
    if grep -q 'Canary' "$work/out" "$work/err"; then
      wrong "read outside of the project: slsaudit $command $path"
      grep -h 'Canary' "$work/out" "$work/err" | head -n 2
    fi
    if grep -q 'root:x:0' "$work/out" "$work/err"; then wrong "/etc/passwd: slsaudit $command $path"; fi
  done
done
confine diff "$work/hostile/project" "$work/hostile/project/nested"
[ "$before" = "$(cd "$work/hostile" && find . | LC_ALL=C sort)" ] || wrong "files have come or gone"

# Whoever allows it gets what local files say, and nothing else.
confine expand --allow-outside "$work/hostile/project/serverless.yml"
grep -q CanaryQueue "$work/out" || wrong "--allow-outside reads nothing"
confine check --allow-outside --verbose "$work/hostile/project"
echo "$runs runs, $failed wrong"
[ "$failed" -eq 0 ]
