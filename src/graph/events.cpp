// SPDX-License-Identifier: Apache-2.0
// What is known of the events that publishers put on buses, topics, queues and into stores.
#include "graph/events.hpp"

#include "graph/keys.hpp"
#include "graph/service_events.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::graph {

namespace {

using Members = std::vector<std::pair<std::string, Content>>;

constexpr std::string_view platform_source = "aws.";

Content anything_but_platform() {
  Content content = Content::anything();
  content.never_starts_with = platform_source;
  return content;
}

/// Text that a template writes where a service may also put in something of the input: "$.detail.x",
/// "$request.body.x", "{% $x %}".
Content written_text(const PatternPlace& place, const value::Value& value, const Content& otherwise) {
  Content content = Content::one_of({});
  for (const value::Value& alternative : value.alternatives()) {
    const std::string_view text = alternative.as_string().value_or("");
    const bool filled_in = text.starts_with('$') || text.find("{%") != std::string_view::npos ||
                           text.find("${") != std::string_view::npos;
    const bool known = alternative.is(value::Kind::string) || alternative.is(value::Kind::symbolic);
    if (!known || filled_in) return otherwise;
    content.texts.push_back(Text::of(place.system, place.template_index, alternative));
  }
  return content;
}

/// An entry of PutEvents, by whatever service: Source and DetailType as its author wrote them.
Content put_event(const PatternPlace& place, const value::Value& entry) {
  return bus_event(written_text(place, entry.get("Source"), anything_but_platform()),
                   written_text(place, entry.get("DetailType"), Content::anything()));
}

/// Where Source and DetailType stand, by who puts.
constexpr std::string_view bus_parameters[] = {
    "EventBridgeParameters",         // Scheduler
    "EventBridgeEventBusParameters", // Pipes
    "Integration.RequestParameters", // an HTTP API's route
    "RequestParameters",             // an HTTP API's integration
};

std::vector<Content> of_entries(const PatternPlace& place, const value::Value& settings) {
  std::vector<Content> result;
  for (const std::string_view path : {"Parameters.Entries", "Arguments.Entries"}) {
    for (const value::Value& entry : settings.at(path).items()) result.push_back(put_event(place, entry));
  }
  for (const std::string_view path : bus_parameters) {
    const value::Value parameters = settings.at(path);
    if (parameters.get("Source").is_present() || parameters.get("DetailType").is_present())
      result.push_back(put_event(place, parameters));
  }
  return result;
}

Content key_content(const std::vector<KeyRange>& ranges) {
  if (ranges.empty()) return Content::anything();
  Content content = Content::one_of({});
  for (const KeyRange& range : ranges) {
    const bool whole = range.prefix == range.suffix && !range.prefix.empty();
    content.texts.push_back(whole ? Text::exactly(range.prefix) : Text::between(range.prefix, range.suffix));
  }
  return content;
}

/// The patterns that brought events to a rule, where all of them are known.
std::vector<Content> passed_on(const System& system, NodeId rule) {
  std::vector<Content> result;
  for (const EdgeId id : system.incoming[rule.index()]) {
    const Edge& edge = system.edge(id);
    if (edge.kind != EdgeKind::triggers) continue;
    for (const value::Value& pattern : each_of(edge.filter))
      result.push_back(content_of_pattern(place_of(system, edge), pattern));
  }
  return result;
}

std::vector<Content> onto_bus(const System& system, const Edge& edge) {
  const std::string_view from = system.node(edge.from).type;
  const std::vector<Content> told = told_of(system, edge.from);
  if (!told.empty() && from != "AWS::StepFunctions::StateMachine") return told;
  if (from == "AWS::Events::Rule") {
    std::vector<Content> result = passed_on(system, edge.from);
    if (!result.empty()) return result;
    return {Content::anything()};
  }
  std::vector<Content> result;
  for (const value::Value& settings : each_of(edge.settings)) {
    std::vector<Content> some = of_entries(place_of(system, edge), settings);
    result.insert(result.end(), some.begin(), some.end());
  }
  // A workflow's states put events, and its service tells of its executions.
  const bool puts = told.empty() || edge.settings.is_present();
  if (result.empty() && puts && !told.empty())
    result.push_back(bus_event(anything_but_platform(), Content::anything()));
  result.insert(result.end(), told.begin(), told.end());
  if (!result.empty()) return result;
  // A function's own events, and what an invocation's destination gets, which Lambda's name is on.
  const bool destination = edge.via.valid() && system.node(edge.via).type == "AWS::Lambda::EventInvokeConfig";
  if (destination || edge.kind == EdgeKind::dead_letters) {
    return {bus_event(Content::text("lambda"),
                      Content::one_of({Text::between("Lambda Function Invocation Result - ", "")}))};
  }
  return {bus_event(anything_but_platform(), Content::anything())};
}

/// Services that publish to topics without attributes.
constexpr std::string_view plain_publishers[] = {"AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm",
                                                 "AWS::Events::Rule", "AWS::S3::Bucket",
                                                 "AWS::Scheduler::Schedule"};

Content attributes_of_state(const PatternPlace& place, const value::Value& settings) {
  for (const std::string_view key : {"Parameters", "Arguments"}) {
    const value::Value arguments = settings.get(key);
    if (!arguments.is_map() || arguments.get("MessageAttributes.$").is_present()) continue;
    const value::Value attributes = arguments.get("MessageAttributes");
    if (!attributes.is_present()) return Content::object({}, false);
    if (!attributes.is_map()) return Content::anything();
    Members members;
    for (const value::Member& attribute : attributes.members()) {
      members.emplace_back(std::string(attribute.key),
                           written_text(place, attribute.value.get("StringValue"), Content::anything()));
    }
    return Content::object(std::move(members), false);
  }
  return Content::anything();
}

/// An event for a topic has two places that filters look at: `attributes` and `body`.
std::vector<Content> onto_topic(const System& system, const Edge& edge) {
  const std::string_view from = system.node(edge.from).type;
  if (std::ranges::find(plain_publishers, from) != std::end(plain_publishers)) {
    Content body = Content::anything();
    if (from == "AWS::S3::Bucket") body = Content::object({{"Records", Content::anything()}}, false);
    return {Content::object({{"attributes", Content::object({}, false)}, {"body", std::move(body)}})};
  }
  std::vector<Content> result;
  if (from == "AWS::StepFunctions::StateMachine") {
    for (const value::Value& settings : each_of(edge.settings)) {
      Content attributes = attributes_of_state(place_of(system, edge), settings);
      result.push_back(Content::object({{"attributes", std::move(attributes)}}));
    }
  }
  if (result.empty()) result.push_back(Content::anything());
  return result;
}

/// A record of a queue, as filters of event sources see it.
Content queue_record(Content body) {
  Members members{{"body", std::move(body)}};
  for (const std::string_view key : {"attributes", "awsRegion", "eventSource", "eventSourceARN", "md5OfBody",
                                     "messageAttributes", "messageId", "receiptHandle"}) {
    members.emplace_back(std::string(key), Content());
  }
  return Content::object(std::move(members), false);
}

std::vector<Content> into_queue(const System& system, const Edge& edge) {
  const std::string_view from = system.node(edge.from).type;
  if (from == "AWS::S3::Bucket") // besides the test message that announces the notification
    return {queue_record(Content::object({{"Records", Content::anything()}}, false))};
  return {queue_record(Content())};
}

std::vector<Content> into_bucket(const System& system, const Edge& edge) {
  const bool deletes = only_deletes(system, edge);
  Content key = deletes ? Content::anything() : key_content(written_keys(system, edge));
  Content call = bucket_call(system, edge.to, key);
  return {bucket_event(system, edge.to, Content::text(deletes ? "Object Deleted" : "Object Created"),
                       std::move(key)),
          std::move(call)};
}

struct Image {
  std::string_view name;
  std::array<std::string_view, 2> views; ///< That have it.
};
constexpr Image images[] = {{"NewImage", {"NEW_IMAGE", "NEW_AND_OLD_IMAGES"}},
                            {"OldImage", {"OLD_IMAGE", "NEW_AND_OLD_IMAGES"}}};

} // namespace

