/// A request as a stand-in server received it.
public struct StandInRequest: Sendable {
  /// The verb.
  public var method: String
  /// Without the query.
  public var path: String
  /// Percent-decoded names and values in their order.
  public var query: [(name: String, value: String)]
  /// Names as they came.
  public var headers: [(name: String, value: String)]
  /// The whole body.
  public var body: [UInt8]
  /// Which connection it came on, counted from 1.
  public var connection: Int

  init(method: String, target: String, headers: [(String, String)], body: [UInt8], connection: Int) {
    let pieces = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    self.method = method
    path = pieces.first.map { String($0) } ?? ""
    query = (pieces.count > 1 ? pieces[1] : "").split(separator: "&").map { pair in
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (Self.decoded(sides[0]), sides.count > 1 ? Self.decoded(sides[1]) : "")
    }
    self.headers = headers.map { (name: $0.0, value: $0.1) }
    self.body = body
    self.connection = connection
  }

  /// The first header `name`, whatever its case.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// The values of the query's `name`.
  public func queryValues(_ name: String) -> [String] {
    query.filter { $0.name == name }.map(\.value)
  }

  /// The body as text.
  public var text: String { String(decoding: body, as: UTF8.self) }

  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let first = rest.popFirst() {
      if first == 0x25, rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(first == 0x2b ? 0x20 : first)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
