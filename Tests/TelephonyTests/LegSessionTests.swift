import Net
import RTPEngine
import SIPStack
import Testing
import TestSupport

@testable import Telephony

@Suite("From negotiation to media")
struct LegSessionTests {
  private static func audio(
    _ codec: CodecDescription = .pcma, change: (inout NegotiatedAudio) -> Void = { _ in }
  ) throws -> NegotiatedAudio {
    var ours = OfferAnswer(sessionID: 1)
    var theirs = OfferAnswer(sessionID: 2)
    let offer = theirs.offer(MediaCapabilities(codecs: [codec], endpoint: "192.0.2.7:4000"))
    var (_, audio) = try ours.answer(
      to: offer, with: MediaCapabilities(codecs: [codec], endpoint: "192.0.2.1:5000"))
    change(&audio)
    return audio
  }

  @Test("numbers, addresses and directions are carried over, each to its own side")
  func fields() throws {
    let audio = try Self.audio {
      $0.sendPayloadType = 98
      $0.receivePayloadType = 99
      $0.sendTelephoneEvent = 100
      $0.receiveTelephoneEvent = 102
      $0.remoteRTCP = "192.0.2.8:4100"
      $0.canSend = false
    }
    let session = try #require(LegSession(audio))
    #expect(session.remote == "192.0.2.7:4000")
    #expect(session.remoteRTCP == "192.0.2.8:4100")
    #expect(session.codec == .pcma)
    #expect(session.sendPayloadType == 98)
    #expect(session.receive[.pcma] == 99)
    #expect(session.receive[.pcmu] == 0)
    #expect(session.sendTelephoneEvent == 100)
    #expect(session.receive.telephoneEvent == 102)
    #expect(!session.canSend)
    #expect(session.canReceive)
  }

  @Test("PCMU is heard under the number that was negotiated")
  func pcmu() throws {
    let session = try #require(LegSession(try Self.audio(.pcmu) { $0.receivePayloadType = 96 }))
    #expect(session.codec == .pcmu)
    #expect(session.receive[.pcmu] == 96)
  }

  @Test("without telephone events none are taken or sent")
  func noEvents() throws {
    let session = try #require(
      LegSession(
        try Self.audio {
          $0.sendTelephoneEvent = nil
          $0.receiveTelephoneEvent = nil
        }))
    #expect(session.sendTelephoneEvent == nil)
    #expect(session.receive.telephoneEvent == nil)
  }

  @Test("a codec that the engine does not have is no session")
  func impossible() throws {
    #expect(LegSession(try Self.audio(.g722)) == nil)
  }

  @Test("codecs are known by their names in any case", arguments: [("PCMA", AudioCodec.pcma), ("pcmu", .pcmu)])
  func names(_ name: String, _ codec: AudioCodec) {
    #expect(AudioCodec(name: name) == codec)
    #expect(AudioCodec(name: codec.description.name) == codec)
    #expect(AudioCodec(name: "G722") == nil)
  }
}

@Suite("Media session")
struct MediaSessionTests {
  private static func engine() throws -> MediaEngine {
    var configuration = MediaEngineConfiguration()
    configuration.workers = 1
    configuration.bindAddress = .loopback
    configuration.ports = 24_000...24_099
    return try MediaEngine(configuration)
  }

  @Test("offer and answer of two legs agree, and hold is seen by the side that is put on hold")
  func agreement() async throws {
    let engine = try Self.engine()
    let (ours, theirs) = (try engine.openLeg(), try engine.openLeg())
    var caller = MediaNegotiation(endpoint: SocketEndpoint(.loopback, port: ours.localPort), codecs: [.pcma, .pcmu])
    var callee = MediaNegotiation(endpoint: SocketEndpoint(.loopback, port: theirs.localPort), codecs: [.pcmu])
    #expect(caller.agreed == nil)
    #expect(!caller.isHeld)

    let offer = caller.offer()
    #expect(caller.awaitsAnswer)
    try caller.accept(answer: try callee.answer(to: offer))
    #expect(!caller.awaitsAnswer)
    #expect(caller.agreed?.codec.name == "PCMU")
    #expect(caller.agreed?.remote.port == theirs.localPort)
    #expect(callee.agreed?.remote.port == ours.localPort)

    var hold = caller.offer()
    for index in hold.media.indices { hold.media[index].attributes.removeAll { $0.name == "sendrecv" } }
    for index in hold.media.indices { hold.media[index].attributes.append(Attribute("sendonly")) }
    _ = try callee.answer(to: hold)
    #expect(callee.isHeld)
    ours.close()
    theirs.close()
    engine.stop()
  }

  @Test("an offer that was refused leaves the agreement as it was")
  func refused() async throws {
    let engine = try Self.engine()
    let (ours, theirs) = (try engine.openLeg(), try engine.openLeg())
    var caller = MediaNegotiation(endpoint: SocketEndpoint(.loopback, port: ours.localPort), codecs: [.pcma])
    var callee = MediaNegotiation(endpoint: SocketEndpoint(.loopback, port: theirs.localPort), codecs: [.pcma])
    try caller.accept(answer: try callee.answer(to: caller.offer()))
    let agreed = caller.agreed
    _ = caller.offer()
    caller.discardOffer()
    #expect(!caller.awaitsAnswer)
    #expect(caller.agreed == agreed)
    ours.close()
    theirs.close()
    engine.stop()
  }

  @Test("without a common codec there is no answer and no agreement")
  func nothingInCommon() async throws {
    let engine = try Self.engine()
    let (ours, theirs) = (try engine.openLeg(), try engine.openLeg())
    var caller = MediaNegotiation(endpoint: SocketEndpoint(.loopback, port: ours.localPort), codecs: [.pcma])
    var callee = MediaNegotiation(endpoint: SocketEndpoint(.loopback, port: theirs.localPort), codecs: [.pcmu])
    let offer = caller.offer()
    #expect(throws: NegotiationError.self) { try callee.answer(to: offer) }
    #expect(callee.agreed == nil)
    ours.close()
    theirs.close()
    engine.stop()
  }
}
