/// Why the engine could not do what was asked.
public enum MediaEngineError: Error, Sendable, Equatable {
  /// The sample rate of the configuration is none that a leg can have.
  case unsupportedRate(Int)
  /// The range holds no pair of an even and the following odd port.
  case invalidPortRange(ClosedRange<UInt16>)
  /// No pair of ports is free. `blocked`: some are taken by other programs.
  case portsExhausted(inUse: Int, of: Int, blocked: Bool)
  /// A socket could not be bound, for a reason other than a taken port; `code` is errno.
  case bindFailed(address: String, code: Int32)
  /// The kernel refused a thread, a timer or an epoll instance; `code` is errno.
  case system(call: String, code: Int32)
  /// Every media thread has as many legs as it may have.
  case tooManyLegs
  /// The engine has been stopped.
  case stopped
}

extension MediaEngineError: CustomStringConvertible {
  /// One line that names what to change.
  public var description: String {
    switch self {
    case .unsupportedRate(let rate): "media at \(rate) Hz: the rate must be 8000, 16000, 24000, 32000 or 48000"
    case .invalidPortRange(let range):
      "media ports \(range.lowerBound)-\(range.upperBound) hold no pair of an even and an odd port"
    case .portsExhausted(let inUse, let of, let blocked):
      "no media port is free: \(inUse) of \(of) pairs carry calls"
        + (blocked ? " and other programs hold some of the rest" : "") + "; widen the range of media ports"
    case .bindFailed(let address, let code): "media socket on \(address) failed (errno \(code))"
    case .system(let call, let code): "\(call) failed for a media thread (errno \(code))"
    case .tooManyLegs: "every media thread has as many legs as it may have"
    case .stopped: "the media engine has been stopped"
    }
  }
}
