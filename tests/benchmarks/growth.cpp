// SPDX-License-Identifier: Apache-2.0
// How time and memory of `slsaudit check` grow with what it reads, and what threads gain.
//
//   bench_growth SLSAUDIT [quick]
//
// Writes templates into a directory of its own: one of 100 to 20,000 resources, two of up to 8,000 whose
// roles allow too much, or all, and systems of 10 to 500 templates of 40 resources each, which call each
// other. Prints medians, and each step's ratio to n log n. Fails when a step takes more than twice what n log
// n allows, or a large input more than 45 times its bytes of memory above what the smallest one takes: 30 is
// what there should be, and small runs differ by a few. `quick` leaves out the largest of each.
#include "process.hpp"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

using slsaudit::benchmarks::median_run;
using slsaudit::benchmarks::Run;

constexpr double limit_growth = 2;  ///< Times n log n.
constexpr double noise_ms = 10;     ///< What a small run may take by chance.
constexpr double limit_memory = 45; ///< Bytes a byte of input, above the smallest run's.

enum class Rights : std::uint8_t {
  narrow,
  wide, ///< Each role has a statement that is too wide: a finding whose fix replaces a piece of the template.
  all,  ///< Each may do all with every table and queue, and the internet calls its function.
};

std::string statement_of(Rights rights) {
  const std::string wide = "{Effect: Allow, Action: 'dynamodb:PutItem', Resource: '*'}";
  const std::string all = "{Effect: Allow, Action: ['dynamodb:*', 'sqs:*'], Resource: '*'}";
  return rights == Rights::narrow ? "" : "              - " + (rights == Rights::wide ? wide : all) + "\n";
}

/// What lets anyone call the function that takes orders.
std::string entry_of(const std::string& n) {
  return "  Url" + n + ":\n    Type: AWS::Lambda::Url\n    Properties: {TargetFunctionArn: !Ref Take" + n +
         ", AuthType: NONE}\n" + "  Anyone" + n +
         ":\n    Type: AWS::Lambda::Permission\n    Properties: {FunctionName: !Ref Take" + n +
         ", Action: 'lambda:InvokeFunctionUrl', Principal: '*', FunctionUrlAuthType: NONE}\n";
}

/// Eight resources that belong together: an API's function takes orders, which a queue hands to another one.
std::string group(std::size_t number, Rights rights) {
  const std::string n = std::to_string(number);
  return "  Table" + n + ":\n    Type: AWS::DynamoDB::Table\n    Properties:\n" +
         "      BillingMode: PAY_PER_REQUEST\n" +
         "      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]\n" +
         "      KeySchema: [{AttributeName: id, KeyType: HASH}]\n" + "  Queue" + n +
         ":\n    Type: AWS::SQS::Queue\n    Properties:\n      VisibilityTimeout: 60\n" + "  Role" + n +
         ":\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n" +
         "        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "
         "'sts:AssumeRole'}]\n" +
         "      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']\n" +
         "      Policies:\n        - PolicyName: own\n          PolicyDocument:\n            Statement:\n" +
         "              - {Effect: Allow, Action: ['dynamodb:PutItem', 'dynamodb:Query'], Resource: !GetAtt "
         "Table" +
         n + ".Arn}\n" + statement_of(rights) +
         "              - Effect: Allow\n                Action: ['sqs:SendMessage', 'sqs:ReceiveMessage', "
         "'sqs:DeleteMessage', 'sqs:GetQueueAttributes']\n                Resource: !GetAtt Queue" +
         n + ".Arn\n" + "  Take" + n + ":\n    Type: AWS::Lambda::Function\n    Properties:\n" +
         "      Runtime: python3.13\n      Handler: app.take\n      Code: {S3Bucket: b, S3Key: k}\n" +
         "      Role: !GetAtt Role" + n + ".Arn\n      Timeout: 20\n" +
         "      Environment: {Variables: {QUEUE: !Ref Queue" + n + ", TABLE: !Ref Table" + n + "}}\n" +
         "  Work" + n + ":\n    Type: AWS::Lambda::Function\n    Properties:\n" +
         "      Runtime: python3.13\n      Handler: app.work\n      Code: {S3Bucket: b, S3Key: k}\n" +
         "      Role: !GetAtt Role" + n + ".Arn\n" + "  Source" + n +
         ":\n    Type: AWS::Lambda::EventSourceMapping\n    Properties:\n" +
         "      EventSourceArn: !GetAtt Queue" + n + ".Arn\n      FunctionName: !Ref Work" + n + "\n" +
         "  Log" + n + ":\n    Type: AWS::Logs::LogGroup\n    Properties:\n" +
         "      LogGroupName: !Sub /aws/lambda/${Work" + n + "}\n" + "  Bucket" + n +
         ":\n    Type: AWS::S3::Bucket\n" + (rights == Rights::all ? entry_of(n) : "");
}
constexpr std::size_t group_size = 8;

