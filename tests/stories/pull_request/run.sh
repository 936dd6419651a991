#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A pull request as its author and its gate see it: main is clean, a branch adds a public route that nothing throttles and a
# grant of everything on every table, and `slsaudit diff` says so.
#
#   run.sh SLSAUDIT DIRECTORY          exits with 77 where there is no git, or a build that reads no revisions
set -eu
slsaudit=$1
story=$2

command -v git >/dev/null 2>&1 || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}
# expect FILE TEXT: the line is there.
expect() { grep -qF -- "$2" "$work/$1" || { cat "$work/$1" >&2 && fail "$1 does not say: $2"; }; }
# runs CODE FILE ARGUMENTS...: the tool exits so, and what it prints is in the file.
runs() {
  expected=$1
  into=$work/$2
  shift 2
  code=0
  "$slsaudit" "$@" >"$into" 2>"$into.err" || code=$?
  [ "$code" -eq "$expected" ] || { cat "$into.err" >&2 && fail "slsaudit $* exits with $code, not $expected"; }
}

export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
mkdir "$work/repository"
cd "$work/repository"
git init -q .
git symbolic-ref HEAD refs/heads/main
commit() { git add . && git -c user.name=Author -c user.email=author@example.com commit -qm "$1"; }
cp "$story/main/template.yaml" "$story/main/slsaudit.yaml" .
commit "Keep notes"

# main is clean, and no change is none.
runs 0 main.txt check .
expect main.txt "no findings"
"$slsaudit" diff 2>&1 | grep -q "this build of slsaudit can't read git revisions" && exit 77
runs 0 nothing.txt diff
expect nothing.txt "no new findings; 0 fixed, 0 unchanged; 1 template, 10 resources"

# The branch, before it is committed and after.
git checkout -q -b share
cp "$story/branch/template.yaml" .
runs 1 uncommitted.txt diff main
commit "Share notes"
runs 1 committed.txt diff main
tail -n +2 "$work/uncommitted.txt" >"$work/a.txt"
tail -n +2 "$work/committed.txt" >"$work/b.txt"
cmp -s "$work/a.txt" "$work/b.txt" || fail "a commit makes a difference"

# It says what the branch does, and nothing else is new.
expect committed.txt "CST002 denial-of-wallet"
expect committed.txt "IAM002 service-wildcard-action"
expect committed.txt "2 new findings: 1 high, 1 medium; 0 fixed, 0 unchanged; 1 template, 10 → 15 resources"
expect committed.txt '+ `GET /shared/{note}` of `ShareApi` is a new route that asks for no credentials, and nothing throttles it'
expect committed.txt '+ `ShareNote` may list, read, tag, write and change the permissions of all of `dynamodb`, `Notes` among them'

# The gate, by severity.
runs 0 gate.txt diff main --fail-on critical
runs 1 gate.txt diff main --fail-on medium
runs 0 gate.txt diff main --fail-on never
runs 0 gate.txt diff main --ignore IAM002

# Lines move, the file is renamed, main goes on: still only the branch's own doing is new.
git checkout -q main
{ printf '# Moved down.\n\n' && cat "$story/main/template.yaml"; } >notes.yaml
git rm -q template.yaml
commit "Rename"
runs 0 renamed.txt diff HEAD~1..HEAD
expect renamed.txt "no new findings; 0 fixed, 0 unchanged"
runs 1 since.txt diff main...share
expect since.txt "2 new findings"

# Merged, then taken back.
git -c user.name=Author -c user.email=author@example.com merge -q share -m "Merge" >/dev/null
runs 0 back.txt diff share main~1
expect back.txt "no new findings; 2 fixed, 0 unchanged"
runs 0 back.txt diff share..main~1

# Two directories say the same as two revisions, but for their names.
runs 1 directories.txt diff "$story/main" "$story/branch"
tail -n +2 "$work/directories.txt" >"$work/c.txt"
cmp -s "$work/b.txt" "$work/c.txt" || fail "directories say something else than revisions"

# A linked working tree, packed references, and a directory below the root.
git pack-refs --all
git worktree add -q "$work/linked" share
cd "$work/linked"
mkdir below
cd below
runs 1 linked.txt diff main~2 -- ..
expect linked.txt "2 new findings"
cd "$work/repository"

# What can't be: told in words.
runs 2 unknown.txt diff mian
expect unknown.txt.err 'no revision `mian` in the repository'
expect unknown.txt.err 'did you mean `main`?'
cd "$work"
runs 2 outside.txt diff main
expect outside.txt.err "no git repository at or above"
echo "the story holds"
