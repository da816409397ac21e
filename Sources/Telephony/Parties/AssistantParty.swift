import Audio
import Coordination
import RTPEngine
import SIPStack
import VoicePipeline

/// An assistant on the line: a conversation whose carrier is the call's leg.
struct AssistantParty: CallParty {
  let conversation: Conversation
  private let carrier: LegCarrier
  private let providers: ConversationProviders
  private let report: @Sendable (ConversationEvent) -> Void
  /// Opens when there is someone to talk to, or never will be.
  private let connected: Gate

  /// A conversation of its own over `leg`; `report` is told what happens in it, `onDigit` of digits that come as sound. In a call of ours it begins when the far
  /// end answers: `isAnswered` is false then.
  init(
    id: String, settings: ConversationSettings, providers: ConversationProviders, leg: MediaLeg,
    isAnswered: Bool = true, onDigit: @escaping @Sendable (Character) -> Void = { _ in },
    fields: @escaping @Sendable () -> [(name: String, value: String)] = { [] },
    report: @escaping @Sendable (ConversationEvent) -> Void
  ) {
    carrier = LegCarrier(leg: leg, onDigit: onDigit, fields: fields)
    self.providers = providers
    self.report = report
    connected = Gate(isOpen: isAnswered)
    conversation = Conversation(id: id, settings: settings, carrier: carrier, providers: providers)
  }

  var requests: AsyncStream<CallRequest> { carrier.requests }

  func prepare() async { await providers.tts.prewarm() }

  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        if !connected.isOpen { await ring() }
        await conversation.run()
      }
      group.addTask {
        for await event in conversation.events { report(event) }
      }
    }
  }

  /// Waits till there is someone to talk to. What the line brings before that is for nobody, but it is not left to
  /// gather, and media that fails then ends the call as well.
  private func ring() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for await _ in carrier.events {} }
      await connected.wait()
      group.cancelAll()
    }
  }

  func hold(_ isHeld: Bool) { carrier.deliver(.hold(isHeld)) }
  func digit(_ digit: Character) { carrier.deliver(.signalledDigit(digit)) }
  func transferProgress(status: Int) { carrier.deliver(.transferProgress(status: status)) }
  func transferFinished(_ outcome: ReferOutcome) { carrier.deliver(.transferFinished(outcome.forConversation)) }
  func answered() { connected.open() }
  func ended(_ ending: CallEnding) {
    carrier.end(reason: ending.text)
    connected.open()
  }
}

extension ReferOutcome {
  /// The outcome as a conversation sees it: does the caller still depend on us?
  var forConversation: TransferOutcome {
    switch self {
    case .succeeded, .peerHungUp: .succeeded
    case .failed(let status, let reason), .refused(let status, let reason): .failed(status: status, reason: reason)
    case .timedOut: .failed(status: 408, reason: "no word of the transfer in time")
    case .unconfirmed: .failed(status: 480, reason: "the reports of the transfer ended without a result")
    case .callEnded: .failed(status: 487, reason: "the call ended first")
    }
  }
}
