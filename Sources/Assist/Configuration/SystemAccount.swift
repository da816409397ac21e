import CLinux
import Glibc

/// A user of this machine.
struct SystemAccount: Sendable, Hashable {
  var name: String
  var user: UInt32
  var group: UInt32

  /// The user of that name; nil if there is none.
  static func named(_ name: String) -> SystemAccount? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
    return SystemAccount(name: name, user: entry.pw_uid, group: entry.pw_gid)
  }

  /// Makes this process the user's, for good. Of root's powers only that to open ports below 1024 stays. To be called
  /// before there is a second thread. Throws what is in the way, in words.
  func become() throws(CommandFailure) {
    guard geteuid() != user else { return }
    guard geteuid() == 0 else {
      throw CommandFailure(
        "run_as: only root can become \(name); start as root, or as \(name), or leave the setting out")
    }
    let result = clinux_become_user(name, user, group)
    guard result == 0 else {
      throw CommandFailure("run_as: the process can't become \(name): \(String(cString: strerror(-result)))")
    }
  }

  /// Whether this process may do everything.
  static var isRoot: Bool { geteuid() == 0 }
}
