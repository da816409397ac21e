import Audio
import Foundation
import Testing

/// Everything that runs the built program, one after the other.
@Suite(.serialized) enum EndToEnd {}

extension EndToEnd {
  @Suite("the command line", .serialized) struct CommandLine {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(
      "every command has --help",
      arguments: [
        [], ["serve"], ["call"], ["config"], ["config", "check"], ["say"], ["transcribe"],
      ])
    func help(command: [String]) async throws {
      let result = try await ChildProcess.run(Program.path(), command + ["--help"], scratch: scratch)
      #expect(result.status == 0)
      #expect(result.output.contains("USAGE: assist"))
      #expect(result.errors.isEmpty)
    }

    @Test(
      "wrong use is told in words, with exit status 2",
      arguments: [
        ["nonsense"], ["serve", "--nonsense"], ["serve", "--drain-seconds", "-1"], ["serve", "--log-level", "loud"],
        ["call"],
        ["call", "not a uri"], ["call", "sip:x@127.0.0.1", "--codec", "gsm"],
        ["call", "sip:x@127.0.0.1", "--dtmf", "12x"],
        ["call", "sip:x@127.0.0.1", "--user", "u"], ["call", "sip:x@127.0.0.1", "--seconds", "soon"], ["say", "hello"],
        ["say", " ", "--out", "x.wav"], ["transcribe"], ["config", "nonsense"],
      ])
    func wrongUse(arguments: [String]) async throws {
      let result = try await ChildProcess.run(Program.path(), arguments, directory: scratch.path, scratch: scratch)
      #expect(result.status == 2, "\(result)")
      #expect(result.errors.contains("Error: "))
      #expect(result.output.isEmpty)
    }

    @Test("config check: a good file, and one with three mistakes, each with file, line and key")
    func configCheck() async throws {
      let good = try scratch.write(
        Server.configuration(Server.Setup(), ports: 11_000...11_099), to: "good.yaml")
      let fine = try await Program.run("config", "check", "--config", good, scratch: scratch)
      #expect(fine.status == 0, "\(fine.errors)")
      #expect(fine.output.contains("no mistakes; 1 assistant"))
      #expect(fine.errors.isEmpty)
      let bad = try scratch.write(
        """
        sip:
          lisen: [udp://127.0.0.1:5060]
        rtp: {media_timeout: 5}
        assistants:
          desk: {llm: {provider: scripted}}
        routes:
          - {to: "*", assistant: dessk}
        """, to: "bad.yaml")
      let result = try await Program.run("config", "check", "--config", bad, scratch: scratch)
      #expect(result.status == 1)
      let lines = result.errors.split(whereSeparator: \.isNewline)
      #expect(lines.count == 3, "\(result.errors)")
      #expect(lines.first { $0.contains("bad.yaml:2: sip.lisen") }?.contains("did you mean `listen`?") == true)
      #expect(lines.contains { $0.contains("bad.yaml:3: rtp.media_timeout") })
      #expect(lines.contains { $0.contains("bad.yaml:7: routes[0].assistant") && $0.contains("desk") })
      let builtIn = try await Program.run("config", "check", scratch: scratch)
      #expect(builtIn.status == 0)
    }

    @Test(
      "say speaks English and Spanish into a WAV file",
      arguments: [
        ("en-US", "Good morning, how are you today?"), ("es-ES", "Buenos días, ¿en qué puedo ayudarle?"),
      ])
    func say(language: String, text: String) async throws {
      let result = try await Program.run(
        "say", text, "--language", language, "--out", "said.wav", scratch: scratch)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("first sound after"))
      let file = try scratch.wav("said.wav")
      #expect(Sounds.audibleSeconds(file.samples, rate: file.sampleRate) > 1)
    }

