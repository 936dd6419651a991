// SPDX-License-Identifier: Apache-2.0
#include "rules/constructs.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace slsaudit::rules {

struct ConstructNames {
  std::map<std::string, std::string, std::less<>> workers;  ///< Function's key → construct.
  std::map<std::string, std::string, std::less<>> mappings; ///< Event source mapping's id → construct.
  /// Id of a part, or the construct's name for its main part → construct and its name for the part.
  std::map<std::string, std::pair<std::string, std::string_view>, std::less<>> parts;
};

namespace {

constexpr std::string_view construct_type = "serverless construct";

/// What a construct's `extensions` call its parts.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> extension_keys{{
    {"Alarm", "alarm"},
    {"Bucket", "bucket"},
    {"Bus", "bus"},
    {"CDN", "distribution"},
    {"Dlq", "dlq"},
    {"HttpApi", "api"},
    {"Queue", "queue"},
    {"Table", "table"},
}};
/// Settings of a queue that are properties of its worker's mapping.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> mapping_settings{{
    {"BatchSize: ", "batchSize: "},
    {"MaximumBatchingWindowInSeconds: ", "maxBatchingWindow: "},
    {"MaximumConcurrency: ", "maxConcurrency: "},
}};

/// "jobsQueueCEDBAE3E" of `jobs` is its "Queue": eight digits of a hash follow.
std::string_view extension_of(std::string_view id, std::string_view construct) {
  constexpr std::size_t digits = 8;
  if (id.size() < construct.size() + digits || !id.starts_with(construct)) return {};
  const std::string_view part = id.substr(construct.size(), id.size() - construct.size() - digits);
  const auto* known =
      std::ranges::find(extension_keys, part, &std::pair<std::string_view, std::string_view>::first);
  return known == extension_keys.end() ? std::string_view() : known->second;
}

ConstructNames names_of(const graph::System& system) {
  ConstructNames names;
  std::map<std::pair<std::size_t, std::size_t>, std::string> places; ///< Where constructs stand.
  for (const graph::Node& node : system.nodes) {
    if (node.resource == nullptr || node.resource->author.type != construct_type) continue;
    const dialect::Author& author = node.resource->author;
    const std::string construct(author.id);
    places.emplace(std::pair(node.template_index, author.span.begin), construct);
    const std::string_view key = extension_of(node.resource->logical_id, construct);
    if (key.empty()) continue;
    names.parts.try_emplace(std::string(node.resource->logical_id), construct, key);
    if (!author.generated) names.parts.try_emplace(construct, construct, key);
  }
  for (const graph::Node& node : system.nodes) {
    if (node.resource == nullptr || node.resource->author.type == construct_type) continue;
    const auto place = places.find(std::pair(node.template_index, node.resource->author.span.begin));
    if (place == places.end()) continue;
    if (node.resource->type == "AWS::Lambda::Function")
      names.workers.try_emplace(std::string(node.resource->author.id), place->second);
    if (node.resource->type == "AWS::Lambda::EventSourceMapping")
      names.mappings.try_emplace(std::string(node.resource->logical_id), place->second);
  }
  return names;
}

