import Coordination
import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#endif

/// Plays OpenAI's chat completions, transcriptions and speech, over HTTP on this machine. With no delays set it answers
/// at once, as benchmarks want it.
public final class StandInOpenAI: Sendable {
  /// What a chat completion says.
  public struct Reply: Sendable {
    /// The text in the pieces in which it streams.
    public var pieces: [String]
    /// Tools called after the text: name, and the arguments in the pieces in which they stream.
    public var tools: [(name: String, arguments: [String])]
    /// The last chunk's `finish_reason`; nil for the natural one.
    public var finishReason: String?
    /// Whether the usage chunk comes.
    public var hasUsage = true
    /// Whether `[DONE]` comes.
    public var hasDone = true
    /// Whether each byte goes out in a segment of its own, so that UTF-8 is split.
    public var isByteByByte = false
    /// Whether comments and `event:` lines come in between.
    public var hasComments = false

    /// A reply that streams `pieces`.
    public init(_ pieces: [String], tools: [(name: String, arguments: [String])] = []) {
      self.pieces = pieces
      self.tools = tools
    }
  }

  /// An uploaded recording.
  public struct Upload: Sendable {
    /// The form's other fields.
    public var fields: [String: String]
    /// The name of the file.
    public var filename: String
    /// The file.
    public var bytes: [UInt8]
    /// From the WAV header at byte 24; 0 if there is none.
    public var sampleRate: Int
    /// The 16-bit samples after a WAV header of 44 bytes.
    public var samples: [Int16]
  }

  /// How the stand-in behaves; may be changed while it runs.
  public struct Behaviour: Sendable {
    /// The key it wants; nil takes any.
    public var key: String? = "sk-test"
    /// What a chat completion says, given the texts of the conversation's messages.
    public var reply: @Sendable ([String]) -> Reply = { _ in Reply(["Of", " course", "."]) }
    /// How long before the first piece.
    public var firstPieceDelay = Duration.zero
    /// How long between pieces.
    public var pieceDelay = Duration.zero
    /// What a transcription says, in the pieces in which it streams.
    public var transcribe: @Sendable (Upload) -> [String] = { _ in ["hello", " there"] }
    /// What speech sounds like, at 24 kHz.
    public var speak: @Sendable (String) -> [Int16] = { StandInOpenAI.tone(forCharacters: $0.count) }
    /// How many bytes of speech go out at once. An odd number splits samples.
    public var speechPieceBytes = 4801
    /// Whether speech goes out no faster than it sounds.
    public var isSpeechRealTime = false

    /// Answers everything at once and correctly.
    public init() {}
  }

  private struct State {
    var behaviour: Behaviour
    var faults: [StandInFault] = []
    var uploads: [Upload] = []
    var abandoned = 0
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
  ) async throws -> StandInOpenAI {
    let state = Locked(State(behaviour: behaviour))
    let server = try await StandInHTTPServer.start(recordsRequests: recordsRequests) { request, writer in
      try await serve(request, writer, state)
    }
    return StandInOpenAI(server: server, state: state)
  }

  /// The base URL, with `/v1`.
  public var baseURL: String { server.url + "/v1" }

  /// The recordings that were uploaded.
  public var uploads: [Upload] { state.withLock { $0.uploads } }

  /// How many answers the other side hung up on before they were complete.
  public var abandonedAnswers: Int { state.withLock { $0.abandoned } }

  /// Changes the behaviour from the next request on.
  public func change(_ change: @Sendable (inout Behaviour) -> Void) {
    state.withLock { change(&$0.behaviour) }
  }

  /// Lets the next request fail so, and the one after it the next so.
  public func inject(_ faults: StandInFault...) {
    state.withLock { $0.faults += faults }
  }

  /// Stops it.
  public func stop() async {
    await server.stop()
  }

  /// A 440 Hz tone as long as it takes to say so many characters: 60 ms each.
  public static func tone(forCharacters count: Int) -> [Int16] {
    (0..<(count * 1440)).map { Int16(8000 * sin(Double($0) * 2 * .pi * 440 / 24000)) }
  }

  // MARK: Serving

