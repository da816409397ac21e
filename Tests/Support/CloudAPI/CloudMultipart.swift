/// A form of `multipart/form-data` (RFC 7578), read strictly.
struct CloudMultipart {
  struct Part {
    var name: String
    var filename: String?
    var contentType: String?
    var bytes: [UInt8]
  }

  var parts: [Part] = []

  /// - Returns: nil unless the whole body is a form with its closing boundary.
  init?(contentType: String, body: [UInt8]) {
    guard CloudMediaKind.plain(contentType) == "multipart/form-data",
      let boundary = Self.parameter("boundary", of: contentType), !boundary.isEmpty, boundary.utf8.count <= 70
    else { return nil }
    let mark = Array("--\(boundary)".utf8)
    guard body.starts(with: mark) else { return nil }
    let separator = Array("\r\n".utf8) + mark
    var offset = mark.count
    while true {
      let rest = body[offset...]
      if rest.starts(with: "--".utf8) { return }
      guard rest.starts(with: "\r\n".utf8), let headEnd = Self.find(Array("\r\n\r\n".utf8), in: body, from: offset),
        let end = Self.find(separator, in: body, from: headEnd + 2), end >= headEnd + 4
      else { return nil }
      let head = String(decoding: body[(offset + 2)..<headEnd], as: UTF8.self)
      guard var part = Part(head: head) else { return nil }
      part.bytes = Array(body[(headEnd + 4)..<end])
      parts.append(part)
      offset = end + separator.count
    }
  }

  /// The text of a part that is no file.
  func text(_ name: String) -> String? {
    parts.first { $0.name == name && $0.filename == nil }.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  fileprivate static func parameter(_ name: String, of header: String) -> String? {
    for piece in header.split(separator: ";").dropFirst() {
      let sides = piece.split(separator: "=", maxSplits: 1)
      guard sides.count == 2, sides[0].filter({ $0 != " " }).lowercased() == name else { continue }
      return String(sides[1].filter { $0 != "\"" })
    }
    return nil
  }

  private static func find(_ mark: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard let first = mark.first, start <= bytes.count else { return nil }
    var rest = bytes[start...]
    while let index = rest.firstIndex(of: first) {
      if bytes.count - index < mark.count { return nil }
      if bytes[index...].starts(with: mark) { return index }
      rest = bytes[(index + 1)...]
    }
    return nil
  }
}

extension CloudMultipart.Part {
  fileprivate init?(head: String) {
    name = ""
    bytes = []
    for line in head.split(separator: "\r\n") {
      let sides = line.split(separator: ":", maxSplits: 1)
      guard sides.count == 2 else { return nil }
      let value = String(sides[1].drop { $0 == " " })
      switch sides[0].lowercased() {
      case "content-disposition":
        guard CloudMediaKind.plain(value) == "form-data", let name = CloudMultipart.parameter("name", of: value) else {
          return nil
        }
        self.name = name
        filename = CloudMultipart.parameter("filename", of: value)
      case "content-type": contentType = value
      default: break
      }
    }
    guard !name.isEmpty else { return nil }
  }
}
