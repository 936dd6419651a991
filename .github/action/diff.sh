#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tells what the change does, as the text of a comment. Not knowing the base is no failure.
set -eu
give_up() {
  echo "::notice title=slsaudit::$1: the change is not compared"
  exit 0
}
base=${INPUT_BASE:-}
[ -n "$base" ] || give_up "no base commit is given"
old=${RUNNER_TEMP:-/tmp}/slsaudit-base
comment=${RUNNER_TEMP:-/tmp}/slsaudit-comment.md
most=60000 # characters; GitHub takes 65536

git cat-file -e "$base^{commit}" 2>/dev/null || git fetch --quiet --depth=1 origin "$base" ||
  give_up "the base commit $base can't be fetched"
git worktree remove --force "$old" 2>/dev/null || true
git worktree add --quiet --detach "$old" "$base"
trap 'git worktree remove --force "$old"' EXIT

set -f
IFS='
'
# shellcheck disable=SC2086 # a path a line
set -- ${INPUT_PATHS:-.}
unset IFS
code=0
slsaudit diff "$old" . --format markdown --fail-on never -- "$@" >"$comment.new" || code=$?
if [ "$code" -gt 1 ]; then
  rm -f "$comment.new"
  give_up "slsaudit diff ended with $code"
fi
{
  echo '<!-- slsaudit -->'
  if [ "$(wc -c <"$comment.new")" -gt "$most" ]; then
    head -c "$most" "$comment.new" | sed '$d'
    echo
    echo 'More than a comment holds: the rest is left out.'
  else
    cat "$comment.new"
  fi
} >"$comment"
rm -f "$comment.new"
cat "$comment" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
echo "comment-file=$comment" >>"${GITHUB_OUTPUT:-/dev/null}"
