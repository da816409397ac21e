import ArgumentParser
import Assistants
import Audio
import Settings
import VoicePipeline

/// `assist transcribe`
struct TranscribeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transcribe", abstract: "Writes down what is said in a WAV file, with the configured recogniser.",
    discussion: """
      The dialogue of the assistant tells the recogniser what to expect, as at the beginning of a call; --free leaves \
      that out.
      """)

  @Argument(help: "The WAV file.") var file: String
  @Option(help: "The YAML file. Without it the built-in configuration is used.") var config: String?
  @Option(help: "Whose recogniser; by default that of the last route's assistant.") var assistant: String?
  @Option(help: "The language, e.g. es-ES; by default the assistant's.") var language: String?
  @Flag(help: "Listen for anything, not for what the dialogue expects.") var free = false

  func run() async throws {
    let assistant = try Configuration.loadForCommand(config).assistant(named: assistant)
    let workshop = ProviderWorkshop()
    let ears = try workshop.speechToText(assistant.stt, language: assistant.conversation.language)
    let spoken: WAVFile
    do {
      spoken = try WAVFile(path: file)
    } catch {
      throw CommandFailure("\(file): \(error)")
    }
    guard spoken.channels == 1 else { throw CommandFailure("\(file) has \(spoken.channels) channels; expected one") }
    let language = language ?? assistant.conversation.language
    var hint: RecognitionHint?
    if !free { hint = await (try workshop.languageModel(assistant.llm, language: language)).makeDialogue().hint() }
    let recognition = try await ears.open(
      RecognitionOptions(language: language, sampleRate: spoken.sampleRate, hint: hint))
    defer { recognition.close() }
    // Half a second of silence behind the speech, as a caller leaves it.
    let samples = spoken.samples + [Int16](repeating: 0, count: spoken.sampleRate / 2)
    let size = max(1, spoken.sampleRate / 50)
    let sending = ContinuousClock.now
    for begin in stride(from: 0, to: samples.count, by: size) {
      let part = Array(samples[begin..<min(begin + size, samples.count)])
      recognition.send(
        AudioFrame(samples: part, sampleRate: spoken.sampleRate, arrival: .now, isSpeech: begin < spoken.samples.count))
      // A recogniser drops what it can't keep up with, so a file goes to it no faster than ten times real time.
      if begin / size % 50 == 49 { try await Task.sleep(for: .milliseconds(100)) }
    }
    let start = ContinuousClock.now
    recognition.finishUtterance()
    for await event in recognition.events {
      switch event {
      case .partial, .endOfTurn: break
      case .final(let text, let confidence):
        let sure = confidence.map { ", confidence \(Int(($0 * 100).rounded())) %" } ?? ""
        print(text.isEmpty ? "(nothing understood)" : text)
        print(
          "\(ears.name): \(DurationText.print(spoken.duration)) of sound sent in "
            + "\(DurationText.print(start - sending)), text \(DurationText.print(.now - start)) after its end\(sure)")
        return
      case .failed(let error): throw error
      }
    }
    throw CommandFailure("\(ears.name) ended without a text")
  }
}
