// SPDX-License-Identifier: Apache-2.0
#include "report/redact.hpp"
#include "report/shard_json.hpp"
#include "report/shown.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace slsaudit::report {

namespace {

constexpr std::size_t max_depth = 32; ///< A line needs 7.
constexpr std::size_t max_name = 128;

/// Brackets within brackets, so that nothing deep is ever built.
bool is_shallow(std::string_view text) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\') ++i;
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if ((c == '{' || c == '[') && ++depth > max_depth) return false;
    if ((c == '}' || c == ']') && depth > 0) --depth;
  }
  return true;
}

/// Codes, names and the like: they stand unescaped in many places.
bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= max_name && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == ':' || c == '+';
  });
}

bool is_count(const Json& value) {
  return value.is_number_unsigned() || (value.is_number_integer() && value.get<std::int64_t>() >= 0);
}

enum class Field : std::uint8_t { word, text, id, number, place };

struct FieldRule {
  const char* name;
  Field kind;
  bool required = false;
};

/// Takes objects over field by field; the first thing that is wrong is kept.
class Copy {
public:
  Json fields(const Json& from, std::string_view what, const std::vector<FieldRule>& rules) {
    Json to = Json::object();
    if (!from.is_object()) {
      complain(std::string(what) + " is no object");
      return to;
    }
    for (const FieldRule& rule : rules) {
      const auto found = from.find(rule.name);
      if (found != from.end())
        take(to, rule, *found, what);
      else if (rule.required)
        complain(std::string(what) + " lacks `" + rule.name + "`");
    }
    return to;
  }

  template <class Each> Json list(const Json& from, const char* name, const Each& each) {
    Json to = Json::array();
    const auto found = from.find(name);
    if (found == from.end()) return to;
    if (!found->is_array()) complain(std::string("`") + name + "` is no list");
    if (found->is_array())
      for (const Json& item : *found) to.push_back(each(item));
    return to;
  }

  void complain(std::string wrong) {
    if (wrong_.empty()) wrong_ = std::move(wrong);
  }
  [[nodiscard]] const std::string& wrong() const { return wrong_; }

private:
  void take(Json& to, const FieldRule& rule, const Json& value, std::string_view what) {
    const bool is_text = rule.kind == Field::word || rule.kind == Field::text || rule.kind == Field::id;
    const bool is_fit = is_text                      ? value.is_string()
                        : rule.kind == Field::number ? is_count(value)
                                                     : value.is_object();
    if (!is_fit || (rule.kind == Field::word && !is_word(value.get_ref<const std::string&>()))) {
      complain("`" + std::string(rule.name) + "` of " + std::string(what) + " is not what it must be");
      return;
    }
    if (rule.kind == Field::text)
      to[rule.name] = redact(value.get_ref<const std::string&>());
    else if (rule.kind == Field::place)
      to[rule.name] =
          fields(value, "a place",
                 {{"line", Field::number, true}, {"column", Field::number}, {"offset", Field::number}});
    else
      to[rule.name] = value;
  }

  std::string wrong_;
};

const std::vector<FieldRule> place_fields{
    {"path", Field::id}, {"start", Field::place}, {"end", Field::place}};

std::vector<FieldRule> with_place(std::vector<FieldRule> fields) {
  fields.insert(fields.end(), place_fields.begin(), place_fields.end());
  return fields;
}

class Line {
public:
  CanonicalLine copy(const Json& from) {
    CanonicalLine line;
    line.json = head(from);
    line.root = line.json.value("root", "");
    for (const char* const list : {"findings", "suppressed", "baseline"})
      line.json[list] = copy_.list(from, list, [&](const Json& one) { return finding(one); });
    line.json["errors"] = copy_.list(from, "errors", [&](const Json& one) { return error(one); });
    line.json["rules"] = copy_.list(from, "rules", [&](const Json& one) { return word(one); });
    line.json["resource_types"] = types(from);
    line.json["offers"] = copy_.list(from, "offers", [&](const Json& one) { return offer(one); });
    line.json["wants"] = copy_.list(from, "wants", [&](const Json& one) { return want(one); });
    line.wrong = copy_.wrong();
    return line;
  }

private:
  Json head(const Json& from) {
    Json to = copy_.fields(from, "the line",
                           {{"type", Field::word, true},
                            {"format", Field::word, true},
                            {"format_version", Field::number, true}});
    if (to.value("format_version", 0) != format_version)
      copy_.complain("its `format_version` is not " + std::to_string(format_version) +
                     ": it is of another version of slsaudit");
    to["tool"] = copy_.fields(from.value("tool", Json()), "`tool`",
                              {{"name", Field::word, true}, {"version", Field::word, true}});
    to.update(copy_.fields(from, "the line",
                           {{"root", Field::id, true},
                            {"as_of", Field::word},
                            {"fail_on", Field::word, true},
                            {"outcome", Field::word, true},
                            {"exit", Field::number, true}}));
    constexpr std::array<std::string_view, 4> outcomes{"clean", "findings", "unusable", "incomplete"};
    const auto outcome = std::ranges::find(outcomes, to.value("outcome", ""));
    if (outcome == outcomes.end() || outcome - outcomes.begin() != to.value("exit", -1))
      copy_.complain("its `outcome` and `exit` disagree, or are none");
    const std::string fail_on = to.value("fail_on", "");
    if (fail_on != "never" && !rules::severity_from(fail_on)) copy_.complain("its `fail_on` is no severity");
    to["summary"] = summary(from.value("summary", Json()));
    return to;
  }

