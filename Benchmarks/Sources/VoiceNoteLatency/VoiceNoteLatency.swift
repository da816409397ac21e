import Audio
import Glibc
import TestSupport
import Wire

/// From a voice note's webhook to its answer, a voice note too, at the Cloud API: what is the server's own.
///
/// Recogniser, language model and voice are stand-ins in this process that answer at once, and there is no wait for
/// more messages (`burst: 0s`).
///
/// Usage: voice-note-latency PROGRAM [NOTES=50] [SECONDS=30] [ANSWER=10]
@main struct VoiceNoteLatency {
  static let wanted = 300.0
  static let port = 18_788

  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 1 else {
      print("usage: voice-note-latency PROGRAM [NOTES=50] [SECONDS=30] [ANSWER=10]")
      exit(2)
    }
    let notes = min(arguments.count > 2 ? Int(arguments[2]) ?? 50 : 50, 1000)
    let seconds = min(arguments.count > 3 ? Int(arguments[3]) ?? 30 : 30, 600)
    let answer = min(arguments.count > 4 ? Int(arguments[4]) ?? 10 : 10, 120)
    var settings = CloudSettings(webhookURL: "http://127.0.0.1:\(port)/webhooks/whatsapp")
    settings.hasPairRate = false
    let meta = try await StandInCloudAPI.start(settings)
    var mind = StandInOpenAI.Behaviour()
    mind.transcribe = { _ in ["when", " are you open"] }
    mind.reply = { _ in .init(["We are", " open", " from nine", " to five", "."]) }
    let sound = wave(seconds: answer, rate: 24_000)
    mind.speak = { _ in sound }
    mind.speechPieceBytes = 48_000
    let openAI = try await StandInOpenAI.start(mind, recordsRequests: false)
    let base = "/tmp/voice-note-latency-\(getpid())"
    let configuration = base + ".yaml"
    let provider = "{provider: openai, api_key: sk-test, url: \"\(openAI.baseURL)\"}"
    write(
      """
      sip: {listen: ["udp://127.0.0.1:0"], anonymous: true}
      rtp: {ports: 10000-19999}
      http: {listen: "127.0.0.1:\(port)"}
      store: {url: "sqlite:\(base).db"}
      assistants:
        bench: {language: en-US, stt: \(provider), llm: \(provider), tts: \(provider)}
      whatsapp:
        numbers:
          - {phone_number_id: "\(settings.phoneNumberID)", access_token: \(settings.accessToken),
             app_secret: \(settings.appSecret), verify_token: \(settings.verifyToken), url: "\(meta.url)/v25.0",
             assistant: bench, burst: 0s}
      """, to: configuration)
    defer { for suffix in [".yaml", ".db", ".db-wal", ".db-shm"] { unlink(base + suffix) } }
    let log = base + ".log"
    guard let server = ServerProcess(program: arguments[1], configuration: configuration, core: nil, log: log) else {
      print("voice-note-latency: \(arguments[1]) did not get ready; see \(log)")
      exit(1)
    }
    var writer = try OggOpusWriter(sampleRate: 16_000)
    try writer.write(wave(seconds: seconds, rate: 16_000))
    let note = try writer.finish()
    var times: [Double] = []
    var voices = 0
    for index in 0..<notes {
      let start = ContinuousClock.now
      _ = meta.customerSends(.voice(note), from: "15557770000", name: "Ana")
      guard (try? await meta.waitForAccepted(count: index + 1, within: .seconds(20))) != nil else { break }
      times.append((ContinuousClock.now - start) / .milliseconds(1))
      if meta.accepted.last?.isVoice == true { voices += 1 }
      try await Task.sleep(for: .milliseconds(50))
    }
    server.stop()
    let percentiles = Percentiles(times)
    print(
      "voice notes of \(seconds) s          \(times.count) answered, \(notes - times.count) not; \(voices) by a voice note of \(answer) s"
    )
    print("note sent → answer taken, ms   \(percentiles.summary)")
    let isGood = voices == notes && percentiles.at(0.95) <= wanted
    print(isGood ? "PASS" : "FAIL")
    await openAI.stop()
    await meta.stop()
    if !isGood { exit(1) }
    unlink(log)
  }

  /// Something like a voice for an encoder: a tone with overtones that swells and fades.
  private static func wave(seconds: Int, rate: Int) -> [Int16] {
    (0..<(seconds * rate)).map { index in
      let time = Double(index) / Double(rate)
      let envelope = 0.5 + 0.5 * sin(time * 9)
      let pitch = 2 * Double.pi * (140 + 30 * sin(time * 2.3)) * time
      return Int16(6000 * envelope * (sin(pitch) + 0.5 * sin(2 * pitch) + 0.3 * sin(5 * pitch)) / 1.8)
    }
  }

  private static func write(_ text: String, to path: String) {
    guard let file = fopen(path, "w") else { return }
    fputs(text, file)
    fclose(file)
  }
}
