// SPDX-License-Identifier: Apache-2.0
// Services for platforms other than AWS. Each has its own words, so that only what is common to all of them
// is read: functions with their size, time, runtime and environment, what starts them, and what else the
// service declares. The types are "other::<provider>::Function", "…::Queue" …, which no rule about AWS knows.
#include "dialect/serverless/function_parts.hpp"
#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/service.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

namespace slsaudit::dialect::serverless {

namespace {

/// What starts a function, by a word of the event's type; the first that fits counts.
struct Source {
  std::string_view word; ///< Part of the type in lower case.
  std::string_view kind;
};
constexpr auto source_kinds = std::to_array<Source>({
    {"http", "Api"},          {"apigw", "Api"},       {"apigateway", "Api"},   {"url", "Api"},
    {"schedule", "Schedule"}, {"timer", "Schedule"},  {"cron", "Schedule"},    {"documentdb", "Table"},
    {"cosmosdb", "Table"},    {"firestore", "Table"}, {"database", "Table"},   {"table", "Table"},
    {"pubsub", "Topic"},      {"topic", "Topic"},     {"sns", "Topic"},        {"nats", "Topic"},
    {"queue", "Queue"},       {"sqs", "Queue"},       {"servicebus", "Queue"}, {"cmq", "Queue"},
    {"mns", "Queue"},         {"eventhub", "Stream"}, {"kafka", "Stream"},     {"kinesis", "Stream"},
    {"stream", "Stream"},     {"log", "Stream"},      {"blob", "Bucket"},      {"storage", "Bucket"},
    {"bucket", "Bucket"},     {"s3", "Bucket"},       {"cos", "Bucket"},       {"oss", "Bucket"},
});

/// Settings that name the source, the most telling first.
constexpr auto name_keys = std::to_array<std::string_view>(
    {"resource", "topicName", "topic", "queueName", "queue", "bucketName", "bucket", "eventHubName",
     "container", "containerName", "tableName", "collectionName", "stream", "trigger", "url", "path", "rate",
     "schedule", "name"});

/// A function's property, and the words for it.
struct Setting {
  std::string_view to;
  std::array<std::string_view, 2> from;
  bool inherited = false;
};
constexpr auto function_settings = std::to_array<Setting>({
    {"Handler", {"handler", "script"}, false},
    {"Runtime", {"runtime", ""}, true},
    {"MemorySize", {"memorySize", "memory"}, true},
    {"Timeout", {"timeout", ""}, true},
    {"Description", {"description", ""}, false},
});

/// Settings that carry one name or number in a field of their own.
bool is_name(const Node* node) {
  return known_text(node) && syntax::scalar_type(*node) != syntax::ScalarType::boolean;
}

/// "60s" as Google writes it: seconds.
const Node* seconds(const Make& make, const Node* written) {
  const auto text = known_text(written);
  if (!text || !text->ends_with('s')) return written;
  std::int64_t number = 0;
  const char* end = text->data() + text->size() - 1;
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  return error == std::errc() && stop == end ? make.at(written->span).number(number) : written;
}

std::string_view kind_of(std::string_view type) {
  const std::string lower = text::lower(type);
  for (const Source& row : source_kinds) {
    if (lower.find(row.word) != std::string::npos) return row.kind;
  }
  return "Event";
}

class OtherProvider {
public:
  OtherProvider(Service& service, std::string_view platform) : service_(service), platform_(platform) {}

  void lower() {
    for (const Function& function : service_.functions) lower_function(function);
    lower_declared();
  }

private:
  [[nodiscard]] std::string_view type(std::string_view kind) const {
    return service_.make.keep("other::" + std::string(platform_) + "::" + std::string(kind));
  }

  /// An id that nothing else has.
  std::string id(std::string_view name, std::string_view kind) {
    const std::string wanted = naming::alphanumeric(name) + std::string(kind);
    std::string id = wanted;
    for (int n = 2; !ids_.insert(id).second; ++n) id = wanted + std::to_string(n);
    return id;
  }

  void lower_function(const Function& function) {
    const Make at = service_.make.at(function.key_span);
    const syntax::Entry* name = entry_of(function.body, "name");
    Properties properties = {{"FunctionName", name != nullptr ? name->value : at.text(function.key),
                              name != nullptr ? name->key_span : text::Span{}}};
    for (const Setting& setting : function_settings) add_setting(function, setting, properties);
    const Node* environment =
        merge_shallow(at, service_.from_provider({"environment"}), dig(function.body, {"environment"}));
    if (environment != nullptr) {
      const syntax::Entry* own = entry_of(function.body, "environment");
      properties.push_back({"Environment", at.at(environment->span).map({{"Variables", environment, {}}}),
                            own != nullptr ? own->key_span : text::Span{}});
    }
    std::vector<const Node*> events;
    for (const Event& event : function.events) events.push_back(lower_event(function, event));
    if (!events.empty()) {
      properties.push_back({"Events", at.list(events), function.body->find("events")->key_span});
    }
    service_.add(id(function.key, "Function"), type("Function"), author_of(function), properties);
  }

