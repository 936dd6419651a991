// SPDX-License-Identifier: Apache-2.0
#include "audit/session.hpp"

#include <utility>

namespace slsaudit::audit {

std::shared_ptr<const Answer> Session::audit(const std::string& name, const std::string& options,
                                             const Request& request, const text::FileSystem& files) {
  Known& known = known_[name];
  if (known.answer != nullptr && known.options == options && known.trace.holds(files)) {
    counts_.reused += 1;
    return known.answer;
  }
  const std::size_t found = known.trees->found();
  const std::size_t kept = known.trees->kept();
  Request remembering = request;
  remembering.trees = known.trees.get();
  const text::TracedFiles traced(files);
  auto answer = std::make_shared<Answer>();
  answer->audited = audit::audit(remembering, traced, answer->sources, answer->arena);
  known.trees->end_run();
  known.options = options;
  known.trace = traced.trace();
  known.answer = answer;
  counts_.audited += 1;
  counts_.reused_trees += known.trees->found() - found;
  counts_.read += known.trees->kept() - kept;
  return answer;
}

void Session::keep_only(const std::set<std::string>& names) {
  std::erase_if(known_, [&](const auto& entry) { return names.count(entry.first) == 0; });
}

std::vector<const text::Trace*> Session::traces() const {
  std::vector<const text::Trace*> all;
  for (const auto& [name, known] : known_) all.push_back(&known.trace);
  return all;
}

Session::Counts Session::counts() const {
  return counts_;
}

} // namespace slsaudit::audit
