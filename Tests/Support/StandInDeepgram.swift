import Coordination
import FoundationEssentials

/// Plays Deepgram's recognition on this machine, live over WebSocket and of recordings over HTTP: hears nothing really, but answers as scripted and
/// checks the client's manners. With no delays set it answers at once, as benchmarks want it.
public final class StandInDeepgram: Sendable {
  /// One result message.
  public struct Result: Sendable {
    /// The words.
    public var transcript: String
    /// Whether they are settled.
    public var isFinal: Bool
    /// Whether the speaker is taken to have finished.
    public var isSpeechFinal: Bool
    /// Whether it answers a `Finalize`.
    public var isFromFinalize: Bool
    /// Seconds from the connection's start.
    public var start: Double
    /// Seconds.
    public var duration: Double
    /// 0 to 1.
    public var confidence: Double

    /// A result.
    public init(
      _ transcript: String, isFinal: Bool = false, isSpeechFinal: Bool = false, isFromFinalize: Bool = false,
      start: Double = 0, duration: Double = 0, confidence: Double = 0.98
    ) {
      self.transcript = transcript
      self.isFinal = isFinal
      self.isSpeechFinal = isSpeechFinal
      self.isFromFinalize = isFromFinalize
      self.start = start
      self.duration = duration
      self.confidence = confidence
    }

    /// The message on the wire.
    public var json: String {
      let words = transcript.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
      return """
        {"type":"Results","channel_index":[0,1],"duration":\(duration),"start":\(start),"is_final":\(isFinal),\
        "speech_final":\(isSpeechFinal),"from_finalize":\(isFromFinalize),"channel":{"alternatives":[{"transcript":\
        "\(words)","confidence":\(confidence),"words":[]}]},"metadata":{"request_id":"r-1","model_uuid":"m-1"}}
        """
    }
  }

  /// How the stand-in behaves; may be changed while it runs.
  public struct Behaviour: Sendable {
    /// The key it wants; nil takes any.
    public var key: String? = "dg-test"
    /// What is said to the next `Finalize`, the one after it, and so on; then empty results.
    public var transcripts: [String] = []
    /// What is sent on its own once so much audio has come on a connection, in milliseconds. Each is sent once.
    public var results: [(afterMilliseconds: Int, result: Result)] = []
    /// Whether each settled result is sent twice.
    public var sendsDuplicates = false
    /// Whether `Finalize` goes unanswered.
    public var ignoresFinalize = false
    /// How long an answer to `Finalize` takes.
    public var finalizeDelay = Duration.zero
    /// Hangs up without a word, once, after so much audio in milliseconds.
    public var dropsAfterMilliseconds: Int?
    /// What is said in a recording.
    public var transcribe: @Sendable (StandInRequest) -> String = { _ in "hello there" }
    /// Refuses so many upgrades with 503 before it accepts again.
    public var refusals = 0

    /// Accepts and finalises at once.
    public init() {}
  }

  /// What the client did, over all connections.
  public struct Record: Sendable {
    /// All text messages.
    public var controls: [String] = []
    /// All audio, in bytes.
    public var audioBytes = 0
    /// How many binary messages were empty, which a client must never send.
    public var emptyMessages = 0
    /// How many upgrades were accepted.
    public var sessions = 0
    /// The last close code, if there was one.
    public var closeCode: UInt16?
    /// The recordings that were taken.
    public var recordings: [StandInRequest] = []
  }

  private struct State {
    var behaviour: Behaviour
    var record = Record()
    var faults: [StandInFault] = []
  }

  /// What it runs on: counts connections and records requests.
  public let server: StandInHTTPServer
  private let state: Locked<State>

  private init(server: StandInHTTPServer, state: Locked<State>) {
    self.server = server
    self.state = state
  }

  /// Starts one.
  public static func start(
    _ behaviour: Behaviour = Behaviour(), recordsRequests: Bool = true
  ) async throws -> StandInDeepgram {
    let state = Locked(State(behaviour: behaviour))
    let server = try await StandInHTTPServer.start(
      recordsRequests: recordsRequests,
      webSocket: { request in decide(request, state) },
      handler: { request, writer in try await serve(request, writer, state) })
    return StandInDeepgram(server: server, state: state)
  }

  /// The base URL for live recognition: `ws://…/v1`.
  public var baseURL: String { "ws://127.0.0.1:\(server.port)/v1" }

  /// What the client did so far.
  public var record: Record { state.withLock { $0.record } }

  /// Changes the behaviour from now on.
  public func change(_ change: @Sendable (inout Behaviour) -> Void) {
    state.withLock { change(&$0.behaviour) }
  }

  /// Lets the next recording fail so, and the one after it the next so.
  public func inject(_ faults: StandInFault...) {
    state.withLock { $0.faults += faults }
  }

  /// Stops it.
  public func stop() async {
    await server.stop()
  }

