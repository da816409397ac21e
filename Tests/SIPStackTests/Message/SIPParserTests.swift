import SIPStack
import Testing

@Suite("Reading of messages")
struct SIPParserTests {
  private func request(_ bytes: [UInt8]) throws -> SIPRequest {
    guard case .message(.request(let request)) = SIPParser.parse(datagram: bytes) else {
      Issue.record("not accepted: \(SIPParser.parse(datagram: bytes))")
      throw ParseError(.syntax, in: "message")
    }
    return request
  }

  @Test("an INVITE gives its parts")
  func invite() throws {
    let request = try request(MessageText.invite)
    #expect(request.method == .invite)
    #expect(request.uri.sip?.user == "+4930123")
    #expect(request.uri.telephoneNumber == "+4930123")
    #expect(request.vias.map(\.host) == ["192.0.2.40", "edge.peer.example"])
    #expect(request.topVia?.hasRport == true)
    #expect(request.topVia?.rport == nil)
    #expect(request.vias.last?.received == "192.0.2.41")
    #expect(request.recordRoutes.first?.uri.sip?.isLooseRouter == true)
    #expect(request.from?.displayName == "Ana \"A\" Pereira")
    #expect(request.fromTag == "a77")
    #expect(request.toTag == nil)
    #expect(request.callID == "c20@peer.example")
    #expect(request.cSeq == CSeq(number: 101, method: .invite))
    #expect(request.contacts.first?.uri.sip?.port == 5062)
    #expect(request.contacts.first?.parameters["expires"] == "300")
    #expect(request.maxForwards == 68)
    #expect(request.headers.first(HeaderName("x-trunk-account")) == "77 ; as is")
    #expect(request.headers.hasToken("100rel", in: .supported))
    #expect(request.contentType == .sdp)
    #expect(request.body == MessageText.inviteBody)
    #expect(request.content(of: .sdp) == request.body)
  }

  @Test("what was read and written reads the same again, byte for byte")
  func stability() throws {
    let first = try request(MessageText.invite)
    let second = try request(first.serialized())
    #expect(second.serialized() == first.serialized())
    #expect(second.vias == first.vias)
    #expect(second.from == first.from)
    #expect(second.body == first.body)
    #expect(Array(second.headers.map(\.name)) == Array(first.headers.map(\.name)))
  }

  @Test("compact names, any case, folding and space around everything are understood")
  func freeForm() throws {
    let request = try request(
      MessageText.bytes(
        """
        OPTIONS sip:desk@voice.example;someparam SIP/2.0
        v  :  SIP  /  2.0
          / UDP   192.0.2.7 : 5080 ;
         branch  =   z9hG4bKaa ,
         SIP/2.0/WEIRD-transport  other.example;branch=9
        f:"Tab\tand \\\\ quote \\"" <sip:x@peer.example>
         ;  tag  = 99
        tO   :
          sip:desk@voice.example ; tag = 12
        I: a-b.c%d!e
        cseq: 00042
         OPTIONS
        MAX-forwards: 0070
        k: one,two
        s:
        StrangeField: ;;,,;;
         and more

        """ + "\n"))
    #expect(request.vias.map(\.transport) == ["UDP", "WEIRD-transport"])
    #expect(request.topVia?.port == 5080)
    #expect(request.topVia?.branch == "z9hG4bKaa")
    #expect(request.from?.displayName == "Tab\tand \\ quote \"")
    #expect(request.fromTag == "99")
    #expect(request.toTag == "12")
    #expect(request.callID == "a-b.c%d!e")
    #expect(request.cSeq?.number == 42)
    #expect(request.maxForwards == 70)
    #expect(request.headers.elements(.supported) == ["one", "two"])
    #expect(request.headers.first(.subject) == "")
    #expect(request.headers.first(HeaderName("StrangeField")) == ";;,,;; and more")
    #expect(String(decoding: request.serialized(), as: UTF8.self).contains("\r\nSupported: one,two\r\n"))
  }

