public import Audio
import Coordination
public import NetClient
public import VoicePipeline

/// Live recognition by Deepgram over WebSocket; a recording is sent as it is over HTTP.
public final class DeepgramSpeechToText: SpeechToText {
  static let provider = "deepgram"

  /// `deepgram`.
  public let name = DeepgramSpeechToText.provider
  private let configuration: DeepgramConfiguration
  private let client: WebSocketClient
  private let http: HTTPClient

  /// A recogniser. `webSockets` sets what `configuration` does not; its connect time-out is that of `configuration`.
  /// Recordings go out through `http`, by default a client of its own.
  public init(
    _ configuration: DeepgramConfiguration, webSockets: WebSocketClient.Configuration = WebSocketClient.Configuration(),
    http: HTTPClient = HTTPClient()
  ) {
    self.configuration = configuration
    self.http = http
    var webSockets = webSockets
    webSockets.connectTimeout = configuration.connectTimeout
    client = WebSocketClient(webSockets)
  }

  /// Returns once connected, so that a refused key shows here.
  public func open(_ options: RecognitionOptions) async throws(ProviderError) -> any SpeechRecognition {
    let dialer = DeepgramDialer(configuration: configuration, client: client, options: options)
    let socket = try await dialer.dial(phrases: options.hint?.phrases ?? []).get()
    return DeepgramRecognition(options, dialer: dialer, socket: socket)
  }

  /// What the provider decodes.
  public var takesRecordings: Set<SoundFormat> { Set(SoundFormat.allCases) }

  /// Sends the recording as it is.
  public func transcribe(
    _ recording: Recording, _ options: TranscriptionOptions
  ) async throws(ProviderError) -> Transcription {
    try await DeepgramTranscriber(configuration: configuration, http: http).transcribe(recording, options)
  }
}

/// Opens connections.
struct DeepgramDialer: Sendable {
  let configuration: DeepgramConfiguration
  let client: WebSocketClient
  let options: RecognitionOptions

  func dial(phrases: [String]) async -> Result<WebSocketConnection, ProviderError> {
    do throws(WebSocketError) {
      return .success(
        try await client.connect(
          configuration.url(for: options, phrases: phrases),
          headers: [HTTPHeader("Authorization", "Token \(configuration.apiKey)")]))
    } catch {
      return .failure(Self.translated(error))
    }
  }

  /// Whether another try may help.
  static func canRetry(_ error: ProviderError) -> Bool {
    switch error.kind {
    case .unauthorized, .rejected, .missing: false
    default: true
    }
  }

  /// What to do about a status that is not a good one.
  static func refusal(status: Int, retryAfter: Duration? = nil) -> ProviderError {
    switch status {
    case 401, 403:
      DeepgramSession.error(
        .unauthorized, "the key in api_key was refused (status \(status)); check api_key and what the key may do")
    case 402:
      DeepgramSession.error(.rejected(status: 402), "the account has no credit left; check billing")
    case 429:
      DeepgramSession.error(
        .rateLimited(retryAfter: retryAfter), "too many recognitions at once; raise the account's limits")
    case 400..<500:
      DeepgramSession.error(
        .rejected(status: status), "refused the recognition with status \(status); check base_url, model and language")
    default:
      DeepgramSession.error(.failed(status: status), "failed with status \(status); see its status page")
    }
  }

  static func translated(_ error: WebSocketError) -> ProviderError {
    switch error.kind {
    case .refused(let status, _):
      return refusal(status: status)
    case .timedOut: return DeepgramSession.error(.timedOut, error.description)
    case .notAWebSocket: return DeepgramSession.error(.malformedAnswer, error.description)
    case .invalidRequest: return DeepgramSession.error(.rejected(status: 0), error.description)
    case .cannotResolve, .cannotConnect, .tls, .cancelled:
      return DeepgramSession.error(.unreachable, error.description)
    }
  }
}

/// One open recognition: obeys a `DeepgramSession`.
final class DeepgramRecognition: SpeechRecognition {
  private let shell: DeepgramShell

  init(_ options: RecognitionOptions, dialer: DeepgramDialer, socket: WebSocketConnection) {
    shell = DeepgramShell(options, dialer: dialer)
    shell.adopt(socket)
  }

  var events: AsyncStream<RecognitionEvent> { shell.output.stream }

  deinit {
    shell.perform { session, _ in session.close() }
  }

  func send(_ frame: AudioFrame) {
    shell.send(frame)
  }

  func finishUtterance() {
    shell.perform { session, now in session.finishUtterance(at: now) }
  }

  /// The provider takes its words with the connection: a new hint counts from the next connection on.
  func update(hint: RecognitionHint?) {
    shell.update(phrases: hint?.phrases ?? [])
  }

