import SIPStack
import Testing

@Suite("Refusal of malformed requests")
struct MalformedRequestTests {
  private func malformed(_ bytes: [UInt8], _ name: String) -> MalformedRequest? {
    guard case .malformedRequest(let request) = SIPParser.parse(datagram: bytes) else {
      Issue.record("\(name): \(SIPParser.parse(datagram: bytes))")
      return nil
    }
    return request
  }

  private static let cases: [WireCase] = [
    WireCase(
      field: "Via", "empty Via elements", MessageText.options(replacing: ["Via": "SIP/2.0/UDP 192.0.2.1;;,;,,"])),
    WireCase(
      field: "Contact", "empty Contact parameters",
      MessageText.options(adding: ["Contact: \"J\" <sip:j@peer.example>;;;;"])),
    WireCase(
      field: "Content-Length", "body shorter than it says",
      MessageText.options(adding: ["Content-Length: 9999"], body: "x")),
    WireCase(field: "Content-Length", "negative length", MessageText.options(adding: ["Content-Length: -1"])),
    WireCase(
      field: "Content-Length", "length beyond all bounds", MessageText.options(adding: ["l: 99999999999999999999999"])),
    WireCase(
      field: "Content-Length", "two lengths", MessageText.options(adding: ["Content-Length: 0", "l: 5"], body: "12345")),
    WireCase(
      field: "CSeq", "CSeq beyond 64 bits", MessageText.options(replacing: ["CSeq": "36893488147419103233 OPTIONS"])),
    WireCase(field: "CSeq", "CSeq of 2^31", MessageText.options(replacing: ["CSeq": "2147483648 OPTIONS"])),
    WireCase(field: "CSeq", "CSeq without method", MessageText.options(replacing: ["CSeq": "5"])),
    WireCase(field: "CSeq", "CSeq of another method", MessageText.options(replacing: ["CSeq": "5 INVITE"])),
    WireCase(field: "CSeq", "CSeq method in another case", MessageText.options(replacing: ["CSeq": "5 options"])),
    WireCase(
      field: "To", "a quote without end", MessageText.options(replacing: ["To": "\"Mr. D <sip:d@voice.example>"])),
    WireCase(
      field: "From", "a bracket without end", MessageText.options(replacing: ["From": "<sip:d@voice.example;tag=1"])),
    WireCase(
      field: "Request-URI", "brackets around the Request-URI",
      MessageText.options(startLine: "OPTIONS <sip:desk@voice.example> SIP/2.0")
    ),
    WireCase(
      field: "start line", "space inside the Request-URI",
      MessageText.options(startLine: "OPTIONS sip:desk@voice.example; lr SIP/2.0")
    ),
    WireCase(
      field: "start line", "two spaces in the start line",
      MessageText.options(startLine: "OPTIONS  sip:desk@voice.example  SIP/2.0")
    ),
    WireCase(
      field: "start line", "space at the end of the start line",
      MessageText.options(startLine: "OPTIONS sip:desk@voice.example SIP/2.0 ")
    ),
    WireCase(
      field: "Request-URI", "headers in the Request-URI",
      MessageText.options(startLine: "OPTIONS sip:desk@voice.example?Route=%3Csip:x%3E SIP/2.0")
    ),
    WireCase(
      field: "Contact", "a bare address with a question mark",
      MessageText.options(adding: ["Contact: sip:d@voice.example?Route=%3Csip:x%3E"])
    ),
    WireCase(
      field: "To", "space inside the brackets", MessageText.options(replacing: ["To": "\"D\" < sip:d@voice.example >"])),
    WireCase(
      field: "From", "a comma in a bare display name",
      MessageText.options(replacing: ["From": "Pereira, Ana <sip:a@peer.example>;tag=3"])
    ),
    WireCase(field: "From", "no From", MessageText.options(replacing: ["From": nil])),
    WireCase(field: "To", "no To", MessageText.options(replacing: ["To": nil])),
    WireCase(field: "Call-ID", "no Call-ID", MessageText.options(replacing: ["Call-ID": nil])),
    WireCase(field: "CSeq", "no CSeq", MessageText.options(replacing: ["CSeq": nil])),
    WireCase(field: "From", "two From", MessageText.options(adding: ["f: <sip:other@peer.example>;tag=2"])),
    WireCase(field: "To", "two To", MessageText.options(adding: ["To: <sip:other@voice.example>"])),
    WireCase(field: "Call-ID", "two Call-ID", MessageText.options(adding: ["i: other"])),
    WireCase(field: "CSeq", "two CSeq", MessageText.options(adding: ["CSeq: 8 OPTIONS"])),
    WireCase(field: "Max-Forwards", "two Max-Forwards", MessageText.options(adding: ["Max-Forwards: 5"])),
    WireCase(field: "Max-Forwards", "Max-Forwards in words", MessageText.options(replacing: ["Max-Forwards": "many"])),
    WireCase(field: "Call-ID", "a space in Call-ID", MessageText.options(replacing: ["Call-ID": "a b"])),
    WireCase(field: "field name", "a space in a field name", MessageText.options(adding: ["Bad Name: 1"])),
    WireCase(field: "field name", "a line without colon", MessageText.options(adding: ["no colon here"])),
    WireCase(
      field: "Subject", "a lone line feed in a field",
      MessageText.options(adding: ["Subject: a#b"]).map { $0 == 0x23 ? 0x0A : $0 }
    ),
    WireCase(
      field: "Subject", "a lone carriage return in a field",
      MessageText.options(adding: ["Subject: a#b"]).map { $0 == 0x23 ? 0x0D : $0 }
    ),
    WireCase(
      field: "Subject", "a NUL in a field", MessageText.options(adding: ["Subject: a#b"]).map { $0 == 0x23 ? 0 : $0 }),
    WireCase(
      field: "Via", "a port beyond 16 bits",
      MessageText.options(replacing: ["Via": "SIP/2.0/UDP h.example:65536;branch=z9hG4bK1"])
    ),
    WireCase(
      field: "Request-URI", "an IPv6 host without brackets",
      MessageText.options(startLine: "OPTIONS sip:2001:db8::1 SIP/2.0")),
    WireCase(
      field: "Request-URI", "a broken escape", MessageText.options(startLine: "OPTIONS sip:a%4@voice.example SIP/2.0")),
    WireCase(
      field: "Request-URI", "a Request-URI without host", MessageText.options(startLine: "OPTIONS sip:desk@ SIP/2.0")),
    WireCase(field: "Content-Type", "a malformed Content-Type", MessageText.options(adding: ["Content-Type: sdp"])),
    WireCase(field: "Route", "a malformed Route", MessageText.options(adding: ["Route: <sip:a;lr>, ,<sip:b;lr>"])),
    WireCase(field: "message", "no empty line", Array(MessageText.options().dropLast(2))),
  ]