  void add_setting(const Function& function, const Setting& setting, Properties& to) const {
    for (const Node* body : {function.body, setting.inherited ? service_.provider : nullptr}) {
      for (const std::string_view key : setting.from) {
        const syntax::Entry* entry = entry_of(body, key);
        if (entry == nullptr) continue;
        const bool is_time = setting.to == "Timeout";
        to.push_back(
            {setting.to, is_time ? seconds(service_.make, entry->value) : entry->value, entry->key_span});
        return;
      }
    }
  }

  /// What stands beside the event's type, as Azure has it: `x-azure-settings`.
  [[nodiscard]] const Node* beside(const Function& function, const Event& event) const {
    const Node* events = function.body->get("events");
    for (const syntax::Entry& item : events->children) {
      if (!item.value->is_mapping() || item.value->children.size() < 2) continue;
      if (item.value->children.front().key_span != event.span) continue;
      for (const syntax::Entry& entry : item.value->children) {
        if (entry.key.starts_with("x-") && entry.value->is_mapping()) return entry.value;
      }
    }
    return nullptr;
  }

  [[nodiscard]] static const Node* name_of(const Node* settings, const Node* body) {
    for (const Node* from : {body, settings}) {
      for (const std::string_view key : name_keys) {
        if (const Node* name = dig(from, {key}); is_name(name)) return name;
      }
    }
    return is_name(body) ? body : nullptr;
  }

  const Node* lower_event(const Function& function, const Event& event) {
    const Make at = service_.make.at(event.span);
    const Node* settings = beside(function, event);
    // Google's `event` says in its settings what it is.
    const auto detail = known_text(dig(event.body, {"eventType"}));
    const std::string_view kind = kind_of(detail ? *detail : event.type);
    const std::string source = source_id(function, event, kind, name_of(settings, event.body));
    const Node* direction = dig(settings, {"direction"});
    return at.map({{"Type", at.text(event.type), {}},
                   {"Source", at.ref(source), {}},
                   {"Direction", direction, {}},
                   {"Settings", event.body->is_mapping() ? event.body : settings, {}}});
  }

  /// Sources that have a name are one thing however many functions they start.
  std::string source_id(const Function& function, const Event& event, std::string_view kind,
                        const Node* name) {
    const bool own = name == nullptr || kind == "Api" || kind == "Schedule" || kind == "Event";
    const std::string_view text = name != nullptr ? naming::last_part(name->text, '/') : std::string_view{};
    const std::string key = std::string(kind) + "/" + std::string(text);
    if (!own) {
      if (const auto known = named_.find(key); known != named_.end()) return known->second;
    }
    const std::string made = id(own ? function.key : text, kind);
    service_.add(made, type(kind), author_of(function, event), {{"Name", name, {}}});
    if (!own) named_.emplace(key, made);
    return made;
  }

  /// `resources` as Google's Deployment Manager reads it: a list of types and names.
  void lower_declared() {
    const Node* declared = dig(service_.root, {"resources", "resources"});
    if (declared == nullptr || !declared->is_sequence()) return;
    for (const syntax::Entry& item : declared->children) {
      const auto written = known_text(dig(item.value, {"type"}));
      const syntax::Entry* name = entry_of(item.value, "name");
      if (!written || name == nullptr || !known_text(name->value)) continue;
      const std::string_view known = kind_of(*written);
      const std::string_view kind = known == "Event" || known == "Api" ? "Resource" : known;
      const std::string key = std::string(kind) + "/" + std::string(name->value->text);
      Properties properties = {{"Name", name->value, name->key_span},
                               {"Kind", dig(item.value, {"type"}), {}},
                               {"Settings", dig(item.value, {"properties"}), {}}};
      const Author author{.id = name->value->text,
                          .type = "serverless resource",
                          .span = name->value->span,
                          .generated = false,
                          .feature = {}};
      const auto before = named_.find(key);
      const std::string made = before != named_.end() ? before->second : id(name->value->text, kind);
      service_.add(made, type(kind), author, properties);
    }
  }

  Service& service_;
  std::string_view platform_;
  std::set<std::string> ids_;
  std::map<std::string, std::string> named_; ///< Kind and name → logical id.
};

} // namespace

void lower_other_provider(Service& service, std::string_view platform, Lowered& lowered) {
  service.problem(text::ProblemLevel::note, "other-provider",
                  "the service is for `" + std::string(platform) +
                      "`, not for AWS: rules about AWS services don't apply (the groups IAM, CON and CST, "
                      "most of RES and OBS)",
                  service.from_provider({"name"})->span,
                  "rules about templates, flow, secrets and portability do");
  read_functions(service);
  OtherProvider(service, platform).lower();
  add_drafts(service, lowered);
}

} // namespace slsaudit::dialect::serverless
