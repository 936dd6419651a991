// SPDX-License-Identifier: Apache-2.0
// Audits again and again, as --watch and editors do: a stage whose inputs are the same is not repeated.
//
//   all that a request looked at is the same     its whole answer is used again (text/traced.hpp)
//   a file's text is the same                    its tree is (syntax/trees.hpp)
//   the rules are the same                       so are their compiled expressions (audit::compile)
//
// What comes out is the same, byte for byte, as that of a first run.
#pragma once

#include "audit/pipeline.hpp"
#include "syntax/trees.hpp"
#include "text/traced.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace slsaudit::audit {

/// An audit with all that its results point into.
struct Answer {
  text::SourceMap sources;
  text::Arena arena;
  Audited audited;
};

/// Not thread-safe; an answer may be kept and read by anybody.
class Session {
public:
  /// As audit(). `name` tells the request's paths from others of the session, `options` all else that is in
  /// it: where that differs nothing but trees is used again.
  [[nodiscard]] std::shared_ptr<const Answer> audit(const std::string& name, const std::string& options,
                                                    const Request& request, const text::FileSystem& files);
  /// Forgets requests that have another name.
  void keep_only(const std::set<std::string>& names);
  /// What the answers rest on.
  [[nodiscard]] std::vector<const text::Trace*> traces() const;

  struct Counts {
    std::size_t audited = 0; ///< Requests.
    std::size_t reused = 0;
    std::size_t read = 0; ///< Files.
    std::size_t reused_trees = 0;
  };
  [[nodiscard]] Counts counts() const;

private:
  struct Known {
    std::string options;
    text::Trace trace;
    std::shared_ptr<const Answer> answer;
    std::shared_ptr<syntax::Trees> trees = std::make_shared<syntax::Trees>();
  };
  std::map<std::string, Known> known_;
  Counts counts_;
};

} // namespace slsaudit::audit
