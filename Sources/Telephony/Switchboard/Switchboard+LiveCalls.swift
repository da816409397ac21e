import Assistants
package import Calls
import ChatBridge
import Logging
package import RTPEngine
package import Settings
package import SIPStack
import SIPTransport
package import Store
import VoicePipeline

// What can be asked of the calls that are going on.
extension Switchboard: LiveCalls {
  private func call(_ id: String) throws(CallControlError) -> LiveCall {
    guard let call = live[id] else { throw .noCall }
    return call
  }

  package var records: [CallRecord] { live.all.map(\.recorder.call) }
  package func record(_ id: String) -> CallRecord? { live[id]?.recorder.call }
  package func call(of conversation: String) -> CallRecord? { live.call(of: conversation)?.recorder.call }

  package func place(_ order: CallOrder) async throws(CallOrderError) -> CallRecord {
    guard let assistant = assistant(order.assistant) else { throw .noAssistant(order.assistant) }
    let (target, trunk) = try dialer.route(order.to, over: order.trunk)
    let (call, media) = try await dialer.dial(target, over: trunk, from: order.from)
    let clock = surroundings.clock
    let record = CallRecord(
      id: RecordID.make("call", at: clock.now), conversation: order.conversation, sipCallID: call.callID,
      direction: .outbound, from: order.from ?? trunk?.callerID ?? "", to: order.to, assistant: order.assistant,
      metadata: order.metadata, startedAt: clock.now)
    let live = newCall(call, media, record)
    let identities = CustomerIdentity.phone(order.to).map { [$0] } ?? []
    let phoneCall = PhoneCall(
      call, media: media, inbox: live.inbox, logger: surroundings.logger(for: live)
    ) { live.watch.note($0) }
    begin(isCall: true, else: { call.hangUp(cause: 42, text: "too many calls") }) {
      await self.see(live) {
        await AssistantTalk(self, assistant, live, identities).run(phoneCall, isAnswered: false)
        if live.recorder.call.answeredAt == nil { await self.regret(order, assistant.settings.phrases.callFailed) }
      }
    }
    return record
  }

  /// Who asked in writing to be called is told in writing that it did not work.
  private func regret(_ order: CallOrder, _ text: String) async {
    guard let conversation = order.conversation else { return }
    do {
      _ = try await surroundings.chat.say(text, in: conversation, as: .assistant)
    } catch {
      surroundings.logger.error(
        "a customer is not told that they could not be called",
        metadata: ["conversation": "\(conversation)", "why": "\(error)"])
    }
  }

  package func answer(_ id: String, status: Int) async throws(CallControlError) {
    try await call(id).inbox.ask(.answer(status: status))
  }

  package func reject(_ id: String, status: Int) async throws(CallControlError) {
    try await call(id).inbox.ask(.reject(status: status))
  }

  package func hangUp(_ id: String, why: String) throws(CallControlError) {
    try call(id).inbox.hangUp(cause: 16, text: why)
  }

  package func hold(_ id: String, _ isHeld: Bool) async throws(CallControlError) {
    try await call(id).hold(isHeld)
  }

  package func renegotiate(
    _ id: String, method: SessionChangeMethod, codecs: [String]?
  ) async throws(CallControlError) {
    try await call(id).renegotiate(method: method, codecs: codecs)
  }

  package func sendDTMF(_ id: String, digits: String, via path: DigitPath) async throws(CallControlError) {
    try await call(id).sendDTMF(digits, via: path)
  }

  package func say(_ id: String, _ text: String) async throws(CallControlError) { try await call(id).say(text) }

  package func coach(_ id: String, _ text: String) async throws(CallControlError) { try await call(id).coach(text) }

  package func taken(_ id: String, by person: String) throws(CallControlError) {
    try call(id).recorder.taken(by: person)
  }

  package func suspendAssistant(_ id: String) async throws(CallControlError) {
    try await call(id).suspendAssistant()
  }

  package func resumeAssistant(_ id: String, note: String?) async throws(CallControlError) {
    try await call(id).resumeAssistant(note: note)
  }

  package func transfer(_ id: String, _ order: PersonOrder) async throws(CallControlError) {
    try await Transfers(self).begin(try call(id), order)
  }

  package func withdrawTransfer(_ id: String) throws(CallControlError) { try call(id).withdrawTransfer() }

  package func listen(_ id: String) throws(CallControlError) -> AsyncStream<TapFrame> {
    try call(id).leg.openTap()
  }
}
