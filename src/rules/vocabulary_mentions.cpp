// SPDX-License-Identifier: Apache-2.0
#include "rules/vocabulary_mentions.hpp"

#include "analysis/analyses.hpp"
#include "analysis/objects.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

namespace slsaudit::rules {
namespace {

/// Below this a name is a word that may mean anything.
constexpr std::size_t shortest = 3;

/// Keys whose text names something else, by name, ARN or address.
constexpr std::array<std::string_view, 15> naming_keys{
    "FunctionName", "TableName", "QueueName",  "QueueUrl",     "TopicName",
    "BucketName",   "Bucket",    "StreamName", "EventBusName", "RoleName",
    "LogGroupName", "SecretId",  "Resource",   "NotResource",  "Endpoint"};

/// Variables whose text is a label: what logs and metrics are told apart by.
constexpr std::array<std::string_view, 3> labels{"service", "namespace", "app"};

bool is_border(char c) {
  constexpr std::string_view borders = "/:\"',?#";
  return borders.find(c) != std::string_view::npos;
}

/// Whether the text has the name in it as a whole segment: `table/orders/index/*`, not `orders-old`. With
/// `open` sides, something unknown goes on there.
bool has_segment(std::string_view text, std::string_view name, bool open_before, bool open_behind) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool starts = at == 0 ? !open_before : name.front() == '/' || is_border(text[at - 1]);
    const bool ends = end == text.size() ? !open_behind : is_border(text[end]);
    if (starts && ends) return true;
  }
  return false;
}

/// Requests go to the paths of these, which are no names.
bool is_web_address(std::string_view text) {
  return text.find("://") != std::string_view::npos && text.find("://sqs.") == std::string_view::npos;
}

bool says(const value::Value& value, std::string_view name) {
  if (const auto text = value.as_string())
    return !is_web_address(*text) && has_segment(*text, name, false, false);
  const auto parts = value.parts();
  if (std::ranges::any_of(parts, [](const value::Part& part) { return is_web_address(part.literal); }))
    return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].is_reference && has_segment(parts[i].literal, name, i > 0, i + 1 < parts.size()))
      return true;
  }
  return false;
}

bool is_label(std::string_view key) {
  const std::string lower = text::lower(key);
  return std::ranges::any_of(labels,
                             [&](std::string_view label) { return lower.find(label) != std::string::npos; });
}

/// Whether a text at this path is looked at: `Environment.Variables.TABLE`, `Dimensions.Value`,
/// `FunctionName`.
bool names_others(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  const std::string_view key = dot == std::string_view::npos ? path : path.substr(dot + 1);
  const std::string_view around = dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
  if (around.ends_with("Environment.Variables") || around.ends_with("EnvironmentVariables"))
    return !is_label(key);
  if (around.ends_with("Dimensions")) return key == "Value";
  return key.ends_with("Arn") || std::ranges::find(naming_keys, key) != naming_keys.end();
}

/// `TableName` of a table: what the name is given by.
bool is_own_name(const dialect::Resource& resource, std::string_view path) {
  const std::string_view type = resource.type.substr(resource.type.rfind(':') + 1);
  return path == std::string(type) + "Name";
}

/// Of what the dialect makes, only statements are written by somebody; and not those on the log groups of
/// functions, which are named as these are.
bool is_of_author(const value::Value& value, std::string_view path) {
  return path.find("Statement") != std::string_view::npos &&
         value.display().find(":log-group:") == std::string::npos;
}

/// What a template says of some names; each place once, though Globals give it to many.
class Search {
public:
  explicit Search(std::vector<std::string> names) : names_(std::move(names)) {}

  void look(const value::Value& value, const std::string& shown) {
    const auto said = [&](const std::string& name) { return says(value, name); };
    if (std::ranges::none_of(names_, said) || !seen_.insert(value.span()).second) return;
    if (shown_.insert(shown).second) found_.push_back(cel::Value(shown).at(value.span()));
  }

  void look_through(const dialect::Resource& resource) {
    const std::string id(resource.author.id.empty() ? resource.logical_id : resource.author.id);
    struct Step {
      value::Value value;
      std::size_t above = 0;  ///< Bytes of the path to what it stands in.
      std::string_view key{}; ///< Empty of an item.
    };
    std::vector<Step> open{{.value = resource.properties}};
    std::string path; // to where the search is
    while (!open.empty()) {
      const Step step = open.back();
      open.pop_back();
      path.resize(step.above); // what came between stands in the same
      if (!path.empty() && !step.key.empty()) path += '.';
      path += step.key;
      for (const value::Value& value : step.value.alternatives()) {
        const auto members = value.members();
        for (std::size_t i = members.size(); i-- > 0;)
          open.push_back({members[i].value, path.size(), members[i].key});
        const auto items = value.items();
        for (std::size_t i = items.size(); i-- > 0;) open.push_back({items[i], path.size()});
        if (!members.empty() || !items.empty() || !names_others(path)) continue;
        if (is_own_name(resource, path)) continue;
        if (resource.author.generated && !is_of_author(value, path)) continue;
        look(value, analysis::quoted(id) + "'s " + path);
      }
    }
  }

  [[nodiscard]] cel::List found() && { return std::move(found_); }

private:
  std::vector<std::string> names_;
  std::set<text::Span> seen_;
  std::set<std::string> shown_;
  cel::List found_;
};

} // namespace

cel::Value mentions(std::span<const cel::Value> arguments) {
  const auto* resource = dynamic_cast<const analysis::ResourceObject*>(arguments[0].object());
  if (resource == nullptr || arguments[1].list() == nullptr)
    return cel::Value::error("mentions() takes a resource and a list of names");
  std::vector<std::string> names;
  for (const cel::Value& item : *arguments[1].list()) {
    const auto name = item.string();
    if (name && name->size() >= shortest) names.emplace_back(*name);
  }
  const graph::System& system = resource->facts().system();
  const dialect::Template& source = system.templates[system.node(resource->node()).template_index];
  Search search(std::move(names));
  for (const dialect::Resource& one : source.resources) search.look_through(one);
  for (const dialect::Output& output : source.outputs) {
    if (!output.name_span.valid()) continue; // the framework's
    for (const value::Value& value : output.value.alternatives())
      search.look(value, "output " + analysis::quoted(output.name));
  }
  return cel::Value(std::move(search).found());
}

} // namespace slsaudit::rules