PatternPlace place_of(const System& system, const Edge& edge) {
  const NodeId where = edge.via.valid() ? edge.via : edge.from;
  const bool outside = system.node(where).resource == nullptr;
  return {system, system.node(outside ? edge.to : where).template_index};
}

Content table_record(const Node& table) {
  const value::Value view = table.resource == nullptr
                                ? value::Value()
                                : table.resource->properties.at("StreamSpecification.StreamViewType");
  Members change{{"Keys", Content::anything()}};
  for (const Image& image : images) {
    const auto known = view.as_string();
    const bool has = !known || std::ranges::find(image.views, *known) != image.views.end();
    change.emplace_back(std::string(image.name), has ? Content() : Content::missing());
  }
  for (const std::string_view key :
       {"ApproximateCreationDateTime", "SequenceNumber", "SizeBytes", "StreamViewType"}) {
    change.emplace_back(std::string(key), Content());
  }
  Members members{{"eventName", Content::one_of({Text::exactly("INSERT"), Text::exactly("MODIFY"),
                                                 Text::exactly("REMOVE")})},
                  {"dynamodb", Content::object(std::move(change), false)}};
  for (const std::string_view key :
       {"awsRegion", "eventID", "eventSource", "eventSourceARN", "eventVersion", "userIdentity"}) {
    members.emplace_back(std::string(key), Content());
  }
  return Content::object(std::move(members), false);
}

std::vector<Content> contents_of(const System& system, const Edge& edge) {
  const Node& to = system.node(edge.to);
  if (to.type == "AWS::Events::EventBus" || to.type == "outside::event-bus") return onto_bus(system, edge);
  if (to.type == "AWS::SNS::Topic") return onto_topic(system, edge);
  if (to.type == "AWS::SQS::Queue") return into_queue(system, edge);
  if (to.type == "AWS::S3::Bucket") return into_bucket(system, edge);
  if (to.type == "AWS::DynamoDB::Table") return {table_record(to)};
  return {Content::anything()};
}

} // namespace slsaudit::graph