  @Test("each is answered with 400", arguments: cases)
  func answeredWith400(_ example: WireCase) throws {
    let (name, field) = (example.name, example.field)
    let request = try #require(malformed(example.bytes, name))
    #expect(request.status == 400, "\(name)")
    #expect(request.error.field == field, "\(name): \(request.error)")
    let response = try #require(request.response(toTag: "t9"), "\(name)")
    #expect(response.status == 400)
    #expect(response.headers.contains(.via))
    // What is sent must itself be in one piece.
    #expect(String(decoding: response.serialized(), as: UTF8.self).hasSuffix("Content-Length: 0\r\n\r\n"))
  }

  @Test("no Via means nobody to answer")
  func noVia() throws {
    let request = try #require(malformed(MessageText.options(replacing: ["Via": nil]), "no Via"))
    #expect(request.error == ParseError(.missing, in: "Via"))
    #expect(request.response() == nil)
  }

  @Test("an ACK is never answered")
  func ack() throws {
    let bytes = MessageText.options(
      startLine: "ACK sip:desk@voice.example SIP/2.0", replacing: ["CSeq": "7 ACK", "Call-ID": nil])
    #expect(try #require(malformed(bytes, "ACK")).response() == nil)
  }

  @Test("another version is answered with 505, whatever else is wrong")
  func version() throws {
    let bytes = MessageText.options(
      startLine: "OPTIONS sip:desk@voice.example SIP/7.0",
      replacing: ["Via": "SIP/7.0/UDP peer.example:5071;branch=z9hG4bK7", "Call-ID": nil])
    let request = try #require(malformed(bytes, "version"))
    #expect(request.status == 505)
    #expect(request.topVia?.host == "peer.example")
    #expect(request.topVia?.port == 5071)
    #expect(request.response()?.reason == "Version Not Supported")
  }

  @Test("limits are answered with 513")
  func limits() throws {
    let many = (0..<201).map { "X-\($0): 1" }
    #expect(malformed(MessageText.options(adding: many), "fields")?.status == 513)
    let long = "Subject: " + String(repeating: "x", count: 8192)
    #expect(malformed(MessageText.options(adding: [long]), "line")?.status == 513)
    let folded = "Subject: x" + String(repeating: "\n xxxxxxxxxxxxxxx", count: 520)
    #expect(malformed(MessageText.options(adding: [folded]), "folded")?.status == 513)
    let huge = MessageText.options(adding: ["Content-Length: 65500"], body: String(repeating: "x", count: 65_500))
    #expect(malformed(huge, "message")?.status == 513)
  }

  @Test("the hop of an unreadable Via takes received and rport")
  func brokenViaIsCompleted() throws {
    let bytes = MessageText.options(replacing: ["Via": "SIP/2.0/UDP 192.0.2.1;;branch=z9hG4bKq;rport,;,,"])
    var request = try #require(malformed(bytes, "Via"))
    var via = try #require(request.topVia)
    #expect(via.branch == "z9hG4bKq")
    #expect(via.hasRport)
    via.received = "192.0.2.99"
    via.rport = 6000
    request.topVia = via
    let response = try #require(request.response())
    #expect(response.topVia?.received == "192.0.2.99")
    #expect(response.topVia?.rport == 6000)
  }

  @Test("the first of repeated fields is copied, and To gets a tag")
  func repeated() throws {
    let bytes = MessageText.options(adding: ["To: <sip:other@voice.example>", "CSeq: 9 OPTIONS"])
    let response = try #require(malformed(bytes, "repeated")?.response(toTag: "x1"))
    #expect(response.headers.all(.to) == ["<sip:desk@voice.example>;tag=x1"])
    #expect(response.headers.all(.cSeq) == ["7 OPTIONS"])
  }
}
