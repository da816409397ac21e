/// A call that someone wants placed.
package struct CallOrder: Sendable {
  /// A SIP URI, or a number that goes over a trunk.
  package var to: String
  /// What From shows; default the trunk's caller id.
  package var from: String?
  /// The trunk's name; default the first that has a proxy.
  package var trunk: String?
  /// Who speaks.
  package var assistant: String
  /// Kept with the call, as JSON.
  package var metadata: String?
  /// The conversation that it belongs to, if that is known.
  package var conversation: String?

  package init(
    to: String, from: String? = nil, trunk: String? = nil, assistant: String, metadata: String? = nil,
    conversation: String? = nil
  ) {
    self.to = to
    self.from = from
    self.trunk = trunk
    self.assistant = assistant
    self.metadata = metadata
    self.conversation = conversation
  }
}

/// Why a call can't be placed.
package enum CallOrderError: Error, Sendable, Equatable, CustomStringConvertible {
  case badTarget
  case noTrunk(String?)
  case noAssistant(String)
  case unavailable(String)

  package var description: String {
    switch self {
    case .badTarget: "is neither a SIP URI nor a telephone number with its country code"
    case .noTrunk(nil): "a number needs a trunk with a `proxy` in sip.trunks"
    case .noTrunk(let name?): "there is no trunk '\(name)' with a `proxy`"
    case .noAssistant(let name): "there is no assistant '\(name)'"
    case .unavailable(let why): why
    }
  }

  /// The part of the request that is wrong.
  package var parameter: String? {
    switch self {
    case .badTarget: "to"
    case .noTrunk: "trunk"
    case .noAssistant: "assistant"
    case .unavailable: nil
    }
  }
}
