import HTTPTypes
import Hummingbird

/// The answer to a request, in memory.
struct APIAnswer: Sendable {
  var status: HTTPResponse.Status = .ok
  /// JSON; empty for none.
  var text: String

  var response: Response { text.isEmpty ? Response(status: status) : Response(json: text, status: status) }
}

extension Response {
  init(json: String, status: HTTPResponse.Status = .ok) {
    self.init(status: status, text: json + "\n", type: "application/json")
  }
}
