// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/misnamed.hpp"

#include "text/encoding.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace slsaudit::dialect::cloudformation {

using knowledge::Names;
using knowledge::ResourceType;
using syntax::Entry;
using syntax::Node;

namespace {

/// A longer one is nobody's slip.
constexpr std::size_t max_name = 100;

/// More of them are of another kind altogether.
constexpr std::size_t most_slips = 20;

/// SAM's types and what they become: a name of the one in the other is a slip, though SAM may come to take
/// more of CloudFormation's.
struct Pair {
  std::string_view sam;
  std::string_view plain;
};
constexpr std::array<Pair, 6> pairs{{
    {"AWS::Serverless::Api", "AWS::ApiGateway::RestApi"},
    {"AWS::Serverless::Function", "AWS::Lambda::Function"},
    {"AWS::Serverless::HttpApi", "AWS::ApiGatewayV2::Api"},
    {"AWS::Serverless::LayerVersion", "AWS::Lambda::LayerVersion"},
    {"AWS::Serverless::SimpleTable", "AWS::DynamoDB::Table"},
    {"AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine"},
}};

bool has_digit(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// `Tag` and `Tags`, `Policy` and `Policies`, `Enable` and `Enabled`.
bool is_other_form(std::string_view shorter, std::string_view longer) {
  if (shorter.size() > longer.size()) std::swap(shorter, longer);
  if (longer.starts_with(shorter)) {
    const std::string_view rest = longer.substr(shorter.size());
    return rest == "s" || rest == "es" || rest == "d" || rest == "ed" || rest == "ing";
  }
  return shorter.ends_with('y') && longer.ends_with("ies") &&
         longer.substr(0, longer.size() - 3) == shorter.substr(0, shorter.size() - 1);
}

/// "VisibilityTimeoutInSeconds": names of other tools say the unit.
struct Measure {
  std::string_view stem; ///< Empty, where a word would be left that says little.
  char unit = 0;         ///< Its letter; 0 where none is said.
};

Measure measure_of(std::string_view lower) {
  constexpr std::array<std::string_view, 6> units{"seconds", "secs", "minutes", "mins", "hours", "days"};
  constexpr std::size_t least = 7;
  Measure measure{lower};
  for (const std::string_view unit : units) {
    if (!lower.ends_with(unit)) continue;
    measure = {lower.substr(0, lower.size() - unit.size()), unit.front()};
    if (measure.stem.ends_with("in")) measure.stem.remove_suffix(2);
    break;
  }
  if (measure.stem.size() < least) measure.stem = {};
  return measure;
}

/// `VisibilityTimeoutSeconds` and `VisibilityTimeout`, `RetentionDays` and `RetentionInDays`: where the
/// number means the same. What says no unit is mostly in seconds.
bool is_other_unit(std::string_view written, std::string_view known) {
  const Measure left = measure_of(written);
  const Measure right = measure_of(known);
  if (left.stem.empty() || left.stem != right.stem || written == known) return false;
  return left.unit == right.unit || left.unit == 0 || (left.unit == 's' && right.unit == 0);
}

bool is_swap(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  const auto [a, b] = std::ranges::mismatch(left, right);
  const auto i = static_cast<std::size_t>(a - left.begin());
  return i + 1 < left.size() && left[i] == right[i + 1] && left[i + 1] == right[i] &&
         left.substr(i + 2) == right.substr(i + 2);
}

/// Of two words: short ones that differ in a letter (`min`, `max`) are often both right.
bool is_misspelt(std::string_view written, std::string_view known) {
  const std::size_t size = std::max(written.size(), known.size());
  if (size < 4 || has_digit(written) || has_digit(known)) return false;
  if (is_swap(written, known)) return true;
  if (written.front() != known.front()) return false; // `Import`, `Export`
  const std::size_t distance = text::edit_distance(written, known);
  const std::size_t most = size < 5 ? (written.size() == known.size() ? 0 : 1) : size < 8 ? 1 : 2;
  return distance <= most;
}

const Node* written_properties(const Node& body) {
  const Node* properties = body.get("Properties");
  if (properties == nullptr || !properties->is_mapping() || !properties->tag.empty()) return nullptr;
  // What a transform or a loop adds isn't seen, and might be what is missed.
  const bool open = body.find("Fn::Transform") != nullptr ||
                    std::ranges::any_of(properties->children,
                                        [](const Entry& entry) { return entry.key.starts_with("Fn::"); });
  return open ? nullptr : properties;
}

struct Meant {
  std::string name;
  bool certain = false;
};

class PropertyCheck {
public:
  PropertyCheck(const ResourceType& type, const Node& properties) : type_(type), properties_(properties) {
    for (const Entry& entry : properties.children)
      if (!type.properties.contains(entry.key)) unknown_.push_back(&entry);
    if (unknown_.empty()) return;
    for (std::size_t i = 0; i < type.required.size(); ++i)
      if (properties.find(type.required[i]) == nullptr) missing_.push_back(type.required[i]);
  }

  void tell(text::Problems& problems) const {
    if (unknown_.size() > most_slips) return;
    for (const Entry* entry : unknown_) {
      if (entry->key.empty() || entry->key.size() > max_name) continue;
      if (const auto meant = meant_by(entry->key)) {
        tell(problems, *entry, *meant);
      } else if (const auto of = other_type(entry->key); !of.empty()) {
        problems.push_back({text::ProblemLevel::finding,
                            of.starts_with("AWS::Serverless::") ? "misnamed-property" : "doubtful-property",
                            quoted(entry->key) + " is a property of `" + std::string(of) + "`, not of `" +
                                std::string(type_.name) + "`",
                            entry->key_span, "write what `" + std::string(type_.name) + "` has in its place",
                            value_of(*entry)});
      }
    }
  }

private:
  void tell(text::Problems& problems, const Entry& entry, const Meant& meant) const {
    problems.push_back({text::ProblemLevel::finding,
                        meant.certain ? "misnamed-property" : "doubtful-property",
                        quoted(entry.key) + " is no property of `" + std::string(type_.name) +
                            "`, which has `" + meant.name + "`",
                        entry.key_span, "write `" + meant.name + "`", value_of(entry)});
  }

  /// For a fix, which has the value elsewhere.
  static std::vector<text::Related> value_of(const Entry& entry) {
    return {{entry.value->span, quoted(entry.key)}};
  }

  [[nodiscard]] bool is_missing(std::string_view name) const {
    return std::ranges::find(missing_, name) != missing_.end();
  }

  [[nodiscard]] std::optional<Meant> meant_by(std::string_view written) const {
    Likeness best = Likeness::none;
    std::string_view name;
    for (std::size_t i = 0; i < type_.properties.size(); ++i) {
      const std::string_view known = type_.properties[i];
      if (properties_.find(known) != nullptr) continue;
      const Likeness like = likeness(written, known);
      if (like <= best) continue;
      best = like;
      name = known;
    }
    if (best != Likeness::none)
      return Meant{std::string(name), best == Likeness::spelling || is_missing(name)};
    // One name too many and one that has to be there: `PolicyText` for `PolicyDocument`.
    if (unknown_.size() != 1 || missing_.size() != 1) return std::nullopt;
    const auto written_words = text::words_of(written);
    const auto words = text::words_of(missing_.front());
    if (written_words.empty() || words.empty()) return std::nullopt;
    const bool alike = (written_words.front() == words.front() && words.front().size() >= 4) ||
                       (written_words.back() == words.back() && words.back().size() >= 4);
    return alike ? std::optional(Meant{std::string(missing_.front()), true}) : std::nullopt;
  }

  /// The type that has the property, where it makes this one or is made of it.
  [[nodiscard]] std::string_view other_type(std::string_view written) const {
    for (const Pair& pair : pairs) {
      const std::string_view other = pair.sam == type_.name     ? pair.plain
                                     : pair.plain == type_.name ? pair.sam
                                                                : std::string_view();
      const auto found = other.empty() ? std::nullopt : knowledge::find_resource_type(other);
      if (found && found->properties.contains(written)) return other;
    }
    return {};
  }

  const ResourceType& type_;
  const Node& properties_;
  std::vector<const Entry*> unknown_;
  std::vector<std::string_view> missing_;
};

/// "AWS::SQS" and "Queue" of "AWS::SQS::Queue".
std::pair<std::string_view, std::string_view> parts_of(std::string_view type) {
  const std::size_t at = type.rfind("::");
  return at == std::string_view::npos ? std::pair(type, std::string_view())
                                      : std::pair(type.substr(0, at), type.substr(at + 2));
}

text::Problem attribute_problem(std::string_view resource, std::string_view type, std::string_view attribute,
                                text::Span span, bool certain, const std::string& help) {
  return {text::ProblemLevel::finding,
          certain ? "misnamed-attribute" : "doubtful-attribute",
          "`Fn::GetAtt` gives no " + quoted(attribute) + " of " + quoted(resource) + ", `" +
              std::string(type) + "`" + (help.empty() ? "" : "; " + help),
          span,
          help,
          {}};
}

/// Whether more may be below the name than is known of it: a nested stack's outputs, parts of an attribute.
bool is_open_below(const ResourceType& type, std::string_view head) {
  if (head == "Outputs" || type.properties.contains(head)) return true;
  for (std::size_t i = 0; i < type.attributes.size(); ++i) {
    const std::string_view known = type.attributes[i];
    if (known.substr(0, known.find('.')) == head) return true;
  }
  return false;
}

/// "it has `Arn`, `QueueName`": not all of those that have dozens.
std::string some_of(const Names& attributes) {
  constexpr std::size_t most = 8;
  std::string some = "it has ";
  for (std::size_t i = 0; i < std::min(attributes.size(), most); ++i)
    some += (i > 0 ? ", `" : "`") + std::string(attributes[i]) + "`";
  return attributes.size() > most ? some + " and others" : some;
}

} // namespace

std::string quoted(std::string_view text) {
  std::string shown = "`";
  shown += text::beginning(text, 60);
  return shown += '`';
}

Likeness likeness(std::string_view written, std::string_view known) {
  // Most names differ in where they begin; a slip there is a swap.
  if (written.size() < 2 || known.size() < 2) return Likeness::none;
  if (written.size() <= max_name && is_other_unit(text::lower(written), text::lower(known)))
    return Likeness::form;
  if (written.size() > known.size() + 3 || known.size() > written.size() + 3) return Likeness::none;
  const char first = text::lower(written.front());
  if (first != text::lower(known.front()) && first != text::lower(known[1])) return Likeness::none;
  const std::string left = text::lower(written);
  const std::string right = text::lower(known);
  if (left == right) return Likeness::spelling;
  if (is_other_form(left, right)) return Likeness::form;
  const auto words = text::words_of(written);
  const auto known_words = text::words_of(known);
  if (words.size() != known_words.size() || has_digit(left) != has_digit(right)) {
    // Without capitals a name is one word.
    return words.size() == 1 && is_misspelt(left, right) ? Likeness::spelling : Likeness::none;
  }
  if (words == known_words) return has_digit(left) ? Likeness::none : Likeness::spelling; // `Queue_Name`
  Likeness like = Likeness::none;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == known_words[i]) continue;
    if (like != Likeness::none) return Likeness::none; // one slip
    if (is_other_form(words[i], known_words[i]))
      like = Likeness::form;
    else if (is_misspelt(words[i], known_words[i]))
      like = Likeness::spelling;
    else
      return Likeness::none;
  }
  return like;
}

