// SPDX-License-Identifier: Apache-2.0
#include "knowledge/iam.hpp"

#include "knowledge/tables.hpp"
#include "text/stars.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <span>
#include <utility>

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

/// Below zero where the name sorts before all that start so, zero where it starts so, whatever the case.
int compare_start(std::string_view name, std::string_view start) {
  for (std::size_t i = 0; i < start.size(); ++i) {
    if (i == name.size()) return -1;
    const int difference = text::lower(name[i]) - text::lower(start[i]);
    if (difference != 0) return difference;
  }
  return 0;
}

/// Of sorted rows, those whose names start as all do that the pattern matches: [first, second).
template <class Row>
std::pair<std::size_t, std::size_t> candidates(std::span<const Row> rows, std::string_view text,
                                               std::string_view pattern) {
  const std::string_view start = pattern.substr(0, pattern.find_first_of("*?"));
  const auto before = [&](const Row& row) { return compare_start(row.name.of(text), start) < 0; };
  const auto not_after = [&](const Row& row) { return compare_start(row.name.of(text), start) <= 0; };
  const auto first = std::partition_point(rows.begin(), rows.end(), before);
  const auto last = std::partition_point(first, rows.end(), not_after);
  return {static_cast<std::size_t>(first - rows.begin()), static_cast<std::size_t>(last - rows.begin())};
}

} // namespace

bool wildcard_match(std::string_view pattern, std::string_view text) {
  // Most differ in the first letter.
  if (!pattern.empty() && !text.empty() && pattern.front() != '*' && pattern.front() != '?' &&
      text::lower(pattern.front()) != text::lower(text.front()))
    return false;
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
  const auto [first_service, last_service] = candidates(actions.services, actions.text, service_pattern);
  for (std::size_t service = first_service; service < last_service; ++service) {
    const Rows rows = rows_of(actions, service);
    if (!wildcard_match(service_pattern, rows.service)) {
      continue;
    }
    const auto [first, last] =
        candidates(actions.rows.subspan(rows.begin, rows.end - rows.begin), actions.text, name_pattern);
    for (std::size_t row = rows.begin + first; row < rows.begin + last; ++row) {
      const std::string_view name = actions.rows[row].name.of(actions.text);
      if (wildcard_match(name_pattern, name)) {
        matching.push_back({rows.service, name, static_cast<Access>(actions.rows[row].access),
                            static_cast<ResourceLevel>(actions.rows[row].resource_level),
                            actions.rows[row].on.of(actions.text)});
      }
    }
  }
  return matching;
}

bool knows_service(std::string_view service) {
  const tables::Actions actions = tables::actions();
  const auto [first, last] = candidates(actions.services, actions.text, service);
  const auto services = actions.services.subspan(first, last - first);
  return std::any_of(services.begin(), services.end(), [&](const tables::ServiceRow& row) {
    return wildcard_match(service, row.name.of(actions.text));
  });
}

} // namespace slsaudit::knowledge
