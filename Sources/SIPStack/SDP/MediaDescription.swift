/// One `m=` section (RFC 8866 section 5.14).
public struct MediaDescription: Hashable, Sendable {
  /// `audio`, `video`, `image`, `application`, or what nobody knows.
  public var kind: String
  /// 0 when the stream is refused or disabled.
  public var port: UInt16
  /// Consecutive port pairs, when more than one is written.
  public var portCount: UInt32?
  /// `RTP/AVP`, `RTP/SAVPF`, `udptl`.
  public var proto: String
  /// The payload types or formats in order of preference.
  public var formats: [String]
  /// `c=` lines of this section.
  public var connections: [Connection]
  /// `b=` lines of this section.
  public var bandwidths: [Bandwidth]
  /// `a=` lines of this section in order.
  public var attributes: [Attribute]
  /// Lines of other types in order.
  public var otherLines: [DescriptionLine]

  /// A section from its parts.
  public init(
    kind: String, port: UInt16, portCount: UInt32? = nil, proto: String = "RTP/AVP", formats: [String],
    connections: [Connection] = [], bandwidths: [Bandwidth] = [], attributes: [Attribute] = [],
    otherLines: [DescriptionLine] = []
  ) {
    self.kind = kind
    self.port = port
    self.portCount = portCount
    self.proto = proto
    self.formats = formats
    self.connections = connections
    self.bandwidths = bandwidths
    self.attributes = attributes
    self.otherLines = otherLines
  }

  init?(_ value: String) {
    let parts = value.utf8.split(separator: 0x20).map { String(wire: $0) }
    guard parts.count >= 4 else { return nil }
    let ports = parts[1].utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { String(wire: $0) }
    guard (1...2).contains(ports.count), let port = decimal(ports[0], maximum: 65_535) else { return nil }
    var count: UInt32?
    if ports.count == 2 {
      guard let number = decimal(ports[1], maximum: 0xFFFF) else { return nil }
      count = UInt32(number)
    }
    self.init(
      kind: parts[0], port: UInt16(port), portCount: count, proto: parts[2], formats: Array(parts.dropFirst(3)))
  }

  /// The `c=` of this section.
  public var connection: Connection? { connections.first }

  /// The first value of an attribute; empty for a property.
  public func attribute(_ name: String) -> String? {
    attributes.first { $0.name == name }.map { $0.value ?? "" }
  }

  /// The values of all attributes of that name.
  public func attributeValues(_ name: String) -> [String] {
    attributes.filter { $0.name == name }.map { $0.value ?? "" }
  }

  /// The readable rtpmap attributes; malformed ones are left out.
  public var rtpMaps: [RTPMap] { attributeValues("rtpmap").compactMap { RTPMap($0) } }

  /// The formats that are payload types, in order, each with what it stands for: by its rtpmap, else by RFC 3551.
  public var payloadMaps: [RTPMap] {
    var mapped: [UInt8: RTPMap] = [:]
    for map in rtpMaps where mapped[map.payloadType] == nil { mapped[map.payloadType] = map }
    var seen: Set<UInt8> = []
    return formats.compactMap { format in
      guard let type = decimal(format, maximum: 127).map({ UInt8($0) }), seen.insert(type).inserted else { return nil }
      return mapped[type] ?? RTPMap.wellKnown[type]
    }
  }

  /// The fmtp text of a payload type.
  public func formatParameters(_ payloadType: UInt8) -> String? {
    for value in attributeValues("fmtp") {
      let parts = value.utf8.split(maxSplits: 1, whereSeparator: \.isLinearSpace)
      guard parts.count == 2, decimal(String(wire: parts[0]), maximum: 127) == UInt64(payloadType) else { continue }
      return String(wire: parts[1]).trimmedLinearSpace
    }
    return nil
  }

  /// `a=ptime` in milliseconds; nil when absent, 0 or beyond a second.
  public var packetTime: Int? { milliseconds("ptime") }

  /// `a=maxptime` in milliseconds; nil when absent, 0 or beyond a second.
  public var maximumPacketTime: Int? { milliseconds("maxptime") }

  private func milliseconds(_ name: String) -> Int? {
    // RFC 8866 lets ptime have a fraction, which no codec here can use.
    guard let text = attribute(name), let whole = text.trimmedLinearSpace.utf8.split(separator: 0x2E).first,
      let value = decimal(String(wire: whole), maximum: 1000), value > 0
    else { return nil }
    return Int(value)
  }

  /// The direction of this section, when it has one. Of several the last counts.
  public var direction: Direction? {
    attributes.last { $0.value == nil && Direction(rawValue: $0.name) != nil }.flatMap { Direction(rawValue: $0.name) }
  }

  /// Where RTCP goes by `a=rtcp` (RFC 3605): the port, and the address when it is another one.
  public var rtcp: (port: UInt16, connection: Connection?)? {
    guard let value = attribute("rtcp") else { return nil }
    let parts = value.utf8.split(separator: 0x20, maxSplits: 1).map { String(wire: $0) }
    guard let text = parts.first, let port = decimal(text, maximum: 65_535), port > 0 else { return nil }
    return (UInt16(port), parts.count > 1 ? Connection(parts[1]) : nil)
  }

  /// This section refused: port 0, the same kind, protocol and formats (RFC 3264 section 6).
  public var refused: MediaDescription { MediaDescription(kind: kind, port: 0, proto: proto, formats: formats) }

  var text: String {
    let count = portCount.map { "/\($0)" } ?? ""
    var lines = ["m=\(kind) \(port)\(count) \(proto) \(formats.joined(separator: " "))"]
    lines += otherLines.filter { $0.type == "i" }.map { "i=\($0.value)" }
    lines += connections.map { "c=\($0.value)" }
    lines += bandwidths.map { "b=\($0.type):\($0.value)" }
    lines += otherLines.filter { $0.type != "i" }.map { "\($0.type)=\($0.value)" }
    lines += attributes.map { "a=\($0.text)" }
    return lines.map { $0.singleLine + "\r\n" }.joined()
  }
}
