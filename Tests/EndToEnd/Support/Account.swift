import Foundation

/// Who a program under test runs as.
enum Account {
  /// Whoever runs the tests.
  case own
  /// Somebody without rights, as servers should be run: if the tests run as root, another user; else whoever runs them.
  case unprivileged

  /// The user and the group of those who own nothing, as Debian numbers them.
  static let nobody: uid_t = 65_534
  static var isRoot: Bool { geteuid() == 0 }

  /// What `setpriv` is told.
  var setprivOptions: [String] {
    guard self == .unprivileged, Self.isRoot else { return [] }
    return ["--reuid", "\(Self.nobody)", "--regid", "\(Self.nobody)", "--clear-groups"]
  }
}
