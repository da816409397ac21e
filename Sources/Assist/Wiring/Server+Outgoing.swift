import Assistants
import ChatBridge
import Net
import RTPEngine
import Settings
import SIPStack
import SIPTransport
import Store
import VoicePipeline

/// A call that someone wants placed.
struct CallOrder: Sendable {
  /// A SIP URI, or a number that goes over a trunk.
  var to: String
  /// What From shows; default the trunk's caller id.
  var from: String?
  /// The trunk's name; default the first that has a proxy.
  var trunk: String?
  /// Who speaks.
  var assistant: String
  /// Kept with the call, as JSON.
  var metadata: String?
  /// The conversation that it belongs to, if that is known.
  var conversation: String?
}

/// Why a call can't be placed.
enum CallOrderError: Error, Sendable, Equatable, CustomStringConvertible {
  case badTarget
  case noTrunk(String?)
  case noAssistant(String)
  case unavailable(String)

  var description: String {
    switch self {
    case .badTarget: "is neither a SIP URI nor a telephone number with its country code"
    case .noTrunk(nil): "a number needs a trunk with a `proxy` in sip.trunks"
    case .noTrunk(let name?): "there is no trunk '\(name)' with a `proxy`"
    case .noAssistant(let name): "there is no assistant '\(name)'"
    case .unavailable(let why): why
    }
  }

  /// The part of the request that is wrong.
  var parameter: String? {
    switch self {
    case .badTarget: "to"
    case .noTrunk: "trunk"
    case .noAssistant: "assistant"
    case .unavailable: nil
    }
  }
}

extension Server {
  /// Places a call on which an assistant speaks once it is answered, and returns as soon as the INVITE has left.
  func place(_ order: CallOrder) async throws(CallOrderError) -> CallRecord {
    guard let assistant = assistants[order.assistant] else { throw .noAssistant(order.assistant) }
    let (target, trunk) = try route(order.to, over: order.trunk)
    let (call, media) = try await dial(target, over: trunk, from: order.from)
    let record = CallRecord(
      id: RecordID.make("call", at: clock.now), conversation: order.conversation, sipCallID: call.callID,
      direction: .outbound, from: order.from ?? trunk?.callerID ?? "", to: order.to, assistant: order.assistant,
      metadata: order.metadata, startedAt: clock.now)
    let logger = logger(for: call)
    let live = LiveCall(
      call, media.leg, CallRecorder(record, store: store, clock: clock, logger: logger), notices: noticeSink,
      events: events)
    let identities = CustomerIdentity.phone(order.to).map { [$0] } ?? []
    let phoneCall = PhoneCall(call, media: media, control: live.control, logger: logger) { live.watch.note($0) }
    begin(live) { server in
      await server.talk(phoneCall, assistant, live, identities, isAnswered: false)
      // Who asked in writing to be called is told in writing that it did not work.
      if let conversation = order.conversation, live.recorder.call.answeredAt == nil {
        _ = try? await server.chat.say(assistant.settings.phrases.callFailed, in: conversation, as: .assistant)
      }
    }
    return record
  }

  /// Sends the INVITE of a call of ours, with a leg of its own.
  func dial(
    _ target: SIPURI, over trunk: TrunkConfiguration?, from user: String?, headers: Headers = Headers(),
    ringing: Duration = .seconds(60)
  ) async throws(CallOrderError) -> (SIPCall, MediaSession) {
    // Looked up once: the INVITE goes where the offer says that we can be reached from.
    let remote: IPAddress
    do {
      remote = try await endpoint.address(of: target.host)
    } catch {
      throw .unavailable("\(error)")
    }
    let leg: MediaLeg
    do {
      leg = try engine.openLeg()
    } catch {
      throw .unavailable("no media ports are free (rtp.ports)")
    }
    let address = localAddress(reaching: remote)
    var media = MediaSession(leg: leg, mode: .conversation, address: address, codecs: codecs)
    do {
      let call = try await endpoint.call(
        target, from: from(user, trunk, at: address), offer: media.offer(),
        credentials: trunk.flatMap { trunk in
          trunk.username.map { SIPCredentials(username: $0, password: trunk.password?.value ?? "") }
        }, ringTimeout: ringing, at: remote, headers: headers)
      return (call, media)
    } catch {
      leg.close()
      throw .unavailable("\(error)")
    }
  }

  /// Where `to`, a SIP URI or a number, is called, and over which trunk.
  func route(_ to: String, over name: String? = nil) throws(CallOrderError) -> (SIPURI, TrunkConfiguration?) {
    if name == nil, let uri = URI(to)?.sip { return (uri, nil) }
    guard let number = CustomerIdentity.phone(to) else { throw .badTarget }
    let trunk = trunks.first { $0.proxy != nil && (name == nil || $0.name == name) }
    guard let trunk, let proxy = trunk.proxy, var target = URI(proxy)?.sip else { throw .noTrunk(name) }
    target.user = "+" + number.value
    return (target, trunk)
  }

  private func from(_ wanted: String?, _ trunk: TrunkConfiguration?, at address: IPAddress) -> NameAddress? {
    guard let user = wanted ?? trunk?.callerID else { return nil }
    let host = trunk?.proxy.flatMap { URI($0)?.sip?.host } ?? address.description
    // Only what may stand in a URI as it is.
    guard user.utf8.allSatisfy({ $0 == 0x2B || $0 == 0x2E || $0 == 0x2D || $0 == 0x5F || Self.isWordByte($0) }) else {
      return nil
    }
    return NameAddress(uri: .sip(SIPURI(user: user, host: host)))
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}

/// Rings customers who are writing, over the first trunk that can.
struct TrunkCaller: CustomerCaller {
  let server: @Sendable () -> Server?

  func call(phone: String, conversation: String, assistant: String) async throws(CustomerCallFailure) {
    guard let server = server() else { throw CustomerCallFailure("the server is not there") }
    do {
      _ = try await server.place(CallOrder(to: "+" + phone, assistant: assistant, conversation: conversation))
    } catch {
      throw CustomerCallFailure("\(error)")
    }
  }
}
