import Net
import SIPStack
import Testing
import TestSupport

@Suite("Session descriptions")
struct SessionDescriptionTests {
  private static let head = "v=0\no=- 20518 0 IN IP4 203.0.113.1\ns=-\n"

  @Test("a full description gives its parts and is written as it was read")
  func full() throws {
    let text = """
      v=0
      o=ana 3724394400 3724394405 IN IP6 2001:db8::1
      s=A talk, with ünïcode
      i=about: things
      u=http://example.com/a=b
      e=ana@example.com (Ana)
      p=+49 30 123
      c=IN IP6 2001:db8::1
      b=AS:256
      b=X-odd:7
      t=3724394400 3724398000
      r=7d 1h 0 25h
      z=2882844526 -1h
      k=prompt
      a=group:BUNDLE a v
      a=recvonly
      a=tool:x:y z
      m=audio 49170/2 RTP/AVP 0 97 101
      i=voice
      c=IN IP4 192.0.2.9/127/2
      b=TIAS:64000
      a=rtpmap:97 opus/48000/2
      a=rtpmap:101 telephone-event/8000
      a=fmtp:97 useinbandfec=1; stereo=0
      a=fmtp:101 0-15
      a=ptime:20
      a=maxptime:60
      a=sendonly
      a=rtcp:53020 IN IP4 192.0.2.10
      a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc|2^20|1:4
      m=video 0 RTP/SAVPF 99
      a=rtpmap:99 h263-1998/90000
      m=application 9 UDP/BFCP *

      """.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
    let session = try SessionDescription(text)
    #expect(session.description == text)
    #expect(try SessionDescription(session.serialized()) == session)
    #expect(session.origin.sessionID == 3_724_394_400)
    #expect(session.origin.version == 3_724_394_405)
    #expect(session.name == "A talk, with ünïcode")
    #expect(session.bandwidths.map(\.value) == [256, 7])
    #expect(session.timings == [Timing(start: 3_724_394_400, stop: 3_724_398_000)])
    #expect(session.media.map(\.kind) == ["audio", "video", "application"])
    let audio = session.media[0]
    #expect(audio.port == 49_170)
    #expect(audio.portCount == 2)
    #expect(audio.payloadMaps.map(\.encoding) == ["PCMU", "opus", "telephone-event"])
    #expect(audio.payloadMaps.map(\.channels) == [1, 2, 1])
    #expect(audio.formatParameters(97) == "useinbandfec=1; stereo=0")
    #expect(audio.formatParameters(9) == nil)
    #expect(audio.packetTime == 20)
    #expect(audio.maximumPacketTime == 60)
    #expect(audio.rtcp?.port == 53_020)
    #expect(audio.rtcp?.connection?.host == "192.0.2.10")
    #expect(session.connection(of: audio)?.host == "192.0.2.9")
    #expect(session.connection(of: session.media[1])?.host == "2001:db8::1")
    #expect(session.direction(of: audio) == .sendOnly)
    #expect(session.direction(of: session.media[1]) == .receiveOnly)
  }

  private static let liberalCases: [(String, String)] = [
    ("LF alone, no line end at last", "m=audio 4000 RTP/AVP 0"),
    ("empty lines at the end", "m=audio 4000 RTP/AVP 0\n\n\n"),
    ("no t=", "c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 8"), ("a= before c=", "a=x\nc=IN IP4 192.0.2.1\nt=0 0"),
    ("an unknown letter", "x=what\nt=0 0"), ("no media", "t=0 0"), ("several t=", "t=1 2\nt=3 4"),
    ("several c= in a section", "t=0 0\nm=audio 1 RTP/AVP 0\nc=IN IP4 233.1.1.1/9\nc=IN IP4 233.1.1.2/9"),
    ("an unknown address type", "c=IN IP7 x\nt=0 0"), ("an unknown network", "c=ATM NSAP 47.01\nt=0 0"),
    ("an unknown kind and protocol", "t=0 0\nm=smell 1 RTP/NOSE rose jasmine"),
    ("a wrong rtpmap", "t=0 0\nm=audio 1 RTP/AVP 96\na=rtpmap:96 opus\na=rtpmap:x"),
    ("a payload type beyond 127", "t=0 0\nm=audio 1 RTP/AVP 200 0"),
    ("an odd ptime", "t=0 0\nm=audio 1 RTP/AVP 0\na=ptime:-5"),
    ("spaces in an attribute", "t=0 0\na= spaced : value "),
    ("T.38", "t=0 0\nm=image 5000 udptl t38\na=T38FaxVersion:0"),
  ]

  @Test("descriptions that are plain in meaning are read", arguments: liberalCases)
  func liberal(_ name: String, _ tail: String) throws {
    let session = try SessionDescription(Self.head + tail)
    #expect(try SessionDescription(session.description) == session, "\(name)")
  }

  @Test("a short description without s= is read") func withoutName() throws {
    #expect(try SessionDescription("v=0\no=- 1 1 IN IP4 192.0.2.1\nt=0 0\n").name == "-")
  }

  struct ErrorCase: Sendable, CustomTestStringConvertible {
    var text: String
    var error: SDPError
    init(_ text: String, _ problem: SDPError.Problem, line: Int) {
      self.text = text
      error = SDPError(problem, line: line)
    }
    var testDescription: String { "\(error)" }
  }

  private static let errorCases: [ErrorCase] = [
    ErrorCase("", .missing("v"), line: 0), ErrorCase("\n\n", .missing("v"), line: 0),
    ErrorCase("o=- 1 1 IN IP4 192.0.2.1\n", .missing("v"), line: 1), ErrorCase("v=1\n", .version, line: 1),
    ErrorCase("v=0\ns=-\n", .missing("o"), line: 0), ErrorCase("v=0\nv=0\n", .repeated("v"), line: 2),
    ErrorCase("v=0\no=- 1 1 IN IP4\n", .malformed("o"), line: 2),
    ErrorCase("v=0\no=- x 1 IN IP4 192.0.2.1\n", .malformed("o"), line: 2),
  ]

