// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_reader.hpp"

#include <algorithm>
#include <set>

namespace slsaudit::rules {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::size_t start_of(const YAML::Node& node) {
  return static_cast<std::size_t>(std::max(0, node.Mark().pos));
}

} // namespace

std::size_t offset_in_file(std::string_view file, std::size_t scalar_start, std::string_view decoded,
                           std::size_t offset) {
  std::size_t at = std::min(scalar_start, file.size());
  if (at < file.size() && (file[at] == '|' || file[at] == '>'))
    at = std::min(file.find('\n', at), file.size());
  // Both texts agree but for what YAML adds (quotes, escapes, indentation) and folds (line ends).
  for (std::size_t i = 0; i <= std::min(offset, decoded.size()) && at < file.size();) {
    const bool is_end = i == decoded.size();
    if (!is_end && file[at] == decoded[i]) {
      if (i == offset) return at;
      ++i;
      ++at;
    } else if (is_blank(file[at]) || file[at] == '\'' || file[at] == '"' || file[at] == '\\') {
      if (is_end) return at;
      ++at;
    } else if (!is_end && is_blank(decoded[i])) {
      ++i;
    } else {
      return at;
    }
  }
  return std::min(at, file.size());
}

struct RuleReader::Key {
  std::string_view name;
  bool required;
  Handler handler;
  RuleKey::Shape shape;
  std::string_view meaning;
};

const std::vector<RuleReader::Key>& RuleReader::keys() {
  using Shape = RuleKey::Shape;
  static const std::vector<Key> all{
      {"code", true, &RuleReader::read_text<&Rule::code>, Shape::text,
       "two to five capitals, the group, and three digits"},
      {"name", true, &RuleReader::read_text<&Rule::name>, Shape::text, "lower-case words with `-` between"},
      {"aliases", false, &RuleReader::read_texts<&Rule::aliases>, Shape::texts, "other names of the rule"},
      {"profile", false, &RuleReader::read_text<&Rule::profile>, Shape::text,
       "`default` (also when left out) or `strict`"},
      {"since", false, &RuleReader::read_text<&Rule::since>, Shape::text, "version that first had it"},
      {"severity", true, &RuleReader::read_text<&Rule::severity>, Shape::text,
       "`critical`, `high`, `medium`, `low`, `info`, or a CEL expression that gives one"},
      {"confidence", false, &RuleReader::read_text<&Rule::confidence>, Shape::text,
       "`proved` (also when left out), or `assumed: ` and what is taken for granted"},
      {"assumed", false, &RuleReader::read_assumed, Shape::assumed,
       "findings that are assumed only where an expression says so"},
      {"summary", true, &RuleReader::read_text<&Rule::summary>, Shape::text,
       "one sentence without period, at most 100 bytes"},
      {"for", true, &RuleReader::read_text<&Rule::for_each>, Shape::text, "the table whose rows are judged"},
      {"of", false, &RuleReader::read_texts<&Rule::of>, Shape::texts,
       "types of resources, or kinds of edges"},
      {"parameters", false, &RuleReader::read_parameters, Shape::parameters,
       "thresholds and lists that configuration may set"},
      {"let", false, &RuleReader::read_let, Shape::let,
       "names for subexpressions; a later one may use earlier ones"},
      {"when", true, &RuleReader::read_text<&Rule::when>, Shape::text,
       "the verdict, a CEL expression: only true fires"},
      {"at", false, &RuleReader::read_text<&Rule::at>, Shape::text,
       "a CEL expression whose place the finding points at"},
      {"merge-by", false, &RuleReader::read_text<&Rule::merge_by>, Shape::text,
       "a CEL expression: findings of one template where it is equal become one"},
      {"holds", false, &RuleReader::read_text<&Rule::holds>, Shape::text,
       "`anywhere` (also when left out), or `everywhere` where a companion under a condition is one still"},
      {"key", false, &RuleReader::read_text<&Rule::key>, Shape::text,
       "a CEL expression that tells findings on one property apart"},
      {"message", true, &RuleReader::read_text<&Rule::message>, Shape::text,
       "what was observed; text with `{expression}` holes"},
      {"evidence", false, &RuleReader::read_evidence, Shape::evidence, "steps of the proof"},
      {"why", true, &RuleReader::read_text<&Rule::why>, Shape::text,
       "what happens in production, by what mechanism"},
      {"fix", true, &RuleReader::read_fix, Shape::fix, "a snippet for each dialect"},
      {"fix-is", false, &RuleReader::read_text<&Rule::fix_is>, Shape::text,
       "`edit` (also when left out), or `advice` where no edit can silence the rule"},
      {"limits", false, &RuleReader::read_text<&Rule::limits>, Shape::text,
       "what the rule deliberately does not catch"},
      {"references", false, &RuleReader::read_texts<&Rule::references>, Shape::texts,
       "addresses of documentation"},
      {"equivalents", false, &RuleReader::read_equivalents, Shape::equivalents,
       "other tools' rules for the same thing, by tool"},
      {"silences", false, &RuleReader::read_texts<&Rule::silences>, Shape::texts,
       "codes whose findings on the same resource or place are left out where they are no graver; "
       "`ABC001 below high` leaves the graver ones"},
      {"tags", false, &RuleReader::read_texts<&Rule::tags>, Shape::texts, "what the rule is about"},
      {"security-severity", false, &RuleReader::read_text<&Rule::security_severity>, Shape::text,
       "0.0 to 10.0, where it is a matter of security"},
      {"examples", false, &RuleReader::read_examples, Shape::examples,
       "templates with the findings expected in them"},
  };
  return all;
}

