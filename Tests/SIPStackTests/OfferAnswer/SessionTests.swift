import Net
import SIPStack
import Testing
import TestSupport

@Suite("Offers and their sessions")
struct OfferAnswerSessionTests {
  private static let ours = MediaCapabilities(
    codecs: [.opus, .g722, .pcma, .pcmu], endpoint: "198.51.100.7:12000")

  private func audio(_ session: SessionDescription) throws -> MediaDescription { try #require(session.media.first) }

  @Test("an offer lists all codecs and one telephone-event for each clock")
  func offer() throws {
    var exchange = OfferAnswer(sessionID: 1000)
    let line = try audio(exchange.offer(Self.ours))
    #expect(line.proto == "RTP/AVP")
    #expect(line.formats == ["111", "9", "8", "0", "110", "101"])
    #expect(
      line.payloadMaps.map { "\($0.encoding)/\($0.clockRate)/\($0.channels)" } == [
        "opus/48000/2", "G722/8000/1", "PCMA/8000/1", "PCMU/8000/1", "telephone-event/48000/1",
        "telephone-event/8000/1",
      ])
    #expect(line.formatParameters(110) == "0-16")
    #expect(line.packetTime == 20)
    #expect(line.direction == .sendReceive)
    #expect(exchange.hasPendingOffer)
  }

  @Test("media is sent with the number of the answer and received with that of the offer")
  func asymmetry() throws {
    var exchange = OfferAnswer(sessionID: 1000)
    _ = exchange.offer(Self.ours)
    let audio = try exchange.accept(
      answer: PeerDescription.make(
        "m=audio 4000 RTP/AVP 96 97\na=rtpmap:96 opus/48000/2\na=rtpmap:97 telephone-event/48000\na=fmtp:96 stereo=1"))
    #expect(audio.codec == .opus)
    #expect(audio.sendPayloadType == 96)
    #expect(audio.receivePayloadType == 111)
    #expect(audio.sendTelephoneEvent == 97)
    #expect(audio.receiveTelephoneEvent == 110)
    #expect(audio.telephoneEventClockRate == 48_000)
    #expect(audio.remoteFormatParameters == "stereo=1")
    #expect(!exchange.hasPendingOffer)
  }

  private static let firstOfAnswer: [(String, String, UInt8)] = [
    ("0 8", "PCMU", 0), ("101 8 0", "PCMA", 8), ("18 9", "G722", 9), ("111", "opus", 111), ("13 0", "PCMU", 0),
    ("100\na=rtpmap:100 PCMU/8000", "PCMU", 100),
  ]

  @Test("the first codec of the answer that we offered counts", arguments: firstOfAnswer)
  func answers(_ formats: String, _ codec: String, _ payloadType: UInt8) throws {
    var exchange = OfferAnswer(sessionID: 1000)
    _ = exchange.offer(Self.ours)
    let audio = try exchange.accept(answer: PeerDescription.make("m=audio 4000 RTP/AVP " + formats))
    #expect(audio.codec.name == codec)
    #expect(audio.sendPayloadType == payloadType)
  }

  @Test("an event of the other clock is used when it is the only one")
  func eventClock() throws {
    var exchange = OfferAnswer(sessionID: 1000)
    _ = exchange.offer(Self.ours)
    let audio = try exchange.accept(
      answer: PeerDescription.make("m=audio 4000 RTP/AVP 111 126\na=rtpmap:126 telephone-event/8000"))
    #expect(audio.sendTelephoneEvent == 126)
    #expect(audio.receiveTelephoneEvent == 101)
    #expect(audio.telephoneEventClockRate == 8000)
  }

  private static let unfit: [(String, NegotiationError)] = [
    ("m=audio 0 RTP/AVP 0", NegotiationError.refused), ("", .mismatchedAnswer),
    ("m=video 9 RTP/AVP 0", .mismatchedAnswer),
    ("m=audio 9 RTP/AVP 0\nm=audio 9 RTP/AVP 0", .mismatchedAnswer), ("m=audio 9 RTP/AVP 18", .noCommonCodec),
    ("m=audio 9 RTP/SAVP 0", .incompatibleTransport("RTP/SAVP")), ("m=audio 9 RTP/AVP 112", .noCommonCodec),
  ]

