import ArgumentParser
import Audio
import ChatBridge
import ControlAPI
import Coordination
import Glibc
import Logging
import Net
import Reporting
import Settings
import SIPStack
import SIPTransport
import Telephony
import VoicePipeline

/// `assist demo`: the main job on this machine alone, with a caller and a person made for the occasion.
///
/// The server is the one that `serve` runs, the calls are real SIP and RTP over loopback; only the people are played, by
/// flite's voices.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Plays a whole call: a caller asks, interrupts, and is handed to a person; then they write.",
    shouldDisplay: false)

  @Option(help: "The folder for what each side heard.") var recordings = "recordings"
  @Option(help: "A stand-in of the WhatsApp Cloud API, e.g. http://127.0.0.1:8788; without it there is only the call.")
  var whatsapp: String?
  @Option(help: "Where the stand-in's webhooks come.") var http = "127.0.0.1:8787"

  func run() async throws {
    let logger = ProgramLog.start(level: .error)
    guard access(recordings, W_OK) == 0 || mkdir(recordings, 0o755) == 0 else {
      throw CommandFailure("the folder '\(recordings)' can't be made or written")
    }
    let script = DemoScript()
    let lines = try DemoVoices(script: script, rate: Caller.sampleRate)
    let caller = try await Caller.start(
      on: .loopback, as: "+" + script.customer, ports: 20_000...20_999, logger: logger)
    let person = try await Caller.start(on: .loopback, ports: 21_000...21_999, logger: logger)
    let journal = DemoJournal()
    let figures = ServerFigures(observer: { journal.note($0) }, chatObserver: { journal.note($0) })
    let store = try TemporaryFolder()
    defer { store.remove() }
    let configuration = try serverConfiguration(person: person.uri, store: store.path + "/demo.db")
    let server = try await Server.start(configuration, figures: figures, logger: logger)
    let served = server.routes(configuration)
    let http = HTTPService(
      listen: configuration.http.listen,
      sources: HTTPService.Sources(isReady: { figures.isReady }, metrics: { [] }),
      routes: served.routes, socketIO: served.console.io, logger: logger)

    print("A caller dials the front desk over SIP and RTP on loopback. Seconds on the left, as the server saw it.\n")
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await server.run() }
      if whatsapp != nil {
        group.addTask {
          do { try await http.run() } catch { StandardError.line("assist: \(error)") }
        }
      }
      group.addTask {
        for await call in person.endpoint.incomingCalls {
          await DemoPerson(caller: person, voices: lines, recording: recordings + "/person-heard.wav").take(
            call, journal)
        }
      }
      await DemoCaller(caller: caller, voices: lines, script: script, journal: journal, folder: recordings)
        .dial(server.sipAddresses)
      if let whatsapp {
        print("\nThe same customer writes on WhatsApp.\n")
        let chat = DemoChat(
          address: whatsapp, customer: script.customer, voices: lines, script: script, journal: journal,
          folder: recordings)
        do {
          try await chat.write()
          print("\nThe customer asks for a person, who sits at the console (http://\(configuration.http.listen)/).\n")
          let desk = DemoDesk(
            address: "http://\(configuration.http.listen)", link: served.signIns.makeLink(), journal: journal)
          let session = try await desk.signIn()
          try await chat.askForPerson()
          try await desk.takeOver(session, writing: script.personWrites)
          if try await chat.got(script.personWrites) { journal.customerReadsPerson(script.personWrites) }
        } catch {
          StandardError.line("assist: \(error)")
        }
      }
      await caller.stop()
      await person.stop()
      await server.stop()
      group.cancelAll()
    }
    let files =
      ["caller-heard.wav", "person-heard.wav"] + (whatsapp == nil ? [] : ["whatsapp-answer.ogg"])
    print("\n\(journal.summary)\nrecordings: " + files.map { "\(recordings)/\($0)" }.joined(separator: ", "))
    if let missing = journal.whatIsMissing { throw CommandFailure("the demo did not go as it should: \(missing)") }
  }

  private func serverConfiguration(person: String, store: String) throws -> Configuration {
    var configuration = Configuration.default
    configuration.store.path = store
    guard let listen = SocketEndpoint(http) else { throw ValidationError("--http takes an address and port") }
    configuration.http.listen = listen
    if let whatsapp {
      configuration.whatsapp = [
        WhatsAppNumberConfiguration(
          route: .cloud(
            CloudConfiguration(
              phoneNumberID: DemoChat.number, accessToken: DemoChat.token, appSecret: DemoChat.appSecret,
              verifyToken: DemoChat.verifyToken, baseURL: whatsapp + "/v25.0")),
          assistant: AssistantConfiguration.builtIn.name)
      ]
    }
    for index in configuration.sip.listen.indices { configuration.sip.listen[index].endpoint.port = 0 }
    configuration.rtp.ports = 19_000...19_999
    for name in configuration.assistants.keys {
      configuration.assistants[name]?.conversation.escalation.target = person
    }
    return configuration
  }
}

/// What the caller says.
struct DemoScript: Sendable {
  let question = "what are your opening hours"
  let interruption = "what is my account balance"
  let account = "one two three four"
  let request = "i want to speak to a person"
  let toPerson = "hello anna. can you raise my card limit"
  let person = "Hello, this is Anna. How can I help you?"
  let personWrites = "Hello, Anna here again. Your card limit is raised as of now."
  /// The number that the customer calls from and writes from.
  let customer = "15557770000"
  let chatText = "what is my account balance"
  /// What only those know who remember the call.
  let known = "1234"
  let chatVoice = "when are you open"
}