  private static let unusual: [WireCase] = [
    WireCase(
      "no branch, no From tag, no Max-Forwards",
      MessageText.options(replacing: [
        "Via": "SIP/2.0/UDP old.example", "From": "sip:a@old.example", "Max-Forwards": nil,
      ])
    ),
    WireCase(
      "an unknown method of odd token characters",
      MessageText.options(
        startLine: "X.y!%27*_+`' sip:desk@voice.example SIP/2.0", replacing: ["CSeq": "7 X.y!%27*_+`'"])
    ),
    WireCase(
      "an unknown scheme in the Request-URI", MessageText.options(startLine: "OPTIONS weird.thing:opaque/part SIP/2.0")),
    WireCase(
      "unknown schemes in From, To and Contact",
      MessageText.options(
        replacing: ["From": "<http://peer.example/me>;tag=1", "To": "urn:service:sos"],
        adding: ["Contact: <name:Somebody>"])
    ),
    WireCase(
      "an escaped NUL in the user", MessageText.options(startLine: "OPTIONS sip:nul%00%00@voice.example SIP/2.0")),
    WireCase(
      "a quoted NUL and DEL in a display name",
      MessageText.options(
        replacing: ["To": "\"a\\\u{0}\\\u{7F}\" <sip:desk@voice.example>"])
    ),
    WireCase("semicolons in the user part", MessageText.options(startLine: "OPTIONS sip:u;x=1@voice.example SIP/2.0")),
    WireCase(
      "a branch of the cookie alone", MessageText.options(replacing: ["Via": "SIP/2.0/UDP h.example;branch=z9hG4bK"])),
    WireCase(
      "no space before the bracket", MessageText.options(replacing: ["From": "ana<sip:ana@peer.example>;tag=1"])),
    WireCase("Max-Forwards beyond a byte", MessageText.options(replacing: ["Max-Forwards": "300"])),
    WireCase("Max-Forwards zero", MessageText.options(replacing: ["Max-Forwards": "0"])),
    WireCase("a Date in a wrong zone", MessageText.options(adding: ["Date: Mon, 03 Feb 2020 10:00:00 CET"])),
    WireCase("no space after the colon", MessageText.options(adding: ["Subject:x", "Content-Length:0"])),
    WireCase(
      "an IPv6 everywhere",
      MessageText.options(
        startLine: "OPTIONS sip:[2001:db8::5]:5070 SIP/2.0",
        replacing: ["Via": "SIP/2.0/UDP [2001:db8::9]:5060;branch=z9hG4bK2;received=2001:db8::77"])
    ),
    WireCase(
      "received in brackets",
      MessageText.options(
        replacing: ["Via": "SIP/2.0/UDP [2001:db8::9];branch=z9hG4bK2;received=[2001:db8::77]"])
    ),
    WireCase("empty lines before the request", [0x0D, 0x0A, 0x0D, 0x0A] + MessageText.options()),
    WireCase(
      "a feature code with a number sign", MessageText.options(startLine: "OPTIONS sip:*21#@voice.example SIP/2.0")),
    WireCase("SIP in lower case", MessageText.options(startLine: "OPTIONS sip:desk@voice.example sip/2.0")),
    WireCase("credentials of an unknown scheme", MessageText.options(adding: ["Authorization: Odd, x=1, y=\"2, 3\""])),
    WireCase(
      "a long list of long values",
      MessageText.options(
        adding: (0..<150).map { "X-Long-\($0): " + String(repeating: "v", count: 200) })
    ),
  ]

  @Test("unusual requests that are right are accepted", arguments: unusual)
  func accepted(_ example: WireCase) throws {
    let first = try request(example.bytes)
    let second = try request(first.serialized())
    #expect(second.serialized() == first.serialized())
  }

  @Test("a display name in Latin-1 is read as such")
  func latin1() throws {
    var bytes = MessageText.options(replacing: ["From": "Andr# <sip:ana@peer.example>;tag=1"])
    bytes = bytes.map { $0 == UInt8(ascii: "#") ? 0xE9 : $0 }
    #expect(try request(bytes).from?.displayName == "André")
    var quoted = MessageText.options(replacing: ["From": "\"Andr#\" <sip:ana@peer.example>;tag=1"])
    quoted = quoted.map { $0 == UInt8(ascii: "#") ? 0xE9 : $0 }
    #expect(try request(quoted).from?.displayName == "André")
  }

  @Test("bytes after Content-Length are no part of a datagram's message")
  func trailingBytes() throws {
    let bytes = MessageText.options(
      adding: ["Content-Length: 4"], body: "bodyOPTIONS sip:second@voice.example SIP/2.0\n")
    #expect(try request(bytes).body == Array("body".utf8))
  }