  Json summary(const Json& from) {
    std::vector<FieldRule> severities;
    static constexpr std::array<const char*, 5> names{"critical", "high", "medium", "low", "info"};
    for (const char* const severity : names) severities.push_back({severity, Field::number, true});
    Json to{{"findings", copy_.fields(from.is_object() ? from.value("findings", Json()) : from,
                                      "`findings` of `summary`", severities)}};
    to.update(copy_.fields(from, "`summary`",
                           {{"suppressed", Field::number, true},
                            {"baseline", Field::number, true},
                            {"errors", Field::number, true},
                            {"templates", Field::number, true},
                            {"resources", Field::number, true}}));
    return to;
  }

  Json finding(const Json& from) {
    static const std::vector<FieldRule> first{
        {"code", Field::word, true},    {"name", Field::word, true}, {"severity", Field::word, true},
        {"confidence", Field::word},    {"assumption", Field::text}, {"world", Field::text},
        {"message", Field::text, true}, {"path", Field::id},         {"start", Field::place},
        {"end", Field::place},          {"resource", Field::id},     {"property", Field::text},
        {"dialect", Field::word}};
    Json to = copy_.fields(from, "a finding", first);
    if (!from.is_object()) return to;
    if (!rules::severity_from(to.value("severity", ""))) copy_.complain("the severity of a finding is none");
    static const std::vector<FieldRule> step = with_place({{"message", Field::text, true}});
    to["evidence"] = copy_.list(
        from, "evidence", [&](const Json& one) { return copy_.fields(one, "a step of evidence", step); });
    to.update(copy_.fields(from, "a finding",
                           {{"fix", Field::text}, {"fingerprint", Field::word}, {"line_hash", Field::word}}));
    static const std::vector<FieldRule> by = with_place({{"by", Field::text, true},
                                                         {"tool", Field::text, true},
                                                         {"reason", Field::text},
                                                         {"until", Field::text}});
    if (from.contains("suppressed")) to["suppressed"] = copy_.fields(from["suppressed"], "`suppressed`", by);
    return to;
  }

  Json error(const Json& from) {
    static const std::vector<FieldRule> head =
        with_place({{"name", Field::word, true}, {"message", Field::text, true}});
    Json to = copy_.fields(from, "an error", head);
    if (!from.is_object()) return to;
    to.update(copy_.fields(from, "an error", {{"help", Field::text}}));
    static const std::vector<FieldRule> related = with_place({{"message", Field::text, true}});
    if (from.contains("related"))
      to["related"] = copy_.list(from, "related", [&](const Json& one) {
        return copy_.fields(one, "a place related to an error", related);
      });
    return to;
  }

  Json offer(const Json& from) {
    return copy_.fields(from, "an offer",
                        {{"kind", Field::word, true},
                         {"name", Field::text, true},
                         {"physical", Field::text},
                         {"type", Field::text},
                         {"resource", Field::id},
                         {"path", Field::id},
                         {"line", Field::number}});
  }

  Json want(const Json& from) {
    return copy_.fields(from, "a want",
                        {{"kind", Field::word, true},
                         {"name", Field::text, true},
                         {"region", Field::text},
                         {"account", Field::text},
                         {"by", Field::id, true},
                         {"relation", Field::word, true},
                         {"path", Field::id},
                         {"line", Field::number}});
  }

  Json types(const Json& from) {
    Json to = Json::object();
    const auto found = from.find("resource_types");
    if (found == from.end() || !found->is_object()) return to;
    for (const auto& [type, count] : found->items()) {
      if (!is_count(count)) copy_.complain("`resource_types` has what is no count");
      to[redact(type)] = count;
    }
    return to;
  }

  Json word(const Json& from) {
    const bool is_fit = from.is_string() && is_word(from.get_ref<const std::string&>());
    if (!is_fit) copy_.complain("`rules` has what is no code");
    return is_fit ? from : Json("");
  }

  Copy copy_;
};

} // namespace

std::optional<Json> parse_foreign(std::string_view text) {
  if (!is_shallow(text)) return std::nullopt;
  Json json = Json::parse(text.begin(), text.end(), nullptr, false);
  if (json.is_discarded()) return std::nullopt;
  return json;
}

CanonicalLine canonical_line(const Json& line) {
  return Line().copy(line);
}

} // namespace slsaudit::report
