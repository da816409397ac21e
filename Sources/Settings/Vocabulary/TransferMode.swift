/// How a call is handed to someone else.
package enum TransferMode: String, Sendable, CaseIterable {
  /// REFER: the caller's side calls the target, and we are out of it at once.
  case blind
  /// We call the target, and then refer the caller's side to it in place of our own call (RFC 3891).
  case attended
  /// We call the target and pass the sound between both for as long as it lasts.
  case bridge
}
