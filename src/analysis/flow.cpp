// SPDX-License-Identifier: Apache-2.0
#include "analysis/flow.hpp"

#include "analysis/analyses.hpp"
#include "knowledge/iam.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

bool is_prefix(std::string_view prefix, std::string_view text) {
  return text.substr(0, prefix.size()) == prefix;
}
bool is_suffix(std::string_view suffix, std::string_view text) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

/// The key pattern of an ARN of objects in a bucket: the text after "${Bucket}/" or "arn:aws:s3:::name/",
/// with
/// `*` for what isn't literal. Nothing when the ARN is of the bucket itself, or of another.
std::optional<std::string> key_pattern(const graph::System& system, std::size_t template_index,
                                       const value::Value& resource, graph::NodeId bucket) {
  std::string text(resource.as_string().value_or(""));
  if (text.empty()) {
    for (const value::Part& part : resource.parts()) text += part.is_reference ? "*" : part.literal;
  }
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const std::string_view name = std::string_view(text).substr(text.find_last_of(':', slash) + 1);
  const bool many =
      resource.as_string() && name.substr(0, name.find('/')).find('*') != std::string_view::npos;
  if (!many && graph::resolve(system, template_index, resource) != bucket) return std::nullopt;
  return text.substr(slash + 1);
}

KeyRange range_of(std::string_view pattern) {
  const std::size_t first = pattern.find_first_of("*?");
  if (first == std::string_view::npos) return {std::string(pattern), std::string(pattern)};
  const std::size_t last = pattern.find_last_of("*?");
  return {std::string(pattern.substr(0, first)), std::string(pattern.substr(last + 1))};
}

bool allows_put(const graph::Statement& statement) {
  const Strings actions = strings_of(statement.value.get("Action"));
  return std::any_of(actions.items.begin(), actions.items.end(), [](const value::Value& item) {
    const auto pattern = item.as_string();
    return pattern && knowledge::wildcard_match(*pattern, "s3:PutObject");
  });
}

graph::NodeId role_of(const graph::System& system, graph::NodeId function) {
  for (const graph::EdgeId id : system.outgoing[function.index()]) {
    if (system.edge(id).kind == graph::EdgeKind::assumes) return system.edge(id).to;
  }
  return {};
}

/// Prefix and suffix of one S3 notification filter.
KeyRange filter_range(const value::Value& filter) {
  KeyRange range;
  value::Value rules = filter.at("S3Key.Rules");
  for (const value::Value& rule : rules.items()) {
    const std::string_view name = rule.get("Name").as_string().value_or("");
    const std::string text(rule.get("Value").as_string().value_or(""));
    if (name == "prefix" || name == "Prefix") range.prefix = text;
    if (name == "suffix" || name == "Suffix") range.suffix = text;
  }
  return range;
}

bool disjoint(const KeyRange& written, const KeyRange& filter) {
  const bool prefixes = is_prefix(written.prefix, filter.prefix) || is_prefix(filter.prefix, written.prefix);
  const bool suffixes = is_suffix(written.suffix, filter.suffix) || is_suffix(filter.suffix, written.suffix);
  return !prefixes || !suffixes;
}

bool within(const KeyRange& written, const KeyRange& filter) {
  return is_prefix(filter.prefix, written.prefix) && is_suffix(filter.suffix, written.suffix);
}

/// Whether a writer is known to delete objects and never to put any: its policies are all that is known of
/// it.
bool only_deletes(const graph::System& system, const graph::Edge& in) {
  const bool granted =
      std::all_of(in.evidence.begin(), in.evidence.end(),
                  [](const graph::Evidence& evidence) { return evidence.basis == graph::Basis::granted; });
  const graph::NodeId role = role_of(system, in.from);
  if (!granted || in.evidence.empty() || !role.valid()) return false;
  return std::none_of(system.statements.begin(), system.statements.end(),
                      [&](const graph::Statement& statement) {
                        return statement.role == role && statement.allow && allows_put(statement);
                      });
}

/// Whether a notification is about new objects; unknown events may be.
bool hears_new_objects(const value::Value& settings) {
  const value::Value event = settings.get("Event");
  const auto known = event.as_string();
  return !known || known->find("ObjectRemoved") == std::string_view::npos;
}

