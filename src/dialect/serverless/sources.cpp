// SPDX-License-Identifier: Apache-2.0
// One function a variable source; sources() says which type is whose.
#include "dialect/serverless/lift.hpp"
#include "dialect/serverless/make.hpp"
#include "dialect/serverless/resolver.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::dialect::serverless {

namespace {

struct Reason {
  std::string_view type;
  std::string_view reason;
};

/// Sources whose values exist only where and when the service is deployed.
constexpr std::array deployment_reasons = std::to_array<Reason>({
    {"cf", "an output of another stack, which is read when the service is deployed"},
    {"s3", "an object in S3, which is read when the service is deployed"},
    {"ssm", "a parameter or secret, which is read when the service is deployed"},
    {"git", "taken from the git repository when the service is deployed"},
    {"vault", "a secret in Vault, which is read when the service is deployed"},
    {"terraform", "an output of Terraform, which is read when the service is deployed"},
    {"doppler", "a secret in Doppler, which is read when the service is deployed"},
    {"output", "an output of another service, which is read when the service is deployed"},
    {"state", "taken from the state of an earlier deployment"},
});

bool ends_with_any(std::string_view path, std::initializer_list<std::string_view> endings) {
  for (const std::string_view ending : endings) {
    if (path.ends_with(ending)) return true;
  }
  return false;
}

std::string shown_file(std::string_view written) {
  return "`" + std::string(written) + "`";
}

} // namespace

const std::vector<Resolver::SourceRow>& Resolver::sources() {
  static const std::vector<SourceRow> rows = {
      {"self", &Resolver::from_self},
      {"opt", &Resolver::from_opt},
      {"env", &Resolver::from_env},
      {"sls", &Resolver::from_sls},
      {"param", &Resolver::from_param},
      {"file", &Resolver::from_file},
      {"cf", &Resolver::from_stack},
      {"construct", &Resolver::from_construct},
      {"ssm", &Resolver::from_store},
      {"aws", &Resolver::from_aws},
      {"strToBool", &Resolver::from_str_to_bool},
  };
  return rows;
}

Found Resolver::from_self(const SourceText& source, text::Span) {
  if (source.address == "provider.stage" || source.address == "provider.region") {
    const std::string_view key = source.address.substr(source.address.find('.') + 1);
    Found found{.node = written_setting(key), .why_missing = {}};
    if (found.node == nullptr || syntax::is_null(*found.node))
      found.node = source.address == "provider.stage" ? stage() : region();
    return found;
  }
  Found found = look_up(root_, source.address);
  // Up to version 2 the framework took a service's name to be a mapping with it.
  if (found.node == nullptr && source.address == "service.name" && root_ != nullptr && pinned_version() < '3')
    found = look_up(root_, "service");
  if (found.node == nullptr) {
    found.why_missing = "`" + std::string(source.address) + "` has no value in the service file";
    found.wrong = true;
    if (root_ != nullptr) blame(found, source.address, root_->span.file);
  }
  return found;
}

void Resolver::blame(Found& found, std::string_view address, text::FileId home) const {
  if (found.within == nullptr) return;
  const text::FileId file = found.within->span.file;
  if (file == home) return;
  // A key without a value is a blank that whoever deploys fills in.
  found.wrong = false;
  if (found.within->get(found.step) != nullptr) return;
  const auto from = std::ranges::find_if(included_, [&](const auto& entry) {
    return entry.second.root != nullptr && entry.second.root->span.file == file;
  });
  if (from == included_.end()) return;
  found.wrong = true;
  found.why_missing = "`" + std::string(address) + "` has no value: what stands above `" + found.step +
                      "` comes from `" + from->second.written + "`, which lacks it";
}

Found Resolver::from_opt(const SourceText& source, text::Span at) {
  const std::string name(source.address);
  if (const auto it = inputs_.options.find(name); it != inputs_.options.end()) {
    return {.node = builder_.string(it->second, at), .why_missing = {}};
  }
  if (name == "stage" && inputs_.stage) return {.node = stage(), .why_missing = {}};
  if (name == "region" && inputs_.region) return {.node = region(), .why_missing = {}};
  return {.node = nullptr,
          .why_missing = "the option `--" + name + "` is given when the service is deployed"};
}

Found Resolver::from_env(const SourceText& source, text::Span at) {
  const std::string name(source.address);
  if (const auto it = inputs_.environment.find(name); it != inputs_.environment.end()) {
    return {.node = builder_.string(it->second, at), .why_missing = {}};
  }
  if (const Found found = from_dotenv(name, at); found.node != nullptr) return found;
  return {.node = nullptr,
          .why_missing = "the environment variable `" + name + "` is read when the service is deployed"};
}

/// First digit of the version that the service asks for; '0' where it asks for none.
char Resolver::pinned_version() const {
  const auto version = known_text(root_->get("frameworkVersion"));
  const std::size_t at = version ? version->find_first_not_of("^~>=v ") : std::string_view::npos;
  return at == std::string_view::npos ? '0' : (*version)[at];
}

