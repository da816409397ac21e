import SIPStack
import Testing

@Suite("Hostile messages")
struct MessageMutationTests {
  private static let fragments: [[UInt8]] = [
    Array("\r\n".utf8), Array("\r\n\r\n".utf8), Array("\"".utf8), Array("<".utf8), Array(">".utf8), Array(";;".utf8),
    Array(",".utf8), Array("%".utf8), Array("[::".utf8), Array(":99999999999".utf8), Array("\\".utf8), [0], [0xFF],
    Array("sip:".utf8), Array("\r\nContent-Length: 18446744073709551616\r\n".utf8), Array("=".utf8), Array("@".utf8),
    Array(" \r\n ".utf8), Array("\r\nVia: SIP/2.0/UDP x\r\n".utf8), Array("é\u{301}".utf8), Array("-1".utf8),
  ]

  private static func mutated(_ source: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = source
    for _ in 0..<Int.random(in: 1...6, using: &generator) {
      let at = Int.random(in: 0...bytes.count, using: &generator)
      let length = Int.random(in: 0...min(20, bytes.count - at), using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes.removeSubrange(at..<(at + length))
      case 1: bytes.insert(contentsOf: fragments[Int.random(in: 0..<fragments.count, using: &generator)], at: at)
      case 2: bytes.insert(contentsOf: bytes[at..<(at + length)], at: at)
      case 3: if at < bytes.count { bytes[at] = UInt8.random(in: 0...255, using: &generator) }
      default: bytes = Array(bytes.prefix(max(at, 10)))
      }
    }
    return bytes
  }

  /// Everything a user agent would ask of a message.
  private static func touch(_ message: some MessageFields) -> Int {
    var sum = message.vias.count + message.contacts.count + message.routes.count + message.recordRoutes.count
    sum += message.from?.description.utf8.count ?? 0
    sum += message.to?.uri.telephoneNumber?.utf8.count ?? 0
    sum += message.maxForwards ?? 0
    sum += message.headers.elements(.supported).count
    sum += message.content(of: .sdp)?.count ?? 0
    if let uri = message.contacts.first?.uri, uri.isEquivalent(to: uri) { sum += 1 }
    return sum
  }

  @Test("mutated messages are read or refused, and what is read stays the same when written", arguments: 1...8)
  func mutations(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let sources = [
      MessageText.invite, MessageText.options(),
      MessageText.options(
        startLine: "SIP/2.0 200 OK",
        adding: ["Contact: <sip:a@[::1]:5;x=y?z=1>;q=0.1, \"x\" <sip:b@h>", "Supported: a,b", "Content-Length: 0"]),
    ]
    for round in 0..<1500 {
      let bytes = Self.mutated(sources[round % sources.count], &generator)
      let note = "seed \(seed) round \(round): \(String(decoding: bytes, as: UTF8.self))"
      switch SIPParser.parse(datagram: bytes) {
      case .message(let message):
        switch message {
        case .request(let request):
          #expect(Self.touch(request) >= 0)
          #expect(request.from != nil && request.cSeq?.method == request.method && !request.vias.isEmpty, "\(note)")
        case .response(let response):
          #expect(Self.touch(response) >= 0)
          #expect((100...699).contains(response.status) && response.topVia != nil, "\(note)")
        }
        let written = message.serialized()
        guard case .message(let again) = SIPParser.parse(datagram: written) else {
          Issue.record("written but not read: \(note)")
          continue
        }
        #expect(again.serialized() == written, "\(note)")
      case .malformedRequest(let request):
        guard let response = request.response(toTag: "t") else { continue }
        #expect(Self.touch(response) >= 0)
        let text = String(decoding: response.serialized(), as: UTF8.self)
        #expect(text.hasPrefix("SIP/2.0 \(request.status) "), "\(note)")
      case .unusable(let error): #expect(!error.description.isEmpty)
      case .keepAlive: break
      }
    }
  }

  @Test("a mutated stream never holds more than its limit", arguments: 1...4)
  func streams(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let source = MessageText.invite + [0x0D, 0x0A, 0x0D, 0x0A] + MessageText.options(adding: ["l: 0"])
    for round in 0..<300 {
      let bytes = Self.mutated(source, &generator)
      var whole = StreamFramer()
      var pieces = StreamFramer()
      let expected = whole.receive(bytes)
      var events: [StreamFramer.Event] = []
      var rest = bytes[...]
      while !rest.isEmpty {
        let size = Int.random(in: 1...90, using: &generator)
        events += pieces.receive(rest.prefix(size))
        rest = rest.dropFirst(size)
        #expect(pieces.bufferedCount <= 65_536 + 90)
      }
      #expect(events == expected, "seed \(seed) round \(round)")
    }
  }

  @Test("random bytes are never a message", arguments: 1...4)
  func noise(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for round in 0..<500 {
      let count = Int.random(in: 1...400, using: &generator)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      if case .message = SIPParser.parse(datagram: bytes) { Issue.record("seed \(seed) round \(round)") }
    }
  }
}
