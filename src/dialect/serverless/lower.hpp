// SPDX-License-Identifier: Apache-2.0
// A Serverless Framework service to CloudFormation: what the framework would deploy.
#pragma once

#include "dialect/serverless/compose.hpp"
#include "dialect/template.hpp"
#include "syntax/reader.hpp"
#include "text/file_system.hpp"
#include "text/source_map.hpp"

#include <string>

namespace slsaudit::dialect::serverless {

/// What `${file(…)}` and `resources: ${file(…)}` may look at. Files outside `root` are never opened.
struct Project {
  const text::FileSystem& files;
  text::SourceMap& sources;
  std::string directory; ///< Of the service file.
  std::string root;      ///< Project root.
  syntax::Limits limits;
};

/// Resolves variables, then lowers functions, events, provider settings and `resources`. What can't be
/// resolved becomes an unknown node with its reason. `composed`: what a compose file says of the service.
[[nodiscard]] Lowered lower(const syntax::Document& document, text::Arena& arena, const Inputs& inputs,
                            const Project& project, const ComposedService* composed = nullptr);

} // namespace slsaudit::dialect::serverless
