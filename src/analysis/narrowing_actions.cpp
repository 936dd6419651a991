// SPDX-License-Identifier: Apache-2.0
// Which actions a pattern stands for, of code that does what it does every day.
#include "analysis/grants.hpp"
#include "analysis/narrowing_words.hpp"
#include "graph/actions.hpp"
#include "knowledge/iam.hpp"
#include "text/words.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

using graph::EdgeKind;

/// What code does with services whose data no edge shows, and how it takes what a trigger brings.
struct Everyday {
  std::string_view service;
  std::vector<std::string_view> actions;
};

const std::vector<Everyday>& everyday() {
  static const std::vector<Everyday> rows{
      {"cloudformation", {"DescribeStacks"}},
      {"cloudtrail", {"LookupEvents"}},
      {"cloudwatch", {"PutMetricData"}},
      {"codecommit", {"GitPull"}},
      {"codepipeline", {"PutJobFailureResult", "PutJobSuccessResult"}},
      {"comprehend", {"DetectEntities", "DetectSentiment"}},
      {"dsql", {"DbConnect"}},
      {"ec2", {"DescribeInstances"}},
      {"ecr",
       {"BatchCheckLayerAvailability", "BatchGetImage", "CompleteLayerUpload", "GetDownloadUrlForLayer",
        "InitiateLayerUpload", "PutImage", "UploadLayerPart"}},
      {"iam", {"GetRole"}},
      {"iot", {"Publish"}},
      {"kms", {"Decrypt", "GenerateDataKey"}},
      {"logs", {"CreateLogGroup", "CreateLogStream", "PutLogEvents"}},
      {"polly", {"SynthesizeSpeech"}},
      {"rds", {"DescribeDBClusters", "DescribeDBInstances"}},
      {"rekognition", {"DetectLabels"}},
      {"ses", {"SendEmail", "SendRawEmail"}},
      {"sts", {"AssumeRole"}},
      {"textract", {"AnalyzeDocument", "DetectDocumentText"}},
      {"transcribe", {"GetTranscriptionJob", "StartTranscriptionJob"}},
      {"translate", {"TranslateText"}},
      {"xray", {"PutTelemetryRecords", "PutTraceSegments"}},
  };
  return rows;
}

const std::vector<Everyday>& consuming() {
  static const std::vector<Everyday> rows{
      {"dynamodb", {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}},
      {"kinesis",
       {"DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards"}},
      {"sqs", {"DeleteMessage", "GetQueueAttributes", "ReceiveMessage"}},
  };
  return rows;
}

/// What code may as well do, that nothing is known of, with what it could send to.
const std::vector<Everyday>& taking() {
  static const std::vector<Everyday> rows{{"sqs", consuming().back().actions}};
  return rows;
}

std::string_view service_of(std::string_view action) {
  return action.substr(0, action.find(':'));
}

/// SQL in the place of the usual calls, and names that are no actions of IAM.
bool is_unusual(std::string_view name) {
  return name.starts_with("PartiQL") || name.starts_with("Transact") || name == "InvokeAsync";
}

class Names {
public:
  explicit Names(const std::vector<std::string>& patterns) : patterns_(patterns) {}

  void add(std::string_view service, std::string_view name) {
    std::string action = std::string(service) + ":" + std::string(name);
    const auto matches = [&](const std::string& pattern) {
      return knowledge::wildcard_match(pattern, action);
    };
    if (is_unusual(name) || std::ranges::none_of(patterns_, matches)) return;
    if (std::ranges::find(names, action) == names.end()) names.push_back(std::move(action));
  }

  void add(const std::vector<Everyday>& rows) {
    for (const Everyday& row : rows) {
      if (!may_name(row.service)) continue;
      for (const std::string_view action : row.actions) add(row.service, action);
    }
  }

  void add_flow(const std::set<EdgeKind>& kinds) {
    for (const graph::FlowAction& action : graph::flow_actions()) {
      if (may_name(action.service) && (kinds.empty() || kinds.contains(action.kind)))
        add(action.service, action.name);
    }
  }

  /// Whatever only looks; nothing else may be called without being meant.
  void add_reading() {
    for (const std::string& pattern : patterns_) {
      for (const knowledge::Action& action : knowledge::actions_matching(pattern)) {
        const bool reads =
            action.access == knowledge::Access::read || action.access == knowledge::Access::list;
        if (reads && names.empty()) add(action.service, action.name);
      }
    }
  }

  std::vector<std::string> names;

private:
  /// Whether a pattern may be one of the service's: most are of another, which begins with another letter.
  [[nodiscard]] bool may_name(std::string_view service) const {
    return std::ranges::any_of(patterns_, [&](const std::string& pattern) {
      return pattern.empty() || pattern.front() == '*' || pattern.front() == '?' ||
             text::lower(pattern.front()) == text::lower(service.front());
    });
  }

  const std::vector<std::string>& patterns_;
};

} // namespace

NamedActions named_actions(const std::vector<std::string>& patterns, const std::set<EdgeKind>& kinds) {
  Names names(patterns);
  std::set<EdgeKind> flows = kinds;
  flows.erase(EdgeKind::polls);
  if (flows.erase(EdgeKind::dead_letters) > 0) flows.insert(EdgeKind::sends);
  if (kinds.contains(EdgeKind::polls)) names.add(consuming());
  if (!flows.empty() || kinds.empty()) names.add_flow(flows);
  // Which call of several reads or writes is not known; there is one to send or to start something.
  bool sure = !names.names.empty() && !kinds.empty() && !flows.contains(EdgeKind::reads) &&
              !flows.contains(EdgeKind::writes);
  if (names.names.empty()) names.add_flow({});
  if (kinds.empty()) names.add(taking());
  const bool from_everyday = names.names.empty();
  if (from_everyday) names.add(everyday());
  // Of some services, one call stands for all of its kind.
  const bool one_of_many = from_everyday && names.names.size() == 1 &&
                           service_of(names.names.front()) != "cloudwatch" &&
                           service_of(names.names.front()) != "sts";
  const bool known = !names.names.empty() && !one_of_many;
  if (names.names.empty()) names.add_reading();
  if (names.names.empty() && !patterns.empty())
    names.names.push_back(std::string(service_of(patterns.front())) + ":NAME");
  // What writes logs and traces is the same everywhere. One call is all that there is to choose from where
  // the pattern names what is called; of a whole service it is the likeliest.
  const bool of_service = std::ranges::any_of(
      patterns, [](const std::string& pattern) { return pattern.ends_with(":*") || pattern == "*"; });
  sure = sure || (names.names.size() == 1 && !of_service) || std::ranges::all_of(names.names, is_basic);
  return {std::move(names.names), sure, known};
}

} // namespace slsaudit::analysis
