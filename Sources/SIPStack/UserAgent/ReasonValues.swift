/// What a Reason header field tells: RFC 3326.
struct ReasonValues: Sendable, Hashable {
  /// The cause of protocol `SIP`.
  private(set) var status: Int?
  /// The cause of protocol `Q.850`.
  private(set) var cause: Int?
  /// The first text.
  private(set) var text: String?

  init(_ headers: Headers) {
    for element in headers.elements(.reason).prefix(8) {
      // The protocol and its parameters have the form of a media type's: token and `;name=value`.
      let parts = element.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first, parts.count == 2, let values = MediaType("reason/x;" + parts[1])?.parameters else {
        continue
      }
      let number = values["cause"].flatMap { Int($0) }.flatMap { (0...999).contains($0) ? $0 : nil }
      switch name.lowercased().filter({ $0 != " " }) {
      case "sip": status = status ?? number
      case "q.850": cause = cause ?? number
      default: continue
      }
      text = text ?? values["text"].map { String($0.prefix(128)) }
    }
  }

  /// A value with a SIP status.
  static func sip(_ status: Int, _ text: String) -> String { "SIP;cause=\(status);text=\"\(text)\"" }

  /// A value with a Q.850 cause, or with a text alone as cause 16 (normal clearing).
  static func q850(_ cause: Int?, _ text: String?) -> String {
    let quoted = (text ?? "").filter { $0 != "\"" && $0 != "\\" && !$0.isNewline }
    return "Q.850;cause=\(cause ?? 16)" + (quoted.isEmpty ? "" : ";text=\"\(quoted)\"")
  }
}
