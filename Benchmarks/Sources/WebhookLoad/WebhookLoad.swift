import Glibc
import TestSupport
import Wire

/// Webhook posts at a constant rate to a server on one core, each a message of another customer: how fast they are
/// acknowledged, and that each is answered exactly once.
///
/// The stand-in of the Cloud API runs in this process; run it on another core than the server's.
///
/// Usage: webhook-load PROGRAM [RATE=500] [SECONDS=60] [CORE=0]
@main struct WebhookLoad {
  static let wanted = 250.0
  static let port = 18_787

  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 1 else {
      print("usage: webhook-load PROGRAM [RATE=500] [SECONDS=60] [CORE=0]")
      exit(2)
    }
    let rate = arguments.count > 2 ? Double(arguments[2]) ?? 500 : 500
    let seconds = arguments.count > 3 ? Double(arguments[3]) ?? 60 : 60
    let core = arguments.count > 4 ? Int(arguments[4]) ?? 0 : 0
    let count = Int(rate * seconds)
    guard let plan = CloudLoadPlan(rate: rate, seconds: seconds, customers: count, text: "when are you open") else {
      print("webhook-load: at most 200,000 messages in 600 s")
      exit(2)
    }
    var settings = CloudSettings(webhookURL: "http://127.0.0.1:\(port)/webhooks/whatsapp")
    // What an account with unlimited messaging may send.
    settings.messagesPerSecond = 1000
    settings.statuses = .none
    settings.delivery.concurrency = 1024
    settings.remembersMessages = 200_000
    settings.remembersBodies = false
    let meta = try await StandInCloudAPI.start(settings)
    let base = "/tmp/webhook-load-\(getpid())"
    let configuration = base + ".yaml"
    write(
      """
      sip: {listen: ["udp://127.0.0.1:0"], anonymous: true}
      rtp: {ports: 10000-19999}
      http: {listen: "127.0.0.1:\(port)"}
      store: {url: "sqlite:\(base).db"}
      assistants:
        bench: {language: en-US, llm: {provider: scripted}}
      whatsapp:
        numbers:
          - {phone_number_id: "\(settings.phoneNumberID)", access_token: \(settings.accessToken),
             app_secret: \(settings.appSecret), verify_token: \(settings.verifyToken), url: "\(meta.url)/v25.0",
             assistant: bench, messages_per_second: 1000}
      """, to: configuration)
    defer { for suffix in [".yaml", ".db", ".db-wal", ".db-shm"] { unlink(base + suffix) } }
    let log = base + ".log"
    guard let server = ServerProcess(program: arguments[1], configuration: configuration, core: core, log: log) else {
      print("webhook-load: \(arguments[1]) did not get ready; see \(log)")
      exit(1)
    }
    let before = server.processorSeconds
    guard meta.startLoad(plan) else { exit(1) }
    // Answers come after the customers' pause, and the account's rate holds them up for a while.
    let end = ContinuousClock.now + .seconds(seconds * 2 + 60)
    var processor = 0.0
    while ContinuousClock.now < end, meta.acceptedCount < count || meta.load?.end == nil {
      try await Task.sleep(for: .milliseconds(200))
      if meta.load?.end == nil { processor = server.processorSeconds - before }
    }
    // A second answer would come now.
    try await Task.sleep(for: .seconds(3))
    let all = server.processorSeconds - before
    server.stop()
    var answers: [String: Int] = [:]
    for message in meta.accepted { answers[message.recipient, default: 0] += 1 }
    let figures = meta.figures
    let twice = answers.values.filter { $0 > 1 }.count
    let times = figures.dueTimes.percentiles([0.5, 0.95, 0.99, 1]) ?? [0, 0, 0, 0]
    print("posts                          \(figures.acknowledged) of \(count) acknowledged, \(figures.retries) retried")
    print(
      "due → 200, ms                  p50 \(tenths(times[0]))  p95 \(tenths(times[1]))  p99 \(tenths(times[2]))  max \(tenths(times[3]))"
    )
    print("customers                      \(answers.count) answered, \(count - answers.count) not, \(twice) twice")
    if let replies = meta.replyTimes.percentiles([0.5, 0.99]) {
      print(
        "message → answer, ms           p50 \(tenths(replies[0]))  p99 \(tenths(replies[1])), 1500 of it the customer's pause"
      )
    }
    print(
      "server's core                  \(tenths(processor / seconds * 100)) % while posts came, \(tenths(all * 1000 / Double(count))) ms a message in all"
    )
    let isGood = figures.acknowledged >= count && answers.count == count && twice == 0 && times[2] < wanted
    print(isGood ? "PASS" : "FAIL")
    await meta.stop()
    if !isGood { exit(1) }
    unlink(log)
  }

  private static func write(_ text: String, to path: String) {
    guard let file = fopen(path, "w") else { return }
    fputs(text, file)
    fclose(file)
  }
}
