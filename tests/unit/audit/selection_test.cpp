// SPDX-License-Identifier: Apache-2.0
#include "audit/selection.hpp"
#include "support/catch.hpp"

using namespace slsaudit;
using audit::Selection;

namespace {

std::vector<rules::Rule> all_rules() {
  const auto rule = [](const char* code, const char* name, const char* profile,
                       std::vector<text::SharedText> aliases) {
    rules::Rule made;
    made.code = code;
    made.name = name;
    made.group = std::string(code).substr(0, 3);
    made.profile = profile;
    made.aliases = std::move(aliases);
    return made;
  };
  return {rule("CON002", "reserved-concurrency-unset", "strict", {}),
          rule("CON007", "visibility-timeout-too-short", "default", {"short-visibility"}),
          rule("IAM001", "wildcard-action", "default", {})};
}

std::string codes(const audit::Selected& selected) {
  std::string text;
  for (const auto* rule : selected.rules) text += (text.empty() ? "" : " ") + rule->code;
  return text;
}

} // namespace

TEST_CASE("rules are chosen by code, name, alias, group and profile") {
  const auto all = all_rules();
  CHECK(codes(audit::select(all, {})) == "CON007 IAM001");
  CHECK(codes(audit::select(all, {{}, {}, "strict"})) == "CON002 CON007 IAM001");
  CHECK(codes(audit::select(all, {{"con"}, {}, "default"})) == "CON002 CON007");
  CHECK(codes(audit::select(all, {{"CON"}, {"CON007"}, "default"})) == "CON002");
  CHECK(codes(audit::select(all, {{"short-visibility"}, {}, "default"})) == "CON007");
  CHECK(codes(audit::select(all, {{}, {"wildcard-action"}, "default"})) == "CON007");
}

TEST_CASE("unknown terms come with a suggestion when one is near") {
  const auto all = all_rules();
  const auto selected = audit::select(all, {{"CON07"}, {"wildcard-actions", "nonsense"}, "default"});
  REQUIRE(selected.unknown.size() == 3);
  CHECK(selected.unknown[0].suggestion == "CON007");
  CHECK(selected.unknown[1].suggestion == "wildcard-action");
  CHECK(selected.unknown[2].suggestion.empty());
}

TEST_CASE("one rule is found by code, name or alias, never by group") {
  const auto all = all_rules();
  CHECK(audit::find_rule(all, "con007") == &all[1]);
  CHECK(audit::find_rule(all, "short-visibility") == &all[1]);
  CHECK(audit::find_rule(all, "CON") == nullptr);
}
