// SPDX-License-Identifier: Apache-2.0
// libyaml, which judges where the reader of YAML and yaml-cpp differ.
#pragma once

#include "syntax/node.hpp"
#include "text/assert.hpp"

#include <yaml.h>

#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::test {

/// The first document as libyaml's events say it, with none of our code in between. (Its composer refuses an
/// anchor that stands twice, which YAML does not.)
class LibyamlReference {
public:
  explicit LibyamlReference(std::string_view text) {
    yaml_parser_t parser;
    SLSAUDIT_ASSERT(yaml_parser_initialize(&parser) != 0); // fails only without memory
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    for (yaml_event_t event; yaml_parser_parse(&parser, &event) != 0; yaml_event_delete(&event)) {
      take(event);
      is_read_ = event.type == YAML_DOCUMENT_END_EVENT || event.type == YAML_STREAM_END_EVENT;
      if (is_read_) {
        yaml_event_delete(&event);
        break;
      }
    }
    yaml_parser_delete(&parser);
  }

  /// Where the trees differ, or nothing. Recursion is bounded by the reader's depth limit.
  [[nodiscard]] std::optional<std::string> difference(const syntax::Node& ours) const {
    if (!is_read_) return "refused";
    if (!nodes_.empty()) return difference(ours, nodes_.front(), "");
    return ours.is_scalar() && ours.text.empty() ? std::nullopt : std::optional<std::string>("empty");
  }

private:
  struct Read {
    yaml_event_type_t kind = YAML_SCALAR_EVENT; ///< Or the start of a sequence or a mapping.
    std::string text;
    std::vector<std::size_t> children; ///< A mapping's keys and values, in turns.
  };

  void add(std::size_t node) {
    if (!open_.empty()) nodes_[open_.back()].children.push_back(node);
  }

  void add(yaml_event_type_t kind, std::string text, const yaml_char_t* anchor) {
    const std::size_t node = nodes_.size();
    nodes_.push_back({kind, std::move(text), {}});
    add(node);
    if (anchor != nullptr) anchors_[reinterpret_cast<const char*>(anchor)] = node;
    if (kind != YAML_SCALAR_EVENT) open_.push_back(node);
  }

  void take(const yaml_event_t& event) {
    const auto& scalar = event.data.scalar;
    switch (event.type) {
    case YAML_SCALAR_EVENT:
      return add(event.type, {reinterpret_cast<const char*>(scalar.value), scalar.length}, scalar.anchor);
    case YAML_SEQUENCE_START_EVENT:
      return add(event.type, "", event.data.sequence_start.anchor);
    case YAML_MAPPING_START_EVENT:
      return add(event.type, "", event.data.mapping_start.anchor);
    case YAML_ALIAS_EVENT:
      return add(anchors_[reinterpret_cast<const char*>(event.data.alias.anchor)]);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      return open_.pop_back();
    default:
      return;
    }
  }

  [[nodiscard]] std::optional<std::string> difference(const syntax::Node& ours, const Read& theirs,
                                                      const std::string& path) const {
    if (theirs.kind == YAML_SCALAR_EVENT) {
      if (ours.is_scalar() && ours.text == theirs.text) return std::nullopt;
      return path + ": `" + std::string(ours.text) + "` but expected `" + theirs.text + "`";
    }
    const bool is_mapping = theirs.kind == YAML_MAPPING_START_EVENT;
    if (ours.is_mapping() != is_mapping || ours.is_sequence() == is_mapping) return path + ": other kind";
    const std::size_t step = is_mapping ? 2 : 1;
    const std::size_t count = theirs.children.size() / step;
    if (ours.children.size() != count)
      return path + ": " + std::to_string(ours.children.size()) + " children but expected " +
             std::to_string(count);
    for (std::size_t i = 0; i < count; ++i) {
      const syntax::Entry& entry = ours.children[i];
      const Read& key = nodes_[theirs.children[i * step]];
      const std::string here = path + "/" + (is_mapping ? std::string(entry.key) : std::to_string(i));
      if (is_mapping && (key.kind != YAML_SCALAR_EVENT || key.text != entry.key)) return here + ": other key";
      auto found = difference(*entry.value, nodes_[theirs.children[i * step + step - 1]], here);
      if (found) return found;
    }
    return std::nullopt;
  }

  std::vector<Read> nodes_; ///< The first is the root.
  std::vector<std::size_t> open_;
  std::map<std::string, std::size_t> anchors_;
  bool is_read_ = false;
};

} // namespace slsaudit::test
