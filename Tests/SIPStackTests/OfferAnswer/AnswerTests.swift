import Net
import SIPStack
import Testing
import TestSupport

/// Descriptions of a peer at 192.0.2.50.
enum PeerDescription {
  static func text(_ media: String, session: String = "c=IN IP4 192.0.2.50\n", version: Int = 1) -> String {
    "v=0\no=- 77 \(version) IN IP4 192.0.2.50\ns=-\n\(session)t=0 0\n\(media)"
  }

  static func make(
    _ media: String, session: String = "c=IN IP4 192.0.2.50\n", version: Int = 1
  ) throws -> SessionDescription {
    try SessionDescription(text(media, session: session, version: version))
  }
}

@Suite("Answers")
struct AnswerTests {
  private static let ours = MediaCapabilities(
    codecs: [.opus, .g722, .pcma, .pcmu], endpoint: "198.51.100.7:12000")

  private func answer(
    _ media: String, session: String = "c=IN IP4 192.0.2.50\n", with capabilities: MediaCapabilities = ours,
    direction: Direction = .sendReceive
  ) throws -> (SessionDescription, NegotiatedAudio) {
    var exchange = OfferAnswer(sessionID: 5)
    return try exchange.answer(
      to: PeerDescription.make(media, session: session), with: capabilities, direction: direction)
  }

  struct CodecCase: Sendable, CustomTestStringConvertible {
    var media: String
    var codec: String
    var payloadType: UInt8
    var event: UInt8?
    var eventClock: UInt32?
    var testDescription: String { media }
  }

  @Test(
    "the codec is found by name, clock and channels, never by number",
    arguments: [
      CodecCase(media: "m=audio 4000 RTP/AVP 0 8", codec: "PCMU", payloadType: 0),
      CodecCase(media: "m=audio 4000 RTP/AVP 8 0", codec: "PCMA", payloadType: 8),
      CodecCase(media: "m=audio 4000 RTP/AVP 9", codec: "G722", payloadType: 9),
      CodecCase(media: "m=audio 4000 RTP/AVPF 18 0", codec: "PCMU", payloadType: 0),
      CodecCase(media: "m=audio 4000 RTP/AVP 96\na=rtpmap:96 OPUS/48000/2", codec: "opus", payloadType: 96),
      CodecCase(media: "m=audio 4000 RTP/AVP 97 0\na=rtpmap:97 opus/48000", codec: "PCMU", payloadType: 0),
      CodecCase(media: "m=audio 4000 RTP/AVP 97 0\na=rtpmap:97 pcma/16000", codec: "PCMU", payloadType: 0),
      CodecCase(media: "m=audio 4000 RTP/AVP 100\na=rtpmap:100 pcma/8000/1", codec: "PCMA", payloadType: 100),
      CodecCase(media: "m=audio 4000 RTP/AVP 0 8\na=rtpmap:0 L16/8000", codec: "PCMA", payloadType: 8),
      CodecCase(media: "m=audio 4000 RTP/AVP 111 8", codec: "PCMA", payloadType: 8),
      CodecCase(media: "m=audio 4000 RTP/AVP 300 x 8", codec: "PCMA", payloadType: 8),
      CodecCase(
        media: "m=audio 4000 RTP/AVP 13 96 0\na=rtpmap:96 telephone-event/8000", codec: "PCMU", payloadType: 0,
        event: 96,
        eventClock: 8000),
      CodecCase(
        media: """
          m=audio 4000 RTP/AVP 111 101 110
          a=rtpmap:111 opus/48000/2
          a=rtpmap:101 telephone-event/8000
          a=rtpmap:110 telephone-event/48000
          """, codec: "opus", payloadType: 111, event: 110, eventClock: 48_000),
      CodecCase(
        media: """
          m=audio 4000 RTP/AVP 8 110 101
          a=rtpmap:101 telephone-event/8000
          a=rtpmap:110 telephone-event/48000
          """, codec: "PCMA", payloadType: 8, event: 101, eventClock: 8000),
      CodecCase(
        media: "m=audio 4000 RTP/AVP 111 126\na=rtpmap:111 opus/48000/2\na=rtpmap:126 TELEPHONE-EVENT/8000",
        codec: "opus", payloadType: 111, event: 126, eventClock: 8000),
    ])
  func codecs(_ example: CodecCase) throws {
    let (description, audio) = try answer(example.media)
    #expect(audio.codec.name == example.codec)
    #expect(audio.sendPayloadType == example.payloadType)
    #expect(audio.receivePayloadType == example.payloadType)
    #expect(audio.sendTelephoneEvent == example.event)
    #expect(audio.receiveTelephoneEvent == example.event)
    #expect(audio.telephoneEventClockRate == example.eventClock)
    let types = [example.payloadType] + (example.event.map { [$0] } ?? [])
    #expect(description.media.first?.formats == types.map(String.init))
    #expect(description.media.first?.port == 12_000)
    #expect(description.connection?.host == "198.51.100.7")
    // The other side reads the same out of it.
    #expect(try SessionDescription(description.description) == description)
  }

