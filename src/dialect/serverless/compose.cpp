// SPDX-License-Identifier: Apache-2.0
#include "dialect/serverless/compose.hpp"

#include "dialect/serverless/make.hpp"
#include "syntax/entries.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::dialect::serverless {

namespace {

constexpr auto file_names = std::to_array<std::string_view>(
    {"serverless-compose.yml", "serverless-compose.yaml", "serverless-compose.json"});

class ComposeReader {
public:
  ComposeReader(const syntax::Document& document, text::Arena& arena, text::Problems& problems)
      : root_(document.root), make_(syntax::Builder(arena), document.root->span), problems_(problems) {}

  std::vector<ComposedService> read() {
    const syntax::Entry* services = root_->find("services");
    if (services == nullptr || !services->value->is_mapping()) {
      wrong("services", services != nullptr ? *services->value : *root_, "a mapping of services");
      return {};
    }
    services_ = services->value;
    std::vector<ComposedService> result;
    for (const syntax::Entry& entry : syntax::kept_entries(*services_)) add(entry, result);
    return result;
  }

private:
  void add(const syntax::Entry& entry, std::vector<ComposedService>& to) {
    const auto path = known_text(dig(entry.value, {"path"}));
    if (!path) {
      wrong("services." + std::string(entry.key), *entry.value, "a mapping with the service's `path`");
      return;
    }
    ComposedService service;
    service.name = entry.key;
    service.span = entry.key_span;
    service.path = *path;
    service.config = known_text(dig(entry.value, {"config"})).value_or("");
    service.stages = dig(root_, {"stages"});
    const Node* params = dig(entry.value, {"params"});
    if (params != nullptr && params->is_mapping())
      service.params = linked(params);
    else if (params != nullptr)
      wrong("params", *params, "a mapping");
    to.push_back(service);
  }

  const Node* linked(const Node* params) const {
    std::vector<syntax::Entry> entries(params->children.begin(), params->children.end());
    for (syntax::Entry& entry : entries) {
      if (const auto text = known_text(entry.value)) entry.value = linked_text(entry.value, *text);
    }
    return make_.builder().mapping(entries, params->span);
  }

  /// The text with each `${service.output}` as a reference; the node itself where there is none.
  const Node* linked_text(const Node* node, std::string_view text) const {
    const Make at = make_.at(node->span);
    std::vector<const Node*> parts;
    std::size_t plain = 0;
    for (std::size_t open = text.find("${"); open != std::string_view::npos;
         open = text.find("${", open + 2)) {
      const std::size_t close = text.find('}', open);
      if (close == std::string_view::npos) break;
      const Node* output = output_of(at, text.substr(open + 2, close - open - 2));
      if (output == nullptr) continue;
      if (open > plain) parts.push_back(at.text(text.substr(plain, open - plain)));
      parts.push_back(output);
      plain = close + 1;
    }
    if (parts.empty()) return node;
    if (plain < text.size()) parts.push_back(at.text(text.substr(plain)));
    return at.concat(parts);
  }

  const Node* output_of(const Make& at, std::string_view inside) const {
    const std::size_t dot = inside.find('.');
    if (dot == std::string_view::npos || services_->find(inside.substr(0, dot)) == nullptr) return nullptr;
    return at.output(inside.substr(0, dot), inside.substr(dot + 1));
  }

  void wrong(const std::string& what, const Node& found, std::string_view expected) {
    problems_.push_back({.level = text::ProblemLevel::error,
                         .name = "wrong-shape",
                         .message = "`" + what + "` is " + std::string(syntax::describe(found)) + " where " +
                                    std::string(expected) + " is expected",
                         .span = found.span,
                         .help = "write " + std::string(expected),
                         .related = {}});
  }

  const Node* root_;
  const Node* services_ = nullptr;
  Make make_;
  text::Problems& problems_;
};

} // namespace

bool is_compose_file(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return std::find(file_names.begin(), file_names.end(), name) != file_names.end();
}

std::vector<ComposedService> read_compose(const syntax::Document& document, text::Arena& arena,
                                          text::Problems& problems) {
  if (document.root == nullptr) return {};
  return ComposeReader(document, arena, problems).read();
}

} // namespace slsaudit::dialect::serverless