    @Test("transcribe writes down what flite says")
    func transcribe() async throws {
      let spoken = try await Sounds.speech("what are your opening hours", scratch: scratch)
      try WAVWriter.write(spoken, sampleRate: 8000, to: scratch.file("spoken.wav"))
      let result = try await Program.run("transcribe", "spoken.wav", scratch: scratch)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.hasPrefix("what are your opening hours\n"), "\(result.output)")
      #expect(result.output.contains("pocketsphinx: "))
      let missing = try await Program.run("transcribe", "none.wav", scratch: scratch)
      #expect(missing.status == 1)
      #expect(missing.errors.contains("none.wav"))
      #expect(missing.errors.split(whereSeparator: \.isNewline).count == 1)
      _ = try scratch.write("this is no sound", to: "text.wav")
      let wrong = try await Program.run("transcribe", "text.wav", scratch: scratch)
      #expect(wrong.status == 1)
      #expect(wrong.errors.contains("text.wav"))
    }

    @Test(
      "call plays, records and reports: over UDP and TCP, in either G.711",
      arguments: [
        ("udp", "PCMU"), ("tcp", "PCMA"),
      ])
    func call(transport: String, codec: String) async throws {
      try await Server.run { server in
        try WAVWriter.write(Sounds.tone(hertz: 440, seconds: 2), sampleRate: 8000, to: scratch.file("tone.wav"))
        let port = server.sip[transport] ?? 0
        let result = try await Program.run(
          "call", "sip:echo@127.0.0.1:\(port)", "--transport", transport, "--codec", codec, "--play", "tone.wav",
          "--record",
          "heard.wav", "--seconds", "2.5", "--json", scratch: scratch)
        #expect(result.status == 0, "\(result.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
        #expect(report.answered)
        #expect(report.setUpMilliseconds > 0)
        #expect(report.packetsReceived > 90)
        #expect(report.packetsSent > 90)
        #expect(report.packetsLost == 0)
        #expect(report.jitterMilliseconds >= 0)
        #expect((1...4.5).contains(report.meanOpinionScore))
        #expect(!report.ending.isEmpty)
        #expect(Sounds.best(of: 440, in: try scratch.wav("heard.wav").samples) > 0.9)
      }
    }

    @Test("call presses digits, and ends when the far end hangs up")
    func callDigits() async throws {
      try await Server.run(Server.Setup(assistants: Assistants.byDigits())) { server in
        let result = try await Program.run(
          "call", server.uri("desk"), "--dtmf", "9999", "--seconds", "14", "--json", scratch: scratch)
        #expect(result.status == 0, "\(result.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
        #expect(report.packetsSent < 600, "the assistant did not hang up: \(report)")
      }
    }

    @Test("call reports what an assistant's reply took")
    func callReply() async throws {
      try await Server.run { server in
        // The greeting first, then the question.
        let question = try await Sounds.speech("where are you located", scratch: scratch)
        try WAVWriter.write(
          [Int16](repeating: 0, count: 8000 * 4) + question, sampleRate: 8000, to: scratch.file("question.wav"))
        let result = try await Program.run(
          "call", server.uri("desk"), "--play", "question.wav", "--seconds", "10", "--json", scratch: scratch)
        #expect(result.status == 0, "\(result.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
        #expect(report.replies.count == 1)
        #expect(report.replies.allSatisfy { (300...4000).contains($0.milliseconds) }, "\(report)")
      }
    }

    @Test("a call that nobody takes: exit status 1 and the reason")
    func callNobody() async throws {
      let free = try DatagramSocket().port
      let result = try await Program.run(
        "call", "sip:x@127.0.0.1:\(free);transport=tcp", "--seconds", "1", scratch: scratch)
      #expect(result.status == 1, "\(result)")
      #expect(!(result.errors + result.output).isEmpty)
      let lost = try await Program.run("call", "sip:x@no-such-host.invalid", scratch: scratch)
      #expect(lost.status == 1)
      #expect(lost.errors.contains("no-such-host.invalid"))
    }

    struct Report: Decodable {
      struct Reply: Decodable {
        var utterance: Int
        var milliseconds: Double
      }
      var answered: Bool
      var setUpMilliseconds: Double
      var ending: String
      var packetsReceived: Int
      var packetsSent: Int
      var packetsLost: Int
      var packetsLate: Int
      var jitterMilliseconds: Double
      var meanOpinionScore: Double
      var replies: [Reply]
    }
  }
}
