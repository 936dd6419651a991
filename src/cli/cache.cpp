// SPDX-License-Identifier: Apache-2.0
#include "cli/cache.hpp"

#include "cli/choices.hpp"
#include "report/screen.hpp"
#include "report/shown.hpp"

#include <algorithm>
#include <streambuf>
#include <utility>

namespace slsaudit::cli {

namespace {

constexpr std::string_view suffix = ".slsaudit-cache";
constexpr std::size_t name_digits = 64;
constexpr int days_unused = 30;

/// Of entries, and of files that become some (see World::keep). No template is called so.
bool is_entry(std::string_view name) {
  if (name.find_first_not_of("0123456789abcdef") != name_digits) return false;
  if (!name.substr(name_digits).starts_with(suffix)) return false;
  const std::string_view rest = name.substr(name_digits + suffix.size());
  return rest.empty() || (rest.size() == 7 && rest.find_last_of('.') == 0);
}

/// Another file system, without the entries of a cache: else each would make all others out of date where the
/// cache lies in what is audited.
class WithoutEntries final : public text::FileSystem {
public:
  WithoutEntries(const text::FileSystem& files, const std::string& directory)
      : files_(files), directory_(text::normalize_path(directory)), canonical_(files.canonical(directory)) {}

  [[nodiscard]] text::Result<std::string> read(const std::string& path,
                                               std::size_t max_bytes) const override {
    return files_.read(path, max_bytes);
  }
  [[nodiscard]] bool is_file(const std::string& path) const override { return files_.is_file(path); }
  [[nodiscard]] bool is_directory(const std::string& path) const override {
    return files_.is_directory(path);
  }
  [[nodiscard]] text::Result<std::vector<text::DirectoryEntry>> list(const std::string& path) const override {
    auto entries = files_.list(path);
    if (!entries.ok() || !is_cache(path)) return entries;
    std::vector<text::DirectoryEntry> others = std::move(entries).value();
    std::erase_if(others, [](const text::DirectoryEntry& entry) { return is_entry(entry.name); });
    return others;
  }
  [[nodiscard]] text::Result<std::string> canonical(const std::string& path) const override {
    return files_.canonical(path);
  }

private:
  [[nodiscard]] bool is_cache(const std::string& path) const {
    const std::string normal = text::normalize_path(path);
    if (normal == directory_) return true;
    if (!canonical_.ok() || !canonical_.value().ends_with(normal.substr(normal.rfind('/') + 1))) return false;
    const auto resolved = files_.canonical(path);
    return resolved.ok() && resolved.value() == canonical_.value();
  }

