import Testing

/// Messages for tests, written with plain line ends.
enum MessageText {
  /// The lines joined with CRLF, the empty line included where the text has it.
  static func bytes(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    for byte in text.utf8 {
      if byte == 0x0A { result.append(0x0D) }
      result.append(byte)
    }
    return result
  }

  /// An OPTIONS with one field replaced (`nil` removes it) and others added.
  static func options(
    startLine: String = "OPTIONS sip:desk@voice.example SIP/2.0", replacing: [String: String?] = [:],
    adding extra: [String] = [], body: String = ""
  ) -> [UInt8] {
    let fields: [(String, String)] = [
      ("Via", "SIP/2.0/UDP 192.0.2.40:5062;branch=z9hG4bKm1a;rport"),
      ("From", "<sip:ana@peer.example>;tag=a77"),
      ("To", "<sip:desk@voice.example>"),
      ("Call-ID", "c19@peer.example"),
      ("CSeq", "7 OPTIONS"),
      ("Max-Forwards", "70"),
    ]
    var lines = [startLine]
    for (name, value) in fields {
      switch replacing[name] {
      case .none: lines.append("\(name): \(value)")
      case .some(.none): break
      case .some(.some(let other)): lines.append("\(name): \(other)")
      }
    }
    lines += extra
    return bytes(lines.joined(separator: "\n") + "\n\n" + body)
  }

  static let inviteBody = bytes(
    """
    v=0
    o=- 1 1 IN IP4 192.0.2.40
    s=-
    c=IN IP4 192.0.2.40
    t=0 0
    m=audio 40000 RTP/AVP 0 8
    a=sendrecv

    """)

  static let invite =
    bytes(
      """
      INVITE sip:+4930123@voice.example;user=phone SIP/2.0
      Via: SIP/2.0/UDP 192.0.2.40:5062;branch=z9hG4bKi9;rport
      Via: SIP/2.0/TCP edge.peer.example;branch=z9hG4bKi8;received=192.0.2.41
      Record-Route: <sip:edge.peer.example;lr>
      From: "Ana \\"A\\" Pereira" <sip:ana@peer.example>;tag=a77
      To: <sip:+4930123@voice.example;user=phone>
      Call-ID: c20@peer.example
      CSeq: 101 INVITE
      Contact: <sip:ana@192.0.2.40:5062;transport=udp>;expires=300
      Max-Forwards: 68
      X-Trunk-Account: 77 ; as is
      Supported: timer, 100rel
      Content-Type: application/sdp
      Content-Length: \(inviteBody.count)

      """ + "\n") + inviteBody
}

/// A seeded generator (SplitMix64), so that a failing run can be repeated.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// A message of a table; test logs show its name and not its bytes.
struct WireCase: Sendable, CustomTestStringConvertible {
  var name: String
  var field: String
  var bytes: [UInt8]

  init(field: String = "", _ name: String, _ bytes: [UInt8]) {
    self.name = name
    self.field = field
    self.bytes = bytes
  }

  var testDescription: String { name }
}