  @Test("answers that do not fit are refused", arguments: unfit)
  func refusals(_ media: String, _ error: NegotiationError) throws {
    var exchange = OfferAnswer(sessionID: 1000)
    _ = exchange.offer(Self.ours)
    let answer = try PeerDescription.make(media)
    #expect(throws: error) { try exchange.accept(answer: answer) }
    #expect(throws: NegotiationError.noPendingOffer) { try exchange.accept(answer: answer) }
  }

  @Test(
    "the answer's direction limits ours",
    arguments: [
      ("sendrecv", Direction.sendReceive, true, true), ("recvonly", .sendReceive, true, false),
      ("inactive", .sendReceive, false, false), ("recvonly", .sendOnly, true, false),
      ("sendrecv", .sendOnly, true, false),
      ("inactive", .sendOnly, false, false),
    ])
  func direction(_ answered: String, _ offered: Direction, _ sends: Bool, _ receives: Bool) throws {
    var exchange = OfferAnswer(sessionID: 1000)
    _ = exchange.offer(Self.ours, direction: offered)
    let audio = try exchange.accept(answer: PeerDescription.make("m=audio 4000 RTP/AVP 0\na=\(answered)"))
    #expect(audio.canSend == sends)
    #expect(audio.canReceive == receives)
  }

  @Test("the version goes up by one when something has changed, and only then")
  func version() throws {
    var exchange = OfferAnswer(sessionID: 1000)
    let offer = try PeerDescription.make("m=audio 4000 RTP/AVP 0")
    let (first, _) = try exchange.answer(to: offer, with: Self.ours)
    let (same, _) = try exchange.answer(to: offer, with: Self.ours)
    #expect(same == first)
    let (held, _) = try exchange.answer(to: PeerDescription.make("m=audio 4000 RTP/AVP 0\na=sendonly"), with: Self.ours)
    #expect(held.origin.version == first.origin.version + 1)
    #expect(held.origin.sessionID == first.origin.sessionID)
    let (back, _) = try exchange.answer(to: offer, with: Self.ours)
    #expect(back.origin.version == first.origin.version + 2)
    var moved = Self.ours
    moved.endpoint.address = "198.51.100.8"
    let (other, _) = try exchange.answer(to: offer, with: moved)
    #expect(other.origin.version == first.origin.version + 3)
    #expect(other.origin.connection == first.origin.connection)
    #expect(other.connection?.host == "198.51.100.8")
  }

  @Test("hold and back again restores where media goes")
  func holdAndBack() throws {
    var exchange = OfferAnswer(sessionID: 1000)
    let (_, before) = try exchange.answer(to: PeerDescription.make("m=audio 4000 RTP/AVP 0"), with: Self.ours)
    let (_, held) = try exchange.answer(
      to: PeerDescription.make("m=audio 4000 RTP/AVP 0", session: "c=IN IP4 0.0.0.0\n", version: 2), with: Self.ours)
    #expect(!held.canSend && held.canReceive)
    let (_, after) = try exchange.answer(
      to: PeerDescription.make("m=audio 4000 RTP/AVP 0", version: 3), with: Self.ours)
    #expect(after == before)
  }

  @Test("a later offer is answered from itself")
  func renegotiation() throws {
    var exchange = OfferAnswer(sessionID: 1000)
    _ = try exchange.answer(to: PeerDescription.make("m=audio 4000 RTP/AVP 0"), with: Self.ours)
    let (description, audio) = try exchange.answer(
      to: PeerDescription.make("m=audio 5000 RTP/AVP 8", version: 2), with: Self.ours)
    #expect(audio.codec == .pcma)
    #expect(audio.remote.port == 5000)
    #expect(description.media.first?.formats == ["8"])
  }

