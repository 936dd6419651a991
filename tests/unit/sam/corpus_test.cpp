// SPDX-License-Identifier: Apache-2.0
// Real templates: each lowers, and what they all use brings no error. Skipped where the collection is absent.
#include "support/catch.hpp"
#include "support/shared_data.hpp"
#include "unit/sam/lowered.hpp"

#include <iostream>

using namespace slsaudit;

TEST_CASE("real SAM templates lower") {
  int templates = 0;
  int clean = 0;
  std::string report;
  for (const test::IndexedFile& file : test::indexed_files()) {
    if (file.kind != "sam") continue;
    CAPTURE(file.path);
    const test::LoweredText text(test::read_file(test::shared_data() / "corpus" / file.path), {}, file.path);
    templates += 1;
    bool errors = false;
    for (const text::Problem& problem : text.lowered.problems) {
      if (problem.level != text::ProblemLevel::error) continue;
      errors = true;
      report += file.path + ": " + problem.name + ": " + problem.message + "\n";
    }
    clean += errors ? 0 : 1;
    for (const auto& resource : text.lowered.resources) {
      const syntax::Node* type = resource.body->get("Type");
      CAPTURE(resource.logical_id);
      if (type != nullptr && type->is_scalar() && !errors)
        CHECK_FALSE(type->text.starts_with("AWS::Serverless::"));
    }
  }
  if (templates == 0) {
    std::cout << "skipped: no collection at " << test::shared_data() << "\n";
    return;
  }
  std::cout << "SAM templates: " << templates << ", without an error " << clean << "\n" << report;
  CHECK(clean * 100 >= templates * 97);
}