  func close() {
    shell.perform { session, _ in session.close() }
  }

  func ended() async { await shell.ended() }
}

/// Connections, clock and lock around the session. Its tasks hold it, and end with the session.
final class DeepgramShell: Sendable {
  private struct State {
    var session: DeepgramSession
    var phrases: [String]
    var socket: WebSocketConnection?
    var isEnded = false
  }

  private let dialer: DeepgramDialer
  /// What is heard.
  let output = RecognitionEvents()
  private let tasks = TaskOwner()
  private let alarm: Alarm<Instant>
  private let lost: LostSound
  private let sampleRate: Int
  private let state: Locked<State>

  init(_ options: RecognitionOptions, dialer: DeepgramDialer) {
    self.dialer = dialer
    alarm = Alarm(in: tasks) { try await Task.sleep(until: $0, clock: .continuous) }
    lost = options.lost
    sampleRate = options.sampleRate
    let session = DeepgramSession(
      sampleRate: options.sampleRate, finalizeTimeout: dialer.configuration.finalizeTimeout, now: .now)
    state = Locked(State(session: session, phrases: options.hint?.phrases ?? []))
  }

  /// Returns when nothing of the recognition runs any more, once it was closed.
  func ended() async { await tasks.end() }

  func update(phrases: [String]) {
    state.withLock { $0.phrases = phrases }
  }

  /// Hands `frame` to the session, and counts what that dropped.
  func send(_ frame: AudioFrame) {
    perform { session, now in
      let before = session.droppedBytes
      defer { lost.add(samples: (session.droppedBytes - before) / 2, at: sampleRate) }
      return session.send(frame, at: now)
    }
  }

  /// Takes a fresh connection into use.
  func adopt(_ socket: WebSocketConnection) {
    state.withLock { state in
      guard !state.isEnded else { return socket.close() }
      state.socket = socket
      tasks.start(isolation: nil) { [self] in await read(socket) }
      obey(state.session.connected(at: .now), &state)
    }
  }

  /// Gives the session an input and does what it says. All effects are queueings, so that they may happen inside the
  /// lock, which keeps them in order.
  func perform(_ input: (inout DeepgramSession, Instant) -> [DeepgramSession.Action]) {
    state.withLock { state in
      guard !state.isEnded else { return }
      obey(input(&state.session, .now), &state)
    }
  }

  private func obey(_ actions: [DeepgramSession.Action], _ state: inout State) {
    for action in actions {
      switch action {
      case .sendAudio(let bytes): state.socket?.send(binary: bytes)
      case .sendText(let text): state.socket?.send(text: text)
      case .emit(let event): output.yield(event)
      case .connect:
        tasks.start(isolation: nil) { [self, phrases = state.phrases] in await dial(phrases: phrases) }
      case .disconnect:
        state.socket?.close()
        state.socket = nil
      case .end:
        state.isEnded = true
        tasks.cancelAll()
        output.finish()
      }
    }
    guard !state.isEnded else { return }
    alarm.set(state.session.nextDeadline, isolation: nil) { [weak self] in
      self?.perform { session, now in session.tick(at: now) }
    }
  }

  private func dial(phrases: [String]) async {
    switch await dialer.dial(phrases: phrases) {
    case .success(let socket):
      adopt(socket)
    case .failure(let error):
      perform { session, now in
        session.connectFailed(error, canRetry: DeepgramDialer.canRetry(error), at: now)
      }
    }
  }

  private func read(_ socket: WebSocketConnection) async {
    for await message in socket.messages {
      switch message {
      case .text(let text):
        ifCurrent(socket) { session, now in session.receive(text, at: now) }
      case .binary:
        break
      case .closed(let close):
        // Deepgram's reasons are codes such as NET-0001 and hold nothing of a caller.
        let reason = close.reason.isEmpty ? "" : " (\(close.reason.prefix(100)))"
        let error = DeepgramSession.error(.unreachable, "hung up with code \(close.code)\(reason)")
        ifCurrent(socket) { session, now in session.disconnected(error, at: now) }
      }
    }
    // The stream may end without its last message when the reader lagged.
    let error = DeepgramSession.error(.unreachable, "hung up")
    ifCurrent(socket) { session, now in session.disconnected(error, at: now) }
  }

  /// A connection that was given up must not speak for its successor.
  private func ifCurrent(
    _ socket: WebSocketConnection, _ input: (inout DeepgramSession, Instant) -> [DeepgramSession.Action]
  ) {
    state.withLock { state in
      guard !state.isEnded, state.socket === socket else { return }
      obey(input(&state.session, .now), &state)
    }
  }
}
