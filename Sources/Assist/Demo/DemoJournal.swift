import Audio
import ChatBridge
import Coordination
import VoicePipeline

/// Prints the conversation as it happens, and knows at the end whether all of it did.
final class DemoJournal: Sendable {
  private struct State {
    var latencies: [Duration] = []
    var wasInterrupted = false
    var wasTransferred = false
    var personHeardCaller = false
    var callerHeardPerson = false
    var wasKnown: Bool?
    var heardAnswer: Bool?
    var readPerson: Bool?
  }

  private let start = Instant.now
  private let state = Locked(State())

  /// Prints a line of what the server did, heard or said.
  func note(_ event: ConversationEvent) {
    switch event.kind {
    case .transcriptFinal(let text, _) where !text.revealed.isEmpty: line("caller", "“\(text.revealed)”", at: event.at)
    case .replyFinished(_, let heard, let wasInterrupted):
      if wasInterrupted { state.withLock { $0.wasInterrupted = true } }
      guard !heard.revealed.isEmpty else { return }
      line("assistant", "“\(heard.revealed)”" + (wasInterrupted ? "  ✂ interrupted here" : ""), at: event.at)
    case .turnTiming(let timing):
      guard let out = timing.firstAudibleOut else { return }
      state.withLock { $0.latencies.append(timing.lastSpeechIn.duration(to: out)) }
      let steps = timing.offsets.map { "\($0.name.replacingUnderscores) \(Int($0.milliseconds.rounded()))" }
      line("", "ms after the last speech packet: " + steps.joined(separator: ", "), at: event.at)
    case .transferStarted: line("", "REFER: the assistant hands the caller to a person", at: event.at)
    case .transferFinished(let succeeded, let status):
      state.withLock { $0.wasTransferred = succeeded }
      line("", succeeded ? "the person has the caller" : "the transfer failed (\(status ?? 0))", at: event.at)
    case .providerFailed(_, let error): line("", "provider failed: \(error)", at: event.at)
    default: break
    }
  }

  /// Prints what happened in the chat.
  func note(_ event: ChatEvent) {
    switch event.kind {
    case .transcript(_, let text): line("", "understood: “\(text.revealed)”", at: .now)
    case .answered(let text, let isVoice, let after):
      line("assistant", (isVoice ? "▶ " : "") + "“\(text.revealed)”", at: .now)
      let milliseconds = Int((after / .milliseconds(1)).rounded())
      line("", "worked out in \(milliseconds) ms after the pause in which a customer may go on writing", at: .now)
    case .providerFailed(_, let error): line("", "provider failed: \(error)", at: .now)
    default: break
    }
  }

  /// The customer's side of the chat.
  func customerWrites(_ text: String) {
    state.withLock { $0.wasKnown = false }
    line("customer", "✎ “\(text)”", at: .now)
  }
  func customerAsks(_ text: String) { line("customer", "✎ “\(text)”", at: .now) }
  func customerReads(_ text: String, knows known: String) {
    state.withLock { $0.wasKnown = text.contains(known) }
    if text.contains(known) { line("", "the assistant knows the account from the call", at: .now) }
  }
  func customerSpeaks(_ text: String) {
    state.withLock { $0.heardAnswer = false }
    line("customer", "▶ “\(text)” (a voice note)", at: .now)
  }
  func customerHears() { state.withLock { $0.heardAnswer = true } }

  /// The person's side of the chat, at the console.
  func deskSees(_ reason: String, summary: [String]) {
    state.withLock { $0.readPerson = false }
    line("console", "in the queue: \(reason)", at: .now)
    for text in summary { line("", text, at: .now) }
  }
  func deskTakes() { line("console", "a person takes over; the assistant is silent", at: .now) }
  func deskGivesBack() { line("console", "the person gives the conversation back", at: .now) }
  func customerReadsPerson(_ text: String) {
    state.withLock { $0.readPerson = true }
    line("person", "✎ “\(text)”", at: .now)
  }

  /// The person's side of the call.
  func person(_ text: String) { line("person", "“\(text)”", at: .now) }
  func personHeardCaller() { state.withLock { $0.personHeardCaller = true } }
  func callerHeardPerson() { state.withLock { $0.callerHeardPerson = true } }

  /// The figures of the whole call.
  var summary: String {
    let sorted = state.withLock { $0.latencies }.sorted()
    guard !sorted.isEmpty else { return "no turn was answered" }
    let median = sorted[sorted.count / 2] / .milliseconds(1)
    return "\(sorted.count) turns answered; median from last speech to first sound \(Int(median)) ms, "
      + "of which 500 ms are the configured end-of-turn silence"
  }

  /// What should have happened and did not; nil when all is well.
  var whatIsMissing: String? {
    state.withLock { state in
      if state.latencies.count < 3 { return "fewer than three turns were answered" }
      if !state.wasInterrupted { return "the caller did not get to interrupt" }
      if !state.wasTransferred { return "the transfer did not succeed" }
      if !state.callerHeardPerson { return "the caller did not hear the person" }
      if !state.personHeardCaller { return "the person did not hear the caller" }
      if state.wasKnown == false { return "the assistant did not know the customer again" }
      if state.heardAnswer == false { return "the voice note was not answered" }
      if state.heardAnswer == true, state.readPerson != true { return "no person took over the chat" }
      return nil
    }
  }

  private func line(_ who: String, _ text: String, at instant: Instant) {
    let tenths = Int((start.duration(to: instant) / .milliseconds(100)).rounded())
    let time = "\(tenths / 10).\(tenths % 10)"
    let pad = { (text: String, width: Int) in text + String(repeating: " ", count: max(0, width - text.count)) }
    print("\(String(repeating: " ", count: max(0, 5 - time.count)))\(time)  \(pad(who, 10)) \(text)")
  }
}

extension String {
  /// `end_of_turn` as people write it.
  fileprivate var replacingUnderscores: String { String(map { $0 == "_" ? " " : $0 }) }
}
