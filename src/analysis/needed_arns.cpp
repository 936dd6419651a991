// SPDX-License-Identifier: Apache-2.0
#include "analysis/needed_arns.hpp"

#include "knowledge/iam.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace slsaudit::analysis {

namespace {

std::string_view cut(std::string_view& text, char end) {
  const std::size_t at = text.find(end);
  const std::string_view head = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return head;
}

} // namespace

NeededArn needed_arn_of(std::string_view service, std::string_view text) {
  if (!text.starts_with('=')) return {service, "R", "A", text};
  text.remove_prefix(1);
  NeededArn need;
  need.service = cut(text, ':');
  need.region = cut(text, ':');
  need.account = cut(text, ':');
  need.rest = text;
  return need;
}

std::string spelled(const NeededArn& need, std::string_view name) {
  std::string rest(need.rest);
  if (const std::size_t at = rest.find("NAME"); at != std::string::npos) rest.replace(at, 4, name);
  const std::string_view region = need.region == "R" ? "${AWS::Region}" : need.region;
  const std::string_view account = need.account == "A" ? "${AWS::AccountId}" : need.account;
  return "arn:${AWS::Partition}:" + std::string(need.service) + ":" + std::string(region) + ":" +
         std::string(account) + ":" + rest;
}

bool goes_to_path(std::string_view action) {
  return action.starts_with("es:ESHttp");
}

Needs all_needs(std::string_view service, const std::vector<std::string>& actions) {
  constexpr std::size_t most = 16;
  if (service == "apigateway" || service == "logs" || service == "secretsmanager") return {};
  std::vector<std::string_view> found;
  std::vector<std::string> others;
  for (const std::string& action : actions) {
    if (action.find_first_of("*?") != std::string::npos) { // it only reads
      if (service == "s3") return {{"=s3:::NAME", "=s3:::NAME/*"}, {}};
      continue;
    }
    for (const knowledge::Action& known : knowledge::actions_matching(action)) {
      // A tag goes to one of the kinds, whichever the other calls work on.
      const bool tags = known.access == knowledge::Access::tagging && actions.size() > 1;
      if (known.resource_level == knowledge::ResourceLevel::star_only || tags) continue;
      if (known.on.empty()) others.push_back(action);
      for (std::string_view rest = known.on; !rest.empty();) {
        const std::string_view kind = cut(rest, ' ');
        const std::string_view one = goes_to_path(action) ? "domain/NAME/*" : kind;
        if (std::ranges::find(found, one) == found.end()) found.push_back(one);
      }
    }
  }
  const auto is_among_all = [&](std::string_view one) {
    return one.ends_with("/NAME") &&
           std::ranges::find(found, std::string(one.substr(0, one.size() - 4)) + "*") != found.end();
  };
  std::vector<std::string_view> needed;
  std::ranges::remove_copy_if(found, std::back_inserter(needed), is_among_all);
  if (needed.size() > most) needed.clear();
  return {std::move(needed), std::move(others)};
}

std::vector<std::string_view> needs(std::string_view service, const std::vector<std::string>& actions) {
  Needs all = all_needs(service, actions);
  return all.others.empty() ? std::move(all.known) : std::vector<std::string_view>();
}

} // namespace slsaudit::analysis
