import Providers
import VoicePipeline

/// What a provider does.
enum ProviderKind: String, Sendable {
  case stt, llm, tts

  /// The providers that the configuration may name; the second part are those that this program can run.
  var names: (all: [String], supported: [String]) {
    switch self {
    case .stt: (["pocketsphinx", "openai", "deepgram", "google"], ["pocketsphinx", "openai", "deepgram"])
    case .llm: (["scripted", "openai"], ["scripted", "openai"])
    case .tts: (["espeak", "openai", "google", "polly", "deepgram", "elevenlabs"], ["espeak", "openai"])
    }
  }
}

/// One provider with its settings.
enum ProviderConfiguration: Sendable, Equatable {
  case pocketsphinx(PocketSphinxSpeechToText.Settings)
  case espeak(EspeakTextToSpeech.Settings)
  case scripted(ScriptedDialogueDefinition)
  /// A service on the network: `openai`, `deepgram`.
  case service(ServiceConfiguration)

  /// As the configuration names it.
  var name: String {
    switch self {
    case .pocketsphinx: "pocketsphinx"
    case .espeak: "espeak"
    case .scripted: "scripted"
    case .service(let service): service.provider
    }
  }
}

/// A speech or language service on the network.
struct ServiceConfiguration: Sendable, Equatable {
  /// `openai` or `deepgram`.
  var provider: String
  var model: String?
  /// Of text to speech.
  var voice: String?
  /// Of text to speech: how to speak, in words.
  var style: String?
  /// Of a language model. Default: the server's own (`nil`), 0 to 2.
  var temperature: Double?
  /// Of a language model, in one answer. Default: the server's own (`nil`), 1 to 100,000.
  var maximumTokens: Int?
  /// Of a language model: the attachments that it takes in. Default: what is known of the model (`nil`).
  var sees: Set<DialogueAttachment.Kind>?
  /// May be missing for servers of one's own that want none.
  var apiKey: Secret?
  /// Default: the vendor's own.
  var url: String?
  /// The longest wait for the first part of an answer. Default: the provider's own (`nil`), 500 ms to 60 s.
  var timeout: Duration?
}
