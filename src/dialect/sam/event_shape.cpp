// SPDX-License-Identifier: Apache-2.0
#include "dialect/sam/event_shape.hpp"

#include "dialect/cloudformation/misnamed.hpp"
#include "dialect/sam/events.hpp"

#include <algorithm>
#include <vector>

namespace slsaudit::dialect::sam {

namespace {

using cloudformation::Likeness;
using cloudformation::quoted;

struct EventShape {
  std::string_view type;            ///< As meant; empty where nothing says.
  const Node* properties = nullptr; ///< As meant; null where there are none.
  bool told = false;                ///< That it isn't written so.
};

class ShapeReader {
public:
  ShapeReader(Context& context, const Source& source, const Entry& event,
              std::span<const std::string_view> types)
      : context_(context), source_(source), event_(event), types_(types) {
    for (const Entry& entry : kept_entries(*event.value)) {
      if (syntax::is_null(*entry.value)) continue;
      if (entry.key == "Condition" || entry.key == "DependsOn" || entry.key == "Metadata") continue;
      open_ = open_ || entry.key.starts_with("Fn::"); // what that adds isn't seen
      if (!take(entry, "Type", type_) && !take(entry, "Properties", properties_)) beside_.push_back(entry);
    }
  }

  EventShape read() {
    shape_.type = type_.value == nullptr ? std::string_view() : text_of(type_.value);
    shape_.properties = properties_.value;
    if (open_) return shape_;
    check_type();
    if (!shape_.told) check_names();
    if (!shape_.told) check_beside();
    return shape_;
  }

private:
  /// The entry of that name; one of another spelling does until that comes.
  static bool take(const Entry& entry, std::string_view name, Entry& to) {
    if (entry.key == name) {
      to = entry;
      return true;
    }
    const bool meant = to.value == nullptr && cloudformation::likeness(entry.key, name) != Likeness::none;
    if (meant) to = entry;
    return meant;
  }

  void check_type() {
    if (type_.value == nullptr) {
      tell("event-without-type", "has no `Type`", "say what kind of event it is", all_settings());
      return;
    }
    if (shape_.type.empty() || std::ranges::find(types_, shape_.type) != types_.end()) return;
    Likeness best = Likeness::none;
    std::string_view meant;
    for (const std::string_view type : types_) {
      const Likeness like = cloudformation::likeness(shape_.type, type);
      if (like <= best) continue;
      best = like;
      meant = type;
    }
    if (best == Likeness::none) return;
    tell("misnamed-event", "has the type " + quoted(shape_.type) + ", and SAM has " + quoted(meant),
         "write " + quoted(meant), all_settings());
    shape_.type = meant;
  }

  void check_names() {
    for (const Entry* entry : {&type_, &properties_}) {
      const std::string_view name = entry == &type_ ? "Type" : "Properties";
      if (entry->value == nullptr || entry->key == name) continue;
      tell("misspelt-event",
           "has " + quoted(entry->key) + " for " + quoted(name) + " of " + quoted(shape_.type),
           "write " + quoted(name), all_settings());
      return;
    }
  }

  /// With `Properties` the event is made without what stands beside them.
  void check_beside() {
    if (beside_.empty()) return;
    std::string names;
    for (const Entry& entry : beside_) names += (names.empty() ? "" : ", ") + quoted(entry.key);
    if (properties_.value == nullptr) {
      tell("settings-beside-event",
           "has no `Properties` below " + quoted(shape_.type) + ": " + names +
               (beside_.size() == 1 ? " stands" : " stand") + " beside it",
           "indent them below `Properties`", all_settings());
      Map meant(context_.arena);
      for (const Entry& entry : beside_) meant.set(entry.key, entry.value, entry.key_span);
      shape_.properties = meant.node(event_.value->span);
      return;
    }
    tell("setting-beside-event",
         "is of " + quoted(shape_.type) + ", and " + names + (beside_.size() == 1 ? " stands" : " stand") +
             " beside its `Properties`",
         "indent what belongs to it below `Properties`", all_settings());
  }

  /// What belongs below `Properties`, wherever it stands.
  [[nodiscard]] std::vector<text::Related> all_settings() const {
    std::vector<text::Related> parts;
    const auto add = [&](const Entry& entry) { parts.push_back({entry.value->span, quoted(entry.key)}); };
    if (is_plain_map(properties_.value)) std::ranges::for_each(kept_entries(*properties_.value), add);
    std::ranges::for_each(beside_, add);
    return parts;
  }

  void tell(std::string_view name, const std::string& said, std::string help,
            std::vector<text::Related> related) {
    shape_.told = true;
    std::string message = "event " + quoted(event_.key) + " of " + quoted(source_.id) + ' ' + said;
    context_.out.problems.push_back({text::ProblemLevel::finding, std::string(name), std::move(message),
                                     event_.value->span, std::move(help), std::move(related)});
  }

  Context& context_;
  const Source& source_;
  const Entry& event_;
  std::span<const std::string_view> types_;
  Entry type_;
  Entry properties_;
  std::vector<Entry> beside_;
  bool open_ = false;
  EventShape shape_;
};

} // namespace

void mend_events(Context& context) {
  for (Source& source : context.sources) {
    const bool is_function = source.type == "AWS::Serverless::Function";
    if (!is_function && source.type != "AWS::Serverless::StateMachine") continue;
    const Node* events = source.get("Events");
    if (!is_plain_map(events)) continue;
    const std::vector<std::string_view> types = event_types(!is_function);
    std::vector<Entry> kept;
    bool changed = false;
    for (const Entry& entry : kept_entries(*events)) {
      const EventShape shape =
          is_plain_map(entry.value) ? ShapeReader(context, source, entry, types).read() : EventShape{};
      changed = changed || shape.told;
      if (!shape.told) {
        kept.push_back(entry);
      } else if (!shape.type.empty()) {
        const Make make = context.make(entry.value->span);
        Entry mended = entry;
        mended.value = make.map({{"Type", make.text(shape.type)}, {"Properties", shape.properties}});
        kept.push_back(mended);
      }
    }
    if (!changed) continue;
    Map properties(context.arena);
    properties.add(source.properties);
    properties.set("Events", syntax::Builder(context.arena).mapping(kept, events->span),
                   key_span(source.properties, "Events", {}));
    source.properties = properties.node(source.properties->span);
  }
}

} // namespace slsaudit::dialect::sam
