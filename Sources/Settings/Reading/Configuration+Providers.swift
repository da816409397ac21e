import Providers
import VoicePipeline

// Providers, by what each says of itself.
extension ConfigurationParser {
  /// One provider or a list; the embedded one when there is none.
  func providers<Product>(
    _ section: ConfigurationSection, _ role: ProviderRole,
    _ offer: KeyPath<ProviderDescription, ProviderOffer<Product>?>, _ language: String
  ) -> [ProviderPlan<Product>] {
    guard let value = section.value(role.rawValue) else { return unnamed(section, role, offer, language) }
    guard value.isList else { return provider(value, role, offer, language).map { [$0] } ?? [] }
    let items = value.list("providers")
    if items.isEmpty { value.mistake("is an empty list; expected at least one provider") }
    return items.compactMap { provider($0, role, offer, language) }
  }

  private func unnamed<Product>(
    _ section: ConfigurationSection, _ role: ProviderRole,
    _ offer: KeyPath<ProviderDescription, ProviderOffer<Product>?>, _ language: String
  ) -> [ProviderPlan<Product>] {
    func missing(_ message: String) {
      reader.mistake(section.key(role.rawValue), section.node, "is missing; \(message)")
    }
    // A caller can be heard and spoken to by whatever this machine has; what to say has to be decided.
    guard role != .llm, let standard = catalogue.embedded(offer) else {
      missing("expected " + catalogue.offers(offer).map(\.offer.example).joined(separator: " or "))
      return []
    }
    if let refusal = standard.offer.refusal(language) {
      let verb = role == .stt ? "listens" : "speaks"
      missing("without it \(standard.name) \(verb), which \(refusal), not \(language)")
    }
    return catalogue.embeddedPlans(offer, language: language)
  }

  private func provider<Product>(
    _ value: ConfigurationValue, _ role: ProviderRole,
    _ offer: KeyPath<ProviderDescription, ProviderOffer<Product>?>, _ language: String
  ) -> ProviderPlan<Product>? {
    guard let section = value.section() else { return nil }
    let offers = catalogue.offers(offer)
    let names = offers.map(\.name)
    let expected = "one of " + names.joined(separator: ", ")
    guard let named = section.required("provider", expected), let name = named.string(expected) else { return nil }
    guard let offer = offers.first(where: { $0.name == name })?.offer else {
      if catalogue.reserved[role]?.contains(name) == true {
        named.mistake("\(name) is not supported by this build; expected \(expected)")
      } else {
        let hint = Nearest.to(name, among: names).map { "did you mean \($0)?" } ?? "expected \(expected)"
        named.mistake("there is no \(role.rawValue) provider \"\(name)\"; \(hint)")
      }
      return nil
    }
    if let refusal = offer.refusal(language) {
      let others = names.filter { $0 != name }.joined(separator: ", ")
      named.mistake("\(name) \(refusal), not \(language); expected one of \(others)")
    }
    return plan(offer, value, section, language)
  }

  /// Reads what is said of a provider, and has the provider make something of it.
  private func plan<Product>(
    _ offer: ProviderOffer<Product>, _ value: ConfigurationValue, _ section: ConfigurationSection, _ language: String
  ) -> ProviderPlan<Product>? {
    defer { section.close() }
    var given: Set<String> = []
    var values: [String: Any] = [:]
    var files: [ConfigurationReader] = []
    for option in offer.options {
      guard let said = section.value(option.name) else { continue }
      given.insert(option.name)
      values[option.name] = read(said, option.form) { files.append($0) }
    }
    let options = ProviderOptions(language: language, given: given, values: values) { place, message in
      switch place {
      case .value(let key): section.value(key)?.mistake(message)
      case .missing(let key): reader.mistake(section.key(key), section.node, message)
      case .provider: value.mistake(message)
      }
    }
    let plan = offer.plan(options)
    for file in files { reader.adopt(file) }
    return plan
  }

  private func read(
    _ value: ConfigurationValue, _ form: ProviderOption.Form, opened: @escaping (ConfigurationReader) -> Void
  ) -> Any? {
    switch form {
    case .text(let expected): value.string(expected)
    case .integer(let range): value.integer(range)
    case .number(let range): value.number(range)
    case .duration(let range): value.duration(range)
    case .secret: value.secret().map { Private($0.value) }
    case .url(let schemes): url(value, schemes: schemes)
    case .path: value.string("a path").map { reader.path($0) }
    case .words(let words, let otherwise): self.words(value, among: words, otherwise)
    case .document: { ConfigurationDocument(value) } as ProviderDocument.Source
    case .file: { ConfigurationDocument.inFile(value, opened: opened) } as ProviderDocument.Source
    }
  }

  private func words(_ value: ConfigurationValue, among words: [String], _ otherwise: String) -> Set<String> {
    let expected = words.joined(separator: " or ")
    return Set(
      value.list(expected).compactMap { item in
        guard let text = item.string(expected) else { return nil }
        if words.contains(text) { return text }
        item.mistake("\"\(text)\" is \(otherwise); expected \(expected)")
        return nil
      })
  }

  private var catalogue: ProviderCatalogue { .all }
}
