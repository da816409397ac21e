public import Net

/// `o=`: who describes the session, and which version of it this is (RFC 8866 section 5.2).
public struct Origin: Hashable, Sendable {
  /// The user, `-` when there is none.
  public var username: String
  /// The session's identifier. A longer number than 64 bits reads as the greatest.
  public var sessionID: UInt64
  /// Goes up by one with each change. A longer number than 64 bits reads as the greatest.
  public var version: UInt64
  /// Where the session was made; it need not be reachable.
  public var connection: Connection

  /// An origin from its parts.
  public init(username: String = "-", sessionID: UInt64, version: UInt64, connection: Connection) {
    self.username = username
    self.sessionID = sessionID
    self.version = version
    self.connection = connection
  }

  init?(_ value: String) {
    let parts = value.utf8.split(separator: 0x20).map { String(wire: $0) }
    guard parts.count == 6, let session = Self.number(parts[1]), let version = Self.number(parts[2]) else { return nil }
    let connection = Connection(networkType: parts[3], addressType: parts[4], address: parts[5])
    self.init(username: parts[0], sessionID: session, version: version, connection: connection)
  }

  private static func number(_ text: String) -> UInt64? {
    guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit) else { return nil }
    return decimal(text) ?? .max
  }

  var value: String { "\(username) \(sessionID) \(version) \(connection.value)" }
}

/// `c=`: where media goes (RFC 8866 section 5.7).
public struct Connection: Hashable, Sendable {
  /// `IN`.
  public var networkType: String
  /// `IP4`, `IP6`, or what nobody knows.
  public var addressType: String
  /// The address with its TTL and count, if any: `233.252.0.1/127/3`.
  public var address: String

  /// A connection from its parts.
  public init(networkType: String = "IN", addressType: String, address: String) {
    self.networkType = networkType
    self.addressType = addressType
    self.address = address
  }

  /// The connection for an IP address.
  public init(_ address: IPAddress) {
    self.init(addressType: address.family == .v6 ? "IP6" : "IP4", address: address.description)
  }

  init?(_ value: String) {
    let parts = value.utf8.split(separator: 0x20).map { String(wire: $0) }
    guard parts.count == 3 else { return nil }
    self.init(networkType: parts[0], addressType: parts[1], address: parts[2])
  }

  var value: String { "\(networkType) \(addressType) \(address)" }

  /// The unicast or multicast address without TTL and count.
  public var host: String { String(wire: address.utf8.prefix { $0 != UInt8(ascii: "/") }) }

  /// Whether the address is all zero, by which RFC 2543 put a call on hold (RFC 3264 section 8.4).
  public var isUnspecified: Bool {
    IPAddress(host)?.isUnspecified ?? false
  }
}

/// `b=`: a bandwidth (RFC 8866 section 5.8).
public struct Bandwidth: Hashable, Sendable {
  /// `AS`, `TIAS`, `RR`, `RS` and others.
  public var type: String
  /// In the unit of its type, mostly kbit/s.
  public var value: UInt64

  /// A bandwidth.
  public init(type: String, value: UInt64) {
    self.type = type
    self.value = value
  }
}

/// `t=`: when the session is on, in seconds since 1900; 0 for unbounded (RFC 8866 section 5.9).
public struct Timing: Hashable, Sendable {
  /// The start.
  public var start: UInt64
  /// The end.
  public var stop: UInt64

  /// A period.
  public init(start: UInt64 = 0, stop: UInt64 = 0) {
    self.start = start
    self.stop = stop
  }
}

/// `a=`: a property or a name with a value (RFC 8866 section 5.13).
public struct Attribute: Hashable, Sendable {
  /// The name, compared with its case.
  public var name: String
  /// What follows the colon; nil for a property.
  public var value: String?

  /// An attribute.
  public init(_ name: String, _ value: String? = nil) {
    self.name = name
    self.value = value
  }

  /// Parts after the first colon belong to the value.
  init(line: String) {
    let parts = line.utf8.split(separator: 0x3A, maxSplits: 1, omittingEmptySubsequences: false)
    name = parts.first.map { String(wire: $0) } ?? ""
    value = parts.count > 1 ? String(wire: parts[1]) : nil
  }

  var text: String { value.map { "\(name):\($0)" } ?? name }
}

