// SPDX-License-Identifier: Apache-2.0
// Systems made at random, the same from the same seed on every platform, and their CloudFormation templates.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace slsaudit::support {

/// SplitMix64: the standard library's distributions differ between implementations.
class Random {
public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    return mixed ^ (mixed >> 31);
  }
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }
  bool chance(std::size_t percent) { return below(100) < percent; }

private:
  std::uint64_t state_;
};

template <class T> void shuffle(std::vector<T>& items, Random& random) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random.below(i)]);
}

enum class Kind : std::uint8_t { api, schedule, function, queue, topic, bucket, table, workflow };
inline constexpr std::size_t kinds = 8;

struct SketchNode {
  Kind kind = Kind::function;
  std::string name;
  int reserved = 0; ///< Of a function; 0 for none.
  int timeout = 3;
  int receives = 0; ///< Of a queue: maxReceiveCount; 0 for no redrive.
};
struct SketchEdge {
  std::size_t from = 0;
  std::size_t to = 0;
  int bound = 0;           ///< MaximumConcurrency of a mapping, MaxConcurrency of a Map; 0 for none.
  int batch = 0;           ///< Of a mapping; 0 for the platform's.
  std::string filter = {}; ///< Of a subscription: the value that it lets through; empty for all.
};

/// Nodes and edges, and how they are written down.
struct Sketch {
  std::vector<SketchNode> nodes;
  std::vector<SketchEdge> edges;

  /// Whether a template can say so.
  static bool allowed(Kind from, Kind to) {
    switch (from) {
    case Kind::function:
      return to != Kind::api && to != Kind::schedule && to != Kind::workflow;
    case Kind::topic:
      return to == Kind::function || to == Kind::queue;
    default:
      return to == Kind::function;
    }
  }

  /// A CloudFormation template as JSON, its resources in an order of the seed's choosing (0: as they come).
  [[nodiscard]] std::string text(std::uint64_t order = 0) const {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < nodes.size(); ++i) write_node(i, parts);
    for (const SketchEdge& edge : edges) write_edge(edge, parts);
    if (order != 0) {
      Random random(order);
      shuffle(parts, random);
    }
    std::string result = "{\"Resources\":{";
    for (std::size_t i = 0; i < parts.size(); ++i) result += (i == 0 ? "\n" : ",\n") + parts[i];
    return result + "\n}}\n";
  }

