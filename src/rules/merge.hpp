// SPDX-License-Identifier: Apache-2.0
// One cause, one finding: what several rows of one rule say of one place becomes one finding.
#pragma once

#include "cel/value.hpp"
#include "dialect/template.hpp"
#include "rules/finding.hpp"
#include "text/source_map.hpp"

namespace slsaudit::rules {

/// A finding before it has been compared with its rule's others.
struct Draft {
  Finding finding;
  text::FileId template_file;
  bool shared = false;                  ///< Its text stands in Globals or the provider section.
  std::optional<std::string> merge_key; ///< Of the rule's merge-by.
  std::string key;                      ///< Of the rule's key.
  /// What its fix is worked out from, once it is known to be told.
  const cel::Object* subject = nullptr;
  const dialect::Resource* resource = nullptr; ///< Null where the finding stands at none.
  /// What else it speaks for, in the same template, which a fix by pieces mends too.
  struct Other {
    const cel::Object* subject = nullptr;
    const dialect::Resource* resource = nullptr;
    std::string author; ///< The author's id of that.
  };
  std::vector<Other> others;
};

/// All drafts are one rule's. Gives fingerprints: of code, file, author's resource, property and key; of a
/// finding whose text is shared, without the resource. Equal ones are numbered in order of place.
[[nodiscard]] std::vector<Draft> merge(std::vector<Draft> drafts, const text::SourceMap& sources);

} // namespace slsaudit::rules
