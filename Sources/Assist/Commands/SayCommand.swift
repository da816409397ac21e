import ArgumentParser
import Assistants
import Audio
import Settings
import VoicePipeline

/// `assist say`
struct SayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "say", abstract: "Speaks a text with the configured voice, into a WAV file.")

  @Argument(help: "The text.") var text: String
  @Option(help: "The WAV file to write.") var out: String
  @Option(help: "The YAML file. Without it the built-in configuration is used.") var config: String?
  @Option(help: "Whose voice; by default that of the last route's assistant.") var assistant: String?
  @Option(help: "The language, e.g. es-ES; by default the assistant's.") var language: String?

  func validate() throws {
    if text.allSatisfy({ $0.isWhitespace }) { throw ValidationError("there is no text to speak") }
  }

  func run() async throws {
    let assistant = try Configuration.loadForCommand(config).assistant(named: assistant)
    let voice = try ProviderWorkshop().textToSpeech(
      assistant.tts, language: assistant.conversation.language)
    await voice.prewarm()
    var samples: [Int16] = []
    let start = ContinuousClock.now
    var first: Duration?
    for try await chunk in voice.synthesize(text, language: language ?? assistant.conversation.language) {
      if first == nil { first = ContinuousClock.now - start }
      samples += chunk
    }
    let whole = ContinuousClock.now - start
    guard let first else { throw CommandFailure("\(voice.name) made no sound of this text") }
    try WAVWriter.write(samples, sampleRate: voice.sampleRate, to: out)
    let frame = AudioFrame(samples: samples, sampleRate: voice.sampleRate, arrival: start)
    print(
      "\(voice.name): \(DurationText.print(frame.duration)) of speech at \(voice.sampleRate) Hz in \(out); "
        + "first sound after \(DurationText.print(first)), all after \(DurationText.print(whole))")
  }
}
