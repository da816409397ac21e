import Audio
import CLinux
import Coordination
import Glibc
import VoicePipeline

/// A program whose standard input and output are a socket to this one. Its standard error goes nowhere, and no other
/// descriptor of this one stays open in it.
///
/// A socket, not pipes: it can be made close-on-exec in one step, so that nothing of it is inherited by programs which
/// start at the same time, and writing to it after the program's end raises no signal.
final class ChildProcess: Sendable {
  /// The end to read from and write to; closed when this is freed.
  private let socket: Int32
  private let process: Locked<pid_t?>

  /// Starts the program at `path`. Throws the system's error number.
  init(path: String, arguments: [String]) throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw SystemError(number: errno) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    // Not every library opens its sockets close-on-exec; a child that had one would hold its port after our end.
    _ = clinux_spawn_close_from(&actions, STDERR_FILENO + 1)
    // A terminal's Ctrl-C is for the server, which lets sentences under way end; and no signal that the server
    // ignores or blocks (SIGPIPE among them) shall stay so in the child.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    var none = sigset_t()
    sigemptyset(&none)
    var usual = sigset_t()
    sigemptyset(&usual)
    sigaddset(&usual, SIGPIPE)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &usual)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    var argv: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    var pid = pid_t()
    let status = posix_spawn(&pid, path, &actions, &attributes, &argv, environ)
    argv.forEach { free($0) }
    posix_spawnattr_destroy(&attributes)
    posix_spawn_file_actions_destroy(&actions)
    _ = Glibc.close(ends[1])
    guard status == 0 else {
      _ = Glibc.close(ends[0])
      throw SystemError(number: status)
    }
    socket = ends[0]
    process = Locked(pid)
  }

  deinit {
    kill()
    reap()
    _ = Glibc.close(socket)
  }

  /// The process's id, until it has been reaped.
  var pid: pid_t? { process.withLock { $0 } }

  /// Whether it still runs, as far as one can tell without reaping it.
  var isAlive: Bool {
    process.withLock { pid in
      guard let pid else { return false }
      var info = siginfo_t()
      guard waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 else { return false }
      return info.si_signo == 0
    }
  }

  /// Writes all of `bytes` and ends the program's standard input. May block while the program does not read.
  func writeAndClose(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { break }
      rest = rest.dropFirst(written)
    }
    shutdown(socket, Int32(SHUT_WR))
  }

  /// Waits for what the program writes next. Returns how much of it is in `buffer`; 0 after its end.
  func read(into buffer: inout [UInt8]) -> Int {
    while true {
      let count = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
      if count < 0, errno == EINTR { continue }
      return max(0, count)
    }
  }

  /// Ends the program at once. Safe after it has ended, since its id is not free before `reap`.
  func kill() {
    process.withLock { pid in
      if let pid { _ = Glibc.kill(pid, SIGKILL) }
    }
  }

  /// Waits until the program has ended and returns how: its exit status, or `nil` if a signal ended it.
  @discardableResult
  func reap() -> Int32? {
    guard let pid = process.withLock({ $0 }) else { return nil }
    // Waits outside the lock, so that `kill` can end what is waited for, and takes the id only under it.
    var info = siginfo_t()
    while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    return process.withLock { current in
      guard current != nil else { return nil }
      current = nil
      var status: Int32 = 0
      guard waitpid(pid, &status, 0) == pid else { return nil }
      return status & 0x7F == 0 ? (status >> 8) & 0xFF : nil
    }
  }
}

/// An error number of the system.
struct SystemError: Error, Equatable, CustomStringConvertible {
  var number: Int32
  var description: String { String(cString: strerror(number)) }
}
