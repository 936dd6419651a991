// SPDX-License-Identifier: Apache-2.0
#include "cli/parser.hpp"

#include "rules/names.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace slsaudit::cli {

namespace {

/// CLI11 takes `[a,b]` for a list of arguments; here it is a path or an expression like any other.
constexpr char mark = '\x01';
void hide_bracket(std::string& argument) {
  if (argument.starts_with('[')) argument.insert(argument.begin(), mark);
}
void show_bracket(std::string& argument) {
  if (argument.starts_with(mark)) argument.erase(argument.begin());
}

} // namespace

void Parser::add(const OptionText& text, bool is_flag, std::function<void(const Entry&)> store) {
  entries_.push_back({.text = text, .is_flag = is_flag, .store = std::move(store)});
}

void Parser::flag(const OptionText& text, bool& target) {
  add(text, true, [&target](const Entry&) { target = true; });
}

void Parser::value(const OptionText& text, std::string& target) {
  add(text, false, [&target](const Entry& entry) { target = entry.given.back(); });
}

void Parser::value(const OptionText& text, std::optional<std::string>& target) {
  add(text, false, [&target](const Entry& entry) { target = entry.given.back(); });
}

void Parser::list(const OptionText& text, std::vector<std::string>& target) {
  add(text, false, [&target](const Entry& entry) { target = entry.given; });
}

void Parser::words(const OptionText& text, std::vector<std::string>& target) {
  add(text, false, [&target](const Entry& entry) {
    for (const std::string& given : entry.given) {
      for (std::size_t begin = 0; begin < given.size();) {
        const std::size_t end = std::min(given.find(',', begin), given.size());
        if (end > begin) target.push_back(given.substr(begin, end - begin));
        begin = end + 1;
      }
    }
  });
}

void Parser::actions(std::vector<std::string_view> words, std::string& target) {
  actions_ = std::move(words);
  action_ = &target;
}

void Parser::positionals(std::string_view name, std::vector<std::string>& target, std::size_t min,
                         std::size_t max) {
  positional_name_ = name;
  positionals_ = &target;
  min_positionals_ = min;
  max_positionals_ = max;
}

std::string_view Parser::command() const {
  return usage_.substr(0, usage_.find(' '));
}

ExitCode Parser::fail(World& world, const std::string& message) const {
  world.err << "slsaudit " << command() << ": " << message << "\nTry `slsaudit " << command()
            << " --help`.\n";
  return ExitCode::usage;
}

std::vector<std::string> Parser::given(const std::vector<std::string_view>& without) const {
  std::vector<std::string> words;
  for (const Entry& entry : entries_) {
    if (!entry.is_given || std::ranges::find(without, entry.text.name) != without.end()) continue;
    words.emplace_back(entry.text.name);
    for (const std::string& value : entry.given) words.push_back("=" + value);
  }
  for (const std::string& positional : given_positionals_) words.push_back(" " + positional);
  return words;
}

Definition Parser::definition() const {
  Definition made;
  made.usage = usage_;
  made.summary = summary_;
  made.notes = notes_;
  made.positional = positional_name_;
  made.actions.assign(actions_.begin(), actions_.end());
  made.examples.assign(examples_.begin(), examples_.end());
  for (const Entry& entry : entries_) {
    OptionDefinition& option = made.options.emplace_back();
    option.name = entry.text.name;
    if (!entry.text.letter.empty()) option.name = std::string(entry.text.letter) + "," + option.name;
    option.value = entry.is_flag ? "" : entry.text.value;
    option.help = entry.text.help;
    option.choices.assign(entry.text.choices.begin(), entry.text.choices.end());
  }
  return made;
}

std::string Parser::take_action(std::vector<std::string>& arguments) {
  if (actions_.empty()) return {};
  const std::string first = arguments.empty() || arguments.front().starts_with('-') ? "" : arguments.front();
  if (std::ranges::find(actions_, first) != actions_.end()) {
    *action_ = first;
    arguments.erase(arguments.begin());
    return {};
  }
  const std::string_view near = rules::nearest(first, actions_);
  if (first.empty()) return "say " + either(actions_);
  return "there is no `" + first + "`; " +
         (near.empty() ? "say " + either(actions_) : "did you mean `" + std::string(near) + "`?");
}

