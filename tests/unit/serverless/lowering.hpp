// SPDX-License-Identifier: Apache-2.0
// A service lowered in memory, with all that the result refers to.
#pragma once

#include "dialect/print.hpp"
#include "dialect/serverless/lower.hpp"
#include "syntax/reader.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

namespace slsaudit::test {

struct Lowering {
  text::MemoryFileSystem memory;
  text::SourceMap sources;
  text::Arena arena;
  syntax::Document document;
  dialect::Lowered lowered;

  explicit Lowering(std::string service, std::map<std::string, std::string> files = {}, dialect::Inputs inputs = {})
      : memory(with_service(std::move(files), service)),
        document(syntax::read(sources, arena, "p/serverless.yml", std::move(service))) {
    lowered = dialect::serverless::lower(document, arena, inputs,
                                         {.files = memory, .sources = sources, .directory = "p", .root = "p", .limits = {}});
  }

  [[nodiscard]] const dialect::LoweredResource* find(std::string_view id) const {
    for (const auto& resource : lowered.resources) {
      if (resource.logical_id == id) return &resource;
    }
    return nullptr;
  }
  [[nodiscard]] const syntax::Node* property(std::string_view id, std::string_view name) const {
    const auto* resource = find(id);
    const syntax::Node* properties = resource == nullptr ? nullptr : resource->body->get("Properties");
    return properties == nullptr ? nullptr : properties->get(name);
  }
  /// A property as JSON on one line; "absent" when it isn't there.
  [[nodiscard]] std::string shown(std::string_view id, std::string_view name) const {
    const syntax::Node* node = property(id, name);
    return node == nullptr ? "absent" : one_line(dialect::to_json(*node));
  }
  /// "Id Type" of each resource, sorted, without the deployment bucket.
  [[nodiscard]] std::vector<std::string> ids() const {
    std::vector<std::string> out;
    for (const auto& resource : lowered.resources) {
      if (resource.logical_id.starts_with("ServerlessDeploymentBucket")) continue;
      const syntax::Node* type = resource.body->get("Type");
      out.push_back(std::string(resource.logical_id) + " " + std::string(type == nullptr ? "?" : type->text));
    }
    std::sort(out.begin(), out.end());
    return out;
  }
  /// "finding unresolved-variable" of each problem that isn't a note.
  [[nodiscard]] std::string problems(bool notes = false) const {
    std::string out;
    for (const text::Problem& problem : lowered.problems) {
      if (problem.level == text::ProblemLevel::note && !notes) continue;
      if (!out.empty()) out += "; ";
      out += problem.level == text::ProblemLevel::error     ? "error "
             : problem.level == text::ProblemLevel::finding ? "finding "
                                                            : "note ";
      out += problem.name;
    }
    return out;
  }

  /// JSON without blanks outside of strings.
  static std::string one_line(std::string_view json) {
    std::string out;
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
      const char c = json[i];
      if (in_string && c == '\\') {
        out += c;
        out += json[++i];
        continue;
      }
      if (c == '"') in_string = !in_string;
      if (in_string || (c != ' ' && c != '\n')) out += c;
    }
    return out;
  }

private:
  static text::MemoryFileSystem with_service(std::map<std::string, std::string> files, const std::string& service) {
    files["p/serverless.yml"] = service;
    return text::MemoryFileSystem(std::move(files));
  }
};

} // namespace slsaudit::test
