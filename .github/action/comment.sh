#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the comment of the pull request, or rewrites the one that is there.
set -eu
comments=repos/${GITHUB_REPOSITORY:?}/issues/${INPUT_NUMBER:?}/comments
known=$(gh api --paginate "$comments" --jq '.[] | select(.body | startswith("<!-- slsaudit -->")) | .id' | head -n 1)
if [ -n "$known" ]; then
  gh api --silent -X PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$known" -F "body=@$INPUT_COMMENT_FILE"
else
  gh api --silent -X POST "$comments" -F "body=@$INPUT_COMMENT_FILE"
fi