std::string Parser::unexpected(const std::string& argument) const {
  if (!argument.starts_with('-') || argument == "-") return "unexpected argument `" + argument + "`";
  const std::string name = argument.substr(0, argument.find('='));
  std::vector<std::string_view> names;
  for (const Entry& entry : entries_) names.push_back(entry.text.name);
  const std::string_view near = rules::nearest(name, names);
  return "no option `" + name + "`" + (near.empty() ? "" : "; did you mean `" + std::string(near) + "`?");
}

std::string Parser::wrong_choice() const {
  for (const Entry& entry : entries_) {
    const auto& choices = entry.text.choices;
    for (const std::string& given : entry.given) {
      if (choices.empty() || std::ranges::find(choices, given) != choices.end()) continue;
      const std::string_view near = rules::nearest(given, choices);
      const std::string hint = near.empty() ? "" : fmt::format("; did you mean `{}`?", near);
      return fmt::format("{} can't be `{}`: it is {}{}", entry.text.name, given, either(choices), hint);
    }
  }
  return {};
}

std::string Parser::wrong_positionals() const {
  if (positionals_ == nullptr) return {};
  if (positionals_->size() < min_positionals_) return fmt::format("{} is missing", positional_name_);
  if (positionals_->size() > max_positionals_) return unexpected((*positionals_)[max_positionals_]);
  return {};
}

std::optional<ExitCode> Parser::parse(const std::vector<std::string>& arguments, World& world) {
  if (world.describe) {
    world.describe(definition());
    return ExitCode::clean;
  }
  std::vector<std::string> rest = arguments;
  const std::string no_action = take_action(rest);
  const auto dashes = std::ranges::find(rest, "--"); // no options behind them
  const std::vector<std::string> behind(dashes == rest.end() ? dashes : dashes + 1, rest.end());
  rest.erase(dashes, rest.end());
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  bool help = false;
  app.add_flag("-h,--help", help);
  std::vector<CLI::Option*> options;
  for (Entry& entry : entries_) {
    std::string name(entry.text.name);
    if (!entry.text.letter.empty()) name += "," + std::string(entry.text.letter);
    if (entry.is_flag)
      options.push_back(app.add_flag(name));
    else
      options.push_back(app.add_option(name, entry.given)->allow_extra_args(false));
  }
  if (positionals_ != nullptr) app.add_option("arguments", *positionals_);
  try {
    std::vector<std::string> reversed(rest.rbegin(), rest.rend()); // as CLI11 wants them
    std::ranges::for_each(reversed, hide_bracket);
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    return fail(world, error.what());
  }
  if (positionals_ != nullptr) {
    std::ranges::for_each(*positionals_, show_bracket);
    positionals_->insert(positionals_->end(), behind.begin(), behind.end());
  }
  for (Entry& entry : entries_) std::ranges::for_each(entry.given, show_bracket);
  if (help) {
    print_help(definition(), world.out);
    return ExitCode::clean;
  }
  if (!no_action.empty()) return fail(world, no_action);
  if (positionals_ == nullptr && !behind.empty())
    return fail(world, "unexpected argument `" + behind.front() + "`");
  if (const auto extras = app.remaining(); !extras.empty()) return fail(world, unexpected(extras.front()));
  if (const std::string wrong = wrong_choice(); !wrong.empty()) return fail(world, wrong);
  if (const std::string wrong = wrong_positionals(); !wrong.empty()) return fail(world, wrong);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    entries_[i].is_given = options[i]->count() > 0;
    if (entries_[i].is_given) entries_[i].store(entries_[i]);
  }
  if (positionals_ != nullptr) given_positionals_ = *positionals_;
  return std::nullopt;
}

} // namespace slsaudit::cli
