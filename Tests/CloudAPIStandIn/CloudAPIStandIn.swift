import ArgumentParser
import Dispatch
import Glibc
import TestSupport

/// Plays WhatsApp's Cloud API in a process of its own, for tests, loads and demonstrations.
@main
struct CloudAPIStandIn: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cloud-api-stand-in",
    abstract: "Plays WhatsApp's Cloud API for one business number, on this machine.",
    discussion: "Prints `ready http=127.0.0.1:PORT`, and ends with SIGTERM. It is steered by requests to /stand-in/.")

  enum Statuses: String, ExpressibleByArgument, CaseIterable {
    case none, sent, all
  }

  @Option(help: "Where to listen; 0 for any free port.")
  var port = 0
  @Option(help: "Where webhooks go.")
  var webhook: String?
  @Option(help: "Key of the webhooks' signatures.")
  var appSecret = "app-secret"
  @Option(help: "The token that requests must carry.")
  var accessToken = "EAAtest"
  @Option(help: "Id of the business's number.")
  var phoneNumberId = "106540000000001"
  @Option(help: "What the verification request carries.")
  var verifyToken = "verify-token"
  @Option(help: "Which statuses come for accepted messages.")
  var statuses = Statuses.none
  @Option(help: "Messages that are accepted in a second.")
  var messagesPerSecond = 80
  @Flag(help: "Accept any number of messages to one customer.")
  var noPairRate = false
  @Option(help: "Updates that share a body at most.")
  var batch = 1
  @Option(help: "Webhooks under way at the same time.")
  var concurrency = 256
  @Flag(name: .customLong("360dialog"), help: "Paths and header as 360dialog has them.")
  var is360dialog = false
  @Option(help: "Write a webhook body of each kind, with its signature, into this directory, and exit.")
  var printWebhooks: String?

  func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("--port must be 0 to 65535.") }
    guard (1...100_000).contains(messagesPerSecond) else {
      throw ValidationError("--messages-per-second must be 1 to 100000.")
    }
    guard (1...1000).contains(batch) else { throw ValidationError("--batch must be 1 to 1000.") }
    guard (1...4096).contains(concurrency) else { throw ValidationError("--concurrency must be 1 to 4096.") }
  }

  func run() async throws {
    signal(SIGPIPE, SIG_IGN)
    let standIn = try await StandInCloudAPI.start(settings, port: port) { standIn, request, writer in
      try await ControlInterface(standIn: standIn).serve(request, writer)
    }
    if let printWebhooks {
      try SampleFiles.write(standIn.samples(), to: printWebhooks)
      await standIn.stop()
      return
    }
    // Standard output may be a pipe, which would hold the line back.
    print("ready http=127.0.0.1:\(standIn.server.port)")
    fflush(nil)
    await Self.terminated()
    await standIn.stop()
  }

  private var settings: CloudSettings {
    var settings = CloudSettings(webhookURL: webhook)
    settings.appSecret = appSecret
    settings.accessToken = accessToken
    settings.phoneNumberID = phoneNumberId
    settings.verifyToken = verifyToken
    settings.messagesPerSecond = messagesPerSecond
    settings.hasPairRate = !noPairRate
    settings.phoneNumberIDInPath = !is360dialog
    settings.authorization = is360dialog ? .key360dialog : .bearer
    settings.remembersBodies = false
    settings.delivery.batchLimit = batch
    settings.delivery.batchPause = batch > 1 ? .milliseconds(5) : .zero
    settings.delivery.concurrency = concurrency
    settings.statuses =
      switch statuses {
      case .none: .none
      case .sent: .sent
      case .all: .all
      }
    return settings
  }

  private static func terminated() async {
    let (ends, continuation) = AsyncStream.makeStream(of: Void.self)
    let sources = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { continuation.finish() }
      source.resume()
      return source
    }
    for await _ in ends {}
    for source in sources { source.cancel() }
  }
}
