/// A session description (RFC 8866).
///
/// Reading is liberal where the meaning is plain: line ends may be LF, `s=` and `t=` may be absent, lines of one
/// section may come in any order. What has no type here is kept and written again.
public struct SessionDescription: Hashable, Sendable, CustomStringConvertible {
  /// `o=`.
  public var origin: Origin
  /// `s=`.
  public var name: String
  /// `c=` for all media that have none.
  public var connection: Connection?
  /// `b=` lines.
  public var bandwidths: [Bandwidth]
  /// `t=` lines.
  public var timings: [Timing]
  /// `a=` lines of the session in order.
  public var attributes: [Attribute]
  /// Lines of other types in order.
  public var otherLines: [DescriptionLine]
  /// The `m=` sections in order.
  public var media: [MediaDescription]

  /// The longest description that is read, in bytes.
  public static let maximumLength = 65_536

  /// A description from its parts.
  public init(
    origin: Origin, name: String = "-", connection: Connection? = nil, bandwidths: [Bandwidth] = [],
    timings: [Timing] = [Timing()], attributes: [Attribute] = [], otherLines: [DescriptionLine] = [],
    media: [MediaDescription] = []
  ) {
    self.origin = origin
    self.name = name
    self.connection = connection
    self.bandwidths = bandwidths
    self.timings = timings
    self.attributes = attributes
    self.otherLines = otherLines
    self.media = media
  }

  /// Reads a description.
  public init(_ body: some Collection<UInt8>) throws(SDPError) {
    guard body.count <= Self.maximumLength else { throw SDPError(.tooLong, line: 0) }
    var reader = SessionDescriptionReader()
    var number = 0
    for rawLine in body.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      var line = Array(rawLine)
      if line.last == 0x0D { line.removeLast() }
      guard !line.isEmpty else { continue }
      guard line.count >= 2, line[0].isAlpha, line[1] == UInt8(ascii: "="), !line.contains(0x0D), !line.contains(0)
      else {
        throw SDPError(.syntax, line: number)
      }
      try reader.read(Character(Unicode.Scalar(line[0])), String(wire: line[2...]), line: number)
    }
    self = try reader.finish()
  }

  /// Reads a description from text.
  public init(_ text: String) throws(SDPError) { try self.init(Array(text.utf8)) }

  /// The connection of a section: its own, else the session's.
  public func connection(of media: MediaDescription) -> Connection? { media.connection ?? connection }

  /// The direction of a section: its own, else the session's, else sendrecv.
  public func direction(of media: MediaDescription) -> Direction {
    let session = attributes.last { $0.value == nil && Direction(rawValue: $0.name) != nil }
    return media.direction ?? session.flatMap { Direction(rawValue: $0.name) } ?? .sendReceive
  }

  /// The description as text with CRLF.
  public var description: String {
    func others(_ types: [Character]) -> [String] {
      types.flatMap { type in otherLines.filter { $0.type == type }.map { "\($0.type)=\($0.value)" } }
    }
    let placed: [Character] = ["i", "u", "e", "p", "r", "z", "k"]
    var lines = ["v=0", "o=\(origin.value)", "s=\(name.isEmpty ? "-" : name)"]
    lines += others(["i", "u", "e", "p"])
    if let connection { lines.append("c=\(connection.value)") }
    lines += bandwidths.map { "b=\($0.type):\($0.value)" }
    lines += timings.map { "t=\($0.start) \($0.stop)" }
    lines += others(["r", "z", "k"])
    lines += otherLines.filter { !placed.contains($0.type) }.map { "\($0.type)=\($0.value)" }
    lines += attributes.map { "a=\($0.text)" }
    return lines.map { $0.singleLine + "\r\n" }.joined() + media.map(\.text).joined()
  }

  /// The description as the body of a message.
  public func serialized() -> [UInt8] { Array(description.utf8) }
}

/// Puts a description together line by line.
private struct SessionDescriptionReader {
  private var origin: Origin?
  private var name: String?
  private var connection: Connection?
  private var bandwidths: [Bandwidth] = []
  private var timings: [Timing] = []
  private var attributes: [Attribute] = []
  private var otherLines: [DescriptionLine] = []
  private var media: [MediaDescription] = []
  private var current: MediaDescription?
  private var hasVersion = false

  mutating func read(_ type: Character, _ value: String, line: Int) throws(SDPError) {
    guard hasVersion || type == "v" else { throw SDPError(.missing("v"), line: line) }
    switch type {
    case "v":
      guard !hasVersion else { throw SDPError(.repeated("v"), line: line) }
      guard value.trimmedLinearSpace == "0" else { throw SDPError(.version, line: line) }
      hasVersion = true
    case "m":
      if let current { media.append(current) }
      guard let section = MediaDescription(value) else { throw SDPError(.malformed("m"), line: line) }
      current = section
    case "c":
      guard let value = Connection(value) else { throw SDPError(.malformed("c"), line: line) }
      if current != nil {
        current?.connections.append(value)
      } else {
        guard connection == nil else { throw SDPError(.repeated("c"), line: line) }
        connection = value
      }
    case "b":
      let parts = value.utf8.split(separator: 0x3A, maxSplits: 1).map { String(wire: $0).trimmedLinearSpace }
      guard parts.count == 2, let number = decimal(parts[1]) else { throw SDPError(.malformed("b"), line: line) }
      let bandwidth = Bandwidth(type: parts[0], value: number)
      if current != nil { current?.bandwidths.append(bandwidth) } else { bandwidths.append(bandwidth) }
    case "a":
      let attribute = Attribute(line: value)
      guard !attribute.name.isEmpty else { throw SDPError(.malformed("a"), line: line) }
      if current != nil { current?.attributes.append(attribute) } else { attributes.append(attribute) }
    case "o", "s", "t":
      try readSessionLine(type, value, line: line)
    default:
      let other = DescriptionLine(type: type, value: value)
      if current != nil { current?.otherLines.append(other) } else { otherLines.append(other) }
    }
  }

  private mutating func readSessionLine(_ type: Character, _ value: String, line: Int) throws(SDPError) {
    guard current == nil else { throw SDPError(.malformed(type), line: line) }
    switch type {
    case "o":
      guard origin == nil else { throw SDPError(.repeated("o"), line: line) }
      guard let value = Origin(value) else { throw SDPError(.malformed("o"), line: line) }
      origin = value
    case "s":
      guard name == nil else { throw SDPError(.repeated("s"), line: line) }
      name = value
    default:
      let parts = value.utf8.split(separator: 0x20).map { String(wire: $0) }
      guard parts.count == 2, let start = decimal(parts[0]), let stop = decimal(parts[1]) else {
        throw SDPError(.malformed("t"), line: line)
      }
      timings.append(Timing(start: start, stop: stop))
    }
  }

  func finish() throws(SDPError) -> SessionDescription {
    guard hasVersion else { throw SDPError(.missing("v"), line: 0) }
    guard let origin else { throw SDPError(.missing("o"), line: 0) }
    return SessionDescription(
      origin: origin, name: name ?? "-", connection: connection, bandwidths: bandwidths,
      timings: timings.isEmpty ? [Timing()] : timings, attributes: attributes, otherLines: otherLines,
      media: media + (current.map { [$0] } ?? []))
  }
}