private:
  using Texts = std::vector<std::string>;

  static std::string quote(const std::string& text) { return "\"" + text + "\""; }
  static std::string get(const std::string& name, const std::string& attribute = "Arn") {
    return "{\"Fn::GetAtt\":[\"" + name + "\",\"" + attribute + "\"]}";
  }
  static std::string ref(const std::string& name) { return "{\"Ref\":\"" + name + "\"}"; }
  static std::string resource(const std::string& name, const std::string& type,
                              const std::string& properties) {
    return quote(name) + ":{\"Type\":" + quote(type) + ",\"Properties\":{" + properties + "}}";
  }
  static std::string joined(const Texts& items) {
    std::string text;
    for (const std::string& item : items) text += (text.empty() ? "" : ",") + item;
    return text;
  }
  static std::string number(const char* key, int value) {
    return value == 0 ? std::string() : ",\"" + std::string(key) + "\":" + std::to_string(value);
  }

  /// What a node says of each edge that leaves it.
  template <class Item> Texts each_target(std::size_t from, Item item) const {
    Texts items;
    for (const SketchEdge& edge : edges) {
      if (edge.from == from) items.push_back(item(edge, nodes[edge.to]));
    }
    return items;
  }

  void write_node(std::size_t index, Texts& parts) const {
    const SketchNode& node = nodes[index];
    switch (node.kind) {
    case Kind::api:
      return parts.push_back(resource(node.name, "AWS::ApiGatewayV2::Api", "\"ProtocolType\":\"HTTP\""));
    case Kind::schedule:
      return write_schedule(index, parts);
    case Kind::function:
      return write_function(index, parts);
    case Kind::queue:
      return write_queue(node, parts);
    case Kind::topic:
      return write_topic(index, parts);
    case Kind::bucket:
      return write_bucket(index, parts);
    case Kind::table:
      return parts.push_back(resource(node.name, "AWS::DynamoDB::Table",
                                      "\"StreamSpecification\":{\"StreamViewType\":\"NEW_IMAGE\"}"));
    case Kind::workflow:
      return write_workflow(index, parts);
    }
  }

  void write_schedule(std::size_t index, Texts& parts) const {
    const Texts targets = each_target(index, [](const SketchEdge&, const SketchNode& to) {
      return "{\"Id\":\"" + to.name + "\",\"Arn\":" + get(to.name) + "}";
    });
    parts.push_back(
        resource(nodes[index].name, "AWS::Events::Rule",
                 "\"ScheduleExpression\":\"rate(5 minutes)\",\"Targets\":[" + joined(targets) + "]"));
  }

  static std::string statement(const SketchNode& to) {
    const auto allow = [](const char* action, const std::string& target) {
      return "{\"Effect\":\"Allow\",\"Action\":\"" + std::string(action) + "\",\"Resource\":" + target + "}";
    };
    switch (to.kind) {
    case Kind::queue:
      return allow("sqs:SendMessage", get(to.name));
    case Kind::topic:
      return allow("sns:Publish", ref(to.name));
    case Kind::bucket:
      return allow("s3:PutObject", "{\"Fn::Sub\":\"${" + to.name + ".Arn}/*\"}");
    case Kind::table:
      return allow("dynamodb:PutItem", get(to.name));
    default:
      return allow("lambda:InvokeFunction", get(to.name));
    }
  }

  void write_function(std::size_t index, Texts& parts) const {
    const SketchNode& node = nodes[index];
    const Texts statements =
        each_target(index, [](const SketchEdge&, const SketchNode& to) { return statement(to); });
    const std::string role = statements.empty() ? "" : ",\"Role\":" + get("Role" + node.name);
    parts.push_back(resource(node.name, "AWS::Lambda::Function",
                             "\"Runtime\":\"python3.12\",\"Timeout\":" + std::to_string(node.timeout) +
                                 number("ReservedConcurrentExecutions", node.reserved) + role));
    if (statements.empty()) return;
    parts.push_back(resource("Role" + node.name, "AWS::IAM::Role",
                             "\"Policies\":[{\"PolicyName\":\"p\",\"PolicyDocument\":{\"Statement\":[" +
                                 joined(statements) + "]}}]"));
  }

  static void write_queue(const SketchNode& node, Texts& parts) {
    const std::string redrive = node.receives == 0
                                    ? ""
                                    : ",\"RedrivePolicy\":{\"deadLetterTargetArn\":\"arn:aws:sqs:eu-west-1:"
                                      "123456789012:dead\",\"maxReceiveCount\":" +
                                          std::to_string(node.receives) + "}";
    parts.push_back(resource(node.name, "AWS::SQS::Queue", "\"VisibilityTimeout\":60" + redrive));
  }

  static std::string endpoint(const SketchNode& to) {
    const char* protocol = to.kind == Kind::queue ? "sqs" : "lambda";
    return "\"Protocol\":\"" + std::string(protocol) + "\",\"Endpoint\":" + get(to.name);
  }

  void write_topic(std::size_t index, Texts& parts) const {
    Texts subscriptions = each_target(index, [](const SketchEdge& edge, const SketchNode& to) {
      return edge.filter.empty() ? "{" + endpoint(to) + "}" : std::string();
    });
    std::erase(subscriptions, "");
    parts.push_back(
        resource(nodes[index].name, "AWS::SNS::Topic", "\"Subscription\":[" + joined(subscriptions) + "]"));
  }

  void write_bucket(std::size_t index, Texts& parts) const {
    const Texts notifications = each_target(index, [](const SketchEdge&, const SketchNode& to) {
      return "{\"Event\":\"s3:ObjectCreated:*\",\"Function\":" + get(to.name) + "}";
    });
    parts.push_back(
        resource(nodes[index].name, "AWS::S3::Bucket",
                 "\"NotificationConfiguration\":{\"LambdaConfigurations\":[" + joined(notifications) + "]}"));
  }

  /// Each call in a Map of its own, one after the other.
  void write_workflow(std::size_t index, Texts& parts) const {
    Texts states;
    for (const SketchEdge& edge : edges) {
      if (edge.from != index) continue;
      const std::string name = "Each" + nodes[edge.to].name;
      states.push_back(
          quote(name) + ":{\"Type\":\"Map\",\"End\":true" + number("MaxConcurrency", edge.bound) +
          ",\"ItemProcessor\":{\"StartAt\":\"Do" + name + "\",\"States\":{\"Do" + name +
          "\":{\"Type\":\"Task\",\"End\":true,\"Resource\":" + get(nodes[edge.to].name) + "}}}}");
    }
    parts.push_back(resource(nodes[index].name, "AWS::StepFunctions::StateMachine",
                             "\"Definition\":{\"States\":{" + joined(states) + "}}"));
  }

  void write_edge(const SketchEdge& edge, Texts& parts) const {
    const SketchNode& from = nodes[edge.from];
    const SketchNode& to = nodes[edge.to];
    const std::string pair = from.name + "To" + to.name;
    if (from.kind == Kind::api) {
      parts.push_back(resource("Route" + pair, "AWS::ApiGatewayV2::Route",
                               "\"ApiId\":" + ref(from.name) + ",\"RouteKey\":\"GET /" + to.name +
                                   "\",\"Target\":{\"Fn::Sub\":\"integrations/${Integration" + pair +
                                   "}\"}"));
      parts.push_back(resource("Integration" + pair, "AWS::ApiGatewayV2::Integration",
                               "\"ApiId\":" + ref(from.name) +
                                   ",\"IntegrationType\":\"AWS_PROXY\",\"IntegrationUri\":" + get(to.name)));
    }
    if (from.kind == Kind::topic && !edge.filter.empty()) {
      parts.push_back(resource("Subscription" + pair + "By" + edge.filter, "AWS::SNS::Subscription",
                               "\"TopicArn\":" + ref(from.name) + "," + endpoint(to) +
                                   ",\"FilterPolicy\":{\"kind\":[" + quote(edge.filter) + "]}"));
    }
    if (from.kind != Kind::queue && from.kind != Kind::table) return;
    const std::string source = get(from.name, from.kind == Kind::queue ? "Arn" : "StreamArn");
    const std::string scaling =
        edge.bound == 0 || from.kind == Kind::table
            ? ""
            : ",\"ScalingConfig\":{\"MaximumConcurrency\":" + std::to_string(edge.bound) + "}";
    parts.push_back(resource("Mapping" + pair, "AWS::Lambda::EventSourceMapping",
                             "\"FunctionName\":" + ref(to.name) + ",\"EventSourceArn\":" + source +
                                 number("BatchSize", edge.batch) + scaling));
  }
};

