import Calls
import ChatBridge
import Desk
import HTTPTypes

// Failures of the inside, as the API tells them.

extension CallControlError: APIErrorConvertible {
  var apiError: APIError {
    switch self {
    case .noCall: .missing("call")
    case .invalid(let parameter, let why): .invalid(parameter, why)
    case .notRinging, .notAnswered, .busy, .noVoice, .ended: .conflict("\(self)")
    case .refused: .conflict("\(self)", code: "refused")
    case .unavailable: .unavailable("\(self)")
    }
  }
}

extension CallOrderError: APIErrorConvertible {
  var apiError: APIError { parameter.map { .invalid($0, "\(self)") } ?? .unavailable("\(self)") }
}

extension DeskError: APIErrorConvertible {
  var apiError: APIError {
    switch self {
    case .unknown: .missing("escalation")
    case .noConversation: .missing("conversation")
    case .notTheirs(let person): .claimed(by: person)
    case .supervisorsOnly: APIError(status: .forbidden, code: "forbidden", message: "\(self)")
    case .conflict, .otherEpoch: .conflict("\(self)")
    case .store: .unavailable("the store failed")
    }
  }
}

extension ChatBridge.SayError: APIErrorConvertible {
  var apiError: APIError {
    switch self {
    case .noConversation: .missing("conversation")
    case .badText: .invalid("text", "\(self)")
    case .badQuote: .invalid("reply_to", "\(self)")
    case .badSound: APIError(status: .badRequest, code: "invalid_request", message: "\(self)")
    case .noThread: .conflict("\(self)", code: "unreachable")
    case .windowClosed: .conflict("\(self)", code: "window_closed")
    case .store: .unavailable("the store failed")
    }
  }
}
