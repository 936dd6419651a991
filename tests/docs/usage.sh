#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs each command of slsaudit that the README and docs show without its output (blocks fenced with ```sh), in a
# project that has what they name: none may be refused.
#
#   usage.sh SLSAUDIT ROOT
#
# Each file's commands run in order, in one checkout of their own. Lines of other programs alone are shown only.
set -eu
slsaudit=$1
root=$2

command -v git >/dev/null 2>&1 || { echo "skipped: git is not installed"; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work" GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com
export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com
mkdir "$work/bin"
ln -s "$slsaudit" "$work/bin/slsaudit"
cat >"$work/service.json" <<'JSON'
{"service": "shop", "provider": {"name": "aws", "runtime": "nodejs22.x"},
 "functions": {"list": {"handler": "src/list.handler", "events": [{"httpApi": "GET /orders"}]}}}
JSON
printf '#!/bin/sh\ncat "%s/service.json"\n' "$work" >"$work/bin/serverless"
chmod +x "$work/bin/serverless"
PATH=$work/bin:$PATH

# A repository with two versions and a copy of the first beside it.
make_project() {
  rm -rf "$work/project" "$work/main-checkout" "$work/old"
  mkdir -p "$work/project/services/orders"
  cd "$work/project"
  git init -q -b main .
  cat >template.yaml <<'YAML'
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders: {Type: AWS::Serverless::SimpleTable}
  CreateOrder:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: app.handler
      CodeUri: src/
      Policies: [{DynamoDBCrudPolicy: {TableName: !Ref Orders}}]
      Events:
        Post: {Type: HttpApi, Properties: {Path: /orders, Method: post}}
YAML
  cp "$work/service.json" services/orders/serverless.json
  cp "$work/service.json" old.json
  git add -A && git commit -qm "One" && git tag v1.0
  git update-ref refs/remotes/origin/main HEAD
  cp -r . "$work/main-checkout"
  sed -i 's/python3.12/python3.13/' template.yaml services/orders/serverless.json
  git commit -qam "Two" && git tag v1.1
}

failed=0
count=0
for file in "$root/README.md" "$root"/docs/*.md; do
  make_project
  awk '/^```sh/ {inside = 1; next} /^```/ {inside = 0} inside' "$file" | grep -E '(^|[|&] )slsaudit |^mkdir ' >"$work/commands" || continue
  while IFS= read -r line; do
    count=$((count + 1))
    status=0
    sh -c "$line" >"$work/out" 2>"$work/err" </dev/null || status=$?
    if [ "$status" -gt 1 ]; then
      failed=$((failed + 1))
      echo "${file#"$root"/}: exit code $status: $line"
      sed 's/^/  /' "$work/err"
    fi
  done <"$work/commands"
done
echo "$count commands, $failed refused"
[ "$failed" -eq 0 ] && [ "$count" -gt 20 ]
