// SPDX-License-Identifier: Apache-2.0
// Mutations that keep templates templates: blocks of lines are copied, moved, deleted and taken from other
// inputs, values are replaced by others and by intrinsics. Half of the time libFuzzer's own mutations of
// bytes are done, so that nothing is out of reach.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using Random = std::minstd_rand;
using Lines = std::vector<std::string>;

constexpr std::array<std::string_view, 44> scalars{
    "!Ref Table",
    "!GetAtt Function.Arn",
    "!Sub \"${AWS::Region}-${Function.Arn}\"",
    "!If [Maybe, a, !Ref AWS::NoValue]",
    "!Join [\",\", [a, !Ref Queue]]",
    "!Select [0, !Split [\",\", \"a,b\"]]",
    "!FindInMap [M, a, x]",
    "!ImportValue exported",
    "!Base64 text",
    "!Cidr [10.0.0.0/16, 4, 8]",
    "!GetAZs \"\"",
    "{Ref: Q}",
    "{Fn::GetAtt: [Table, StreamArn]}",
    "{Fn::Sub: [\"${x}\", {x: !Ref P}]}",
    "{Fn::ToJsonString: {a: [1]}}",
    "{Fn::Length: [1, 2]}",
    "{Fn::If: [Maybe, 1, 2]}",
    "{Fn::Transform: {Name: AWS::Include, Parameters: {Location: a.yml}}}",
    "${self:custom.v0}",
    "${opt:stage, 'dev'}",
    "${env:HOME, \"x\"}",
    "${file(./a.yml):v.w.0}",
    "${param:k}",
    "${sls:stage}",
    "${self:}",
    "${ssm:/a/b}",
    "${cf:stack.Output}",
    "\"*\"",
    "[\"s3:*\", \"dynamodb:Put*\"]",
    "arn:aws:lambda:us-east-1:123456789012:function:f",
    "arn:aws:sqs:*:*:q",
    "{{resolve:ssm:/a:1}}",
    "~",
    "true",
    "0",
    "-1",
    "900",
    "1e400",
    "9223372036854775807",
    "[]",
    "{}",
    "\"\"",
    "&anchor",
    "*anchor"};

constexpr std::array<std::string_view, 24> lines{
    "Type: AWS::Lambda::Function",
    "Type: AWS::Serverless::Function",
    "Type: AWS::SQS::Queue",
    "Type: AWS::SNS::Topic",
    "Type: AWS::S3::Bucket",
    "Type: AWS::DynamoDB::Table",
    "Type: AWS::Events::Rule",
    "Type: AWS::IAM::Role",
    "Type: AWS::StepFunctions::StateMachine",
    "Type: AWS::Lambda::EventSourceMapping",
    "Type: AWS::ApiGateway::RestApi",
    "Type: AWS::CloudFormation::Stack",
    "Type: AWS::Scheduler::Schedule",
    "Type: AWS::Pipes::Pipe",
    "Properties:",
    "DependsOn: [A]",
    "Condition: Maybe",
    "Metadata: {slsaudit: {ignore: [CON001]}}",
    "# slsaudit: ignore[CON] -- because",
    "Fn::ForEach::Loop: [X, [a, b], {\"R${X}\": {Type: AWS::SQS::Queue}}]",
    "<<: *anchor",
    "- a",
    "=== b.yaml",
    "Transform: AWS::Serverless-2016-10-31"};

std::size_t below(Random& random, std::size_t count) {
  return count == 0 ? 0 : random() % count;
}

Lines split(std::string_view text) {
  Lines result;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find('\n'), text.size() - 1) + 1;
    result.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return result;
}

std::size_t indentation(const std::string& line) {
  const std::size_t first = line.find_first_not_of(' ');
  return first == std::string::npos ? line.size() : first;
}

/// The line and those below it that are indented deeper.
Lines block(const Lines& text, std::size_t begin) {
  std::size_t end = begin + 1;
  while (end < text.size() && indentation(text[end]) > indentation(text[begin])) ++end;
  return {text.begin() + static_cast<std::ptrdiff_t>(begin), text.begin() + static_cast<std::ptrdiff_t>(end)};
}

void erase(Lines& text, std::size_t begin, std::size_t count) {
  const auto first = text.begin() + static_cast<std::ptrdiff_t>(begin);
  text.erase(first, first + static_cast<std::ptrdiff_t>(count));
}

