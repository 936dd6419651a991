// SPDX-License-Identifier: Apache-2.0
#include "cel/lookups.hpp"

#include <algorithm>
#include <iterator>

namespace slsaudit::cel {

void Choice::add(std::span<const std::uint32_t> more) {
  if (positions_.empty())
    positions_ = more;
  else if (!more.empty())
    unite(more);
}

void Choice::add(const Choice& more) {
  if (more.united_.empty())
    add(more.positions_);
  else
    unite(more.positions_);
}

void Choice::unite(std::span<const std::uint32_t> more) {
  Positions both;
  both.reserve(positions_.size() + more.size());
  std::ranges::set_union(positions_, more, std::back_inserter(both));
  united_ = std::move(both);
  positions_ = united_;
}

void Answers::add(std::uint32_t position, const Value& answer) {
  const bool plain = answer.assumption() == nullptr;
  if (plain && answer.is_null()) return;
  const bool is_string = plain && answer.string().has_value();
  if (is_string) has_template_strings_ = has_template_strings_ || answer.from_template();
  if (is_string)
    append(strings_[std::string(*answer.string())], position);
  else if (plain && answer.integer() != nullptr && !answer.from_template())
    append(numbers_[*answer.integer()], position);
  else if (plain && answer.object() != nullptr)
    append(objects_[answer.object()], position);
  else
    append(others_, position);
}

bool Answers::is_usable(const Value& key) const {
  if (key.assumption() != nullptr) return false;
  if (key.string().has_value()) return numbers_.empty() || !key.from_template();
  if (key.integer() != nullptr) return !has_template_strings_ && !key.from_template();
  return key.object() != nullptr;
}

const Positions& Answers::equal_to(const Value& key) const {
  static const Positions none;
  if (const auto text = key.string()) {
    const auto found = strings_.find(*text);
    return found != strings_.end() ? found->second : none;
  }
  if (const std::int64_t* number = key.integer()) {
    const auto found = numbers_.find(*number);
    return found != numbers_.end() ? found->second : none;
  }
  const auto found = objects_.find(key.object());
  return found != objects_.end() ? found->second : none;
}

Lookups::Entry& Lookups::entry(const List& list, std::string_view text) {
  const std::scoped_lock lock(mutex_);
  auto& of_list = entries_[&list];
  const auto found = of_list.find(text);
  if (found != of_list.end()) return *found->second;
  return *of_list.emplace(text, std::make_unique<Entry>()).first->second;
}

} // namespace slsaudit::cel
