// SPDX-License-Identifier: Apache-2.0
// The texts that findings stand in, and what the run has already made of them.
#pragma once

#include "syntax/node.hpp"
#include "text/source_map.hpp"

#include <map>

namespace slsaudit::rules {

/// Files as they were read, before anything was included in them.
using Documents = std::map<text::FileId, syntax::Document>;

struct Texts {
  /// Without documents, what is asked for is read again.
  Texts(const text::SourceMap& all, const Documents* known = nullptr) // NOLINT(google-explicit-constructor)
      : sources(all), documents(known) {}

  /// Null where nobody has read the file, or it could not be read to its end.
  [[nodiscard]] const syntax::Document* document(text::FileId file) const {
    if (documents == nullptr) return nullptr;
    const auto found = documents->find(file);
    return found != documents->end() && found->second.root != nullptr ? &found->second : nullptr;
  }

  const text::SourceMap& sources;
  const Documents* documents;
};

} // namespace slsaudit::rules
