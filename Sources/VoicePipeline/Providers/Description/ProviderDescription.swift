/// A vendor or engine as the configuration knows it: its name, what it can be used for, and how it is made. What a new
/// one has to bring beside itself.
package struct ProviderDescription: Sendable {
  /// E.g. `deepgram`.
  package let name: String
  /// Whether it needs no service, so that it may stand in where none is named.
  package let isEmbedded: Bool
  /// As speech to text, if it is that.
  package let stt: ProviderOffer<any SpeechToText>?
  /// As a language model, if it is that.
  package let llm: ProviderOffer<any LanguageModel>?
  /// As text to speech, if it is that.
  package let tts: ProviderOffer<any TextToSpeech>?

  /// A description; what it is not is left out.
  package init(
    name: String, isEmbedded: Bool = false, stt: ProviderOffer<any SpeechToText>? = nil,
    llm: ProviderOffer<any LanguageModel>? = nil, tts: ProviderOffer<any TextToSpeech>? = nil
  ) {
    self.name = name
    self.isEmbedded = isEmbedded
    self.stt = stt
    self.llm = llm
    self.tts = tts
  }
}

/// What a provider is in one role.
package struct ProviderOffer<Product>: Sendable {
  /// What the configuration may say, beside `provider`.
  package let options: [ProviderOption]
  /// How a section of it looks, for who wrote none, e.g. `{provider: openai, …}`.
  package let example: String
  /// Why it is of no use for a language (BCP 47), e.g. `knows English alone`; nil if it is.
  package let refusal: @Sendable (_ language: String) -> String?
  /// The provider by what was said. Nil if something of that is wrong in a way that is told to the options.
  package let plan: @Sendable (ProviderOptions) -> ProviderPlan<Product>?

  /// An offer; by default for every language.
  package init(
    options: [ProviderOption], example: String,
    refusal: @escaping @Sendable (_ language: String) -> String? = { _ in nil },
    plan: @escaping @Sendable (ProviderOptions) -> ProviderPlan<Product>?
  ) {
    self.options = options
    self.example = example
    self.refusal = refusal
    self.plan = plan
  }
}

/// A provider that was asked for and can be made: all that was said of it is checked.
package struct ProviderPlan<Product>: Sendable {
  /// As the configuration names it.
  package let name: String
  /// What was said, in the provider's own terms.
  package let settings: any Sendable & Equatable
  /// Makes it for a language, of what `ProviderWorkshop` has. Throws what is missing on this machine.
  package let make: @Sendable (ProviderWorkshop, _ language: String) throws(ProviderError) -> Product

  /// A plan.
  package init(
    name: String, settings: any Sendable & Equatable,
    make: @escaping @Sendable (ProviderWorkshop, _ language: String) throws(ProviderError) -> Product
  ) {
    self.name = name
    self.settings = settings
    self.make = make
  }
}

extension ProviderPlan: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The name alone: the settings hold keys.
  package var description: String { name }
  /// The name alone.
  package var debugDescription: String { name }
  /// Without children, since `dump` would show them.
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