bool Resolver::uses_dotenv() {
  if (root_ == nullptr) return false;
  if (const Node* wanted = head(root_->get("useDotenv"))) return is_true(wanted);
  return pinned_version() == '4'; // does it unasked
}

Environment Resolver::dotenv(const std::string& name) const {
  const std::string path = text::join_path(project_.directory, name);
  if (!project_.files.is_file(path) || !text::lies_within(project_.files, path, project_.root)) return {};
  const auto bytes = project_.files.read(path, project_.limits.max_bytes);
  if (!bytes) return {};
  const Environment given(inputs_.environment.begin(), inputs_.environment.end());
  return read_dotenv(bytes.value(), given);
}

Found Resolver::from_dotenv(const std::string& name, text::Span at) {
  if (!uses_dotenv()) return {};
  if (!dotenv_) dotenv_ = dotenv(".env");
  // The stage may itself come from `.env`.
  const auto asked = settings_.find("stage");
  const bool finding_stage =
      (asked != settings_.end() && asked->second == nullptr) || is_being_resolved("stage");
  if (!stage_dotenv_ && !finding_stage) {
    const auto stage_name = known_text(stage());
    stage_dotenv_ = stage_name && stage_name->find('/') == std::string_view::npos
                        ? dotenv(".env." + std::string(*stage_name))
                        : Environment{};
  }
  for (const auto* file : {&stage_dotenv_, &dotenv_}) {
    if (!*file) continue;
    const auto it = (*file)->find(name);
    if (it == (*file)->end()) continue;
    // The text never gets into the source map, and what may be a secret never gets into a value.
    if (is_plain_setting(name, it->second))
      return {.node = builder_.string(it->second, at), .why_missing = {}};
    return unknown("env:" + name,
                   "`" + name + "` stands in a `.env` file; what may be a secret is kept out of reports", at);
  }
  return {};
}

Found Resolver::from_sls(const SourceText& source, text::Span at) {
  if (source.address == "stage") return {.node = stage(), .why_missing = {}};
  if (source.address == "instanceId") return unknown("sls:instanceId", "made anew at each deployment", at);
  return unknown(source.address, "the framework knows no such value", at);
}

Found Resolver::from_param(const SourceText& source, text::Span at) {
  const std::string name(source.address);
  if (const auto it = inputs_.parameters.find(name); it != inputs_.parameters.end()) {
    return {.node = builder_.string(it->second, at), .why_missing = {}};
  }
  if (composed_ != nullptr && composed_->params != nullptr) {
    const Found found = look_up(composed_->params, name);
    if (found.node != nullptr) return found;
  }
  const Node* stage_node = stage();
  const std::string stage_name(known_text(stage_node).value_or("default"));
  for (const std::string& path : {"params." + stage_name, "stages." + stage_name + ".params",
                                  std::string("params.default"), std::string("stages.default.params")}) {
    const Found block = look_up(root_, path);
    if (block.node == nullptr) continue;
    if (block.node->kind == syntax::NodeKind::unknown) return block;
    Found found = look_up(block.node, name);
    if (found.node != nullptr && found.node->get("value") != nullptr) found = look_up(found.node, "value");
    if (found.node != nullptr) return found;
  }
  for (const std::string& path : {stage_name + ".params", std::string("default.params")}) {
    if (composed_ == nullptr || composed_->stages == nullptr) break;
    const Found found = look_up(composed_->stages, path + "." + name);
    if (found.node != nullptr) return found;
  }
  if (!known_text(stage_node)) return {.node = stage_node, .why_missing = {}};
  return {.node = nullptr,
          .why_missing = "the parameter `" + name + "` is given when the service is deployed"};
}

Found Resolver::from_aws(const SourceText& source, text::Span at) {
  const Make make(builder_, at);
  if (source.address == "region") return {.node = region(), .why_missing = {}};
  if (source.address == "accountId") return {.node = make.ref("AWS::AccountId"), .why_missing = {}};
  if (source.address == "partition") return {.node = make.ref("AWS::Partition"), .why_missing = {}};
  return unknown(source.address, "known only when the service is deployed", at);
}

Found Resolver::from_stack(const SourceText& source, text::Span at) {
  const std::size_t dot = source.address.find('.');
  // A stack of another region may have the same name as one of this system.
  if (source.parameters || dot == std::string_view::npos || dot == 0 || dot + 1 == source.address.size())
    return from_deployment(source, at);
  const Make make(builder_, at);
  return {.node = make.output(source.address.substr(0, dot), source.address.substr(dot + 1)),
          .why_missing = {}};
}

/// As CloudFormation's own reference to a stored parameter, which another template may write. It is written
/// as a function, so that nobody takes it for the text that the parameter holds.
Found Resolver::from_store(const SourceText& source, text::Span at) {
  const bool plain = !source.parameters && !source.address.starts_with("/aws/reference/") &&
                     source.address.find_first_of("~{} ") == std::string_view::npos;
  if (!plain || source.address.empty()) return from_deployment(source, at);
  const Make make(builder_, at);
  return {.node = make.join("", {make.text("{{resolve:ssm:"), make.text(source.address), make.text("}}")}),
          .why_missing = {}};
}

