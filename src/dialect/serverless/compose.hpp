// SPDX-License-Identifier: Apache-2.0
// `serverless-compose.yml`: several services, and what the outputs of one give to another.
#pragma once

#include "syntax/node.hpp"
#include "text/arena.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::dialect::serverless {

/// One service of a compose file.
struct ComposedService {
  std::string_view name; ///< Its key: what the others call it by.
  text::Span span;       ///< Of the key.
  std::string path;      ///< Directory, relative to that of the compose file.
  std::string config;    ///< Name of the service file; empty: serverless.yml and the like.
  /// Mapping for `${param:…}`, or null. What names an output of another service is
  /// {"slsaudit::output": [service, output]}; other variables are still to be worked out.
  const syntax::Node* params = nullptr;
  const syntax::Node* stages = nullptr; ///< `stages` of the compose file: parameters for all of its services.
};

/// Whether a file is one, by its name.
[[nodiscard]] bool is_compose_file(std::string_view path);

/// What has the wrong shape is told and left out.
[[nodiscard]] std::vector<ComposedService> read_compose(const syntax::Document& document, text::Arena& arena,
                                                        text::Problems& problems);

} // namespace slsaudit::dialect::serverless