std::string_view closest_type(std::string_view written) {
  if (!written.starts_with("AWS::") || written.size() > max_name || knowledge::find_resource_type(written))
    return {};
  const auto [service, kind] = parts_of(written);
  if (kind.empty() || service.size() <= 5 || service.find("::", 5) != std::string_view::npos) return {};
  const auto lower = [](char c) { return text::lower(c); };
  std::string_view meant;
  for (const std::string_view known : knowledge::resource_type_names()) {
    if (std::ranges::equal(known, written, {}, lower, lower)) return known;
    const auto [its_service, its_kind] = parts_of(known);
    const bool near =
        its_service == service
            ? likeness(kind, its_kind) != Likeness::none
            : its_kind == kind && likeness(service.substr(5), its_service.substr(5)) == Likeness::spelling;
    if (!near) continue;
    if (!meant.empty()) return {};
    meant = known;
  }
  return meant;
}

void check_type_name(const Node& type, text::Problems& problems) {
  if (const std::string_view meant = closest_type(type.text); !meant.empty()) {
    problems.push_back({text::ProblemLevel::finding,
                        "misnamed-type",
                        quoted(type.text) + " is no type: " + quoted(meant) + " is",
                        type.span,
                        "write " + quoted(meant),
                        {}});
    return;
  }
  const std::string_view name = type.text;
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':';
  };
  if (!name.starts_with("AWS:") || name.size() > max_name || !std::ranges::all_of(name, plain)) return;
  std::string meant;
  std::size_t parts = 1;
  for (const char c : name) {
    if (c != ':') {
      meant.push_back(c);
    } else if (!meant.ends_with(':')) {
      meant.append(2, ':');
      ++parts;
    }
  }
  // A module's type has a fourth part.
  if (meant == name && !name.ends_with(':') && (parts == 3 || (parts == 4 && name.ends_with("::MODULE"))))
    return;
  const bool known = meant != name && knowledge::find_resource_type(meant).has_value();
  problems.push_back({text::ProblemLevel::finding,
                      "malformed-type",
                      quoted(name) + " is no type: " +
                          (known ? "`" + meant + "` is" : "those of AWS are `AWS::service::kind`"),
                      type.span,
                      known ? "write `" + meant + "`" : "write the type that is meant",
                      {}});
}

