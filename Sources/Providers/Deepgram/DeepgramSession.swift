import Audio
import VoicePipeline

/// One live recognition over however many connections it takes: what to send, what to report, when to connect again.
/// Sans-IO.
struct DeepgramSession {
  enum Action: Equatable {
    case sendAudio([UInt8])
    case sendText(String)
    case emit(RecognitionEvent)
    /// Open a connection and tell `connected` or `connectFailed`.
    case connect
    /// Let go of the connection, if there is one.
    case disconnect
    /// Nothing will follow: end the events.
    case end
  }

  /// How much sound is kept while there is no connection.
  static let maximumBacklog = Duration.seconds(2)
  /// The provider hangs up after 10 s without sound.
  static let keepAliveInterval = Duration.seconds(4)
  /// The pauses before connecting again; after the last the recognition is given up.
  static let reconnectPauses: [Duration] = [
    .milliseconds(100), .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2),
  ]
  private static let maximumTextBytes = 64 << 10

  private enum Link: Equatable {
    case connecting
    case connected
    case waiting(until: Instant)
    case closed
  }

  private struct Finish {
    var deadline: Instant
    /// Whether `Finalize` has gone out on the connection that is up now.
    var isAsked: Bool
    var messagesBefore: UInt64
  }

  private let sampleRate: Int
  private let finalizeTimeout: Duration
  private var link = Link.connecting
  private var failedAttempts = 0
  private var backlog: [(bytes: [UInt8], isSpeech: Bool)] = []
  private var backlogBytes = 0
  private var lastSent: Instant
  private var messageCount: UInt64 = 0

  // The utterance.
  private var pieces: [(text: String, confidence: Double?)] = []
  private var pieceBytes = 0
  private var interim = ""
  private var hasReportedEnd = false
  private var finishes: [Finish] = []
  /// Answers to `Finalize` that are still to come, but too late: their words belong to an utterance that is over.
  private var lateAnswers = 0

  // The connection: positions in samples since its first sound.
  private var sentSamples = 0
  private var lastSpeechEnd = 0
  private var settledEnd = 0

  /// Audio that was dropped since it did not fit, in bytes.
  private(set) var droppedBytes = 0

  /// A session that waits for its first `connected`.
  init(sampleRate: Int, finalizeTimeout: Duration, now: Instant) {
    self.sampleRate = max(1, sampleRate)
    self.finalizeTimeout = finalizeTimeout
    lastSent = now
  }

  /// When `tick` has something to do.
  var nextDeadline: Instant? {
    var deadlines = finishes.map(\.deadline)
    switch link {
    case .connected: deadlines.append(lastSent + Self.keepAliveInterval)
    case .waiting(let until): deadlines.append(until)
    case .connecting: break
    case .closed: return nil
    }
    return deadlines.min()
  }

  // MARK: From the conversation

  mutating func send(_ frame: AudioFrame, at now: Instant) -> [Action] {
    // An empty binary message would mean the end of the stream.
    guard link != .closed, !frame.samples.isEmpty else { return [] }
    guard frame.sampleRate == sampleRate else {
      droppedBytes &+= frame.samples.count * 2
      return []
    }
    let bytes = frame.samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    guard link == .connected else {
      keep(bytes, isSpeech: frame.isSpeech)
      return []
    }
    return [transmit(bytes, isSpeech: frame.isSpeech, at: now)]
  }

  mutating func finishUtterance(at now: Instant) -> [Action] {
    guard link != .closed else { return [] }
    // All speech has settled already, as it has when the provider found the end of the turn itself: asking again would
    // only cost a round trip.
    if link == .connected, finishes.isEmpty, lateAnswers == 0, interim.isEmpty, settledEnd >= lastSpeechEnd {
      return [.emit(takeFinal())]
    }
    let isConnected = link == .connected
    finishes.append(
      Finish(deadline: now + finalizeTimeout, isAsked: isConnected, messagesBefore: messageCount))
    guard isConnected else { return [] }
    lastSent = now
    return [.sendText(#"{"type":"Finalize"}"#)]
  }

  mutating func close() -> [Action] {
    guard link != .closed else { return [] }
    let wasConnected = link == .connected
    link = .closed
    return (wasConnected ? [.sendText(#"{"type":"CloseStream"}"#)] : []) + [.disconnect, .end]
  }

  // MARK: From the connection

  mutating func connected(at now: Instant) -> [Action] {
    guard link == .connecting else { return [] }
    link = .connected
    lastSent = now
    sentSamples = 0
    lastSpeechEnd = 0
    settledEnd = 0
    lateAnswers = 0
    let kept = backlog
    backlog = []
    backlogBytes = 0
    var actions = kept.map { transmit($0.bytes, isSpeech: $0.isSpeech, at: now) }
    for index in finishes.indices where !finishes[index].isAsked {
      finishes[index].isAsked = true
      finishes[index].messagesBefore = messageCount
      actions.append(.sendText(#"{"type":"Finalize"}"#))
    }
    return actions
  }

  /// The connection could not be opened. `canRetry` is false where another try is of no use.
  mutating func connectFailed(_ error: ProviderError, canRetry: Bool, at now: Instant) -> [Action] {
    guard link == .connecting else { return [] }
    guard canRetry else { return fail(error) }
    return reconnect(error, at: now)
  }

  /// The connection has ended or is no good.
  mutating func disconnected(_ error: ProviderError, at now: Instant) -> [Action] {
    guard link == .connected else { return [] }
    return reconnect(error, at: now)
  }

  mutating func receive(_ text: String, at now: Instant) -> [Action] {
    guard link == .connected, let message = DeepgramMessage(text) else { return [] }
    messageCount &+= 1
    failedAttempts = 0
    switch message {
    case .results(let results):
      return receive(results)
    case .utteranceEnd:
      return reportEnd()
    case .error:
      return disconnected(Self.error(.failed(status: nil), "reported an error; see its status page"), at: now)
    case .other:
      return []
    }
  }

  // MARK: From the clock

  mutating func tick(at now: Instant) -> [Action] {
    switch link {
    case .closed, .connecting: break
    case .waiting(let until):
      if until <= now {
        link = .connecting
        return overdue(now) + [.connect]
      }
    case .connected:
      if lastSent + Self.keepAliveInterval <= now {
        lastSent = now
        return overdue(now) + [.sendText(#"{"type":"KeepAlive"}"#)]
      }
    }
    return overdue(now)
  }

  private mutating func overdue(_ now: Instant) -> [Action] {
    guard link != .closed else { return [] }
    var actions: [Action] = []
    var isDeaf = false
    while let first = finishes.first, first.deadline <= now {
      finishes.removeFirst()
      if first.isAsked {
        lateAnswers += 1
        // Not one message since the question: nobody is there any more, whatever TCP believes.
        if first.messagesBefore == messageCount { isDeaf = true }
      }
      actions.append(.emit(takeFinal()))
    }
    if isDeaf, link == .connected {
      actions += reconnect(Self.error(.timedOut, "stopped answering"), at: now)
    }
    return actions
  }

  // MARK: Words

  private mutating func receive(_ results: DeepgramResults) -> [Action] {
    let best = results.channel.alternatives.first
    let text = best?.transcript ?? ""
    let isAnswer = results.fromFinalize == true
    guard results.isFinal == true else {
      // A guess at what has been settled meanwhile is an old one.
      guard position(results.start) >= settledEnd || results.start == nil else { return [] }
      return update(interim: text)
    }
    let start = position(results.start)
    let end = position((results.start ?? 0) + (results.duration ?? 0))
    // The same stretch once more. Half a frame of tolerance for seconds that were rounded.
    let isDuplicate = results.start != nil && end > 0 && end <= settledEnd && start + sampleRate / 100 < settledEnd
    if isAnswer, lateAnswers > 0, !isDuplicate {
      lateAnswers -= 1
      settledEnd = max(settledEnd, end)
      return []
    }
    guard !isDuplicate else { return [] }
    settledEnd = max(settledEnd, end)
    interim = ""
    if !text.isEmpty, pieceBytes + text.utf8.count <= Self.maximumTextBytes {
      pieces.append((text, best?.confidence))
      pieceBytes += text.utf8.count
      hasReportedEnd = false
    }
    if isAnswer, let first = finishes.first, first.isAsked {
      finishes.removeFirst()
      return [.emit(takeFinal())]
    }
    var actions: [Action] = text.isEmpty ? [] : [.emit(.partial(joined))]
    if results.speechFinal == true { actions += reportEnd() }
    return actions
  }

  private mutating func update(interim text: String) -> [Action] {
    guard text != interim, text.utf8.count <= Self.maximumTextBytes else { return [] }
    interim = text
    hasReportedEnd = false
    let whole = joined
    return whole.isEmpty ? [] : [.emit(.partial(whole))]
  }

  private mutating func reportEnd() -> [Action] {
    guard !hasReportedEnd, !pieces.isEmpty else { return [] }
    hasReportedEnd = true
    return [.emit(.endOfTurn)]
  }

  private mutating func takeFinal() -> RecognitionEvent {
    let text = joined
    var weight = 0
    var sum = 0.0
    for piece in pieces {
      guard let confidence = piece.confidence, confidence.isFinite else { continue }
      weight += piece.text.utf8.count
      sum += confidence * Double(piece.text.utf8.count)
    }
    pieces = []
    pieceBytes = 0
    interim = ""
    hasReportedEnd = false
    guard weight > 0 else { return .final(text, confidence: nil) }
    // Four digits are what the provider means; the rest is the rounding of a mean.
    let mean = (sum / Double(weight) * 10_000).rounded() / 10_000
    return .final(text, confidence: min(max(mean, 0), 1))
  }

  private var joined: String {
    (pieces.map(\.text) + (interim.isEmpty ? [] : [interim])).joined(separator: " ")
  }

  private func position(_ seconds: Double?) -> Int {
    guard let seconds, seconds.isFinite, seconds >= 0, seconds < 1e6 else { return 0 }
    return Int(seconds * Double(sampleRate))
  }

  // MARK: The link

  private mutating func transmit(_ bytes: [UInt8], isSpeech: Bool, at now: Instant) -> Action {
    lastSent = now
    sentSamples &+= bytes.count / 2
    if isSpeech { lastSpeechEnd = sentSamples }
    return .sendAudio(bytes)
  }

  private mutating func keep(_ bytes: [UInt8], isSpeech: Bool) {
    backlog.append((bytes, isSpeech))
    backlogBytes += bytes.count
    let limit = Int(Self.maximumBacklog.components.seconds) * sampleRate * 2
    var surplus = 0
    while backlogBytes > limit, surplus < backlog.count {
      backlogBytes -= backlog[surplus].bytes.count
      droppedBytes &+= backlog[surplus].bytes.count
      surplus += 1
    }
    backlog.removeFirst(surplus)
  }

  private mutating func reconnect(_ error: ProviderError, at now: Instant) -> [Action] {
    guard failedAttempts < Self.reconnectPauses.count else { return fail(error) }
    link = .waiting(until: now + Self.reconnectPauses[failedAttempts])
    failedAttempts += 1
    // What was a guess is all that is left of the sound that went with the connection.
    if !interim.isEmpty {
      pieces.append((interim, nil))
      pieceBytes += interim.utf8.count
      interim = ""
    }
    for index in finishes.indices { finishes[index].isAsked = false }
    return [.disconnect]
  }

  private mutating func fail(_ error: ProviderError) -> [Action] {
    link = .closed
    return [.disconnect, .emit(.failed(error)), .end]
  }

  static func error(_ kind: ProviderError.Kind, _ message: String) -> ProviderError {
    ProviderError(kind, provider: DeepgramSpeechToText.provider, message: message)
  }
}
