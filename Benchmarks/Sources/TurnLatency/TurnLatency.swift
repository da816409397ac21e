import Glibc
import TestSupport
import Wire

/// From the caller's last speech packet to the first audible packet of the reply, and from the first packet of an
/// interruption to the last audible packet of what is interrupted; measured at the caller's socket.
///
/// The server is a process of its own. Recogniser, language model and voice are stand-ins in this process that answer at
/// once over WebSocket and HTTP, so that what is left is the server's own time.
///
/// Usage: turn-latency PROGRAM [TURNS=100] [CALLS=4]
@main struct TurnLatency {
  static let silence = 500.0

  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 1 else {
      print("usage: turn-latency PROGRAM [TURNS=100] [CALLS=4]")
      exit(2)
    }
    let turns = arguments.count > 2 ? Int(arguments[2]) ?? 100 : 100
    let calls = arguments.count > 3 ? Int(arguments[3]) ?? 4 : 4
    guard let sentence = TelephoneLine.sentence("could you please tell me when you are open") else {
      print("turn-latency: flite and sox are needed for the caller's voice; scripts/setup installs them")
      exit(1)
    }
    var ears = StandInDeepgram.Behaviour()
    ears.transcripts = Array(repeating: "could you please tell me when you are open", count: 10_000)
    let deepgram = try await StandInDeepgram.start(ears, recordsRequests: false)
    var mind = StandInOpenAI.Behaviour()
    mind.reply = { _ in .init(["We are", " open", " from nine", " to five", "."]) }
    // Three seconds of a loud tone for each sentence: long enough to be interrupted.
    mind.speak = { _ in (0..<72_000).map { Int16(8000 * sin(Double($0) * 0.115)) } }
    let openAI = try await StandInOpenAI.start(mind, recordsRequests: false)

    let base = "/tmp/turn-latency-\(getpid())"
    let configuration = base + ".yaml"
    write(
      """
      sip: {listen: ["udp://127.0.0.1:0"], anonymous: true}
      rtp: {ports: 10000-19999, codecs: [PCMU]}
      http: {listen: "127.0.0.1:0"}
      assistants:
        bench:
          language: en-US
          greeting: "Hello."
          stt: {provider: deepgram, api_key: dg-test, url: "\(deepgram.baseURL)"}
          llm: {provider: openai, model: gpt-4.1, api_key: sk-test, url: "\(openAI.baseURL)"}
          tts: {provider: openai, model: gpt-4o-mini-tts, voice: alloy, api_key: sk-test, url: "\(openAI.baseURL)"}
          turn: {silence: 500ms, interruption: 120ms}
      routes: [{to: "*", assistant: bench}]
      """, to: configuration)
    defer { unlink(configuration) }
    guard
      let server = ServerProcess(program: arguments[1], configuration: configuration, core: nil, log: base + ".log")
    else {
      print("turn-latency: \(arguments[1]) did not get ready; see \(base).log")
      exit(1)
    }
    // A dedicated thread, so that this process's stand-ins have the pool for themselves.
    let result = await withCheckedContinuation { continuation in
      let thread = MeasuringThread(
        serverPort: server.sipPort, sentence: sentence, turns: turns, calls: calls
      ) { continuation.resume(returning: $0) }
      thread.start()
    }
    server.stop()
    await deepgram.stop()
    await openAI.stop()
    report(result)
  }

  private static func report(_ result: MeasuringThread.Result) {
    let replies = Percentiles(result.replies.map { $0 - silence })
    let interruptions = Percentiles(result.interruptions)
    print("turns                          \(replies.count) answered, \(result.unanswered) not")
    print("last speech in → first audible out, less \(Int(silence)) ms of silence, ms   \(replies.summary)")
    print("interruptions                  \(interruptions.count)")
    print("first speech in → last audible out, ms   \(interruptions.summary)")
    let isGood =
      result.unanswered == 0 && replies.count > 0 && replies.at(0.5) <= 30 && replies.at(0.95) <= 45
      && interruptions.count > 0 && interruptions.at(0.95) <= 200
    print(isGood ? "PASS" : "FAIL")
    if !isGood { exit(1) }
  }

  private static func write(_ text: String, to path: String) {
    guard let file = fopen(path, "w") else { return }
    fputs(text, file)
    fclose(file)
  }
}
