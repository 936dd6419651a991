#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs every example of every command's --help in a small project: each must work.
#
#   examples.sh SLSAUDIT SOURCE
set -eu
tool=$1
source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/bin" "$work/project/services/orders" "$work/project/ours" "$work/project/rules"
ln -s "$tool" "$work/bin/slsaudit"
# What examples hand over to, and take from.
printf '#!/bin/sh\nexec cat >/dev/null\n' >"$work/bin/dot"
printf '#!/bin/sh\nexec cat >/dev/null\n' >"$work/bin/man"
printf '#!/bin/sh\necho %s\n' "'{\"service\": \"s\", \"provider\": {\"name\": \"aws\"}}'" >"$work/bin/serverless"
chmod +x "$work/bin/dot" "$work/bin/man" "$work/bin/serverless"
PATH=$work/bin:$PATH

cd "$work/project"
cat >template.yaml <<'YAML'
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String}
Resources:
  Orders:
    Type: AWS::Serverless::SimpleTable
  CreateOrder:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: app.handler
      CodeUri: src/
      Environment: {Variables: {TABLE: !Ref Orders}}
      Policies: [{DynamoDBCrudPolicy: {TableName: !Ref Orders}}]
      Events:
        Post: {Type: HttpApi, Properties: {Path: /orders, Method: post}}
YAML
sed "s/Orders/Parcels/; s/CreateOrder/SendParcel/" template.yaml >services/orders/template.yaml
printf 'service: s\nprovider: {name: aws, runtime: nodejs20.x}\nfunctions: {hello: {handler: h.hello}}\n' >serverless.yml
printf 'version = 0.1\n[default.deploy.parameters]\nparameter_overrides = "Stage=test"\n' >samconfig.toml
cp "$source/rules/CON/visibility-timeout-too-short.yaml" ours/ 2>/dev/null ||
  cp "$(grep -rl '^code: CON007' "$source/rules/CON")" ours/
slsaudit baseline write >/dev/null
slsaudit baseline write services --file services.baseline >/dev/null
mkdir shards
printf 'services\n' >roots.txt
slsaudit check --roots-from roots.txt >shards/1.ndjson
cp -r . "$work/clean"
cp -r "$work/clean" "$work/main-checkout"
cp -r "$work/clean" "$work/base" # a repository, for commands that compare
cd "$work/base"
git=$(command -v git) || git=
if [ -n "$git" ]; then
  git init -q -b main .
  git -c user.name=a -c user.email=a@example.com add -A
  git -c user.name=a -c user.email=a@example.com commit -qm all
  git update-ref refs/remotes/origin/main HEAD
fi

failed=0
run=0
examples_of() { slsaudit "$@" --help | sed -n '/^examples:$/,$ s/^  //p'; }
slsaudit --help | sed -n '/^commands:$/,/^$/ s/^  \([a-z-]*\).*/\1/p' >"$work/commands"
printf 'rules new\nrules test\nrules schema\n' >>"$work/commands"
: >"$work/examples"
while read -r command; do
  # shellcheck disable=SC2086 # "rules new" is two words
  examples_of $command >"$work/of"
  count=$(wc -l <"$work/of")
  if [ "$count" -lt 2 ] || [ "$count" -gt 4 ]; then
    echo "slsaudit $command --help has $count examples, not 2 to 4"
    failed=$((failed + 1))
  fi
  cat "$work/of" >>"$work/examples"
done <"$work/commands"
slsaudit --help | sed -n '/^examples:$/,/^$/ s/^  //p' | sed 's/   .*//' >>"$work/examples"

while read -r line; do
  rm -rf "$work/project"
  cp -r "$work/base" "$work/project"
  cd "$work/project"
  case $line in *'slsaudit baseline write'*) rm slsaudit.baseline ;; esac
  code=0
  sh -c "$line" >"$work/out" 2>&1 </dev/null || code=$?
  run=$((run + 1))
  [ "$code" -le 1 ] && continue
  if grep -q "needs Graphviz's library" "$work/out"; then
    echo "$line: not run, for want of Graphviz's library"
    continue
  fi
  if [ -z "$git" ] && grep -q "no git repository at or above" "$work/out"; then
    echo "$line: not run, for want of git to make a repository with"
    continue
  fi
  failed=$((failed + 1))
  echo "$line: exits with $code"
  cat "$work/out"
done <"$work/examples"
echo "$run examples run, $failed wrong"
[ "$failed" -eq 0 ]