  @Test("our order decides when we want it to")
  func preference() throws {
    var capabilities = Self.ours
    capabilities.preference = .local
    let (_, audio) = try answer("m=audio 4000 RTP/AVP 0 8 9", with: capabilities)
    #expect(audio.codec == .g722)
  }

  @Test("as many lines as the offer, in its order, and what we do not take has port 0")
  func lines() throws {
    let (description, audio) = try answer(
      """
      m=video 6000 RTP/AVP 31
      m=audio 0 RTP/AVP 0
      m=audio 4002 RTP/SAVP 0
      m=audio 4004 RTP/AVP 18
      m=audio 4006 RTP/AVPF 8
      a=ptime:30
      m=audio 4008 RTP/AVP 0
      m=image 5000 udptl t38
      m=smell 1 RTP/NOSE rose
      """)
    #expect(description.media.map(\.port) == [0, 0, 0, 0, 12_000, 0, 0, 0])
    #expect(description.media.map(\.kind) == ["video", "audio", "audio", "audio", "audio", "audio", "image", "smell"])
    #expect(description.media[4].proto == "RTP/AVPF")
    #expect(description.media[7].formats == ["rose"])
    #expect(audio.remote.port == 4006)
    #expect(audio.packetTime == 30)
  }

  private static let mirrored: [(String, String, String, Bool, Bool)] = [
    ("", "", "sendrecv", true, true), ("", "a=sendrecv", "sendrecv", true, true),
    ("", "a=sendonly", "recvonly", false, true), ("", "a=recvonly", "sendonly", true, false),
    ("", "a=inactive", "inactive", false, false), ("a=sendonly\n", "", "recvonly", false, true),
    ("a=inactive\n", "a=sendrecv", "sendrecv", true, true), ("a=inactive\n", "", "inactive", false, false),
    ("", "c=IN IP4 0.0.0.0", "recvonly", false, true), ("", "c=IN IP4 0.0.0.0\na=sendrecv", "recvonly", false, true),
    ("", "c=IN IP4 0.0.0.0\na=inactive", "inactive", false, false), ("", "c=IN IP6 ::", "recvonly", false, true),
  ]

  @Test("directions are mirrored", arguments: mirrored)
  func directions(_ session: String, _ attribute: String, _ answered: String, _ sends: Bool, _ receives: Bool) throws {
    let (description, audio) = try answer(
      "m=audio 4000 RTP/AVP 0\n" + attribute, session: "c=IN IP4 192.0.2.50\n" + session)
    #expect(description.media.first?.direction?.rawValue == answered)
    #expect(audio.canSend == sends)
    #expect(audio.canReceive == receives)
  }

  @Test("an answer never goes beyond what we want")
  func ourDirection() throws {
    let (held, _) = try answer("m=audio 4000 RTP/AVP 0", direction: .sendOnly)
    #expect(held.media.first?.direction == .sendOnly)
    let (both, audio) = try answer("m=audio 4000 RTP/AVP 0\na=sendonly", direction: .sendOnly)
    #expect(both.media.first?.direction == .inactive)
    #expect(!audio.canSend && !audio.canReceive)
  }

  @Test("where media goes comes from the line, else from the session")
  func addresses() throws {
    let (_, own) = try answer("m=audio 4000 RTP/AVP 0\nc=IN IP4 192.0.2.60\na=rtcp:5555")
    #expect(own.remote.address == "192.0.2.60")
    #expect(own.remoteRTCP.address == "192.0.2.60")
    #expect(own.remoteRTCP.port == 5555)
    let (_, other) = try answer(
      "m=audio 65535 RTP/AVP 0\na=rtcp:99 IN IP4 192.0.2.61", session: "c=IN IP4 192.0.2.50/1\n")
    #expect(other.remote.address == "192.0.2.50")
    #expect(other.remoteRTCP.address == "192.0.2.61")
    let (_, next) = try answer("m=audio 4000 RTP/AVP 0")
    #expect(next.remoteRTCP.port == 4001)
    let (_, last) = try answer("m=audio 65535 RTP/AVP 0")
    #expect(last.remoteRTCP.port == 65_535)
    var version6 = Self.ours
    version6.endpoint.address = "2001:db8::7"
    let (description, audio) = try answer(
      "m=audio 4000 RTP/AVP 0", session: "c=IN IP6 2001:db8::50\n", with: version6)
    #expect(audio.remote.address == "2001:db8::50")
    #expect(description.description.contains("c=IN IP6 2001:db8::7\r\n"))
  }

