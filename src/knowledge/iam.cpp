// SPDX-License-Identifier: Apache-2.0
#include "knowledge/iam.hpp"

#include "knowledge/tables.hpp"
#include "text/stars.hpp"
#include "text/words.hpp"

#include <algorithm>

namespace slsaudit::knowledge {

namespace {

struct Rows {
  std::string_view service;
  std::size_t begin = 0;
  std::size_t end = 0;
};

Rows rows_of(const tables::Actions& actions, std::size_t service) {
  const std::size_t end =
      service + 1 < actions.services.size() ? actions.services[service + 1].first : actions.rows.size();
  return {actions.services[service].name.of(actions.text), actions.services[service].first, end};
}

} // namespace

bool wildcard_match(std::string_view pattern, std::string_view text) {
  return text::fits_stars(pattern, text, [](char wanted, char c) {
    return wanted == '?' || text::lower(wanted) == text::lower(c);
  });
}

std::vector<Action> actions_matching(std::string_view pattern) {
  const tables::Actions actions = tables::actions();
  const bool everything = pattern == "*";
  const std::size_t colon = pattern.find(':');
  std::vector<Action> matching;
  if (colon == std::string_view::npos && !everything) {
    return matching;
  }
  const std::string_view service_pattern = everything ? pattern : pattern.substr(0, colon);
  const std::string_view name_pattern = everything ? pattern : pattern.substr(colon + 1);
  for (std::size_t service = 0; service < actions.services.size(); ++service) {
    const Rows rows = rows_of(actions, service);
    if (!wildcard_match(service_pattern, rows.service)) {
      continue;
    }
    for (std::size_t row = rows.begin; row < rows.end; ++row) {
      const std::string_view name = actions.rows[row].name.of(actions.text);
      if (wildcard_match(name_pattern, name)) {
        matching.push_back({rows.service, name, static_cast<Access>(actions.rows[row].access),
                            static_cast<ResourceLevel>(actions.rows[row].resource_level)});
      }
    }
  }
  return matching;
}

bool knows_service(std::string_view service) {
  const tables::Actions actions = tables::actions();
  return std::any_of(actions.services.begin(), actions.services.end(), [&](const tables::ServiceRow& row) {
    return wildcard_match(service, row.name.of(actions.text));
  });
}

} // namespace slsaudit::knowledge