  private static let errorCasesAfterHead: [ErrorCase] = [
    ErrorCase("o=- 1 1 IN IP4 192.0.2.1", .repeated("o"), line: 4), ErrorCase("s=x", .repeated("s"), line: 4),
    ErrorCase("c=IN IP4", .malformed("c"), line: 4), ErrorCase("t=0", .malformed("t"), line: 4),
    ErrorCase("c=IN IP4 192.0.2.1\nc=IN IP4 192.0.2.1", .repeated("c"), line: 5),
    ErrorCase("t=now later", .malformed("t"), line: 4), ErrorCase("b=AS", .malformed("b"), line: 4),
    ErrorCase("a=", .malformed("a"), line: 4), ErrorCase("a=:x", .malformed("a"), line: 4),
    ErrorCase("m=audio 70000 RTP/AVP 0", .malformed("m"), line: 4),
    ErrorCase("m=audio x RTP/AVP 0", .malformed("m"), line: 4),
    ErrorCase("m=audio -1 RTP/AVP 0", .malformed("m"), line: 4),
    ErrorCase("m=audio 1 RTP/AVP", .malformed("m"), line: 4),
    ErrorCase("m=audio 1/2/3 RTP/AVP 0", .malformed("m"), line: 4),
    ErrorCase("m=audio 1 RTP/AVP 0\nt=0 0", .malformed("t"), line: 5),
    ErrorCase("no line", .syntax, line: 4), ErrorCase(" a=x", .syntax, line: 4),
    ErrorCase("a=x\u{0}y", .syntax, line: 4),
    ErrorCase("a=x\ry", .syntax, line: 4), ErrorCase("1=x", .syntax, line: 4), ErrorCase("a", .syntax, line: 4),
    ErrorCase(String(repeating: "a=x\n", count: 20_000), .tooLong, line: 0),
  ]

  @Test("errors name the line", arguments: errorCases)
  func errors(_ example: ErrorCase) {
    #expect(throws: example.error) { try SessionDescription(example.text) }
  }

  @Test("errors after a good beginning name the line", arguments: errorCasesAfterHead)
  func errorsAfterHead(_ example: ErrorCase) {
    #expect(throws: example.error) { try SessionDescription(Self.head + example.text) }
  }

  @Test("numbers longer than 64 bits do no harm")
  func longNumbers() throws {
    let session = try SessionDescription(
      "v=0\no=- 99999999999999999999999 18446744073709551615 IN IP4 192.0.2.1\nt=0 0")
    #expect(session.origin.sessionID == .max)
    #expect(session.origin.version == .max)
  }

  @Test("a body in Latin-1 is read")
  func latin1() throws {
    let bytes = Array((Self.head + "i=caf#\nt=0 0\n").utf8).map { $0 == UInt8(ascii: "#") ? 0xE9 : $0 }
    #expect(try SessionDescription(bytes).otherLines.first?.value == "café")
  }

  @Test("the well-known payload types are those of RFC 3551")
  func wellKnown() {
    #expect(RTPMap.wellKnown[9] == RTPMap(payloadType: 9, encoding: "G722", clockRate: 8000))
    #expect(RTPMap.wellKnown[18]?.encoding == "G729")
    #expect(RTPMap.wellKnown[96] == nil)
  }

  @Test(
    "rtpmap values are checked",
    arguments: [
      "96", "96 x", "96 x/0", "96 x/8000/0", "128 x/8000", "-1 x/8000", "96 x/8000/1/1", "96 x/99999999999", "",
    ])
  func rtpmap(_ value: String) { #expect(RTPMap(value) == nil) }

  @Test("mutated descriptions are read or refused, and what is read stays the same when written", arguments: 1...6)
  func mutations(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let source = Array(
      (Self.head + """
        c=IN IP4 192.0.2.1
        t=0 0
        a=sendrecv
        m=audio 4000/2 RTP/AVP 0 96 101
        b=AS:64
        a=rtpmap:96 opus/48000/2
        a=fmtp:96 useinbandfec=1
        a=rtpmap:101 telephone-event/8000
        a=rtcp:4001 IN IP4 192.0.2.2
        a=ptime:20
        m=video 0 RTP/AVP 31

        """).utf8)
    let capabilities = MediaCapabilities(codecs: [.opus, .pcmu], endpoint: "192.0.2.3:9000")
    for round in 0..<1500 {
      var bytes = source
      for _ in 0..<Int.random(in: 1...5, using: &generator) {
        let at = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.insert(contentsOf: Array("99999999999999999999".utf8), at: at)
        case 2: bytes.insert(contentsOf: bytes[at..<min(at + 30, bytes.count)], at: at)
        default: bytes.removeSubrange(at..<min(at + 5, bytes.count - 1))
        }
      }
      let note = "seed \(seed) round \(round): \(String(decoding: bytes, as: UTF8.self))"
      guard let session = try? SessionDescription(bytes) else { continue }
      let again = try SessionDescription(session.serialized())
      #expect(again.description == session.description, "\(note)")
      var exchange = OfferAnswer(sessionID: seed)
      if let (answer, audio) = try? exchange.answer(to: session, with: capabilities) {
        #expect(answer.media.count == session.media.count, "\(note)")
        #expect(audio.remote.port != 0 && audio.sendPayloadType < 128, "\(note)")
      }
      _ = exchange.offer(capabilities)
      _ = try? exchange.accept(answer: session)
    }
  }
}
