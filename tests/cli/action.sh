#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the steps of action.yml as GitHub does, on a pull request that opens a route, with a stand-in for `gh`.
#
#   action.sh SLSAUDIT SOURCE      exits with 77 where git is not installed
set -eu
tool=$1
source=$2
command -v git >/dev/null 2>&1 || {
  echo "skipped: git is not installed"
  exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
steps=$source/.github/action
mkdir -p "$work/bin" "$work/temp" "$work/repository"
ln -s "$tool" "$work/bin/slsaudit"
PATH=$work/bin:$PATH
export RUNNER_TEMP="$work/temp" GITHUB_OUTPUT="$work/output" GITHUB_STEP_SUMMARY="$work/summary.md" \
  GITHUB_PATH="$work/path" GITHUB_REPOSITORY=o/r
failed=0
expect() { # TEXT FILE
  grep -qF -- "$1" "$2" || {
    failed=$((failed + 1))
    echo "$2 lacks \"$1\":"
    cat "$2"
  }
}
fresh() {
  : >"$GITHUB_OUTPUT"
  : >"$GITHUB_STEP_SUMMARY"
  : >"$GITHUB_PATH"
}

cd "$work/repository"
git init -q -b main .
git config user.name a
git config user.email a@example.com
cat >template.yaml <<'YAML'
Transform: AWS::Serverless-2016-10-31
Resources:
  Work:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.12, Handler: a.b, CodeUri: src/}
YAML
git add -A && git commit -qm before
base=$(git rev-parse HEAD)
cat >>template.yaml <<'YAML'
  Admin:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: a.b
      CodeUri: src/
      Policies: [{Version: '2012-10-17', Statement: [{Effect: Allow, Action: '*', Resource: '*'}]}]
      Events:
        Open: {Type: HttpApi, Properties: {Path: /admin, Method: post}}
YAML
git add -A && git commit -qm after

# The program is installed: nothing is built.
fresh
sh "$steps/install.sh" >"$work/out"
expect "slsaudit " "$work/out"
# From an archive.
mkdir -p "$work/packed/slsaudit-1/bin"
cp "$tool" "$work/packed/slsaudit-1/bin/slsaudit"
tar -C "$work/packed" -czf "$work/slsaudit.tar.gz" slsaudit-1
mkdir "$work/plain"
for name in sh curl tar gzip mkdir dirname git; do
  if command -v $name >/dev/null; then ln -s "$(command -v $name)" "$work/plain/$name"; fi
done
if [ -e "$work/plain/curl" ]; then
  PATH=$work/plain INPUT_ARCHIVE="file://$work/slsaudit.tar.gz" sh "$steps/install.sh" >"$work/out"
  expect "slsaudit " "$work/out"
  expect "$work/temp/slsaudit/bin" "$GITHUB_PATH"
fi

# The audit finds, and leaves the verdict to the last step.
fresh
INPUT_PATHS='.' INPUT_FAIL_ON=high INPUT_CATEGORY=c INPUT_ARGUMENTS='--param=Stage=prod' sh "$steps/audit.sh" >"$work/out"
expect "exit-code=1" "$GITHUB_OUTPUT"
expect "sarif-file=slsaudit.sarif" "$GITHUB_OUTPUT"
expect "IAM" "$GITHUB_STEP_SUMMARY"
expect '"version": "2.1.0"' slsaudit.sarif
fresh
INPUT_PATHS='template.yaml' INPUT_FAIL_ON=never sh "$steps/audit.sh" >"$work/out"
expect "exit-code=0" "$GITHUB_OUTPUT"
# What can't be run fails at once.
fresh
if INPUT_ARGUMENTS='--no-such-option' INPUT_SARIF_FILE=none.sarif sh "$steps/audit.sh" >"$work/out" 2>&1; then
  failed=$((failed + 1))
  echo "a wrong option does not fail the step"
fi

# What the change does.
fresh
INPUT_BASE=$base sh "$steps/diff.sh" >"$work/out" 2>&1
expect "comment-file=$work/temp/slsaudit-comment.md" "$GITHUB_OUTPUT"
expect "<!-- slsaudit -->" "$work/temp/slsaudit-comment.md"
expect "Admin" "$work/temp/slsaudit-comment.md"
fresh
INPUT_BASE=0123456789012345678901234567890123456789 sh "$steps/diff.sh" >"$work/out" 2>&1
expect "the change is not compared" "$work/out"

# The comment is written once, then rewritten.
cat >"$work/bin/gh" <<'GH'
#!/bin/sh
case "$*" in
*--paginate*) [ ! -e "$GH_KNOWN" ] || echo 42 ;;
*) echo "$*" >>"$GH_LOG" ;;
esac
GH
chmod +x "$work/bin/gh"
export GH_LOG="$work/gh.log" GH_KNOWN="$work/gh.known" INPUT_NUMBER=7 \
  INPUT_COMMENT_FILE="$work/temp/slsaudit-comment.md"
sh "$steps/comment.sh"
expect "-X POST repos/o/r/issues/7/comments" "$GH_LOG"
: >"$GH_KNOWN"
sh "$steps/comment.sh"
expect "-X PATCH repos/o/r/issues/comments/42" "$GH_LOG"

# The steps that action.yml names are there.
grep -o "\.github/action/[a-z]*\.sh" "$source/action.yml" >"$work/steps"
while read -r step; do
  [ -x "$source/$step" ] || { failed=$((failed + 1)); echo "action.yml names $step, which can't be run"; }
done <"$work/steps"
echo "$failed wrong"
[ "$failed" -eq 0 ]
