// SPDX-License-Identifier: Apache-2.0
// Runs a program that is killed at once when it asks the kernel for a network, for another process or
// program, or (without --may-write) for a change of any file.
//
//   confined [--may-write] PROGRAM [ARGUMENT...]     ends as the program does; SIGSYS: it asked
//   confined --prove                                 tries each and sees that it is killed
//
// Exits with 77 where the kernel has no such filters.
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <thread>
#include <vector>

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr int skipped = 77;

#if defined(__x86_64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_X86_64;
#else
constexpr std::uint32_t architecture = AUDIT_ARCH_AARCH64;
#endif

constexpr long never[] = {
    SYS_socket,
    SYS_socketpair,
    SYS_connect,
    SYS_bind,
    SYS_listen,
    SYS_accept,
    SYS_accept4,
    SYS_sendto,
    SYS_sendmsg,
    SYS_sendmmsg,
    SYS_execveat,
    SYS_ptrace,
    SYS_kill,
    SYS_unshare,
    SYS_setns,
    SYS_mount,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_bpf,
    SYS_keyctl,
    SYS_add_key,
#ifdef SYS_fork
    SYS_fork,
    SYS_vfork,
#endif
#ifdef SYS_io_uring_setup
    SYS_io_uring_setup, // could do all of these unseen
#endif
};

constexpr long changes[] = {
    SYS_unlinkat, SYS_renameat,  SYS_renameat2, SYS_mkdirat,   SYS_linkat, SYS_symlinkat,
    SYS_truncate, SYS_ftruncate, SYS_fchmod,    SYS_fchmodat,  SYS_fchown, SYS_fchownat,
    SYS_mknodat,  SYS_utimensat, SYS_setxattr,  SYS_fallocate,
#ifdef SYS_openat2
    SYS_openat2, // its flags are out of sight
#endif
#ifdef SYS_open
    SYS_unlink,   SYS_rename,    SYS_mkdir,     SYS_rmdir,     SYS_link,   SYS_symlink,
    SYS_creat,    SYS_chmod,     SYS_chown,     SYS_mknod,
#endif
};

class Filter {
public:
  /// `program`: the address that the one allowed execve() passes.
  Filter(bool may_write, const void* program) {
    load(offsetof(seccomp_data, arch));
    add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0));
    kill();
    load(offsetof(seccomp_data, nr));
#if defined(__x86_64__)
    add(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000U, 0, 1)); // the calls of x32 have numbers of their own
    kill();
#endif
    for (const long number : never) forbid(number);
    if (!may_write) {
      for (const long number : changes) forbid(number);
      open_flags(SYS_openat, 2);
#ifdef SYS_open
      open_flags(SYS_open, 1);
#endif
    }
    threads_only();
    only(program);
    add(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  }

  [[nodiscard]] bool install() {
    sock_fprog filter{static_cast<unsigned short>(code_.size()), code_.data()};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
  }

private:
  static constexpr std::size_t low(std::size_t argument) {
    return offsetof(seccomp_data, args) + 8 * argument; // both architectures have the low half first
  }
  void add(sock_filter line) {
    code_.push_back(line);
  }
  void load(std::size_t offset) {
    add(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)));
  }
  void kill() {
    add(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
  }
  /// What follows, of so many lines, holds for this call only.
  void when(long number, std::uint8_t lines) {
    add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, lines));
  }
  void forbid(long number) {
    when(number, 1);
    kill();
  }
  void open_flags(long number, std::size_t argument) {
    when(number, 4);
    load(low(argument));
    add(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0, 1));
    kill();
    load(offsetof(seccomp_data, nr));
  }
  void threads_only() {
    when(SYS_clone, 4);
    load(low(0));
    add(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0));
    kill();
    load(offsetof(seccomp_data, nr));
#ifdef SYS_clone3
    when(SYS_clone3, 1); // its flags are out of sight; libraries then ask by clone()
    add(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS));
#endif
  }
  void only(const void* program) {
    const auto address = reinterpret_cast<std::uintptr_t>(program);
    when(SYS_execve, 6);
    load(low(0));
    add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(address), 0, 3));
    load(low(0) + 4);
    add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(address >> 32U), 0, 1));
    add(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    kill();
  }

  std::vector<sock_filter> code_;
};

struct Deed {
  const char* name;
  bool forbidden;
  void (*act)();
};

void nothing() {}

constexpr Deed deeds[] = {
    {"a socket", true, [] { (void)socket(AF_INET, SOCK_STREAM, 0); }},
    {"a local socket", true, [] { (void)socket(AF_UNIX, SOCK_STREAM, 0); }},
    {"fork", true,
     [] {
       if (fork() == 0) _exit(0);
     }},
    {"vfork", true,
     [] { syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, nullptr, nullptr, nullptr, 0); }},
    {"another program", true, [] { execl("/bin/true", "true", nullptr); }},
    {"a file to write", true, [] { (void)open("/dev/null", O_WRONLY); }},
    {"a new file", true, [] { (void)open("/tmp/confined-proof", O_RDONLY | O_CREAT, 0600); }},
    {"a new directory", true, [] { (void)mkdir("/tmp/confined-proof", 0700); }},
    {"a file to read", false, [] { (void)open("/dev/null", O_RDONLY); }},
    {"a thread", false, [] { std::thread(nothing).join(); }},
};

int prove() {
  int wrong = 0;
  for (const Deed& deed : deeds) {
    const pid_t child = fork();
    if (child == 0) {
      Filter filter(false, nullptr);
      if (!filter.install()) _exit(skipped);
      deed.act();
      _exit(0);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) return 1;
    if (WIFEXITED(status) && WEXITSTATUS(status) == skipped) {
      std::puts("skipped: the kernel has no filters for system calls");
      return skipped;
    }
    const bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
    if (killed == deed.forbidden) continue;
    std::printf("%s: %s\n", deed.name, killed ? "killed" : "not killed");
    wrong += 1;
  }
  return wrong == 0 ? 0 : 1;
}

} // namespace

int main(int count, char** words) {
  std::vector<char*> arguments(words + 1, words + count);
  arguments.push_back(nullptr);
  if (count == 2 && std::string_view(words[1]) == "--prove") return prove();
  const bool may_write = count > 1 && std::string_view(words[1]) == "--may-write";
  char** program = arguments.data() + (may_write ? 1 : 0);
  if (*program == nullptr) {
    std::fputs("usage: confined [--may-write] PROGRAM [ARGUMENT...]\n", stderr);
    return 2;
  }
  Filter filter(may_write, *program);
  if (!filter.install()) {
    std::fputs("skipped: the kernel has no filters for system calls\n", stderr);
    return skipped;
  }
  execve(*program, program, environ);
  std::fprintf(stderr, "cannot run %s: %s\n", *program, std::strerror(errno));
  return 2;
}

#else

int main() {
  std::puts("skipped: there are no filters for system calls here");
  return 77;
}

#endif
