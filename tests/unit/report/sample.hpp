// SPDX-License-Identifier: Apache-2.0
// A small hand-made result with one of everything that reporters show.
#pragma once

#include "audit/result.hpp"
#include "support/catch.hpp"

#include <memory>
#include <string>

namespace slsaudit::test {

inline const std::string sample_template =
    "Resources:\n"
    "  Orders:\n"
    "    Type: AWS::SQS::Queue\n"
    "    Properties:\n"
    "      VisibilityTimeout: 30\n"
    "  Worker:\n"
    "    Type: AWS::Serverless::Function\n"
    "    Properties:\n"
    "      Timeout: 60\n"
    "      Environment:\n"
    "        Variables: {\"\xE6\xBC\xA2\xF0\x9F\x98\x80\": x, DB_PASSWORD: hunter2hunter2}\n"
    "      Events:\n"
    "        Poll: {Type: SQS}\n";

struct Sample {
  text::SourceMap sources;
  rules::Rule timeout;
  rules::Rule secret;
  audit::Result result;

  [[nodiscard]] text::Span find(const std::string& needle) const {
    const std::size_t at = sources.text(text::FileId(0)).find(needle);
    REQUIRE(at != std::string::npos);
    return {text::FileId(0), static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + needle.size())};
  }
};

inline void add_rules(Sample& sample) {
  rules::Rule& timeout = sample.timeout;
  timeout.code = "CON007";
  timeout.name = "visibility-timeout-too-short";
  timeout.group = "CON";
  timeout.summary = "a queue hides messages for less time than its function may run";
  timeout.severity = "edge.x ? 'high' : 'medium'";
  timeout.confidence = "proved";
  timeout.why = "Duplicates start before the first attempt ends.";
  timeout.shown_fix = {"Set VisibilityTimeout.", "Set VisibilityTimeout in the queue.",
                       "Set it under resources."};
  timeout.limits = "Says nothing of queues of other accounts.";
  timeout.references = {"https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"};
  timeout.tags = {"reliability"};
  rules::Rule& secret = sample.secret;
  secret.code = "SEC001";
  secret.name = "hard-coded-secret";
  secret.group = "SEC";
  secret.summary = "a secret stands in the template";
  secret.severity = "critical";
  secret.confidence = "assumed: the value is real";
  secret.tags = {"security"};
  secret.security_severity = "9.1";
  sample.result.rules = {&timeout, &secret};
}

inline void add_findings(Sample& sample) {
  rules::Finding timeout;
  timeout.code = "CON007";
  timeout.name = "visibility-timeout-too-short";
  timeout.severity = rules::Severity::high;
  timeout.message = "`Orders` hides a message for 30 s while `Worker` may run 60 s";
  timeout.span = sample.find("30");
  timeout.resource = "Orders";
  timeout.property = "VisibilityTimeout";
  timeout.evidence = {{sample.find("Poll"), "`Orders` is polled by `Worker`"},
                      {sample.find("60"), "`Worker` may run 60 s"},
                      {{}, "a batch is retried at once"}};
  timeout.fix = "set VisibilityTimeout to 360:\n\n  VisibilityTimeout: 360";
  timeout.dialect = dialect::Dialect::sam;
  timeout.fingerprint = "00ff";
  rules::Finding secret;
  secret.code = "SEC001";
  secret.name = "hard-coded-secret";
  secret.severity = rules::Severity::critical;
  secret.confidence = rules::Confidence::assumed;
  secret.assumption = "the value is real";
  secret.message = "`DB_PASSWORD` holds a secret\x1b[2J";
  secret.span = sample.find("hunter2hunter2");
  secret.resource = "Worker";
  secret.dialect = dialect::Dialect::sam;
  secret.fingerprint = "11ff";
  sample.result.findings = {timeout, secret};
}

inline std::unique_ptr<Sample> make_sample() {
  auto sample = std::make_unique<Sample>();
  sample->sources.add("my app/template.yaml", sample_template);
  sample->sources.add("broken.yaml", "a: [1,\nb: 2\n");
  sample->result.sources = &sample->sources;
  add_rules(*sample);
  add_findings(*sample);
  text::Problem error;
  error.name = "unclosed-list";
  error.message = "the list that begins here is never closed";
  error.span = {text::FileId(1), 3, 12};
  error.help = "add `]`";
  error.related = {{{text::FileId(1), 7, 8}, "the next key"}};
  sample->result.errors = {error};
  sample->result.failures = {"cannot read gone.yaml: no such file or directory"};
  text::Problem note;
  note.level = text::ProblemLevel::note;
  note.message = "`${env:X}` stays unknown";
  note.span = {text::FileId(1), 0, 1};
  sample->result.notes = {note};
  sample->result.statistics = {.templates = 1, .resources = 2, .seconds = 0.0123};
  return sample;
}

} // namespace slsaudit::test