Found Resolver::from_construct(const SourceText& source, text::Span at) {
  const std::size_t dot = source.address.rfind('.');
  if (dot == std::string_view::npos) return from_deployment(source, at);
  const std::string_view name = source.address.substr(0, dot);
  const Found type = look_up(root_, "constructs." + std::string(name) + ".type");
  const auto known = known_text(type.node);
  const Node* value =
      known ? construct_value(Make(builder_, at), *known, name, source.address.substr(dot + 1)) : nullptr;
  if (value == nullptr) return unknown(source.address, "`constructs` makes no such value that is known", at);
  return {.node = value, .why_missing = {}};
}

Found Resolver::from_str_to_bool(const SourceText& source, text::Span at) {
  const std::string_view text = source.parameters.value_or("");
  const std::string_view value = quoted_literal(text).value_or(text);
  if (value == "true" || value == "True" || value == "TRUE" || value == "1") {
    return {.node = builder_.plain("true", at), .why_missing = {}};
  }
  if (value == "false" || value == "False" || value == "FALSE" || value == "0" || value == "null" ||
      value.empty()) {
    return {.node = builder_.plain("false", at), .why_missing = {}};
  }
  report(text::ProblemLevel::finding, "invalid-strtobool",
         "`strToBool` is given `" + std::string(value) + "` where `true`, `false`, `1` or `0` is expected",
         at, "give one of the four values");
  return unknown(text, "`strToBool` is given neither true nor false", at);
}

Found Resolver::from_deployment(const SourceText& source, text::Span at) {
  const std::string_view type = source.type.substr(0, source.type.find('.')); // `cf.us-east-1:…`
  for (const Reason& row : deployment_reasons) {
    if (row.type == type) return unknown(source.address, row.reason, at);
  }
  return unknown(source.address,
                 "`" + std::string(type) + "` is a source of a plugin or resolver, which isn't run", at);
}

Found Resolver::from_file(const SourceText& source, text::Span at) {
  const std::string_view written = source.parameters.value_or("");
  const Included& file = include(written, at);
  if (file.root == nullptr) {
    if (file.absent) return {.node = nullptr, .why_missing = file.reason};
    return unknown(written, file.reason, at);
  }
  Found found = look_up(file.root, source.address);
  if (found.node == nullptr) {
    found.why_missing =
        "`" + std::string(source.address) + "` has no value in `" + std::string(written) + "`";
    found.wrong = found.within == nullptr || found.within->get(found.step) == nullptr;
    if (found.wrong) blame(found, source.address, file.root->span.file);
  }
  return found;
}

const Resolver::Included& Resolver::include(std::string_view written, text::Span at) {
  const std::string path = text::join_path(project_.directory, written);
  const auto [it, is_new] = included_.try_emplace(path);
  if (is_new && included_.size() > project_.limits.max_includes) {
    it->second.reason = "it is one file more than the limit of " +
                        std::to_string(project_.limits.max_includes) + " (includes)";
    report(text::ProblemLevel::error, "too-many-includes",
           shown_file(written) + " is not read: " + it->second.reason, at, "take fewer files in");
  } else if (is_new) {
    it->second = read_included(path, written, at);
    it->second.written = written;
  }
  return it->second;
}

Resolver::Included Resolver::read_included(const std::string& path, std::string_view as_written,
                                           text::Span at) {
  const auto refuse = [&](std::string name, std::string reason, bool absent = false) {
    report(text::ProblemLevel::note, std::move(name), reason, at, "the values taken from it stay unknown");
    return Included{.root = nullptr, .reason = std::move(reason), .absent = absent};
  };
  const std::string shown = shown_file(as_written);
  if (ends_with_any(path, {".js", ".cjs", ".mjs", ".ts", ".cts", ".mts"})) {
    return refuse("code-file", shown + " is code, which isn't run");
  }
  if (!text::lies_within(project_.files, path, project_.root))
    return refuse("file-outside-root", shown + " is outside of the project");
  if (!project_.files.is_file(path)) return refuse("missing-file", shown + " isn't there", true);
  auto bytes = project_.files.read(path, project_.limits.max_bytes);
  if (!bytes) return refuse("unreadable-file", shown + " can't be read");
  if (!ends_with_any(path, {".yml", ".yaml", ".json", ".tfstate"})) {
    const text::FileId file = project_.sources.add(path, bytes.value());
    const text::Span whole{file, 0, static_cast<std::uint32_t>(bytes.value().size())};
    const Node* content = builder_.string(bytes.value(), whole);
    heads_.emplace(content, content); // variables in it aren't the framework's
    return {.root = content, .reason = {}};
  }
  syntax::Document document =
      syntax::read(project_.sources, builder_.arena(), path, std::move(bytes).value(), project_.limits);
  problems_.insert(problems_.end(), document.problems.begin(), document.problems.end());
  if (document.root == nullptr) return {.root = nullptr, .reason = shown + " can't be read"};
  passages_.push_back(
      {document.root->span, {value::Origin::Kind::include, at, builder_.arena().copy(as_written), nullptr}});
  return {.root = document.root, .reason = {}};
}

} // namespace slsaudit::dialect::serverless
