// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/syntax.hpp"

#include <vector>

using namespace slsaudit;
using test::Read;

TEST_CASE("YAML comments are found, and nothing else is taken for one") {
  struct Case {
    const char* yaml;
    const char* comments; ///< Each "[text]", with a bar before those that have their line alone.
  };
  const std::vector<Case> cases = {
      {"# a\nA: b # c\n", "|[a][c]"},
      {"A: b#c\n", ""},
      {"A: 'b # c' # d\n", "[d]"},
      {"A: \"b\n  # c\" # d\n", "[d]"},
      {"A: |\n  # b\n  c\n# d\nE: f\n", "|[d]"},
      {"A: | # b\n  # c\n# d\n", "[b]|[d]"},
      {"A: >- # b\n  # c\n", "[b]"},
      {"A: !Sub | # b\n  # c\n", "[b]"},
      {"A: !Sub # b\n  c\n", "[b]"},
      {"A: !Join # b\n  # c\n  - d # e\n", "[b]|[c][e]"},
      {"A: &x # b\n  C: d\n", "[b]"},
      {"A: # b\n  - c # d\n  # e\n  - f\n", "[b][d]|[e]"},
      {"A: b\n  # c\n  # d\nE: f\n", "|[c]|[d]"},
      {"A: [b, # c\n  d] # e\n", "[c][e]"},
      {"A: [\n  # b\n]\n", "|[b]"},
      {"A: {} # b\n", "[b]"},
      {"X: &x 1\nA: *x # b\n", "[b]"},
      {"# a\n---\n# b\nA: c\n... # d\n", "|[a]|[b][d]"},
      {"A: # b\n", "[b]"},
      {"A: b # c", "[c]"},
      {"A: http://x/#y\n", ""},
      {"A: 1 #\n#\n", "[]|[]"},
      {"A: b # c\r\n# d\r\n", "[c]|[d]"},
      {"A: b # c\r# d\r", "[c]|[d]"},
      {"Ä: ö # ü\nB: '☃ # no' # yes\n", "[ü][yes]"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.yaml) {
      const Read read(c.yaml);
      CHECK(read.problems().empty());
      std::string found;
      for (const syntax::Comment& comment : read.document.comments) {
        found += (comment.own_line ? "|[" : "[") + std::string(comment.text) + "]";
        CHECK(read.text(comment.span).front() == '#');
      }
      CHECK(found == c.comments);
    }
  }
}
