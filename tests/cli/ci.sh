#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the commands of what `slsaudit init --ci` prints, and the hook of pre-commit as pre-commit runs it.
#
#   ci.sh SLSAUDIT SOURCE
set -eu
tool=$1
source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$tool" "$work/bin/slsaudit"
PATH=$work/bin:$PATH
cp -r "$source/examples/photo-share" "$work/project"
cd "$work/project"

failed=0
wrong() {
  failed=$((failed + 1))
  echo "$1"
}
for system in codebuild github gitlab jenkins pre-commit; do
  slsaudit init --ci "$system" >"$work/snippet"
  case $system in
  jenkins) ;;
  *) # YAML that a strict reader takes
    cp "$work/snippet" "$work/snippet.yml"
    slsaudit dump syntax "$work/snippet.yml" >/dev/null || wrong "$system: not YAML"
    ;;
  esac
  sed -n "s/^ *- \(slsaudit .*\)/\1/p; s/^ *sh '\(slsaudit .*\)'/\1/p" "$work/snippet" >"$work/commands"
  case $system in
  github | pre-commit) continue ;;
  esac
  [ -s "$work/commands" ] || wrong "$system: runs nothing"
  while read -r command; do
    code=0
    sh -c "$command" >"$work/out" 2>&1 </dev/null || code=$?
    # The example has findings of severity high.
    [ "$code" -eq 1 ] || { wrong "$system: \`$command\` exits with $code"; cat "$work/out"; }
    for file in $(printf '%s\n' "$command" | grep -o '=[a-z.-]*' | tr -d =); do
      [ -s "$file" ] || wrong "$system: $file is not written"
    done
  done <"$work/commands"
done

# pre-commit splits the entry into words and adds the names of the files.
entry=$(sed -n 's/^ *entry: //p' "$source/.pre-commit-hooks.yaml")
pattern=$(sed -n "s/^ *files: '\(.*\)'/\1/p" "$source/.pre-commit-hooks.yaml")
for name in template.yaml services/template-prod.yml serverless.yml cdk.out/App.template.json; do
  echo "$name" | grep -Eq "$pattern" || wrong "pre-commit: $name is not audited"
done
for name in README.md package.json docker-compose.yml; do
  if echo "$name" | grep -Eq "$pattern"; then wrong "pre-commit: $name is audited"; fi
done
code=0
# shellcheck disable=SC2086
$entry template.yaml >"$work/out" 2>&1 || code=$?
[ "$code" -eq 1 ] || wrong "pre-commit: the hook exits with $code, not 1"
printf 'Resources: {Q: {Type: AWS::SNS::Topic}}\n' >template-clean.yaml
# shellcheck disable=SC2086
$entry template-clean.yaml >"$work/out" 2>&1 || wrong "pre-commit: the hook fails for a clean template"
if command -v pre-commit >/dev/null 2>&1; then
  pre-commit validate-manifest "$source/.pre-commit-hooks.yaml" || wrong "pre-commit: the manifest is not valid"
fi
echo "$failed wrong"
[ "$failed" -eq 0 ]