/// A small system of any shape; without cycles where these aren't wanted.
inline Sketch random_sketch(std::uint64_t seed, std::size_t size, std::size_t edges, bool cycles) {
  Random random(seed);
  Sketch sketch;
  for (std::size_t i = 0; i < size; ++i) {
    SketchNode node;
    // Every other node is a function, or little could be joined.
    node.kind = random.chance(50) ? Kind::function : static_cast<Kind>(random.below(kinds));
    node.name = "N" + std::to_string(i) + "x";
    node.timeout = static_cast<int>(1 + random.below(60));
    if (random.chance(20)) node.reserved = static_cast<int>(1 + random.below(50));
    if (random.chance(50)) node.receives = static_cast<int>(1 + random.below(9));
    sketch.nodes.push_back(std::move(node));
  }
  for (std::size_t tries = 0; sketch.edges.size() < edges && tries < 40 * edges; ++tries) {
    SketchEdge edge{.from = random.below(size), .to = random.below(size)};
    if (!cycles && edge.from > edge.to) std::swap(edge.from, edge.to);
    const bool known = std::any_of(sketch.edges.begin(), sketch.edges.end(), [&](const SketchEdge& other) {
      return other.from == edge.from && other.to == edge.to;
    });
    const Kind from = sketch.nodes[edge.from].kind;
    if (known || edge.from == edge.to || !Sketch::allowed(from, sketch.nodes[edge.to].kind)) continue;
    if (random.chance(30)) edge.bound = static_cast<int>(2 + random.below(20));
    if (random.chance(30)) edge.batch = static_cast<int>(1 + random.below(10));
    sketch.edges.push_back(edge);
  }
  return sketch;
}

/// Shapes that are hard on algorithms, about as many resources as asked for and four times as many edges.
enum class Shape : std::uint8_t { dense, layered, star, chain, rings, filters, mixed };
inline constexpr std::array<std::pair<Shape, const char*>, 7> shapes{{{Shape::dense, "dense"},
                                                                      {Shape::layered, "layered"},
                                                                      {Shape::star, "star"},
                                                                      {Shape::chain, "chain"},
                                                                      {Shape::rings, "rings"},
                                                                      {Shape::filters, "filters"},
                                                                      {Shape::mixed, "mixed"}}};

