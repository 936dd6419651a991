// SPDX-License-Identifier: Apache-2.0
// Names below `provider` and below functions that the framework doesn't know. Plugins may have settings of
// their own: a name is told only where another one is surely meant.
#include "dialect/cloudformation/misnamed.hpp"
#include "dialect/serverless/service.hpp"
#include "syntax/entries.hpp"
#include "text/encoding.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::dialect::serverless {

namespace {

using cloudformation::Likeness;
using cloudformation::quoted;

/// What people call settings that have another name.
constexpr auto other_names = std::to_array<Renamed>({{"env", "environment"}, {"memory", "memorySize"}});

/// The setting that isn't given and that the name is but for a slip; empty where there is none.
std::string_view meant_by(const Node& settings, const knowledge::Names& known, std::string_view written) {
  const auto* other = std::ranges::find(other_names, written, &Renamed::from);
  if (other != other_names.end() && known.contains(other->to) && settings.find(other->to) == nullptr)
    return other->to;
  Likeness best = Likeness::none;
  std::string_view meant;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (settings.find(known[i]) != nullptr) continue;
    const Likeness like = cloudformation::likeness(written, known[i]);
    if (like <= best) continue;
    best = like;
    meant = known[i];
  }
  return meant;
}

void check(Service& service, const Node& settings, std::string_view kind, const std::string& owner) {
  const auto row = knowledge::find_resource_type(kind);
  if (!row || !settings.is_mapping()) return;
  for (const syntax::Entry& entry : syntax::kept_entries(settings)) {
    if (row->properties.contains(entry.key)) continue;
    // serverless-websockets-plugin has `websocketApiName`.
    const auto words = text::words_of(entry.key);
    if (words.empty() || service.has_plugin_named_with(words.front())) continue;
    const std::string_view meant = meant_by(settings, row->properties, entry.key);
    if (meant.empty()) continue;
    service.problems.push_back(
        {text::ProblemLevel::finding,
         "misnamed-setting",
         quoted(entry.key) + " is no setting of " + owner + ", which has " + quoted(meant),
         entry.key_span,
         "write " + quoted(meant),
         {{entry.value->span, quoted(entry.key)}}});
  }
}

} // namespace

void check_setting_names(Service& service) {
  check(service, *service.provider, "framework::provider", "`provider`");
  for (const Function& function : service.functions) {
    if (function.plugin.empty())
      check(service, *function.body, "framework::function", "the function " + quoted(function.key));
  }
}

} // namespace slsaudit::dialect::serverless
