// SPDX-License-Identifier: Apache-2.0
// Compose files among the candidates: which service files they bring in, and what each is given.
#pragma once

#include "audit/discovery.hpp"
#include "dialect/serverless/compose.hpp"
#include "syntax/reader.hpp"
#include "text/source_map.hpp"

#include <map>

namespace slsaudit::audit {

class ComposeFiles {
public:
  ComposeFiles(const text::FileSystem& files, text::SourceMap& sources, text::Arena& arena,
               const syntax::Limits& limits)
      : files_(files), sources_(sources), arena_(arena), limits_(limits) {}

  /// Reads the compose files among the candidates and takes their place: the service files that they name are
  /// added where they lie inside the root and aren't candidates yet.
  void replace(std::vector<Candidate>& candidates);

  /// The service whose file this is; null where no compose file names it.
  [[nodiscard]] const dialect::serverless::ComposedService* find(const std::string& path) const;

  text::Problems problems;           ///< Errors and notes.
  std::vector<std::string> failures; ///< Compose files that can't be read.

private:
  void read(const Candidate& compose, std::map<std::string, Candidate>& found);
  void add(const Candidate& compose, const dialect::serverless::ComposedService& service,
           std::map<std::string, Candidate>& found);
  void note(const dialect::serverless::ComposedService& service, std::string message);

  const text::FileSystem& files_;
  text::SourceMap& sources_;
  text::Arena& arena_;
  syntax::Limits limits_;
  std::map<std::string, dialect::serverless::ComposedService> services_; ///< By path of the service file.
};

} // namespace slsaudit::audit
