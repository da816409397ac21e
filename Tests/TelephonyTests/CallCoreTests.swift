import Calls
import Net
import RTPEngine
import Testing

@testable import SIPStack
@testable import Telephony

@Suite("The core of a call")
struct CallCoreTests {
  /// The far end, whose offers and answers are real.
  private var peer = OfferAnswer(sessionID: 2)
  private let theirs = MediaCapabilities(
    codecs: [.pcma, .pcmu], endpoint: SocketEndpoint(.loopback, port: 4000))

  private static func negotiation(_ codecs: [AudioCodec] = [.pcma, .pcmu]) -> MediaNegotiation {
    MediaNegotiation(endpoint: SocketEndpoint(.loopback, port: 5000), codecs: codecs, sessionID: 1)
  }

  private static func ask(_ number: UInt64) -> AskID { AskID(number: number) }

  /// An incoming call with an offer.
  private mutating func ringing(_ codecs: [AudioCodec] = [.pcma, .pcmu]) -> CallCore {
    CallCore(.incoming, offer: peer.offer(theirs), media: Self.negotiation(codecs))
  }

  /// The same, answered.
  private mutating func answered() throws -> CallCore {
    var core = ringing()
    let actions = core.handle(.ready)
    guard case .answer(let description) = actions.first else { throw Unexpected(actions) }
    _ = try peer.accept(answer: description)
    return core
  }

  private struct Unexpected: Error {
    var actions: [Telephony.CallAction]
    init(_ actions: [Telephony.CallAction]) { self.actions = actions }
  }

  private static func reinvite(_ actions: [Telephony.CallAction]) throws -> SessionDescription {
    for action in actions { if case .reinvite(let offer, _) = action { return offer } }
    throw Unexpected(actions)
  }

  @Test("it rings once, and is answered when the party is ready; sound flows from the answer on")
  mutating func answering() throws {
    var core = ringing()
    #expect(core.handle(.rings) == [.ring])
    #expect(core.handle(.rings) == [])
    let actions = core.handle(.ready)
    guard actions.count == 2, case .answer = actions[0], case .media(let agreed) = actions[1] else {
      throw Unexpected(actions)
    }
    #expect(agreed.codec.name == "PCMA")
    #expect(core.handle(.ready) == [])
  }

