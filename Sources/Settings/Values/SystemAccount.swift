import CLinux
import Glibc

/// A user of this machine.
package struct SystemAccount: Sendable, Hashable {
  package var name: String
  package var user: UInt32
  package var group: UInt32

  /// The user of that name; nil if there is none.
  package static func named(_ name: String) -> SystemAccount? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
    return SystemAccount(name: name, user: entry.pw_uid, group: entry.pw_gid)
  }

  /// Makes this process the user's, for good. Of root's powers only that to open ports below 1024 stays. To be called
  /// before there is a second thread. Throws what is in the way, in words.
  package func become() throws(Refusal) {
    guard geteuid() != user else { return }
    guard geteuid() == 0 else {
      throw Refusal(
        "run_as: only root can become \(name); start as root, or as \(name), or leave the setting out")
    }
    let result = clinux_become_user(name, user, group)
    guard result == 0 else {
      throw Refusal("run_as: the process can't become \(name): \(String(cString: strerror(-result)))")
    }
  }

  /// Why the process can't become the user, and what to do.
  package struct Refusal: Error, Sendable, CustomStringConvertible {
    package var description: String

    fileprivate init(_ description: String) { self.description = description }
  }

  /// Whether this process may do everything.
  package static var isRoot: Bool { geteuid() == 0 }
}