std::size_t indent_of(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

/// The key that a line begins with; empty for a comment or an item.
std::string_view key_of(std::string_view line) {
  line.remove_prefix(indent_of(line));
  const std::size_t colon = line.find(':');
  return colon == std::string_view::npos || line.starts_with('#') || line.starts_with('-')
             ? std::string_view()
             : line.substr(0, colon);
}

class Mover {
public:
  Mover(const std::string& fix, const ConstructNames& names) : names_(names) {
    for (std::size_t begin = 0; begin < fix.size();) {
      const std::size_t end = std::min(fix.find('\n', begin), fix.size());
      lines_.emplace_back(fix.substr(begin, end - begin));
      begin = end + 1;
    }
  }

  /// Nothing where all stays as it is.
  std::optional<std::string> run() {
    std::array<std::string_view, 2> above{};
    for (std::size_t i = 0; i < lines_.size();) {
      const std::size_t indent = indent_of(lines_[i]);
      const std::string_view key = key_of(lines_[i]);
      if (!key.empty() && indent / 2 < above.size()) above[indent / 2] = key;
      const std::size_t end = behind(i);
      if (!key.empty() && move(above, key, indent, i, end)) {
        i = end;
        continue;
      }
      kept_.push_back(lines_[i++]);
    }
    if (moved_.empty()) return std::nullopt;
    return written();
  }

private:
  /// Behind the lines that stand deeper than this one.
  [[nodiscard]] std::size_t behind(std::size_t line) const {
    std::size_t end = line + 1;
    while (end < lines_.size() && indent_of(lines_[end]) > indent_of(lines_[line])) ++end;
    return end;
  }

  bool move(const std::array<std::string_view, 2>& above, std::string_view key, std::size_t indent,
            std::size_t begin, std::size_t end) {
    if (indent == 2 && above[0] == "functions") {
      const auto worker = names_.workers.find(key);
      if (worker == names_.workers.end()) return false;
      add(worker->second, "    worker", begin, end, key);
      return true;
    }
    const bool extends = above[1] == "extensions";
    if (indent != 4 || above[0] != "resources" || (!extends && above[1] != "Resources")) return false;
    if (const auto mapping = names_.mappings.find(key); mapping != names_.mappings.end())
      return add_settings(mapping->second, begin, end);
    const auto part = names_.parts.find(key);
    if (part == names_.parts.end()) return false;
    const auto& [construct, name] = part->second;
    std::vector<std::string>& lines = moved_[construct];
    if (std::ranges::find(lines, "    extensions:") == lines.end()) lines.emplace_back("    extensions:");
    add(construct, "      " + std::string(name), begin, end, key);
    return true;
  }

  void add(const std::string& construct, const std::string& now, std::size_t begin, std::size_t end,
           std::string_view key) {
    std::vector<std::string>& lines = moved_[construct];
    const std::size_t rest = indent_of(lines_[begin]) + key.size();
    const std::size_t deeper = indent_of(now) - indent_of(lines_[begin]);
    lines.push_back(now + lines_[begin].substr(rest));
    for (std::size_t i = begin + 1; i < end; ++i) {
      const bool own_type =
          key_of(lines_[i]) == "Type" && indent_of(lines_[i]) == indent_of(lines_[begin]) + 2;
      if (!own_type) lines.push_back(std::string(deeper, ' ') + lines_[i]);
    }
  }

  bool add_settings(const std::string& construct, std::size_t begin, std::size_t end) {
    bool any = false;
    for (std::size_t i = begin; i < end; ++i) {
      for (const auto& [property, setting] : mapping_settings) {
        const std::size_t at = lines_[i].find(property);
        if (at == std::string::npos) continue;
        const std::size_t value = at + property.size();
        const std::size_t stop = std::min(lines_[i].find_first_of(",} ", value), lines_[i].size());
        moved_[construct].push_back("    " + std::string(setting) + lines_[i].substr(value, stop - value));
        any = true;
      }
    }
    return any;
  }

  [[nodiscard]] std::string written() const {
    // A key whose lines have all been moved goes too, and then perhaps the one above it.
    std::vector<const std::string*> left;
    for (auto line = kept_.rbegin(); line != kept_.rend(); ++line) {
      const bool has_more = !left.empty() && indent_of(*left.back()) > indent_of(*line);
      if (!line->ends_with(':') || has_more) left.push_back(&*line);
    }
    std::string out;
    for (auto line = left.rbegin(); line != left.rend(); ++line) (out += **line) += '\n';
    out += "constructs:\n";
    for (const auto& [construct, lines] : moved_) {
      ((out += "  ") += construct) += ":\n";
      for (const std::string& line : lines) (out += line) += '\n';
    }
    return out;
  }

  const ConstructNames& names_;
  std::vector<std::string> lines_;
  std::vector<std::string> kept_;
  std::map<std::string, std::vector<std::string>> moved_; ///< By construct.
};

} // namespace

Constructs::Constructs(const graph::System& system) : system_(system) {}
Constructs::~Constructs() = default;

std::string Constructs::spoken(std::string fix) {
  if (names_ == nullptr) names_ = std::make_unique<const ConstructNames>(names_of(system_));
  if (names_->parts.empty() && names_->workers.empty()) return fix;
  return Mover(fix, *names_).run().value_or(std::move(fix));
}

} // namespace slsaudit::rules
