import Coordination
package import Logging

/// Makes providers by their plans. What is the same for several of them (a pool of recognisers, a set of warm processes,
/// the connections of a client) is made once.
package final class ProviderWorkshop: Sendable {
  private struct Shared: Sendable {
    var key: any Sendable & Equatable
    var value: any Sendable
  }

  private let shared = Locked<[Shared]>([])
  private let logger: Logger

  /// A workshop in which nothing is made yet.
  package init(logger: Logger = Logger(label: "providers")) { self.logger = logger }

  /// The value that was made for `key` before, or that `make` makes. `make` runs under a lock, so that nothing is made
  /// twice; it must not ask for another.
  package func shared<Key: Sendable & Equatable, Value: Sendable>(
    _ key: Key, _ make: () throws(ProviderError) -> Value
  ) throws(ProviderError) -> Value {
    try shared.withLock { (shared) throws(ProviderError) in
      for known in shared where known.key as? Key == key {
        if let value = known.value as? Value { return value }
      }
      let value = try make()
      shared.append(Shared(key: key, value: value))
      return value
    }
  }

  /// The ears, mind and voice of a conversation, each the first of its plans that works at the time. Throws what is
  /// missing on this machine.
  package func providers(
    stt: [ProviderPlan<any SpeechToText>], llm: [ProviderPlan<any LanguageModel>],
    tts: [ProviderPlan<any TextToSpeech>], language: String
  ) throws(ProviderError) -> ConversationProviders {
    ConversationProviders(
      stt: try speechToText(stt, language: language), llm: try languageModel(llm, language: language),
      tts: try textToSpeech(tts, language: language))
  }

  /// The recogniser, or the order of several.
  package func speechToText(
    _ plans: [ProviderPlan<any SpeechToText>], language: String
  ) throws(ProviderError) -> any SpeechToText {
    try first(of: plans, .stt, language) { FailoverSpeechToText(providers: $0, logger: logger) }
  }

  /// The mind, or the order of several.
  package func languageModel(
    _ plans: [ProviderPlan<any LanguageModel>], language: String
  ) throws(ProviderError) -> any LanguageModel {
    try first(of: plans, .llm, language) { FailoverLanguageModel(providers: $0, logger: logger) }
  }

  /// The voice, or the order of several.
  package func textToSpeech(
    _ plans: [ProviderPlan<any TextToSpeech>], language: String
  ) throws(ProviderError) -> any TextToSpeech {
    try first(of: plans, .tts, language) { FailoverTextToSpeech(providers: $0, logger: logger) }
  }

  private func first<Product>(
    of plans: [ProviderPlan<Product>], _ role: ProviderRole, _ language: String, several: ([Product]) -> Product?
  ) throws(ProviderError) -> Product {
    var all: [Product] = []
    for plan in plans { all.append(try plan.make(self, language)) }
    guard let first = all.first else {
      throw ProviderError(.missing, provider: role.rawValue, message: "no provider is configured")
    }
    return all.count == 1 ? first : several(all) ?? first
  }
}
