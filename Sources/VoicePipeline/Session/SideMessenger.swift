/// Sends the caller a message on another channel while the call goes on.
public protocol SideMessenger: Sendable {
  /// Sends `text`, and returns once the channel has taken it.
  func send(_ text: String) async throws(SideMessageFailure)
}

/// Why a message beside a call could not be sent.
public struct SideMessageFailure: Error, Sendable, Equatable {
  /// For the dialogue and the log: one line, no personal data.
  public var reason: String

  /// A failure.
  public init(reason: String) { self.reason = reason }

  /// What the dialogue is told of it.
  var fact: String { "The message to the caller's phone could not be sent (\(reason)). Tell the caller." }
}
