// SPDX-License-Identifier: Apache-2.0
// `check --cache DIR`: a run whose inputs are the same prints what it printed before, without auditing.
//
// A run is a function of what it asks: of its options, of files (text/traced.hpp), of the environment, the
// day and the terminal, and of the program that it is. An entry has digests of all answers, and what came of
// them. It is named by what was asked for, so that there are as many as there are such questions, whatever
// day it is. A run that keeps some removes those that nobody has asked for in a month.
#pragma once

#include "cli/cache_entry.hpp"
#include "cli/log.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace slsaudit::cli {

struct CacheOption {
  std::optional<std::string> directory; ///< --cache

  void describe(Parser& parser);
};

/// Thread-safe.
class Cache {
public:
  /// Off where no directory is named or it can't be made, and for a program that doesn't know itself.
  Cache(const CacheOption& option, const World& world, Log& log);
  ~Cache();
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  [[nodiscard]] bool on() const { return !directory_.empty(); }
  /// Goes on without; the reason is told.
  void turn_off(const std::string& reason);

  /// The name of the entry of what is `asked` for, in the directory where the process is.
  [[nodiscard]] std::string name_of(const std::vector<std::string>& asked) const;
  /// The entry where all is as it was. `what` is told together with the reason where something is not.
  [[nodiscard]] std::optional<CacheEntry> find(const std::string& name, const std::string& what);
  void keep(const std::string& name, CacheEntry entry);

  /// The files as they are but for entries of this cache, which come and go.
  [[nodiscard]] const text::FileSystem& files() const { return *files_; }
  /// Notes what is asked of the world given, and passes it on.
  void listen(World& world);
  void tell(const std::string& message);

private:
  [[nodiscard]] std::string answer(const std::string& name) const;
  /// Empty, or why the entry is of no use.
  [[nodiscard]] std::string changed(const CacheEntry& entry, const std::string& name);
  [[nodiscard]] std::optional<std::string> changed_shared(const text::Trace& trace);
  void note(const std::string& name, const std::string& answer);

  std::string directory_;
  const World& world_;
  Log& log_;
  std::unique_ptr<const text::FileSystem> files_;
  std::string place_; ///< Where the process is.
  std::mutex mutex_;  // guards what follows, and log_
  Surroundings asked_;
  std::map<text::Digest, std::optional<std::string>> compared_; ///< Of shared traces: what changed() says.
  std::size_t used_ = 0;
  std::size_t missed_ = 0;
  std::size_t kept_ = 0;
};

/// A run that is listened to: prints and writes as the world would, and notes all of it.
class Recording {
public:
  Recording(Cache& cache, World& world);
  ~Recording();
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  [[nodiscard]] World& world();
  /// What is to be kept; nothing where that is too much, or where something was not written.
  [[nodiscard]] std::optional<CacheEntry> entry(ExitCode code) const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace slsaudit::cli
