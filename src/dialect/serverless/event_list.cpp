// SPDX-License-Identifier: Apache-2.0
#include "dialect/serverless/event_list.hpp"

#include "dialect/cloudformation/misnamed.hpp"
#include "dialect/serverless/events.hpp"
#include "syntax/entries.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::dialect::serverless {

namespace {

using cloudformation::quoted;
using syntax::Entry;

/// What an event written short, as one text, is the value of.
constexpr auto short_keys = std::to_array<Renamed>({{"cloudwatchLog", "logGroup"},
                                                    {"s3", "bucket"},
                                                    {"schedule", "rate"},
                                                    {"sns", "arn"},
                                                    {"sqs", "arn"},
                                                    {"stream", "arn"},
                                                    {"websocket", "route"}});

std::string named(const std::vector<Entry>& entries) {
  std::string names;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) names += i + 1 == entries.size() ? " and " : ", ";
    names += quoted(entries[i].key);
  }
  return names;
}

/// Nothing at all, not even `null` or a variable that comes to it.
bool is_left_empty(const Node& node) {
  return syntax::is_null(node) && node.text.empty() && node.span.empty();
}

class EventReader {
public:
  EventReader(Service& service, Function& function) : service_(service), function_(function) {
    const auto platform = known_text(service.from_provider({"name"}));
    foreign_ = platform && *platform != "aws";
  }

  void read(const Node& item) {
    if (item.is_scalar() && !syntax::is_null(item)) {
      function_.events.push_back({item.text, item.span, &item});
    } else if (item.is_mapping() && !item.children.empty()) {
      read_mapping(item, syntax::kept_entries(item));
    } else if (!syntax::is_null(item)) {
      service_.wrong_shape("events", item, "a mapping with the event's type");
    }
  }

private:
  void read_mapping(const Node& item, const std::vector<Entry>& entries) {
    if (foreign_) {
      add(entries.front(), entries.front().key, entries.front().value);
      return;
    }
    const auto known = [](const Entry& entry) { return is_event_type(entry.key); };
    const auto count = std::ranges::count_if(entries, known);
    const bool plain = item.tag.empty() && std::ranges::none_of(entries, [](const Entry& entry) {
                         return entry.value->kind == syntax::NodeKind::unknown;
                       });
    if (count > 1) {
      read_several(item, entries, plain);
    } else if (count == 1) {
      const Entry head = *std::ranges::find_if(entries, known);
      std::vector<Entry> beside;
      std::ranges::copy_if(entries, std::back_inserter(beside),
                           [&](const Entry& entry) { return entry.key != head.key; });
      if (!beside.empty() && plain)
        read_beside(item, head, beside);
      else
        read_one(item, head, plain);
    } else {
      read_unknown(item, entries.front(), plain && entries.size() == 1);
    }
  }

  void add(const Entry& entry, std::string_view type, const Node* body) {
    function_.events.push_back({type, entry.key_span, body});
  }

  void tell(std::string_view name, std::string message, const Node& item, std::string help,
            std::vector<text::Related> related) {
    message = "an event of " + quoted(function_.key) + ' ' + message;
    service_.problems.push_back({text::ProblemLevel::finding, std::string(name), std::move(message),
                                 item.span, std::move(help), std::move(related)});
  }

  void read_one(const Node& item, const Entry& entry, bool plain) {
    if (plain && is_left_empty(*entry.value))
      tell("empty-event", "is " + quoted(entry.key) + " with nothing below it", item,
           "say what it is to be, or take it away", {});
    add(entry, entry.key, entry.value);
  }

  /// Each is looked up by itself, but for versions that check what is written.
  void read_several(const Node& item, const std::vector<Entry>& entries, bool plain) {
    std::vector<text::Related> parts;
    std::vector<Entry> events;
    for (const Entry& entry : entries) {
      parts.push_back({entry.value->span, quoted(entry.key)});
      if (!is_event_type(entry.key)) continue;
      events.push_back(entry);
      add(entry, entry.key, entry.value);
    }
    const bool all = events.size() == entries.size();
    if (plain && all)
      tell("events-in-one", "is several at once, " + named(events), item, "give each a dash of its own",
           std::move(parts));
  }

  void read_beside(const Node& item, const Entry& head, const std::vector<Entry>& beside) {
    const bool empty = syntax::is_null(*head.value);
    std::vector<text::Related> parts;
    std::vector<Entry> settings;
    if (head.value->is_mapping() && !is_intrinsic(head.value)) {
      settings = syntax::kept_entries(*head.value);
    } else if (!empty) {
      const auto* row = std::ranges::find(short_keys, head.key, &Renamed::from);
      if (row != short_keys.end()) settings.push_back({row->to, head.key_span, head.value});
    }
    for (const Entry& entry : settings) parts.push_back({entry.value->span, quoted(entry.key)});
    for (const Entry& entry : beside) {
      parts.push_back({entry.value->span, quoted(entry.key)});
      settings.push_back(entry);
    }
    const std::string names = named(beside);
    const std::string stand = beside.size() == 1 ? " stands" : " stand";
    if (empty) {
      tell("settings-beside-event",
           "is " + quoted(head.key) + " with nothing below it: " + names + stand + " beside it", item,
           "indent them below " + quoted(head.key), std::move(parts));
      add(head, head.key, service_.make.at(item.span).builder().mapping(settings, item.span));
      return;
    }
    // Without the key of a text the settings can't be put together.
    const bool whole = settings.size() > beside.size();
    tell("setting-beside-event", "is " + quoted(head.key) + ", and " + names + stand + " beside it", item,
         "indent what belongs to it below " + quoted(head.key),
         whole ? std::move(parts) : std::vector<text::Related>());
    add(head, head.key, head.value);
  }

  void read_unknown(const Node& item, const Entry& entry, bool plain) {
    const std::string_view meant = plain ? meant_by(entry.key) : std::string_view();
    if (meant.empty()) {
      add(entry, entry.key, entry.value);
      return;
    }
    tell("misnamed-event", "is " + quoted(entry.key) + ", and the framework has " + quoted(meant), item,
         "write " + quoted(meant), {{entry.value->span, quoted(entry.key)}});
    add(entry, meant, entry.value);
  }

  /// The event whose name that surely is, with a slip; empty where there is none. A plugin may have events of
  /// its own.
  [[nodiscard]] std::string_view meant_by(std::string_view written) const {
    if (service_.has_plugin_named_with(written)) return {};
    return closest_event_type(written);
  }

  bool foreign_ = false; ///< Other platforms have other events, whose settings may stand beside them.
  Service& service_;
  Function& function_;
};

} // namespace

void read_events(Service& service, Function& function) {
  const Node* events = function.body->get("events");
  if (events == nullptr || syntax::is_null(*events)) return;
  if (!events->is_sequence()) {
    service.wrong_shape("events", *events, "a list");
    return;
  }
  EventReader reader(service, function);
  for (const Entry& item : events->children) reader.read(*item.value);
}

} // namespace slsaudit::dialect::serverless