  private static func serve(
    _ request: StandInRequest, _ writer: StandInResponseWriter, _ state: Locked<State>
  ) async throws {
    guard request.method == "POST" else {
      try await writer.answer(404, json: #"{"error":{"message":"not found"}}"#)
      return
    }
    let (behaviour, fault) = state.withLock { state in
      (state.behaviour, state.faults.isEmpty ? nil : state.faults.removeFirst())
    }
    if let key = behaviour.key, request.header("authorization") != "Bearer \(key)" {
      try await apply(.unauthorized, writer)
      return
    }
    var pieces: [Piece]
    let type: String
    switch request.path {
    case "/v1/chat/completions":
      guard let chat = try? JSONDecoder().decode(ChatRequest.self, from: Data(request.body)) else {
        try await writer.answer(400, json: #"{"error":{"message":"bad JSON"}}"#)
        return
      }
      pieces = try chatPieces(behaviour.reply(chat.messages.map(\.content)), chat)
      type = "text/event-stream; charset=utf-8"
    case "/v1/audio/transcriptions":
      guard let upload = Upload(request) else {
        try await writer.answer(400, json: #"{"error":{"message":"bad form"}}"#)
        return
      }
      state.withLock { $0.uploads.append(upload) }
      let words = behaviour.transcribe(upload)
      let isStream = upload.fields["stream"] == "true" && upload.fields["model"] != "whisper-1"
      pieces = try isStream ? transcriptPieces(words) : [Piece(json(Transcript(text: words.joined())))]
      type = isStream ? "text/event-stream" : "application/json"
    case "/v1/audio/speech":
      guard let speech = try? JSONDecoder().decode(SpeechRequest.self, from: Data(request.body)),
        speech.response_format == "pcm", speech.input.count <= 4096
      else {
        try await writer.answer(400, json: #"{"error":{"message":"bad speech request"}}"#)
        return
      }
      pieces = speechPieces(behaviour.speak(speech.input), behaviour)
      type = "audio/pcm"
    default:
      try await writer.answer(404, json: #"{"error":{"message":"no such path"}}"#)
      return
    }
    switch fault {
    case .dropsAfter(let count)?, .stallsAfter(let count)?, .errorInStream(let count)?:
      pieces = Array(pieces.prefix(count))
    case let fault?:
      try await apply(fault, writer)
      return
    case nil:
      break
    }
    do {
      try await send(pieces, type, behaviour, fault, writer)
    } catch {
      state.withLock { $0.abandoned += 1 }
      throw error
    }
  }

  private static func apply(_ fault: StandInFault, _ writer: StandInResponseWriter) async throws {
    switch fault {
    case .status(let status, let headers, let body):
      try await writer.answer(status, headers.map { ($0.key, $0.value) }, json: body)
    case .headThenSilence:
      try await writer.head(200, [("content-type", "text/event-stream")])
      await writer.closed()
    case .drops:
      await writer.drop()
    case .neverAnswers, .dropsAfter, .stallsAfter, .errorInStream:
      await writer.closed()
    }
  }

  private static func send(
    _ pieces: [Piece], _ type: String, _ behaviour: Behaviour, _ fault: StandInFault?, _ writer: StandInResponseWriter
  ) async throws {
    if behaviour.firstPieceDelay > .zero { try await Task.sleep(for: behaviour.firstPieceDelay) }
    try await writer.head(200, [("content-type", type), ("x-request-id", "req_standin")])
    for (index, piece) in pieces.enumerated() {
      let delay = piece.delay ?? behaviour.pieceDelay
      if index > 0, delay > .zero { try await Task.sleep(for: delay) }
      if piece.isByteByByte {
        for byte in piece.bytes { try await writer.write([byte]) }
      } else {
        try await writer.write(piece.bytes)
      }
    }
    switch fault {
    case .dropsAfter: await writer.drop()
    case .stallsAfter: await writer.closed()
    case .errorInStream:
      try await writer.write(
        #"data: {"error":{"message":"The server had an error","type":"server_error","code":null}}"# + "\n\n")
      try await writer.end()
    default: try await writer.end()
    }
  }
}

/// A piece of an answer's body.
struct Piece: Sendable {
  var bytes: [UInt8]
  var delay: Duration?
  var isByteByByte = false

  init(_ bytes: [UInt8], delay: Duration? = nil) {
    self.bytes = bytes
    self.delay = delay
  }
}