std::vector<RuleKey> RuleReader::known_keys() {
  std::vector<RuleKey> result;
  for (const Key& key : keys()) result.push_back({key.name, key.required, key.shape, key.meaning});
  return result;
}

std::vector<RuleKey> rule_keys() {
  return RuleReader::known_keys();
}

void RuleReader::error_at_offset(std::size_t offset, std::string message) {
  const std::string_view before = file_.substr(0, std::min(offset, file_.size()));
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto is_continuation = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  const std::string_view row = before.substr(line_start);
  const auto column = 1 + static_cast<int>(row.size()) -
                      static_cast<int>(std::count_if(row.begin(), row.end(), is_continuation));
  errors_.push_back({path_, static_cast<int>(line), column, std::move(message)});
}

void RuleReader::error_at(const YAML::Node& node, std::string message) {
  error_at_offset(start_of(node), std::move(message));
}

void RuleReader::report(const std::string& part, std::size_t offset, std::string message) {
  const auto found = parts_.find(part);
  if (found == parts_.end()) return error_at_offset(0, std::move(message));
  error_at_offset(offset_in_file(file_, found->second.start, found->second.decoded, offset),
                  std::move(message));
}

void RuleReader::each_entry(const YAML::Node& map, const std::string& what, const Visit& visit) {
  if (!map.IsMap()) return error_at(map, what + " must be a map");
  std::set<std::string> seen;
  for (const auto& entry : map) {
    if (!entry.first.IsScalar()) {
      error_at(entry.first, "a key must be a word");
    } else if (!seen.insert(entry.first.Scalar()).second) {
      error_at(entry.first, "`" + entry.first.Scalar() + "` is given twice");
    } else {
      visit(entry.first, entry.second);
    }
  }
}

std::string RuleReader::text(const YAML::Node& node, const std::string& part) {
  parts_[part] = {start_of(node), node.IsScalar() ? node.Scalar() : std::string()};
  if (node.IsScalar() && !node.Scalar().empty()) return node.Scalar();
  error_at(node, "`" + part + "` must be text");
  return {};
}

std::vector<text::SharedText> RuleReader::texts(const YAML::Node& node, const std::string& part) {
  std::vector<text::SharedText> result;
  if (!node.IsSequence()) {
    error_at(node, "`" + part + "` must be a list");
    return result;
  }
  for (const auto& item : node) result.push_back(text(item, part + "." + std::to_string(result.size())));
  return result;
}

Rule RuleReader::read(const YAML::Node& root) {
  Rule rule;
  rule.path = path_;
  rule.profile = "default";
  rule.confidence = "proved";
  std::set<std::string> given;
  each_entry(root, "a rule", [&](const YAML::Node& key, const YAML::Node& value) {
    const auto found =
        std::find_if(keys().begin(), keys().end(), [&](const Key& k) { return k.name == key.Scalar(); });
    if (found == keys().end()) return error_at(key, "a rule has no key `" + key.Scalar() + "`");
    given.insert(key.Scalar());
    (this->*found->handler)(value, rule, key.Scalar());
  });
  for (const Key& key : keys()) {
    if (root.IsMap() && key.required && given.count(std::string(key.name)) == 0) {
      error_at(root, "the rule lacks `" + std::string(key.name) + "`");
    }
  }
  rule.group = std::string(rule.code->substr(0, rule.code->find_first_of("0123456789")));
  return rule;
}

void RuleReader::member(const std::string& key, const YAML::Node& value, const std::string& part,
                        std::initializer_list<std::pair<std::string_view, text::SharedText*>> members) {
  for (const auto& candidate : members) {
    if (candidate.first != key) continue;
    *candidate.second = text(value, part + "." + key);
    return;
  }
  error_at(value, "`" + part + "` has no key `" + key + "`");
}

std::optional<dialect::Dialect> dialect_called(std::string_view name) {
  for (const dialect::Dialect dialect :
       {dialect::Dialect::cloudformation, dialect::Dialect::sam, dialect::Dialect::serverless}) {
    if (name == dialect::name(dialect)) return dialect;
  }
  return std::nullopt;
}

