import ArgumentParser
import Audio
import Coordination
import Glibc
import Logging
import Net
import NetNIO
import RTPEngine
import SIPStack
import SIPTransport
import Telephony
import UnixSignals

/// `assist call`
struct CallCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "call", abstract: "Places a call from the terminal: plays, records, measures.",
    discussion: """
      Prints the set-up time, loss, jitter and MOS, and of each reply how long it took, measured at this end's packets. \
      Hangs up after --seconds. Without them: when the last thing it played has been answered and two seconds were \
      quiet, or after 15 quiet seconds. SIGINT and SIGTERM hang up too; a second one ends the program at once.
      """)

  @Argument(help: "Whom to call, e.g. sip:desk@127.0.0.1") var uri: String
  @Option(help: "A WAV file to play.") var play: String?
  @Option(help: "A WAV file to record what is heard into.") var record: String?
  @Option(help: "Digits to press: 0-9, *, #, A-D.") var dtmf = ""
  @Option(help: "PCMU or PCMA; by default both are offered.") var codec: String?
  @Option(help: "udp or tcp; by default what the URI says.") var transport: TransportOption?
  @Option(help: "The user name for digest authentication.") var user: String?
  @Option(help: "Its password.") var password: String?
  @Option(help: "Seconds after which it hangs up.") var seconds: Double?
  @Flag(help: "Print the result as JSON.") var json = false

  enum TransportOption: String, ExpressibleByArgument, CaseIterable {
    case udp, tcp
    var kind: TransportKind { self == .udp ? .udp : .tcp }
  }

  func validate() throws {
    guard URI(uri)?.sip != nil else { throw ValidationError("'\(uri)' is no SIP URI, such as sip:desk@127.0.0.1") }
    if let codec, AudioCodec(name: codec) == nil { throw ValidationError("--codec takes PCMU or PCMA, not '\(codec)'") }
    if dtmf.contains(where: { !"0123456789*#ABCD".contains($0) }) {
      throw ValidationError("--dtmf takes 0-9, *, # and A-D")
    }
    if (user == nil) != (password == nil) { throw ValidationError("--user and --password go together") }
    if let seconds, !(0...86_400).contains(seconds) { throw ValidationError("--seconds takes 0 to 86400") }
  }

  func run() async throws {
    let logger = ProgramLog.start(level: .warning)
    guard let target = URI(uri)?.sip else { return }
    guard let remote = try? await NameResolver.addresses(of: Host(target.host)).first,
      let address = IPAddress.source(towards: remote)
    else {
      throw CommandFailure("the host '\(target.host)' can't be found; check its spelling and the network")
    }
    var script = CallerParty.Script(
      digits: dtmf, recording: record, duration: seconds.map { .seconds($0) })
    if let play {
      let file = try WAVFile(path: play)
      script.samples = try Resampler.convert(file.samples, from: file.sampleRate, to: Caller.sampleRate)
    }
    let caller = try await Caller.start(on: address, logger: logger)
    let leg = try caller.openLeg()
    let party = CallerParty(leg: leg, script: script)
    let setUp = SetUpWatch()
    do {
      try await Self.hangingUpOnSignals(party) {
        try await caller.call(
          target, at: remote, leg: leg, codecs: codec.flatMap { AudioCodec(name: $0) }.map { [$0] } ?? [.pcma, .pcmu],
          transport: transport?.kind,
          credentials: user.flatMap { user in password.map { SIPCredentials(username: user, password: $0) } },
          party: party, watching: { setUp.note($0) })
      }
    } catch {
      await caller.stop()
      throw error
    }
    await caller.stop()
    let report = CallReport(party.report, answeredAfter: setUp.answeredAfter)
    print(json ? report.json : report.text)
    if let problem = party.report.problem { throw CommandFailure(problem) }
    if setUp.answeredAfter == nil { throw ExitCode(1) }
  }

  /// Sees `call` to its end. SIGINT and SIGTERM make `party` hang up; whoever sends another wants no more patience.
  private static func hangingUpOnSignals(_ party: CallerParty, _ call: () async throws -> Void) async throws {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    let watch = Task {
      var wasAsked = false
      for await signal in signals {
        if wasAsked { Glibc.exit(signal == .sigint ? 130 : 143) }
        wasAsked = true
        party.hangUp("interrupted")
      }
    }
    defer { watch.cancel() }
    try await call()
  }
}

/// Notes how long the answer took.
private final class SetUpWatch: Sendable {
  private let start = Instant.now
  private let answered = Locked<Duration?>(nil)

  func note(_ event: SIPCallEvent) {
    guard case .answered = event else { return }
    let now = Instant.now
    answered.withLock { $0 = $0 ?? start.duration(to: now) }
  }

  var answeredAfter: Duration? { answered.withLock { $0 } }
}