  @Test("a refused later offer changes nothing")
  func refusedOffer() throws {
    var exchange = OfferAnswer(sessionID: 1000)
    let (before, _) = try exchange.answer(to: PeerDescription.make("m=audio 4000 RTP/AVP 0"), with: Self.ours)
    #expect(throws: NegotiationError.noCommonCodec) {
      try exchange.answer(to: PeerDescription.make("m=audio 4000 RTP/AVP 18", version: 2), with: Self.ours)
    }
    #expect(exchange.localDescription == before)
  }

  @Test("our later offer keeps lines, their order, the codec in use and the numbers")
  func reoffer() throws {
    var exchange = OfferAnswer(sessionID: 1000)
    let (answer, _) = try exchange.answer(
      to: PeerDescription.make(
        """
        m=video 6000 RTP/AVP 31
        m=audio 4000 RTP/AVPF 96 101
        a=rtpmap:96 opus/48000/2
        a=rtpmap:101 telephone-event/48000
        """), with: Self.ours)
    var capabilities = Self.ours
    capabilities.codecs = [.pcmu, .opus]
    let offer = exchange.offer(capabilities, direction: .sendOnly)
    #expect(offer.origin.version == answer.origin.version + 1)
    #expect(offer.media.map(\.kind) == ["video", "audio"])
    #expect(offer.media.map(\.port) == [0, 12_000])
    #expect(offer.media[1].proto == "RTP/AVPF")
    // 101 is taken by the event of the other clock, so the one of 8000 gets the next free number.
    #expect(offer.media[1].formats == ["96", "0", "101", "97"])
    #expect(offer.media[1].direction == .sendOnly)
    let audio = try exchange.accept(
      answer: PeerDescription.make(
        "m=video 0 RTP/AVP 31\nm=audio 4000 RTP/AVPF 96\na=rtpmap:96 opus/48000/2\na=recvonly", version: 2))
    #expect(audio.codec == .opus)
    #expect(audio.canSend && !audio.canReceive)
    #expect(audio.sendTelephoneEvent == nil)
  }

  @Test("a discarded offer leaves the lines as they were agreed")
  func discarded() throws {
    var exchange = OfferAnswer(sessionID: 1000)
    let first = exchange.offer(Self.ours)
    _ = try exchange.accept(answer: PeerDescription.make("m=audio 4000 RTP/AVP 0"))
    let held = exchange.offer(Self.ours, direction: .inactive)
    exchange.discardOffer()
    #expect(!exchange.hasPendingOffer)
    let again = exchange.offer(Self.ours)
    #expect(again.origin.version == held.origin.version + 1)
    #expect(again.media.map(\.kind) == first.media.map(\.kind))
  }

  @Test("two of us understand each other, whoever begins", arguments: [Direction.sendReceive, .sendOnly, .inactive])
  func bothSides(_ direction: Direction) throws {
    var caller = OfferAnswer(sessionID: 1)
    var callee = OfferAnswer(sessionID: 2)
    var theirs = MediaCapabilities(codecs: [.pcmu, .opus], endpoint: "192.0.2.99:7000")
    theirs.preference = .local
    for round in 0..<3 {
      let offer = try SessionDescription(caller.offer(Self.ours, direction: direction).serialized())
      let (answer, here) = try callee.answer(to: offer, with: theirs)
      let there = try caller.accept(answer: SessionDescription(answer.serialized()))
      #expect(here.codec.name == there.codec.name, "round \(round)")
      #expect(here.sendPayloadType == there.receivePayloadType)
      #expect(here.receivePayloadType == there.sendPayloadType)
      #expect(here.sendTelephoneEvent == there.receiveTelephoneEvent && here.sendTelephoneEvent != nil)
      #expect(here.canSend == there.canReceive)
      #expect(here.canReceive == there.canSend)
      swap(&caller, &callee)
      (_, _) = (try callee.answer(to: caller.offer(theirs), with: Self.ours), caller.discardOffer())
      swap(&caller, &callee)
    }
  }
}