/// One notification against what the writer may write.
Passage through_notification(const std::vector<KeyRange>& written, const value::Value& settings) {
  if (!hears_new_objects(settings)) return Passage::blocked;
  const value::Value filter = settings.get("Filter");
  if (!filter.is_present()) return Passage::certain;
  if (!filter.is_map()) return Passage::possible;
  const KeyRange range = filter_range(filter);
  if (written.empty()) return Passage::possible;
  const auto out_of_it = [&](const KeyRange& keys) { return disjoint(keys, range); };
  const auto in_it = [&](const KeyRange& keys) { return within(keys, range); };
  if (std::all_of(written.begin(), written.end(), out_of_it)) return Passage::blocked;
  return std::any_of(written.begin(), written.end(), in_it) ? Passage::certain : Passage::possible;
}

Passage through_bucket(const graph::System& system, const graph::Edge& in, const graph::Edge& out) {
  const std::vector<value::Value> notifications = each_of(out.settings);
  const bool direct =
      std::any_of(notifications.begin(), notifications.end(),
                  [](const value::Value& settings) { return settings.get("Event").is_present(); });
  if (!direct) return out.filter.is_present() ? Passage::possible : Passage::certain;
  if (only_deletes(system, in)) return Passage::blocked;
  const std::vector<KeyRange> written = written_keys(system, in.from, in.to);
  Passage best = Passage::blocked;
  for (const value::Value& settings : notifications)
    best = std::max(best, through_notification(written, settings));
  return best;
}

/// Only AWS itself puts events whose source starts with "aws.".
Passage through_bus(const graph::System& system, const graph::Edge& in, const graph::Edge& out) {
  const bool from_platform = is_type(system, in.from, "AWS::S3::Bucket");
  Passage best = Passage::blocked;
  if (out.filter.is_absent()) return Passage::certain;
  for (const value::Value& pattern : each_of(out.filter)) {
    const Strings sources = strings_of(pattern.get("source"));
    const bool any_source = sources.items.empty() || !sources.complete;
    const bool matches =
        any_source || std::any_of(sources.items.begin(), sources.items.end(), [&](const auto& item) {
          const std::string_view source = item.as_string().value_or("");
          if (from_platform) return source == "aws.s3";
          return !is_prefix("aws.", source);
        });
    // A pattern that names its buckets has an edge from each of them: the way over the bus adds nothing.
    const bool names_bucket = from_platform && pattern.at("detail.bucket.name").is_present();
    if (matches && !names_bucket) best = Passage::possible;
  }
  return best;
}

} // namespace

std::vector<value::Value> each_of(const value::Value& value) {
  if (value.is_absent()) return {};
  if (!value.is_list()) return {value};
  return {value.items().begin(), value.items().end()};
}

std::vector<KeyRange> written_keys(const graph::System& system, graph::NodeId writer, graph::NodeId bucket) {
  std::vector<KeyRange> ranges;
  const graph::NodeId role = role_of(system, writer);
  if (!role.valid()) return ranges;
  for (const graph::Statement& statement : system.statements) {
    if (statement.role != role || !statement.allow || !allows_put(statement)) continue;
    const Strings resources = strings_of(statement.value.get("Resource"));
    if (!resources.complete) return {};
    for (const value::Value& resource : resources.items) {
      if (resource.as_string() == "*") return {};
      // Statements stand in the role's template, so that is where their references lead.
      const std::size_t template_index = system.node(role).template_index;
      const auto pattern = key_pattern(system, template_index, resource, bucket);
      if (pattern) ranges.push_back(range_of(*pattern));
    }
  }
  return ranges;
}

Passage passage(const graph::System& system, const graph::Edge& in, const graph::Edge& out) {
  const graph::Node& node = system.node(in.to);
  if (node.type == "AWS::S3::Bucket") return through_bucket(system, in, out);
  if (node.type == "AWS::Events::EventBus" || node.type == "outside::event-bus")
    return through_bus(system, in, out);
  if (out.kind == graph::EdgeKind::routes) {
    // What a function posts to a WebSocket API goes out to clients, never into the routes.
    if (property(node, "ProtocolType").as_string() == "WEBSOCKET") return Passage::blocked;
    return Passage::possible; // Which of the routes is called is not known.
  }
  return out.filter.is_absent() ? Passage::certain : Passage::possible;
}

} // namespace slsaudit::analysis