void RuleReader::read_fix(const YAML::Node& node, Rule& rule, const std::string& part) {
  each_entry(node, "`fix`", [&](const YAML::Node& key, const YAML::Node& value) {
    const auto dialect = dialect_called(key.Scalar());
    if (!dialect) return error_at(value, "`" + part + "` has no key `" + key.Scalar() + "`");
    rule.fix[static_cast<std::size_t>(*dialect)] = read_fixes(value, part + "." + key.Scalar());
  });
}

std::vector<Fix> RuleReader::read_fixes(const YAML::Node& node, const std::string& part) {
  if (!node.IsSequence()) return {{{}, {}, {}, {}, text(node, part)}};
  std::vector<Fix> fixes;
  for (const auto& item : node) {
    const std::string place = part + "." + std::to_string(fixes.size());
    Fix& fix = fixes.emplace_back();
    each_entry(item, "a fix", [&](const YAML::Node& key, const YAML::Node& value) {
      member(key.Scalar(), value, place,
             {{"when", &fix.when},
              {"of", &fix.of},
              {"each", &fix.each},
              {"replaces", &fix.replaces},
              {"edit", &fix.edit}});
    });
    if (fix.of.empty() && node.size() > 1) error_at(item, "a fix of several needs `of`");
    if (fix.edit.empty()) error_at(item, "a fix needs `edit`");
    if (!fix.each.empty() && fix.replaces.empty()) error_at(item, "a fix with `each` needs `replaces`");
  }
  return fixes;
}

void RuleReader::read_assumed(const YAML::Node& node, Rule& rule, const std::string& part) {
  each_entry(node, "`assumed`", [&](const YAML::Node& key, const YAML::Node& value) {
    member(key.Scalar(), value, part, {{"when", &rule.assumed_when}, {"because", &rule.assumption}});
  });
  if (rule.assumed_when.empty() || rule.assumption.empty())
    error_at(node, "`assumed` needs `when` and `because`");
}

std::string RuleReader::literal(const YAML::Node& node) {
  if (node.IsSequence()) {
    std::string list;
    for (const auto& item : node) list += (list.empty() ? "" : ", ") + literal(item);
    return "[" + list + "]";
  }
  if (!node.IsScalar()) {
    error_at(node, "a parameter is a number, a bool, a text or a list of those");
    return {};
  }
  const std::string& written = node.Scalar();
  const bool is_plain = node.Tag() == "?"; // Quoted scalars have the tag "!".
  bool boolean = false;
  double number = 0;
  if (is_plain && YAML::convert<bool>::decode(node, boolean)) return boolean ? "true" : "false";
  if (is_plain && YAML::convert<double>::decode(node, number)) return written;
  std::string quoted = "'";
  for (const char c : written) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

void RuleReader::read_parameters(const YAML::Node& node, Rule& rule, const std::string& part) {
  each_entry(node, "`parameters`", [&](const YAML::Node& key, const YAML::Node& value) {
    RuleParameter parameter{key.Scalar(), {}, {}};
    const std::string name = part + "." + key.Scalar();
    each_entry(value, "a parameter", [&](const YAML::Node& inner, const YAML::Node& given) {
      if (inner.Scalar() == "default") {
        parts_[name + ".default"] = {start_of(given), {}};
        parameter.value = literal(given);
      } else {
        member(inner.Scalar(), given, name, {{"meaning", &parameter.meaning}});
      }
    });
    if (parameter.value.empty() || parameter.meaning.empty())
      error_at(key, "a parameter needs `default` and `meaning`");
    rule.parameters.push_back(std::move(parameter));
  });
}

void RuleReader::read_equivalents(const YAML::Node& node, Rule& rule, const std::string& part) {
  each_entry(node, "`equivalents`", [&](const YAML::Node& key, const YAML::Node& value) {
    rule.equivalents.emplace_back(key.Scalar(), texts(value, part + "." + key.Scalar()));
  });
}

void RuleReader::read_let(const YAML::Node& node, Rule& rule, const std::string& part) {
  each_entry(node, "`let`", [&](const YAML::Node& key, const YAML::Node& value) {
    rule.let.emplace_back(key.Scalar(), text(value, part + "." + key.Scalar()));
  });
}

void RuleReader::read_evidence(const YAML::Node& node, Rule& rule, const std::string& part) {
  if (!node.IsSequence()) return error_at(node, "`evidence` must be a list");
  for (const auto& item : node) {
    EvidenceRule evidence;
    const std::string name = part + "." + std::to_string(rule.evidence.size());
    each_entry(item, "an item of `evidence`", [&](const YAML::Node& key, const YAML::Node& value) {
      member(key.Scalar(), value, name,
             {{"each", &evidence.each},
              {"when", &evidence.when},
              {"at", &evidence.at},
              {"message", &evidence.message}});
    });
    if (evidence.message.empty()) error_at(item, "an item of `evidence` lacks `message`");
    rule.evidence.push_back(std::move(evidence));
  }
}

} // namespace slsaudit::rules