  @Test("an offer that fits nothing is refused with a warning, and the call stays refused")
  mutating func nothingInCommon() throws {
    let theirs = MediaCapabilities(codecs: [.pcmu], endpoint: SocketEndpoint(.loopback, port: 4000))
    var core = CallCore(.incoming, offer: peer.offer(theirs), media: Self.negotiation([.pcma]))
    let actions = core.handle(.ready)
    guard case .reject(let status, let warning) = actions.last else { throw Unexpected(actions) }
    #expect(status == 488)
    #expect(warning?.isEmpty == false)
    #expect(
      core.handle(.asked(Self.ask(1), .answer(status: 200))) == [.reply(Self.ask(1), .failed(.notRinging))])
  }

  @Test("the API answers with 180, 183 and 200, each as far as it goes; early media is what is answered with")
  mutating func answeredByAsk() throws {
    var core = ringing()
    #expect(core.handle(.asked(Self.ask(1), .answer(status: 180))) == [.ring, .reply(Self.ask(1), .done)])
    let early = core.handle(.asked(Self.ask(2), .answer(status: 183)))
    guard case .progress(let description) = early.first else { throw Unexpected(early) }
    let again = core.handle(.asked(Self.ask(3), .answer(status: 183)))
    guard again.count == 1, case .reply(Self.ask(3), .failed(.invalid(parameter: "status", _))) = again[0] else {
      throw Unexpected(again)
    }
    #expect(
      core.handle(.asked(Self.ask(4), .answer(status: 200)))
        == [.answer(description), .tell(.answered), .reply(Self.ask(4), .done)])
    #expect(
      core.handle(.asked(Self.ask(5), .reject(status: 486))) == [.reply(Self.ask(5), .failed(.notRinging))])
  }

  @Test("a hold is asked of the peer; its refusal puts back what was before and is told to who asked")
  mutating func refusedHold() throws {
    var core = try answered()
    let offer = try Self.reinvite(core.handle(.asked(Self.ask(1), .hold(true))))
    core.sent(SessionChangeID(4))
    #expect(core.handle(.dialog(.reinviteFinished(SessionChangeID(3), status: 200, nil))) == [])
    #expect(core.handle(.dialog(.reinviteCancelled(ReinviteID(value: 1)))) == [])
    #expect(offer.media.first?.attributes.contains { $0.name == "sendonly" } == true)
    #expect(
      core.handle(.asked(Self.ask(2), .hold(false)))
        == [.reply(Self.ask(2), .failed(.busy("a change of the session")))])
    #expect(
      core.handle(.dialog(.reinviteFinished(SessionChangeID(4), status: 488, nil)))
        == [.reply(Self.ask(1), .failed(.refused(status: 488)))])
    let next = try Self.reinvite(core.handle(.asked(Self.ask(3), .renegotiate(nil, .update))))
    #expect(next.media.first?.attributes.contains { $0.name == "sendrecv" } == true)
  }

  @Test("the peer's hold is answered, and the party hears of it")
  mutating func heldByPeer() throws {
    var core = try answered()
    let id = ReinviteID(value: 7)
    let actions = core.handle(.dialog(.reinvited(id, offer: peer.offer(theirs, direction: .sendOnly))))
    guard case .answerReinvite(id, _) = actions.first else { throw Unexpected(actions) }
    #expect(actions.contains(.tell(.hold(true))))
  }

  @Test("a transfer that the API asked for and one that the party wants never get each other's outcome")
  mutating func transfers() throws {
    let target = try #require(URI("sip:ana@192.0.2.7"))
    var core = try answered()
    #expect(
      core.handle(.asked(Self.ask(1), .refer(to: target, headers: Headers()))) == [
        .refer(to: target, headers: Headers())
      ])
    core.sent(ReferID(1))
    #expect(
      core.handle(.wished(.transfer(to: target))) == [
        .tell(.transferFinished(.refused(status: 491, reason: "a transfer is under way")))
      ])
    #expect(
      core.handle(.asked(Self.ask(2), .refer(to: target, headers: Headers())))
        == [.reply(Self.ask(2), .failed(.busy("a hand-over")))])
    #expect(core.handle(.dialog(.referProgress(ReferID(1), status: 180))) == [.referProgress(Self.ask(1), status: 180)])
    #expect(
      core.handle(.dialog(.referFinished(ReferID(1), .succeeded(status: 200))))
        == [.reply(Self.ask(1), .referred(.succeeded(status: 200)))])
    #expect(core.handle(.wished(.transfer(to: target))) == [.refer(to: target, headers: Headers())])
    core.sent(ReferID(2))
    // What the first one's target still has to say is nobody's.
    #expect(core.handle(.dialog(.referProgress(ReferID(1), status: 180))) == [])
    #expect(core.handle(.dialog(.referFinished(ReferID(1), .succeeded(status: 200)))) == [])
    #expect(core.handle(.dialog(.referProgress(ReferID(2), status: 100))) == [.tell(.transferProgress(status: 100))])
    #expect(
      core.handle(.dialog(.referFinished(ReferID(2), .failed(status: 486, reason: "Busy"))))
        == [.tell(.transferFinished(.failed(status: 486, reason: "Busy")))])
    #expect(core.handle(.dialog(.referFinished(ReferID(2), .succeeded(status: 200)))) == [])
  }

  @Test("at the end of the call everybody who waits hears that, and so does who asks after it")
  mutating func end() throws {
    let target = try #require(URI("sip:ana@192.0.2.7"))
    var core = try answered()
    _ = core.handle(.asked(Self.ask(1), .hold(true)))
    _ = core.handle(.asked(Self.ask(2), .refer(to: target, headers: Headers())))
    let ending = CallEnding(by: .remote, text: "hung up")
    #expect(
      core.handle(.dialog(.ended(ending)))
        == [.reply(Self.ask(1), .failed(.ended)), .reply(Self.ask(2), .referred(.callEnded)), .finish(ending)])
    #expect(core.handle(.asked(Self.ask(3), .hold(true))) == [.reply(Self.ask(3), .failed(.ended))])
    #expect(core.handle(.dialog(.dtmf("1", duration: nil))) == [])
  }

  @Test("a call of ours without an answer to its offer is hung up on")
  mutating func noAnswer() {
    var media = Self.negotiation()
    _ = media.offer()
    var core = CallCore(.outgoing, offer: nil, media: media)
    #expect(
      core.handle(.dialog(.answered(nil)))
        == [.hangUp(cause: 111, text: "no answer to our offer"), .tell(.answered)])
  }
}