/// A line that has no type of its own here (`i=`, `u=`, `e=`, `p=`, `r=`, `z=`, `k=` and unknown ones), as it came.
public struct DescriptionLine: Hashable, Sendable {
  /// The letter.
  public var type: Character
  /// What follows `=`.
  public var value: String

  /// A line.
  public init(type: Character, value: String) {
    self.type = type
    self.value = value
  }
}

/// Which way media flows, seen from the one who says it (RFC 8866 section 6.7).
public enum Direction: String, Hashable, Sendable, CaseIterable {
  /// Both ways; the default.
  case sendReceive = "sendrecv"
  /// From the one who says it.
  case sendOnly = "sendonly"
  /// To the one who says it.
  case receiveOnly = "recvonly"
  /// Neither way.
  case inactive

  /// From two halves.
  public init(sends: Bool, receives: Bool) {
    self =
      switch (sends, receives) {
      case (true, true): .sendReceive
      case (true, false): .sendOnly
      case (false, true): .receiveOnly
      case (false, false): .inactive
      }
  }

  /// Whether the one who says it sends.
  public var sends: Bool { self == .sendReceive || self == .sendOnly }
  /// Whether the one who says it receives.
  public var receives: Bool { self == .sendReceive || self == .receiveOnly }
  /// The same flow, seen from the other side.
  public var reversed: Direction { Direction(sends: receives, receives: sends) }
  /// What both allow, seen from the same side.
  public func intersection(_ other: Direction) -> Direction {
    Direction(sends: sends && other.sends, receives: receives && other.receives)
  }
}

/// `a=rtpmap`: what a payload type stands for (RFC 8866 section 6.6).
public struct RTPMap: Hashable, Sendable {
  /// 0 to 127.
  public var payloadType: UInt8
  /// The encoding's name, compared without case.
  public var encoding: String
  /// The RTP clock in Hz (8000 for G.722 by RFC 3551 section 4.5.2).
  public var clockRate: UInt32
  /// 1 when it is not written.
  public var channels: Int

  /// A mapping.
  public init(payloadType: UInt8, encoding: String, clockRate: UInt32, channels: Int = 1) {
    self.payloadType = payloadType
    self.encoding = encoding
    self.clockRate = clockRate
    self.channels = channels
  }

  /// Reads the attribute's value: `96 opus/48000/2`.
  public init?(_ value: String) {
    let parts = value.utf8.split(whereSeparator: \.isLinearSpace).map { String(wire: $0) }
    guard parts.count == 2, let type = decimal(parts[0], maximum: 127) else { return nil }
    let encoding = parts[1].utf8.split(separator: UInt8(ascii: "/")).map { String(wire: $0) }
    guard (2...3).contains(encoding.count), let clock = decimal(encoding[1], maximum: 0xFFFF_FFFF), clock > 0 else {
      return nil
    }
    var channels = 1
    if encoding.count == 3 {
      guard let count = decimal(encoding[2], maximum: 255), count > 0 else { return nil }
      channels = Int(count)
    }
    self.init(payloadType: UInt8(type), encoding: encoding[0], clockRate: UInt32(clock), channels: channels)
  }

  var value: String {
    "\(payloadType) \(encoding)/\(clockRate)" + (channels > 1 ? "/\(channels)" : "")
  }

  /// The audio mappings of RFC 3551 table 4 that need no rtpmap.
  public static let wellKnown: [UInt8: RTPMap] = {
    let table: [(UInt8, String, UInt32, Int)] = [
      (0, "PCMU", 8000, 1), (3, "GSM", 8000, 1), (4, "G723", 8000, 1), (5, "DVI4", 8000, 1), (6, "DVI4", 16_000, 1),
      (7, "LPC", 8000, 1), (8, "PCMA", 8000, 1), (9, "G722", 8000, 1), (10, "L16", 44_100, 2), (11, "L16", 44_100, 1),
      (12, "QCELP", 8000, 1), (13, "CN", 8000, 1), (14, "MPA", 90_000, 1), (15, "G728", 8000, 1),
      (16, "DVI4", 11_025, 1), (17, "DVI4", 22_050, 1), (18, "G729", 8000, 1),
    ]
    return Dictionary(
      uniqueKeysWithValues: table.map {
        ($0.0, RTPMap(payloadType: $0.0, encoding: $0.1, clockRate: $0.2, channels: $0.3))
      })
  }()
}