  private static func serve(
    _ request: StandInRequest, _ writer: StandInResponseWriter, _ state: Locked<State>
  ) async throws {
    guard request.method == "POST", request.path == "/v1/listen" else {
      try await writer.answer(404, json: #"{"err_msg":"not here"}"#)
      return
    }
    let (behaviour, fault) = state.withLock { state in
      (state.behaviour, state.faults.isEmpty ? nil : state.faults.removeFirst())
    }
    if let key = behaviour.key, request.header("authorization") != "Token \(key)" {
      try await writer.answer(401, json: #"{"err_code":"INVALID_AUTH","err_msg":"Invalid credentials."}"#)
      return
    }
    switch fault {
    case .status(let status, let headers, let body)?:
      try await writer.answer(status, headers.map { ($0.key, $0.value) }, json: body)
      return
    case .drops?, .dropsAfter?:
      await writer.drop()
      return
    case .neverAnswers?, .headThenSilence?, .stallsAfter?, .errorInStream?:
      await writer.closed()
      return
    case nil: break
    }
    guard !request.body.isEmpty, !request.queryValues("model").isEmpty, !request.queryValues("language").isEmpty,
      request.header("content-type")?.hasPrefix("audio/") == true
    else {
      try await writer.answer(400, json: #"{"err_code":"Bad Request","err_msg":"bad parameters"}"#)
      return
    }
    state.withLock { $0.record.recordings.append(request) }
    let words = behaviour.transcribe(request).map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
    try await writer.answer(
      200,
      json: """
        {"metadata":{"request_id":"r-1","channels":1},"results":{"channels":[{"alternatives":[{"transcript":"\(words)",\
        "confidence":0.97,"words":[]}]}]}}
        """)
  }

  private static func decide(_ request: StandInRequest, _ state: Locked<State>) -> StandInUpgrade {
    guard request.path == "/v1/listen" else { return .refuse(status: 404, body: "") }
    return state.withLock { value in
      if let key = value.behaviour.key, request.header("authorization") != "Token \(key)" {
        return .refuse(
          status: 401, body: #"{"err_code":"INVALID_AUTH","err_msg":"Invalid credentials.","request_id":"r-1"}"#)
      }
      guard request.queryValues("encoding") == ["linear16"], let rate = request.queryValues("sample_rate").first,
        let sampleRate = Int(rate), sampleRate > 0, request.queryValues("channels") == ["1"],
        !request.queryValues("model").isEmpty, !request.queryValues("language").isEmpty
      else {
        return .refuse(status: 400, body: #"{"err_code":"Bad Request","err_msg":"bad parameters"}"#)
      }
      if value.behaviour.refusals > 0 {
        value.behaviour.refusals -= 1
        return .refuse(status: 503, body: "")
      }
      value.record.sessions += 1
      return .accept { socket in await serve(socket, sampleRate, state) }
    }
  }

  private static func serve(_ socket: StandInWebSocket, _ sampleRate: Int, _ state: Locked<State>) async {
    var audioBytes = 0
    var finalizedMilliseconds = 0
    func send(_ result: Result) {
      socket.send(text: result.json)
      if result.isFinal, state.withLock({ $0.behaviour.sendsDuplicates }) { socket.send(text: result.json) }
    }
    for await message in socket.messages {
      switch message {
      case .binary(let bytes):
        audioBytes += bytes.count
        let milliseconds = audioBytes / 2 * 1000 / sampleRate
        let (due, drops) = state.withLock { state in
          state.record.audioBytes += bytes.count
          if bytes.isEmpty { state.record.emptyMessages += 1 }
          let due = state.behaviour.results.filter { $0.afterMilliseconds <= milliseconds }
          state.behaviour.results.removeAll { $0.afterMilliseconds <= milliseconds }
          guard let limit = state.behaviour.dropsAfterMilliseconds, milliseconds >= limit else { return (due, false) }
          state.behaviour.dropsAfterMilliseconds = nil
          return (due, true)
        }
        for item in due {
          send(item.result)
          if item.result.isFinal {
            finalizedMilliseconds = Int((item.result.start + item.result.duration) * 1000)
          }
        }
        if drops {
          socket.drop()
          return
        }
      case .text(let text):
        let behaviour = state.withLock { state in
          state.record.controls.append(text)
          return state.behaviour
        }
        let type = (try? JSONDecoder().decode(Control.self, from: Data(text.utf8)))?.type
        if type == "Finalize", !behaviour.ignoresFinalize {
          if behaviour.finalizeDelay > .zero { try? await Task.sleep(for: behaviour.finalizeDelay) }
          let words = state.withLock { state in
            state.behaviour.transcripts.isEmpty ? "" : state.behaviour.transcripts.removeFirst()
          }
          let start = Double(finalizedMilliseconds) / 1000
          let end = Double(audioBytes / 2) / Double(sampleRate)
          send(
            Result(
              words, isFinal: true, isSpeechFinal: true, isFromFinalize: true, start: start,
              duration: max(0, end - start)))
          finalizedMilliseconds = Int(end * 1000)
        } else if type == "CloseStream" {
          socket.send(text: #"{"type":"Metadata","request_id":"r-1","duration":1.0,"channels":1}"#)
          return
        }
      case .closed(let code):
        state.withLock { $0.record.closeCode = code }
      }
    }
  }

  private struct Control: Decodable {
    var type: String
  }
}
