import SIPStack
import Testing

@Suite("Messages on a stream")
struct StreamFramerTests {
  private static let first = MessageText.options(adding: ["Content-Length: 5"], body: "a\r\n\r")
  private static let second = MessageText.invite

  private func methods(_ events: [StreamFramer.Event]) -> [String] {
    events.map { event in
      switch event {
      case .message(.message(.request(let request))): request.method.rawValue
      case .message(.malformedRequest(let request)): "malformed \(request.error)"
      case .message: "other"
      case .ping: "ping"
      case .pong: "pong"
      case .framingLost(let error, _): "lost \(error)"
      }
    }
  }

  @Test("messages come out whole however the bytes are cut", arguments: [1, 2, 3, 7, 64, 500, 5000])
  func cuts(_ size: Int) {
    let stream = Self.first + [0x0D, 0x0A, 0x0D, 0x0A] + Self.second + [0x0D, 0x0A] + Self.first
    var framer = StreamFramer()
    var events: [StreamFramer.Event] = []
    var rest = stream[...]
    while !rest.isEmpty {
      events += framer.receive(rest.prefix(size))
      rest = rest.dropFirst(size)
    }
    #expect(methods(events) == ["OPTIONS", "ping", "INVITE", "OPTIONS"])
    #expect(framer.bufferedCount == 0)
    guard case .message(.message(.request(let request))) = events.first else { return }
    #expect(request.body == [0x61, 0x0D, 0x0D, 0x0A, 0x0D])
  }

  @Test("a body that is still on its way when the message before it is done is found again")
  func bodyLater() {
    var framer = StreamFramer()
    #expect(methods(framer.receive(Self.first + Self.second.dropLast(10))) == ["OPTIONS"])
    let events = framer.receive(Self.second.suffix(10))
    guard case .message(.message(.request(let request))) = events.first else {
      Issue.record("\(methods(events))")
      return
    }
    #expect(request.body == MessageText.inviteBody)
  }

  @Test("a single CRLF is the answer to our ping when we wait for one")
  func pong() {
    var framer = StreamFramer()
    framer.awaitsPong = true
    #expect(methods(framer.receive([0x0D])) == [])
    #expect(methods(framer.receive([0x0A])) == ["pong"])
    #expect(methods(framer.receive([0x0D, 0x0A])) == [])
    #expect(methods(framer.receive([0x0D, 0x0A])) == ["ping"])
  }

  @Test("two pings in one piece are two")
  func pings() {
    var framer = StreamFramer()
    let ping: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
    #expect(methods(framer.receive(ping + ping + Self.second)) == ["ping", "ping", "INVITE"])
  }

  @Test("a malformed request with a good length leaves the framing as it is")
  func malformed() {
    var framer = StreamFramer()
    let bad = MessageText.options(replacing: ["CSeq": "1 BYE"], adding: ["Content-Length: 0"])
    #expect(
      methods(framer.receive(bad + Self.second)) == ["malformed CSeq: does not match the request line", "INVITE"])
  }

  @Test(
    "framing is lost without a usable length",
    arguments: [
      ([], "lost Content-Length: missing", 400),
      (["Content-Length: x"], "lost Content-Length: bad syntax", 400),
      (["Content-Length: -5"], "lost Content-Length: bad syntax", 400),
      (["Content-Length: 0", "l: 0"], "lost Content-Length: repeated", 400),
      (["Content-Length: 70000"], "lost Content-Length: too long", 413),
    ] as [([String], String, Int)])
  func lost(_ fields: [String], _ text: String, _ status: Int) throws {
    var framer = StreamFramer()
    let events = framer.receive(MessageText.options(adding: fields))
    #expect(methods(events) == [text])
    guard case .framingLost(_, let request) = events.first else { return }
    #expect(try #require(request).status == status)
    #expect(request?.response() != nil)
    #expect(framer.isLost)
    #expect(framer.receive(Self.second).isEmpty)
    #expect(framer.bufferedCount == 0)
  }

  @Test("what is no SIP loses the framing")
  func garbage() {
    var framer = StreamFramer()
    #expect(
      methods(framer.receive(MessageText.bytes("GET / HTTP/1.1\nContent-Length: 0\n\n"))) == [
        "lost start line: not SIP"
      ])
  }

  @Test("a head beyond the limit is the same loss however it comes", arguments: [1, 100, 4000, 10_000])
  func longHead(_ size: Int) {
    let stream = MessageText.options(adding: Array(repeating: "X: 1234567890", count: 400))
    var framer = StreamFramer(limits: ParserLimits(fieldCount: 1000, messageLength: 4096))
    var events: [StreamFramer.Event] = []
    var rest = stream[...]
    while !rest.isEmpty {
      events += framer.receive(rest.prefix(size))
      rest = rest.dropFirst(size)
    }
    #expect(methods(events) == ["lost message: too long"])
    guard case .framingLost(_, let request) = events.first else { return }
    #expect(request?.headers.all(HeaderName("X")).count ?? 0 > 200)
    #expect(request?.response()?.status == 513)
  }

  @Test("a head without end is bounded")
  func endless() {
    var framer = StreamFramer(limits: ParserLimits(messageLength: 4096))
    var events = framer.receive(Array("OPTIONS sip:a@h SIP/2.0\r\n".utf8))
    var greatest = 0
    for _ in 0..<10_000 where events.isEmpty {
      events += framer.receive(Array("X: 1234567890\r\n".utf8))
      greatest = max(greatest, framer.bufferedCount)
    }
    #expect(methods(events) == ["lost message: too long"])
    #expect(greatest <= 4096)
  }
}