  const text::FileSystem& files_;
  std::string directory_;
  text::Result<std::string> canonical_;
};

text::Digest key_of(const std::string& name) {
  return text::sha256(name);
}

/// Bytes that are passed on, and kept as long as they are not too many.
class Copying final : public std::streambuf {
public:
  explicit Copying(std::ostream& target) : target_(target) {}
  [[nodiscard]] const std::string& copy() const { return copy_; }
  [[nodiscard]] bool is_whole() const { return is_whole_ && target_.good(); }

protected:
  int_type overflow(int_type character) override {
    if (traits_type::eq_int_type(character, traits_type::eof())) return traits_type::not_eof(character);
    const char c = traits_type::to_char_type(character);
    return xsputn(&c, 1) == 1 ? character : traits_type::eof();
  }
  std::streamsize xsputn(const char* bytes, std::streamsize size) override {
    const std::string_view added(bytes, static_cast<std::size_t>(size));
    is_whole_ = is_whole_ && added.size() <= max_cache_entry - copy_.size();
    if (is_whole_)
      copy_ += added;
    else
      copy_ = {};
    target_.write(bytes, size);
    return target_.good() ? size : 0;
  }
  int sync() override { return target_.flush().good() ? 0 : -1; }

private:
  std::ostream& target_;
  std::string copy_;
  bool is_whole_ = true;
};

} // namespace

void CacheOption::describe(Parser& parser) {
  parser.value({"--cache", "DIR",
                "keep there what runs print, and print it again where nothing has changed that it rests on "
                "(default SLSAUDIT_CACHE; else nothing is kept)"},
               directory);
}

Cache::Cache(const CacheOption& option, const World& world, Log& log)
    : directory_(option.directory.value_or(from_environment(world, "SLSAUDIT_CACHE").value_or(""))),
      world_(world), log_(log) {
  if (!on()) return;
  if (answer("program").empty() || !world.make_directory || !world.keep) {
    turn_off("this program has no build id");
    return;
  }
  if (const auto made = world.make_directory(directory_); !made.ok()) {
    turn_off(made.error());
    return;
  }
  files_ = std::make_unique<WithoutEntries>(world.files, directory_);
  const auto place = world.files.canonical(".");
  place_ = place.ok() ? place.value() : place.error();
  for (const char* const name : {"program", "terminal"}) note(name, answer(name));
}

Cache::~Cache() {
  // Once a run, and never by one that only reads: it would change the directory.
  if (on() && kept_ > 0 && world_.remove_unused) {
    const std::size_t removed = world_.remove_unused(directory_, is_entry, days_unused);
    if (removed > 0)
      tell("removed " + std::to_string(removed) + (removed == 1 ? " entry" : " entries") + " not used for " +
           std::to_string(days_unused) + " days");
  }
  if (!on() || used_ + missed_ < 2) return;
  tell(std::to_string(used_) + " of " + report::counted(used_ + missed_, "root") + " used");
}

void Cache::turn_off(const std::string& reason) {
  directory_.clear();
  tell("off: " + reason);
}

void Cache::tell(const std::string& message) {
  const std::scoped_lock lock(mutex_);
  log_.info(report::printable("cache: " + message));
}

std::string Cache::name_of(const std::vector<std::string>& asked) const {
  text::RecordWriter record;
  record.text(place_);
  for (const std::string& one : asked) record.text(one);
  return text::hex(text::sha256(record.bytes())) + std::string(suffix);
}

std::string Cache::answer(const std::string& name) const {
  if (name == "program") return world_.program ? world_.program() : "";
  if (name == "day") return world_.today();
  if (name == "terminal")
    return std::to_string(world_.width) + (world_.colour ? "c" : "-") + (world_.terminal ? "t" : "-");
  const auto value = world_.environment ? world_.environment(name.substr(1)) : std::nullopt;
  return value ? "+" + *value : "-";
}

void Cache::note(const std::string& name, const std::string& answer) {
  const text::Digest digest = text::sha256(answer);
  const std::scoped_lock lock(mutex_);
  asked_[name] = digest;
}

void Cache::listen(World& world) {
  world.environment = [this](const std::string& name) {
    auto value = world_.environment ? world_.environment(name) : std::nullopt;
    note("$" + name, value ? "+" + *value : "-");
    return value;
  };
  world.today = [this] {
    std::string day = world_.today();
    note("day", day);
    return day;
  };
}

std::optional<std::string> Cache::changed_shared(const text::Trace& trace) {
  text::RecordWriter record;
  trace.write(record);
  const text::Digest which = text::sha256(record.bytes());
  {
    const std::scoped_lock lock(mutex_);
    if (const auto known = compared_.find(which); known != compared_.end()) return known->second;
  }
  std::optional<std::string> path = trace.changed(*files_);
  const std::scoped_lock lock(mutex_);
  return compared_.try_emplace(which, std::move(path)).first->second;
}

std::string Cache::changed(const CacheEntry& entry, const std::string& name) {
  const auto key = entry.surroundings.find("key");
  if (key == entry.surroundings.end() || key->second != key_of(name)) return "the entry is another's";
  for (const char* const needed : {"program", "terminal"}) {
    if (!entry.surroundings.contains(needed)) return "the entry is no whole one";
  }
  for (const auto& [asked, digest] : entry.surroundings) {
    if (asked == "key") continue;
    if (asked.empty()) return "the entry is no whole one";
    if (text::sha256(answer(asked)) == digest) continue;
    return (asked.starts_with('$') ? asked.substr(1) : "the " + asked) + " is another";
  }
  std::optional<std::string> path = changed_shared(entry.shared);
  if (!path) path = entry.files.changed(*files_);
  return path ? *path + " has changed" : "";
}

std::optional<CacheEntry> Cache::find(const std::string& name, const std::string& what) {
  const auto bytes = world_.files.read(directory_ + "/" + name, max_cache_entry);
  std::optional<CacheEntry> entry = bytes.ok() ? read_cache_entry(bytes.value()) : std::nullopt;
  std::string why;
  if (!bytes.ok())
    why = "nothing is kept of this yet";
  else
    why = entry ? changed(*entry, name) : "the entry can't be read";
  const bool used = why.empty();
  {
    const std::scoped_lock lock(mutex_);
    (used ? used_ : missed_) += 1;
  }
  tell((used ? "used" : "not used") + what + (used ? "" : ": " + why));
  return used ? std::move(entry) : std::nullopt;
}

void Cache::keep(const std::string& name, CacheEntry entry) {
  if (!entry.files.steady() || !entry.shared.steady()) return tell("not kept: files changed meanwhile");
  {
    const std::scoped_lock lock(mutex_);
    entry.surroundings = asked_;
  }
  entry.surroundings["key"] = key_of(name);
  const std::string bytes = cache_entry_bytes(entry);
  if (bytes.size() > max_cache_entry) return tell("not kept: it is too large");
  const auto kept = world_.keep(directory_ + "/" + name, bytes);
  if (!kept.ok()) return tell("not kept: " + kept.error());
  const std::scoped_lock lock(mutex_);
  kept_ += 1;
}

struct Recording::State {
  State(Cache& cache, World& world)
      : real(world), files(cache.files(), text::Answers::digests), out_copy(world.out), err_copy(world.err),
        out(&out_copy), err(&err_copy), told{world.in,    out,         err,          files,      {},
                                             world.clock, world.today, world.colour, world.width} {
    told.write = [this](const std::string& path, const std::string& bytes) {
      auto done = real.write(path, bytes);
      size += bytes.size();
      all_written = all_written && done.ok() && size <= max_cache_entry;
      if (all_written) written.push_back(bytes);
      return done;
    };
    told.terminal = world.terminal;
    told.error_terminal = world.error_terminal;
    told.output_failure = world.output_failure;
    told.limit_output = world.limit_output;
    cache.listen(told);
  }

  World& real;
  text::TracedFiles files;
  Copying out_copy;
  Copying err_copy;
  std::ostream out;
  std::ostream err;
  std::vector<std::string> written;
  std::size_t size = 0;
  bool all_written = true;
  World told;
};

Recording::Recording(Cache& cache, World& world) : state_(std::make_unique<State>(cache, world)) {}

Recording::~Recording() = default;

World& Recording::world() {
  return state_->told;
}

std::optional<CacheEntry> Recording::entry(ExitCode code) const {
  State& state = *state_;
  state.out.flush();
  const bool lost = state.real.output_failure && !state.real.output_failure().empty();
  if (lost || !state.all_written || !state.out_copy.is_whole() || !state.err_copy.is_whole())
    return std::nullopt;
  CacheEntry entry;
  entry.files = state.files.trace();
  entry.code = code;
  entry.out = state.out_copy.copy();
  entry.err = state.err_copy.copy();
  entry.written = state.written;
  return entry;
}

} // namespace slsaudit::cli