/// Every kind of node, joined at random without cycles. Half of the resources are roles, mappings, routes and
/// integrations.
inline Sketch mixed_sketch(std::size_t resources) {
  Random random(static_cast<std::uint64_t>(Shape::mixed) + 1);
  Sketch sketch;
  const std::size_t size = resources / 2;
  for (std::size_t i = 0; i < size; ++i) {
    SketchNode node;
    node.kind = random.chance(50) ? Kind::function : static_cast<Kind>(random.below(kinds));
    node.name = "N" + std::to_string(i) + "x";
    if (random.chance(50)) node.receives = 3;
    sketch.nodes.push_back(std::move(node));
  }
  std::size_t helpers = resources / 4;
  while (sketch.edges.size() < 4 * resources) {
    const std::size_t a = random.below(size);
    const std::size_t b = random.below(size);
    const SketchEdge edge{.from = std::min(a, b), .to = std::max(a, b)};
    const Kind from = sketch.nodes[edge.from].kind;
    const std::size_t needed = from == Kind::api ? 2 : from == Kind::queue || from == Kind::table ? 1 : 0;
    if (a == b || needed > helpers || !Sketch::allowed(from, sketch.nodes[edge.to].kind)) continue;
    helpers -= needed;
    sketch.edges.push_back(edge);
  }
  return sketch;
}

inline Sketch large_sketch(Shape shape, std::size_t resources) {
  if (shape == Shape::mixed) return mixed_sketch(resources);
  constexpr std::size_t per_function = 3; // The function, its role and half a topic and a queue each.
  const std::size_t functions = resources / per_function;
  const std::size_t topics = resources - 2 * functions;
  Random random(static_cast<std::uint64_t>(shape) + 1);
  Sketch sketch;
  for (std::size_t i = 0; i < functions; ++i)
    sketch.nodes.push_back({.kind = Kind::function, .name = "F" + std::to_string(i)});
  for (std::size_t i = 0; i < topics; ++i)
    sketch.nodes.push_back({.kind = Kind::topic, .name = "T" + std::to_string(i)});
  const auto join = [&](std::size_t from, std::size_t to) {
    sketch.edges.push_back({.from = from, .to = to});
  };
  const std::size_t wanted = 4 * resources;
  switch (shape) {
  case Shape::dense: // Anything with anything, in cycles.
    for (std::size_t i = 0; i < wanted; ++i) {
      const std::size_t function = random.below(functions);
      const std::size_t topic = functions + random.below(topics);
      join(i % 2 == 0 ? function : topic, i % 2 == 0 ? topic : function);
    }
    break;
  case Shape::layered: { // Ten layers; each node with twelve of the next one.
    constexpr std::size_t layers = 10;
    for (std::size_t i = 0; i < wanted; ++i) {
      const std::size_t layer = random.below(layers - 1);
      const bool down = layer % 2 == 0;
      const std::size_t from_count = down ? functions : topics;
      const std::size_t to_count = down ? topics : functions;
      const auto pick = [&](std::size_t count, std::size_t of_layer) {
        return of_layer * (count / layers) + random.below(count / layers);
      };
      const std::size_t from = pick(from_count, layer) + (down ? 0 : functions);
      join(from, pick(to_count, layer + 1) + (down ? functions : 0));
    }
    break;
  }
  case Shape::star: // All publish to a few topics that tell a few others.
    for (std::size_t i = 0; i < wanted; ++i) {
      const std::size_t hub = functions + i % 4;
      const std::size_t function = random.below(functions);
      const bool into = function < functions / 2;
      join(into ? function : hub, into ? hub : function);
    }
    break;
  case Shape::chain: // One long way with short cuts.
    for (std::size_t i = 0; i + 1 < functions; ++i) {
      join(i, functions + i);
      join(functions + i, i + 1);
      for (std::size_t skip = 2; skip < 12 && i + skip < functions; ++skip) join(functions + i, i + skip);
    }
    break;
  case Shape::rings: { // Many small loops with short cuts, each of which starts the next one.
    constexpr std::size_t length = 8;
    for (std::size_t i = 0; i < functions; ++i) {
      const std::size_t ring = i / length * length;
      const std::size_t members = std::min(length, functions - ring);
      join(i, functions + i);
      for (std::size_t step = 1; step < 11; ++step)
        join(functions + i, ring + (i - ring + 1 + random.below(members)) % members);
      if (ring + length < functions) join(functions + i, ring + length);
    }
    break;
  }
  case Shape::filters: // Few topics, which many hear who each want something else.
    for (std::size_t i = 0; i < 4 * functions; ++i) {
      const std::size_t function = i / 4;
      const std::size_t topic = functions + i % 4;
      if (function < functions / 2)
        join(function, topic);
      else
        sketch.edges.push_back({.from = topic, .to = function, .filter = "k" + std::to_string(i)});
    }
    break;
  case Shape::mixed:
    break;
  }
  return sketch;
}

} // namespace slsaudit::support