void check_property_names(const Node& body, std::string_view type, text::Problems& problems) {
  const auto known = knowledge::find_resource_type(type);
  const Node* properties = known ? written_properties(body) : nullptr;
  if (properties != nullptr) PropertyCheck(*known, *properties).tell(problems);
}

std::optional<text::Problem> misnamed_attribute(std::string_view resource, std::string_view type,
                                                std::string_view attribute, text::Span span) {
  const auto known = knowledge::find_resource_type(type);
  if (!known || attribute.size() > max_name || known->attributes.size() == 0) return std::nullopt;
  const Names& attributes = known->attributes;
  const std::string_view head = attribute.substr(0, attribute.find('.'));
  if (attributes.contains(attribute) || (known->open && known->properties.contains(head)))
    return std::nullopt;
  const auto problem = [&](bool certain, const std::string& help) {
    return attribute_problem(resource, type, attribute, span, certain, help);
  };
  if (!known->ref.empty() && attribute == known->ref) return problem(false, "`Ref` gives it");
  if (attribute == "Name" && known->ref.ends_with("Name")) return problem(false, "`Ref` gives it");
  const bool dotted = head.size() < attribute.size();
  Likeness best = Likeness::none;
  std::string_view name;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    // Below an attribute may be more than is known of it.
    if (dotted && attributes[i].find('.') == std::string_view::npos) continue;
    const Likeness like = likeness(attribute, attributes[i]);
    if (like <= best) continue;
    best = like;
    name = attributes[i];
  }
  if (best != Likeness::none)
    return problem(best == Likeness::spelling, "it has `" + std::string(name) + "`");
  // `QueueArn` of what has `Arn`.
  if (attribute.size() > 3 && attribute.ends_with("Arn") && attributes.contains("Arn") &&
      !known->properties.contains(attribute) &&
      known->name.ends_with(attribute.substr(0, attribute.size() - 3)))
    return problem(true, "it has `Arn`");
  // `Arn` of what has `TopicArn`.
  const std::string longer = std::string(known->name.substr(known->name.rfind(':') + 1)) + "Arn";
  if (attribute == "Arn" && attributes.contains(longer)) return problem(false, "it has `" + longer + "`");
  if (is_open_below(*known, head)) return std::nullopt;
  auto unlisted = problem(false, some_of(attributes));
  unlisted.name = "unlisted-attribute"; // it may be newer than the row
  return unlisted;
}

} // namespace slsaudit::dialect::cloudformation
