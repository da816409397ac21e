/// A SIP message as lines of text: written by hand here, so that the server is not checked by its own parser.
struct SIPMessage: CustomStringConvertible {
  var startLine: String
  var fields: [(name: String, value: String)]
  var body: String

  init(_ startLine: String, _ fields: [(String, String)], body: String = "") {
    self.startLine = startLine
    self.fields = fields.map { (name: $0.0, value: $0.1) }
    self.body = body
  }

  /// Reads one; nil for anything that is not a message.
  init?(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
    let lines = text[..<end.lowerBound].split(separator: "\r\n", omittingEmptySubsequences: false)
    guard let first = lines.first, first.contains("SIP/2.0") else { return nil }
    startLine = String(first)
    body = String(text[end.upperBound...])
    fields = lines.dropFirst().compactMap { line in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      return (name: String(line[..<colon]), value: String(value))
    }
  }

  /// The status of a response.
  var status: Int? {
    startLine.hasPrefix("SIP/2.0 ") ? startLine.split(separator: " ").dropFirst().first.flatMap { Int($0) } : nil
  }

  /// The method of a request.
  var method: String? { startLine.hasPrefix("SIP/2.0 ") ? nil : startLine.split(separator: " ").first.map(String.init) }

  subscript(name: String) -> String? { fields.first { $0.name.lowercased() == name.lowercased() }?.value }

  func all(_ name: String) -> [String] {
    fields.filter { $0.name.lowercased() == name.lowercased() }.map { $0.value }
  }

  var callID: String { self["Call-ID"] ?? "" }
  /// Of CSeq.
  var sequence: Int { self["CSeq"].flatMap { $0.split(separator: " ").first }.flatMap { Int($0) } ?? -1 }
  /// Of CSeq.
  var sequenceMethod: String { self["CSeq"].flatMap { $0.split(separator: " ").last }.map(String.init) ?? "" }
  var toTag: String? { self["To"].flatMap { Self.tag(in: $0) } }
  var fromTag: String? { self["From"].flatMap { Self.tag(in: $0) } }

  private static func tag(in value: String) -> String? {
    guard let range = value.firstRange(of: ";tag=") else { return nil }
    return String(value[range.upperBound...].prefix { $0 != ";" })
  }

  /// The URI between angle brackets, of Contact, Refer-To and their like.
  func uri(in name: String) -> String? {
    guard let value = self[name] else { return nil }
    guard let open = value.firstIndex(of: "<"), let close = value.firstIndex(of: ">") else { return value }
    return String(value[value.index(after: open)..<close])
  }

  /// The value of the first line of the session description that begins so.
  func sdp(_ prefix: String) -> String? {
    body.split(whereSeparator: \.isNewline).first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
  }

  /// The media port in the session description.
  var mediaPort: UInt16? { sdp("m=audio ").flatMap { $0.split(separator: " ").first }.flatMap { UInt16($0) } }
  /// The first payload type of the audio line.
  var payloadType: Int? { sdp("m=audio ").flatMap { $0.split(separator: " ").dropFirst(2).first }.flatMap { Int($0) } }
  /// sendrecv unless the description says otherwise.
  var direction: String {
    ["sendonly", "recvonly", "inactive"].first { body.contains("a=\($0)") } ?? "sendrecv"
  }

  var description: String {
    var text = startLine + "\r\n"
    for field in fields { text += "\(field.name): \(field.value)\r\n" }
    return text + "Content-Length: \(body.utf8.count)\r\n\r\n" + body
  }

  var bytes: [UInt8] { Array(description.utf8) }
}
