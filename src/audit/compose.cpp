// SPDX-License-Identifier: Apache-2.0
#include "audit/compose.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace slsaudit::audit {

namespace {

using dialect::serverless::ComposedService;

constexpr std::array<std::string_view, 3> service_files{"serverless.yml", "serverless.yaml",
                                                        "serverless.json"};

} // namespace

void ComposeFiles::replace(std::vector<Candidate>& candidates) {
  std::map<std::string, Candidate> found;
  for (const Candidate& candidate : candidates) {
    if (dialect::serverless::is_compose_file(candidate.path)) read(candidate, found);
  }
  std::erase_if(candidates,
                [](const Candidate& one) { return dialect::serverless::is_compose_file(one.path); });
  for (auto& entry : found) {
    const bool known =
        std::ranges::any_of(candidates, [&](const Candidate& one) { return one.path == entry.first; });
    if (!known) candidates.push_back(std::move(entry.second));
  }
  std::ranges::stable_sort(candidates, [](const Candidate& left, const Candidate& right) {
    return std::pair(left.system, std::string_view(left.path)) <
           std::pair(right.system, std::string_view(right.path));
  });
}

const ComposedService* ComposeFiles::find(const std::string& path) const {
  const auto it = services_.find(path);
  return it == services_.end() ? nullptr : &it->second;
}

void ComposeFiles::read(const Candidate& compose, std::map<std::string, Candidate>& found) {
  auto bytes = files_.read(compose.path, limits_.max_bytes);
  if (!bytes.ok()) {
    failures.push_back(bytes.error());
    return;
  }
  const syntax::Document document =
      syntax::read(sources_, arena_, compose.path, std::move(bytes).value(), limits_);
  for (const text::Problem& problem : document.problems) {
    if (problem.level != text::ProblemLevel::finding) problems.push_back(problem);
  }
  for (const ComposedService& service : dialect::serverless::read_compose(document, arena_, problems)) {
    add(compose, service, found);
  }
}

void ComposeFiles::add(const Candidate& compose, const ComposedService& service,
                       std::map<std::string, Candidate>& found) {
  const std::string directory = text::join_path(text::parent_path(compose.path), service.path);
  std::vector<std::string> names(service_files.begin(), service_files.end());
  if (!service.config.empty()) names = {service.config};
  for (const std::string& name : names) {
    const std::string path = text::join_path(directory, name);
    if (!files_.is_file(path)) continue;
    if (!text::lies_within(files_, path, compose.root)) {
      note(service, "`" + path + "` is outside of the project");
      return;
    }
    services_.try_emplace(path, service);
    found.try_emplace(path, Candidate{path, compose.named, compose.system, compose.root});
    return;
  }
  note(service, "no service file that can be read is in `" + directory + "`");
}

void ComposeFiles::note(const ComposedService& service, std::string message) {
  problems.push_back(
      {.level = text::ProblemLevel::note,
       .name = "service-not-read",
       .message = "the service `" + std::string(service.name) + "` is not read: " + std::move(message),
       .span = service.span,
       .help = "audit what `serverless print` makes of a configuration that is a program",
       .related = {}});
}

} // namespace slsaudit::audit