std::string template_of(std::size_t resources, std::size_t first, Rights rights) {
  std::string text = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n";
  for (std::size_t i = 0; i * group_size < resources; ++i) text += group(first + i, rights);
  return text;
}

struct Input {
  std::size_t size = 0; ///< Resources or templates.
  std::string path;
  double bytes = 0;
};

Input write(const std::filesystem::path& directory, std::size_t size, std::size_t templates,
            std::size_t resources, Rights rights = Rights::narrow) {
  Input input{size, directory.string(), 0};
  std::filesystem::create_directories(directory);
  for (std::size_t i = 0; i < templates; ++i) {
    const std::string text = template_of(resources, i * resources, rights);
    std::ofstream(directory / ("t" + std::to_string(i) + ".yaml")) << text;
    input.bytes += static_cast<double>(text.size());
  }
  return input;
}

bool measure(const std::string& program, const std::string& what, const std::vector<Input>& inputs) {
  std::printf("%9s %9s %9s %9s %9s %9s %9s\n", what.c_str(), "bytes", "1 thread", "n log n", "threads", "MB",
              "B/B");
  bool good = true;
  double before = 0;
  double floor = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Input& input = inputs[i];
    const int runs = input.bytes < 1e6 ? 5 : 3;
    const Run one = median_run({program, "check", "--format", "json", "--jobs", "1", input.path}, runs);
    const Run all = median_run({program, "check", "--format", "json", input.path}, runs);
    const auto n_log_n = [](const Input& each) {
      return static_cast<double>(each.size) * std::log2(static_cast<double>(each.size));
    };
    if (i == 0) floor = one.megabytes;
    const double growth =
        i == 0 ? 1 : one.processor_ms / (before + noise_ms) / (n_log_n(input) / n_log_n(inputs[i - 1]));
    const double per_byte = (one.megabytes - floor) * 1024 * 1024 / input.bytes;
    std::printf("%9zu %9.0f %6.0f ms %9.2f %6.0f ms %9.0f %9.1f\n", input.size, input.bytes, one.wall_ms,
                growth, all.wall_ms, one.megabytes, per_byte);
    good = good && growth < limit_growth && per_byte < limit_memory;
    before = one.processor_ms;
  }
  return good;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_growth SLSAUDIT [quick]\n");
    return 2;
  }
  const bool quick = argc > 2;
  const auto root = std::filesystem::temp_directory_path() / ("slsaudit-growth-" + std::to_string(getpid()));
  std::vector<Input> resources;
  for (const std::size_t size : {100U, 500U, 2000U, 5000U, 20000U}) {
    if (!quick || size < 5000) resources.push_back(write(root / ("r" + std::to_string(size)), size, 1, size));
  }
  // Each role of these has a finding: what is told of one mustn't look at all the others.
  std::vector<Input> findings;
  std::vector<Input> all_rights;
  for (const std::size_t size : {100U, 500U, 2000U, 8000U}) {
    if (quick && size > 2000) continue;
    findings.push_back(write(root / ("f" + std::to_string(size)), size, 1, size, Rights::wide));
    all_rights.push_back(write(root / ("a" + std::to_string(size)), size, 1, size, Rights::all));
  }
  std::vector<Input> templates;
  for (const std::size_t size : {10U, 50U, 100U, 500U}) {
    if (!quick || size < 500) templates.push_back(write(root / ("t" + std::to_string(size)), size, size, 40));
  }
  const bool by_resources = measure(argv[1], "resources", resources);
  const bool by_findings = measure(argv[1], "too wide", findings);
  const bool by_rights = measure(argv[1], "all may", all_rights);
  const bool by_templates = measure(argv[1], "templates", templates);
  std::filesystem::remove_all(root);
  const bool good = by_resources && by_findings && by_rights && by_templates;
  if (!good) std::fprintf(stderr, "grows too much\n");
  return good ? 0 : 1;
}
