// SPDX-License-Identifier: Apache-2.0
#include "analysis/alarm_faults.hpp"

#include "analysis/analyses.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <optional>

namespace slsaudit::analysis {
namespace {

using knowledge::Metric;
using Names = std::vector<std::string_view>;

bool has(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// "`A`", "`A` and `B`", "`A`, `B` and `C`"
std::string listed(const Names& names, std::string_view last = " and ") {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? std::string(last) : ", ";
    text += quoted(names[i]);
  }
  return text;
}

/// The dimensions of an alarm with their places; nothing where one of their names isn't known.
struct Dimension {
  std::string_view name;
  text::Span span;
  value::Value value;
};
std::optional<std::vector<Dimension>> dimensions_of(const value::Value& list) {
  std::vector<Dimension> dimensions;
  if (!list.is_present()) return dimensions;
  if (!list.is_list()) return std::nullopt;
  for (const value::Value& item : list.items()) {
    const value::Value name = item.get("Name");
    if (!name.as_string()) return std::nullopt;
    dimensions.push_back({*name.as_string(), name.span(), item.get("Value")});
  }
  return dimensions;
}

Names names_of(const std::vector<Dimension>& dimensions) {
  Names names;
  for (const Dimension& dimension : dimensions) names.push_back(dimension.name);
  return names;
}

/// Whether data of the metric may have just these dimensions.
bool takes(const Metric& metric, const Names& dimensions) {
  const bool enough =
      std::ranges::all_of(metric.least, [&](std::string_view name) { return has(dimensions, name); });
  const bool few = metric.dimensions.empty() || std::ranges::all_of(dimensions, [&](std::string_view name) {
                     return has(metric.dimensions, name);
                   });
  return enough && few;
}

/// The name that was meant, as far as a slip of the fingers goes: letter case, and a letter in five, two at
/// most.
std::string_view closest(std::string_view written, const Names& names) {
  std::string_view best;
  std::size_t least = 3;
  for (const std::string_view name : names) {
    const std::size_t most = std::min<std::size_t>(2, name.size() / 5);
    if (written.size() > name.size() + most) continue; // however long it is
    const std::size_t edits = text::edit_distance(written, name);
    if (edits > most || edits >= least) continue;
    best = name;
    least = edits;
  }
  return best;
}

class Judge {
public:
  Judge(const knowledge::Base& knowledge, const dialect::Template& source, std::string_view name_space)
      : knowledge_(knowledge), source_(source), name_space_(name_space) {}

  /// Of a name that the namespace doesn't have: one that was meant, or whose it is. Any other may be new.
  [[nodiscard]] AlarmFault of_name(std::string_view name, text::Span span) const {
    Names own;
    Names others;
    for (const Metric& row : knowledge_.metrics()) {
      if (row.name_space == name_space_) own.push_back(row.name);
      if (row.name_space != name_space_ && row.name == name) others.push_back(row.name_space);
    }
    const std::string_view meant = closest(name, own);
    if (meant.empty() && others.empty()) return {};
    std::string text = quoted(name_space_) + " has no metric " + quoted(name);
    text += meant.empty() ? ": it is one of " + listed(others) : ", but " + quoted(meant);
    return {"name", std::move(text), span, std::string(meant)};
  }

  [[nodiscard]] AlarmFault of_dimensions(const Metric& metric, const std::vector<Dimension>& given,
                                         text::Span span) const {
    const Names names = names_of(given);
    const bool none = has(metric.dimensions, "none");
    for (const Dimension& dimension : given) {
      if (metric.dimensions.empty() || has(metric.dimensions, dimension.name)) continue;
      std::string text = quoted(metric.name) + " has no dimension " + quoted(dimension.name);
      if (none) return {"account", text + ": it is the account's, and has none", dimension.span, {}};
      const std::string_view meant = closest(dimension.name, metric.dimensions);
      text += meant.empty() ? ", only " + listed(metric.dimensions) : ", but " + quoted(meant);
      return {"dimension", std::move(text), dimension.span, std::string(meant)};
    }
    if (const std::string_view protocol = protocol_of(given); !sends(metric, protocol)) {
      const Names others = alternatives(metric, given);
      std::string text = "only APIs of the type " + quoted(metric.protocol) + " have " + quoted(metric.name) +
                         ", but this one is " + quoted(protocol);
      if (!others.empty()) text += " and has " + listed(others, " or ");
      return {"name", std::move(text), span, others.empty() ? std::string() : std::string(others.front())};
    }
    if (none || takes(metric, names)) return {};
    Names lacking;
    std::ranges::copy_if(metric.least, std::back_inserter(lacking),
                         [&](std::string_view name) { return !has(names, name); });
    std::string text = "data of " + quoted(metric.name) + " has the dimension" +
                       (metric.least.size() == 1 ? " " : "s ") + listed(metric.least) +
                       (names.empty() ? ", the alarm has none" : ", the alarm has only " + listed(names));
    const Names others = alternatives(metric, given);
    if (!others.empty()) text += ", by which there is " + listed(others, " or ");
    return {"missing", std::move(text), span, others.empty() ? std::string() : std::string(others.front())};
  }

