import ArgumentParser
import Audio
import Glibc
import Logging
import SIPStack
import SIPTransport
import VoicePipeline

/// `assist demo`: the main job on this machine alone, with a caller and a person made for the occasion.
///
/// The server is the one that `serve` runs, the calls are real SIP and RTP over loopback; only the people are played, by
/// flite's voices.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Plays a whole call: a caller asks, interrupts, and is handed to a person.",
    shouldDisplay: false)

  @Option(help: "The folder for what each side heard.") var recordings = "recordings"

  func run() async throws {
    let logger = ProgramLog.start(level: .error)
    guard access(recordings, W_OK) == 0 || mkdir(recordings, 0o755) == 0 else {
      throw CommandFailure("the folder '\(recordings)' can't be made or written")
    }
    let script = DemoScript()
    let lines = try DemoVoices(script: script, rate: 8000)
    let caller = try await Caller.start(on: "127.0.0.1", ports: 20_000...20_999, logger: logger)
    let person = try await Caller.start(on: "127.0.0.1", ports: 21_000...21_999, logger: logger)
    let journal = DemoJournal()
    let figures = ServerFigures(observer: { journal.note($0) })
    let server = try await Server.start(Self.serverConfiguration(person: person.uri), figures: figures, logger: logger)

    print("A caller dials the front desk over SIP and RTP on loopback. Seconds on the left, as the server saw it.\n")
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await server.run() }
      group.addTask {
        for await call in person.endpoint.incomingCalls {
          await DemoPerson(caller: person, voices: lines, recording: recordings + "/person-heard.wav").take(
            call, journal)
        }
      }
      await DemoCaller(caller: caller, voices: lines, script: script, journal: journal, folder: recordings)
        .dial(server.sipAddresses)
      await caller.stop()
      await person.stop()
      await server.stop()
      group.cancelAll()
    }
    print("\n\(journal.summary)\nrecordings: \(recordings)/caller-heard.wav, \(recordings)/person-heard.wav")
    if let missing = journal.whatIsMissing { throw CommandFailure("the demo did not go as it should: \(missing)") }
  }

  private static func serverConfiguration(person: String) -> Configuration {
    var configuration = Configuration.default
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
}
