// SPDX-License-Identifier: Apache-2.0
#include "cli/build.hpp"

#include "slsaudit/version.hpp"

#include <cstddef>
#include <cstring>

#if __has_include(<link.h>)
#include <link.h>
#endif

namespace slsaudit::cli {

namespace {

#if __has_include(<link.h>)

constexpr std::size_t alignment = 4; ///< Of the parts of a note.

std::size_t aligned(std::size_t size) {
  return (size + alignment - 1) / alignment * alignment;
}

/// Empty, or the build id among the notes of a segment.
std::string_view build_id_in(std::string_view notes) {
  ElfW(Nhdr) header{};
  while (notes.size() >= sizeof header) {
    std::memcpy(&header, notes.data(), sizeof header);
    notes.remove_prefix(sizeof header);
    const std::size_t name_size = aligned(header.n_namesz);
    const std::size_t size = aligned(header.n_descsz);
    if (name_size > notes.size() || size > notes.size() - name_size) return {};
    const std::string_view name = notes.substr(0, header.n_namesz);
    if (header.n_type == NT_GNU_BUILD_ID && name == std::string_view("GNU\0", 4))
      return notes.substr(name_size, header.n_descsz);
    notes.remove_prefix(name_size + size);
  }
  return {};
}

/// The program comes first. What the kernel gives each process, of which no result is made, counts not.
int add_object(dl_phdr_info* object, std::size_t, void* to) {
  std::string& identity = *static_cast<std::string*>(to);
  const std::string_view file = object->dlpi_name == nullptr ? "" : object->dlpi_name;
  if (file.find("linux-vdso") != std::string_view::npos || file.find("linux-gate") != std::string_view::npos)
    return 0;
  std::string_view id;
  for (std::size_t i = 0; i < object->dlpi_phnum && id.empty(); ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    id = build_id_in({reinterpret_cast<const char*>(object->dlpi_addr + segment.p_vaddr), segment.p_filesz});
  }
  if (identity.empty() && id.empty()) return 1;
  identity += std::to_string(id.size()) + ":";
  identity += id;
  return 0;
}

std::string build_ids() {
  std::string identity;
  dl_iterate_phdr(add_object, &identity);
  return identity;
}

#else

std::string build_ids() {
  return {};
}

#endif

} // namespace

const Build& build() {
  static constexpr Build made{
      version,
#include "build_info.inc"
  };
  return made;
}

std::string version_line() {
  std::string line = "slsaudit " + std::string(build().version);
  std::string origin(build().commit);
  if (!build().date.empty()) origin += (origin.empty() ? "" : " ") + std::string(build().date);
  return origin.empty() ? line : line + " (" + origin + ")";
}

std::string program_identity() {
  const std::string ids = build_ids();
  return ids.empty() ? ids : version_line() + "\n" + ids;
}

} // namespace slsaudit::cli