  @Test("without Content-Length the body goes to the end of the datagram")
  func bodyToTheEnd() throws {
    #expect(
      try request(MessageText.options(adding: ["c: text/plain"], body: "all of it")).body == Array("all of it".utf8))
  }

  @Test("a body may be any bytes")
  func binaryBody() throws {
    let head = MessageText.options(adding: ["Content-Type: application/x-any", "Content-Length: 256"])
    let body = (0...255).map { UInt8($0) }
    #expect(try request(head + body).body == body)
  }

  private static let oddPhrases: [(String, Int, String)] = [
    ("SIP/2.0 100 ", 100, ""), ("SIP/2.0 100", 100, ""), ("SIP/2.0 200 ±×2 ok ", 200, "±×2 ok "),
    ("SIP/2.0 699 x", 699, "x"),
  ]

  @Test("responses with odd phrases are accepted", arguments: oddPhrases)
  func responses(_ line: String, _ status: Int, _ reason: String) {
    guard case .message(.response(let response)) = SIPParser.parse(datagram: MessageText.options(startLine: line))
    else {
      Issue.record("not accepted: \(line)")
      return
    }
    #expect(response.status == status)
    #expect(response.reason == reason)
  }

  private static let unusable: [WireCase] = [
    WireCase("a status beyond 32 bits", MessageText.options(startLine: "SIP/2.0 4294967301 better not")),
    WireCase("a status below 100", MessageText.options(startLine: "SIP/2.0 099 low")),
    WireCase("a status above 699", MessageText.options(startLine: "SIP/2.0 700 high")),
    WireCase("a status with letters", MessageText.options(startLine: "SIP/2.0 2OO OK")),
    WireCase("a response of another version", MessageText.options(startLine: "SIP/7.0 200 OK")),
    WireCase(
      "an overflowing CSeq",
      MessageText.options(startLine: "SIP/2.0 200 OK", replacing: ["CSeq": "9292394834772304023312 OPTIONS"])),
    WireCase("no Call-ID", MessageText.options(startLine: "SIP/2.0 200 OK", replacing: ["Call-ID": nil])),
    WireCase(
      "a short body", MessageText.options(startLine: "SIP/2.0 200 OK", adding: ["Content-Length: 5"], body: "1234")),
    WireCase("HTTP", MessageText.options(startLine: "GET / HTTP/1.1")),
    WireCase("a greeting", MessageText.bytes("hello\n\n")), WireCase("STUN-like bytes", [0x80, 0x00, 0x12, 0x34]),
    WireCase("a control character", Array("\u{1F}garbage".utf8)),
  ]

  @Test("malformed responses and what is no SIP are dropped", arguments: unusable)
  func dropped(_ example: WireCase) {
    guard case .unusable = SIPParser.parse(datagram: example.bytes) else {
      Issue.record("\(SIPParser.parse(datagram: example.bytes))")
      return
    }
  }

  @Test(
    "keep-alives are told apart", arguments: [[], [0x0D, 0x0A], [0x0D, 0x0A, 0x0D, 0x0A], [0, 0, 0, 0]] as [[UInt8]])
  func keepAlive(_ bytes: [UInt8]) { #expect(SIPParser.parse(datagram: bytes) == .keepAlive) }

  @Test("a span is read like an array")
  func span() {
    let bytes = MessageText.invite
    #expect(SIPParser.parse(datagram: bytes.span) == SIPParser.parse(datagram: bytes))
  }

  @Test("values put in by hand cannot begin a new line")
  func injection() {
    var request = SIPRequest(method: .options, uri: .sip(SIPURI(user: "a\r\nX: 1", host: "h\r\nY: 2")))
    request.headers.append(.subject, "one\r\nInjected: yes")
    let response = SIPResponse(status: 200, reason: "OK\r\nInjected: yes")
    // Lines are taken apart as bytes: CR and LF together are one Character.
    let lines = (request.serialized() + response.serialized()).split { $0 == 0x0A || $0 == 0x0D }
      .map { String(decoding: $0, as: UTF8.self) }
    #expect(lines.count == 5)
    #expect(lines.contains("Subject: one  Injected: yes"))
    #expect(!lines.contains { $0.hasPrefix("Injected") || $0.hasPrefix("X:") || $0.hasPrefix("Y:") })
  }

  @Test("a response copies what the RFC says and gives To its tag")
  func response() throws {
    let response = try request(MessageText.invite).response(180, toTag: "t1")
    #expect(response.reason == "Ringing")
    #expect(response.toTag == "t1")
    #expect(response.vias.count == 2)
    #expect(response.cSeq?.number == 101)
    #expect(!response.headers.contains(.contact))
    var tagged = response
    tagged.setToTag("t2")
    #expect(tagged.toTag == "t2")
    #expect(tagged.headers.all(.to).count == 1)
  }
}
