// SPDX-License-Identifier: Apache-2.0
// What a program that uses the library looks like: it prints the findings of the templates it is given.
#include <cstdio>
#include <slsaudit/audit.hpp>
#include <slsaudit/version.hpp>

int main(int argc, char** argv) {
  const slsaudit::Audit audit(std::vector<std::string>(argv + 1, argv + argc));
  for (const slsaudit::Finding& finding : audit.findings()) {
    std::printf("%s %s\n", finding.code.c_str(), finding.message.c_str());
  }
  std::printf("slsaudit %s: %zu templates, %zu findings\n", slsaudit::version, audit.templates(),
              audit.findings().size());
  return audit.templates() == 1 && audit.errors().empty() && !audit.graph("json").empty() ? 0 : 1;
}