/// Puts a block before a line, indented as that line is.
void insert(Lines& text, std::size_t place, Lines added) {
  if (added.empty()) return;
  const std::size_t wanted = place < text.size() ? indentation(text[place]) : 0;
  const std::size_t has = indentation(added.front());
  for (std::string& line : added) {
    if (wanted > has) line.insert(0, wanted - has, ' ');
    if (wanted < has) line.erase(0, std::min(has - wanted, indentation(line)));
    if (!line.ends_with('\n')) line += '\n';
  }
  text.insert(text.begin() + static_cast<std::ptrdiff_t>(place), added.begin(), added.end());
}

/// Where the value of `key: value` or `- value` begins; nowhere where there is none.
std::size_t value_of(const std::string& line) {
  const std::size_t colon = line.find(": ");
  if (colon != std::string::npos) return colon + 2;
  const std::size_t dash = line.find("- ");
  return dash != std::string::npos ? dash + 2 : line.npos;
}

void copy_block(Lines& text, Random& random) {
  insert(text, below(random, text.size() + 1), block(text, below(random, text.size())));
}

void move_block(Lines& text, Random& random) {
  const std::size_t from = below(random, text.size());
  const Lines moved = block(text, from);
  erase(text, from, moved.size());
  insert(text, below(random, text.size() + 1), moved);
}

void delete_block(Lines& text, Random& random) {
  const std::size_t from = below(random, text.size());
  erase(text, from, block(text, from).size());
}

void delete_line(Lines& text, Random& random) {
  erase(text, below(random, text.size()), 1);
}

void add_line(Lines& text, Random& random) {
  insert(text, below(random, text.size() + 1), {std::string(lines[below(random, lines.size())]) + "\n"});
}

void indent_block(Lines& text, Random& random) {
  const std::size_t from = below(random, text.size());
  const std::size_t count = block(text, from).size();
  const bool deeper = random() % 2 == 0;
  for (std::size_t i = from; i < from + count; ++i) {
    if (deeper)
      text[i].insert(0, 2, ' ');
    else
      text[i].erase(0, std::min<std::size_t>(2, indentation(text[i])));
  }
}

void replace_value(Lines& text, Random& random) {
  std::string& line = text[below(random, text.size())];
  const std::size_t value = value_of(line);
  if (value == line.npos) return;
  line = line.substr(0, value) + std::string(scalars[below(random, scalars.size())]) + "\n";
}

void copy_value(Lines& text, Random& random) {
  const std::string from = text[below(random, text.size())];
  std::string& to = text[below(random, text.size())];
  const std::size_t source = value_of(from);
  const std::size_t target = value_of(to);
  if (source != from.npos && target != to.npos) to = to.substr(0, target) + from.substr(source);
}

void copy_key(Lines& text, Random& random) {
  const std::string from = text[below(random, text.size())];
  std::string& to = text[below(random, text.size())];
  const std::size_t source = from.find(':');
  const std::size_t target = to.find(':');
  if (source == from.npos || target == to.npos) return;
  to = std::string(indentation(to), ' ') + from.substr(indentation(from), source - indentation(from)) +
       to.substr(target);
}

constexpr std::array mutations{copy_block,   move_block,    delete_block, delete_line, add_line,
                               indent_block, replace_value, copy_value,   copy_key};

std::size_t put(const Lines& text, std::uint8_t* data, std::size_t max_size) {
  std::size_t size = 0;
  for (const std::string& line : text) {
    const std::size_t length = std::min(line.size(), max_size - size);
    std::memcpy(data + size, line.data(), length);
    size += length;
  }
  return size;
}

} // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned int seed) {
  Random random(seed);
  random.discard(2);
  Lines text = split({reinterpret_cast<const char*>(data), size});
  if (text.empty() || random() % 2 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::size_t steps = 1 + below(random, 3);
  for (std::size_t i = 0; i < steps && !text.empty(); ++i)
    mutations[below(random, mutations.size())](text, random);
  const std::size_t made = put(text, data, max_size);
  return made > 0 ? made : LLVMFuzzerMutate(data, size, max_size);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* first, std::size_t first_size,
                                                 const std::uint8_t* second, std::size_t second_size,
                                                 std::uint8_t* out, std::size_t max_out, unsigned int seed) {
  Random random(seed);
  random.discard(2);
  Lines text = split({reinterpret_cast<const char*>(first), first_size});
  const Lines other = split({reinterpret_cast<const char*>(second), second_size});
  if (!other.empty()) insert(text, below(random, text.size() + 1), block(other, below(random, other.size())));
  return put(text, out, max_out);
}
