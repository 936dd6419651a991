// SPDX-License-Identifier: Apache-2.0
#include "cli/ci_snippets.hpp"

#include "slsaudit/version.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::cli {
namespace {

struct Snippet {
  std::string_view name;
  std::string_view text; ///< VERSION stands for this program's.
};

constexpr std::array<Snippet, 5> snippets{{
    {"codebuild", R"(# buildspec.yml: findings as a test report of the project.
version: 0.2
env:
  variables:
    SLSAUDIT: https://example.com/slsaudit-VERSION-Linux-x86_64.tar.gz # where you keep the archive
phases:
  install:
    commands:
      - curl -fsSL "$SLSAUDIT" | tar -xz -C /usr/local --strip-components=1
  build:
    commands:
      - slsaudit check . --report junit=slsaudit.xml --report sarif=slsaudit.sarif
reports:
  slsaudit:
    files: [slsaudit.xml]
    file-format: JUNITXML
artifacts:
  files: [slsaudit.sarif]
)"},
    {"github", R"(# .github/workflows/slsaudit.yml
name: slsaudit
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
  pull-requests: write # the comment that tells what a change does
  security-events: write # the upload of findings to code scanning
jobs:
  audit:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: OWNER/slsaudit@vVERSION # OWNER: where you keep slsaudit
        with:
          fail-on: high
)"},
    {"gitlab", R"(# .gitlab-ci.yml: findings in the merge request, and as a report of the job.
slsaudit:
  image: debian:12-slim
  variables:
    SLSAUDIT: https://example.com/slsaudit-VERSION-Linux-x86_64.tar.gz # where you keep the archive
  before_script:
    - apt-get update -qq && apt-get install -y -qq --no-install-recommends ca-certificates curl
    - curl -fsSL "$SLSAUDIT" | tar -xz -C /usr/local --strip-components=1
  script:
    - slsaudit check . --report gitlab=gl-code-quality-report.json --report junit=slsaudit.xml
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
      junit: slsaudit.xml
)"},
    {"jenkins", R"(// Jenkinsfile: findings as test results; slsaudit is on the agent's PATH.
pipeline {
  agent any
  stages {
    stage('slsaudit') {
      steps {
        sh 'slsaudit check . --report junit=slsaudit.xml --report sarif=slsaudit.sarif'
      }
    }
  }
  post {
    always {
      junit allowEmptyResults: true, testResults: 'slsaudit.xml'
      archiveArtifacts allowEmptyArchive: true, artifacts: 'slsaudit.sarif'
    }
  }
}
)"},
    {"pre-commit", R"(# .pre-commit-config.yaml: the templates of each commit; slsaudit is on the PATH.
repos:
  - repo: https://github.com/OWNER/slsaudit # OWNER: where you keep slsaudit
    rev: vVERSION
    hooks:
      - id: slsaudit
)"},
}};

} // namespace

std::vector<std::string_view> ci_names() {
  std::vector<std::string_view> names;
  for (const Snippet& snippet : snippets) names.push_back(snippet.name);
  return names;
}

std::string ci_snippet(std::string_view name) {
  const auto found = std::ranges::find(snippets, name, &Snippet::name);
  if (found == snippets.end()) return {};
  constexpr std::string_view placeholder = "VERSION";
  std::string text(found->text);
  for (std::size_t at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at + 1))
    text.replace(at, placeholder.size(), version);
  return text;
}

} // namespace slsaudit::cli