  /// A reference to a resource that gives something else than the dimension takes.
  [[nodiscard]] AlarmFault of_value(const Dimension& dimension) const {
    const dialect::Resource* resource = resource_of(dimension);
    if (resource == nullptr) return {};
    const value::Part* part = dimension.value.sole_reference();
    const bool is_ref = part->kind == value::ReferenceKind::resource;
    const std::string_view given = is_ref ? std::string_view("Ref") : part->attribute;
    for (const knowledge::MetricSubject& row : knowledge_.metric_subjects()) {
      if (row.name_space != name_space_ || row.dimension != dimension.name || row.type != resource->type)
        continue;
      if (has(row.gives, given)) return {};
      const std::string id(part->name);
      std::string text = quoted(dimension.name) + " takes what " +
                         quoted(is_ref ? "Ref" : id + "." + std::string(given)) +
                         (is_ref ? " of " + quoted(id) : "") + " doesn't give";
      if (row.gives.empty())
        return {"value", text + ": its name, as it is written there", dimension.value.span(), {}};
      const std::string right = row.gives.front() == "Ref" ? id : id + "." + std::string(row.gives.front());
      text += row.gives.front() == "Ref" ? ", but `Ref`" + std::string(is_ref ? "" : " of " + quoted(id))
                                         : ", but " + quoted(right);
      return {"value", std::move(text), dimension.value.span(), right};
    }
    return {};
  }

private:
  /// What the dimension's value refers to, and to nothing else; null where that is no resource of the
  /// template.
  [[nodiscard]] const dialect::Resource* resource_of(const Dimension& dimension) const {
    const value::Part* part = dimension.value.sole_reference();
    if (part == nullptr) return nullptr;
    if (part->kind != value::ReferenceKind::resource && part->kind != value::ReferenceKind::attribute)
      return nullptr;
    const auto found = std::ranges::find(source_.resources, part->name, &dialect::Resource::logical_id);
    return found == source_.resources.end() ? nullptr : &*found;
  }

  /// Not where the dimension is that of another kind: an `ApiId` that is a REST API's, which are named by
  /// `ApiName`.
  [[nodiscard]] bool may_name(const Dimension& dimension) const {
    const dialect::Resource* resource = resource_of(dimension);
    const auto of_dimension = [&](const knowledge::MetricSubject& row) {
      return row.name_space == name_space_ && row.dimension == dimension.name;
    };
    const std::vector<knowledge::MetricSubject>& all = knowledge_.metric_subjects();
    return resource == nullptr || std::ranges::none_of(all, of_dimension) ||
           std::ranges::any_of(all, [&](const knowledge::MetricSubject& row) {
             return of_dimension(row) && row.type == resource->type;
           });
  }

  /// Of the API that a dimension refers to; empty where none does, or it isn't known.
  [[nodiscard]] std::string_view protocol_of(const std::vector<Dimension>& dimensions) const {
    for (const Dimension& dimension : dimensions) {
      const dialect::Resource* resource = resource_of(dimension);
      if (resource == nullptr) continue;
      if (const auto protocol = resource->properties.get("ProtocolType").as_string()) return *protocol;
    }
    return {};
  }

  /// Whether what has that protocol does, as far as is known.
  static bool sends(const Metric& metric, std::string_view protocol) {
    return metric.protocol.empty() || protocol.empty() || metric.protocol == protocol;
  }

  /// Other metrics that show the same, and have data by these dimensions.
  [[nodiscard]] Names alternatives(const Metric& metric, const std::vector<Dimension>& dimensions) const {
    Names others;
    if (!std::ranges::all_of(dimensions, [&](const Dimension& one) { return may_name(one); })) return others;
    const Names names = names_of(dimensions);
    const std::string_view protocol = protocol_of(dimensions);
    for (const Metric& row : knowledge_.metrics()) {
      const bool same =
          row.name_space == name_space_ && row.failure == metric.failure && row.name != metric.name;
      if (same && !row.failure.empty() && !row.least.empty() && takes(row, names) && sends(row, protocol))
        others.push_back(row.name);
    }
    return others;
  }

  const knowledge::Base& knowledge_;
  const dialect::Template& source_;
  std::string_view name_space_;
};

} // namespace

AlarmFault alarm_fault(const knowledge::Base& knowledge, const dialect::Template& source,
                       const value::Value& metric) {
  const value::Value space = metric.get("Namespace");
  const value::Value name = metric.get("MetricName");
  const auto name_space = space.as_string();
  if (!name_space || !name.as_string()) return {};
  const value::Origin* assumption = space.assumption() != nullptr ? space.assumption() : name.assumption();
  const auto assuming = [&](AlarmFault fault) {
    fault.assumption = assumption;
    return fault;
  };
  const Judge judge(knowledge, source, *name_space);
  const bool known = std::ranges::any_of(knowledge.metrics(),
                                         [&](const Metric& row) { return row.name_space == *name_space; });
  const Metric* row = knowledge.metric(*name_space, *name.as_string());
  if (known && row == nullptr) return assuming(judge.of_name(*name.as_string(), name.span()));
  const auto dimensions = dimensions_of(metric.get("Dimensions"));
  if (!dimensions) return {};
  if (row != nullptr) {
    AlarmFault fault = judge.of_dimensions(*row, *dimensions, name.span());
    if (!fault.kind.empty()) return assuming(std::move(fault));
  }
  for (const Dimension& dimension : *dimensions) {
    AlarmFault fault = judge.of_value(dimension);
    if (!fault.kind.empty()) return assuming(std::move(fault));
  }
  return {};
}

} // namespace slsaudit::analysis