  private static let unmet: [(String, String, NegotiationError, Int)] = [
    ("m=audio 4000 RTP/AVP 18 4", "", NegotiationError.noCommonCodec, 305),
    ("m=audio 4000 RTP/AVP 101\na=rtpmap:101 telephone-event/8000", "", .noCommonCodec, 305),
    ("m=video 4000 RTP/AVP 31", "", .noAudio, 304), ("", "", .noAudio, 304), ("m=audio 0 RTP/AVP 0", "", .noAudio, 304),
    ("m=audio 4000 RTP/SAVP 0", "", .incompatibleTransport("RTP/SAVP"), 302),
    ("m=audio 4000 UDP/TLS/RTP/SAVPF 0", "", .incompatibleTransport("UDP/TLS/RTP/SAVPF"), 302),
    ("m=audio 4000 RTP/AVP 0", " ", .missingConnection, 399),
    ("m=audio 4000 RTP/AVP 0", "c=IN IP7 x\n", .incompatibleAddress("IP7"), 301),
    ("m=audio 4000 RTP/AVP 0", "c=IN IP4 host.example\n", .incompatibleAddress("host.example"), 301),
    ("m=audio 4000 RTP/AVP 0", "c=IN IP4 192.0.2.300\n", .incompatibleAddress("192.0.2.300"), 301),
    ("m=audio 4000 RTP/AVP 0", "c=IN IP4 233.252.0.1/127\n", .incompatibleAddress("233.252.0.1"), 301),
    ("m=audio 4000 RTP/AVP 0", "c=IN IP4 255.255.255.255\n", .incompatibleAddress("255.255.255.255"), 301),
    ("m=audio 4000 RTP/AVP 0", "c=ATM NSAP 47\n", .incompatibleNetwork("ATM"), 300),
    ("m=audio 4000 RTP/AVP 0", "c=IN IP6 2001:db8::1\n", .incompatibleNetwork("IP6"), 300),
  ]

  @Test("what cannot be met is refused with 488 and its reason", arguments: unmet)
  func refusals(_ media: String, _ session: String, _ error: NegotiationError, _ code: Int) {
    let session = session.isEmpty ? "c=IN IP4 192.0.2.50\n" : session == " " ? "" : session
    #expect(throws: error) { try answer(media, session: session) }
    #expect(error.status == 488)
    #expect(error.warningValue(agent: "voice.example").hasPrefix("\(code) voice.example \""))
  }

  @Test("a line of usable profile is taken though an unusable one comes first")
  func mixedProfiles() throws {
    let (description, _) = try answer("m=audio 4000 RTP/SAVP 0\nm=audio 4002 RTP/AVP 0")
    #expect(description.media.map(\.port) == [0, 12_000])
  }

  private static let packetTimes: [(String, Int)] = [
    ("", 20), ("a=ptime:30", 30), ("a=ptime:20.0", 20), ("a=ptime:0", 20), ("a=ptime:500", 20), ("a=ptime:x", 20),
    ("a=ptime:40\na=maxptime:20", 20), ("a=maxptime:10", 10), ("a=maxptime:1", 20),
  ]

  @Test("the packet time is the peer's within reason", arguments: packetTimes)
  func packetTime(_ attributes: String, _ expected: Int) throws {
    let (description, audio) = try answer("m=audio 4000 RTP/AVP 0\n" + attributes)
    #expect(audio.packetTime == expected)
    #expect(description.media.first?.packetTime == 20)
  }

  @Test("the peer's fmtp is handed on and ours is sent")
  func formatParameters() throws {
    let (description, audio) = try answer(
      "m=audio 4000 RTP/AVP 96\na=rtpmap:96 opus/48000/2\na=fmtp:96 maxplaybackrate=16000;stereo=0")
    #expect(audio.remoteFormatParameters == "maxplaybackrate=16000;stereo=0")
    #expect(description.media.first?.formatParameters(96) == "minptime=10;useinbandfec=1")
  }

  @Test("no telephone-event where we do not want it")
  func noEvents() throws {
    var capabilities = Self.ours
    capabilities.telephoneEvent = false
    let (description, audio) = try answer(
      "m=audio 4000 RTP/AVP 0 101\na=rtpmap:101 telephone-event/8000", with: capabilities)
    #expect(audio.sendTelephoneEvent == nil)
    #expect(description.media.first?.formats == ["0"])
  }
}
