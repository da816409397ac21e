import Providers
import VoicePipeline
import Yams

extension ConfigurationParser {
  func assistant(_ name: String, _ section: ConfigurationSection) -> AssistantConfiguration {
    defer { section.close() }
    let language = section.value("language").flatMap { self.language($0) } ?? "en-US"
    var conversation = ConversationSettings(language: language)
    if let text = section.value("instructions")?.string("text") { conversation.instructions = text }
    if let section = section.value("phrases")?.section() { phrases(section, &conversation.phrases) }
    if let text = section.value("greeting")?.string("text") { conversation.phrases.greeting = text }
    if let value = section.value("turn"), let body = value.section() { conversation.turn = turn(value, body) }
    if let value = section.value("escalation"), let body = value.section() {
      conversation.escalation = escalation(value, body)
    }
    return AssistantConfiguration(
      name: name, conversation: conversation, stt: providers(section, .stt, language),
      llm: providers(section, .llm, language),
      tts: providers(section, .tts, language))
  }

  func language(_ value: ConfigurationValue) -> String? {
    guard let text = value.string("a language, e.g. es-ES") else { return nil }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard let first = parts.first, (2...3).contains(first.count), first.allSatisfy({ $0.isASCII && $0.isLetter }),
      parts.dropFirst().allSatisfy({
        (1...8).contains($0.count) && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
      })
    else {
      value.mistake("\"\(text)\" is not a language; expected e.g. es-ES")
      return nil
    }
    return text
  }

  private func phrases(_ section: ConfigurationSection, _ phrases: inout AssistantPhrases) {
    func read(_ key: String, _ path: WritableKeyPath<AssistantPhrases, String>) {
      if let text = section.value(key)?.string("text") { phrases[keyPath: path] = text }
    }
    read("filler", \.filler)
    read("reprompt", \.reprompt)
    read("not_understood", \.notUnderstood)
    read("apology", \.apology)
    read("goodbye", \.goodbye)
    read("transferring", \.transferring)
    read("still_connecting", \.stillConnecting)
    read("transfer_failed", \.transferFailed)
    read("no_person", \.noPerson)
    read("back_with_assistant", \.backWithAssistant)
    read("person_will_join", \.personWillJoin)
    read("person_will_write", \.personWillWrite)
    read("cannot_take", \.cannotTake)
    read("voice_note_not_understood", \.voiceNoteNotUnderstood)
    read("voice_note_unreadable", \.voiceNoteUnreadable)
    read("voice_note_too_long", \.voiceNoteTooLong)
    read("chat_failed", \.chatFailed)
    read("calling", \.calling)
    read("call_failed", \.callFailed)
    section.close()
  }

  private func turn(_ value: ConfigurationValue, _ section: ConfigurationSection) -> TurnSettings {
    var turn = TurnSettings()
    let any: ClosedRange<Duration> = .zero ... .seconds(3600)
    func duration(_ key: String, _ path: WritableKeyPath<TurnSettings, Duration>) {
      if let value = section.value(key)?.duration(any) { turn[keyPath: path] = value }
    }
    duration("silence", \.silence)
    duration("interruption", \.interruption)
    duration("resume", \.resume)
    duration("filler", \.filler)
    duration("transcript", \.transcript)
    duration("reply", \.reply)
    duration("no_input", \.noInput)
    duration("shortest_utterance", \.shortestUtterance)
    duration("longest_turn", \.longestTurn)
    duration("longest_interruption", \.longestInterruption)
    duration("digit_pause", \.digitPause)
    if let value = section.value("interruptible")?.bool() { turn.interruptible = value }
    if let value = section.value("recogniser_ends_turn")?.bool() { turn.recogniserEndsTurn = value }
    if let value = section.value("retries")?.integer(0...3) { turn.retries = value }
    if let value = section.value("reprompts")?.integer(0...10) { turn.reprompts = value }
    if let value = section.value("misses")?.integer(1...20) { turn.misses = value }
    if let body = section.value("backchannels")?.section() { turn.backchannels.merge(words(body)) { $1 } }
    section.close()
    report(turn.problems, value, section)
    return turn
  }

  /// Lists of words by language.
  func words(_ section: ConfigurationSection) -> [String: [String]] {
    var result: [String: [String]] = [:]
    for language in section.keys {
      result[language] = section.value(language)?.list("phrases").compactMap { $0.string("a phrase") }
    }
    return result
  }

  /// Problems come as `key: what`, where the key is one of the section.
  func report(_ problems: [String], _ value: ConfigurationValue, _ section: ConfigurationSection) {
    for problem in problems {
      let parts = problem.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, let place = section.value(String(parts[0])) else {
        value.mistake(problem)
        continue
      }
      place.mistake(parts[1].trimmingPrefix(while: { $0 == " " }).description)
    }
  }

  /// One provider or a list; the embedded one when there is none.
  private func providers(
    _ section: ConfigurationSection, _ kind: ProviderKind, _ language: String
  ) -> [ProviderConfiguration] {
    guard let value = section.value(kind.rawValue) else {
      switch kind {
      case .stt:
        if !Self.isEnglish(language) {
          reader.mistake(
            section.key("stt"), section.node,
            "is missing; without it pocketsphinx listens, which knows English alone, not \(language)")
        }
        return [.pocketsphinx(.init())]
      case .tts: return [.espeak(.init())]
      case .llm:
        reader.mistake(
          section.key("llm"), section.node,
          "is missing; expected {provider: scripted, dialogue: …} or {provider: openai, …}")
        return []
      }
    }
    guard value.node.sequence != nil else { return provider(value, kind, language).map { [$0] } ?? [] }
    let items = value.list("providers")
    if items.isEmpty { value.mistake("is an empty list; expected at least one provider") }
    return items.compactMap { provider($0, kind, language) }
  }

  private func provider(_ value: ConfigurationValue, _ kind: ProviderKind, _ language: String) -> ProviderConfiguration?
  {
    guard let section = value.section() else { return nil }
    let names = kind.names
    let expected = "one of " + names.supported.joined(separator: ", ")
    guard let named = section.required("provider", expected), let name = named.string(expected) else { return nil }
    guard names.supported.contains(name) else {
      if names.all.contains(name) {
        named.mistake("\(name) is not supported by this build; expected \(expected)")
      } else {
        let hint = Nearest.to(name, among: names.supported).map { "did you mean \($0)?" } ?? "expected \(expected)"
        named.mistake("there is no \(kind.rawValue) provider \"\(name)\"; \(hint)")
      }
      return nil
    }
    defer { section.close() }
    switch name {
    case "pocketsphinx":
      if !Self.isEnglish(language) {
        let others = names.supported.filter { $0 != name }.joined(separator: ", ")
        named.mistake("pocketsphinx knows English alone, not \(language); expected one of \(others)")
      }
      return .pocketsphinx(
        PocketSphinxSpeechToText.Settings(
          maximumRecognitions: section.value("maximum_recognitions")?.integer(1...1000),
          modelDirectory: section.value("model_directory")?.string("a path").map { reader.path($0) }))
    case "espeak":
      var settings = EspeakTextToSpeech.Settings()
      if let speed = section.value("words_per_minute")?.integer(80...450) { settings.wordsPerMinute = speed }
      if let pitch = section.value("pitch")?.integer(0...99) { settings.pitch = pitch }
      if let spares = section.value("spares")?.integer(0...64) { settings.spares = spares }
      settings.voice = section.value("voice").flatMap { voice($0) }
      return .espeak(settings)
    case "scripted": return scripted(value, section, language)
    default: return .service(service(name, kind, section))
    }
  }

  private func voice(_ value: ConfigurationValue) -> String? {
    guard let text = value.string("a voice") else { return nil }
    guard let first = text.first, first.isLetter, text.allSatisfy({ $0.isASCII && !$0.isWhitespace }) else {
      value.mistake("\"\(text)\" is not a voice; expected a name that `espeak-ng --voices` lists")
      return nil
    }
    return text
  }

  private func service(
    _ name: String, _ kind: ProviderKind, _ section: ConfigurationSection
  ) -> ServiceConfiguration {
    var service = ServiceConfiguration(provider: name)
    service.model = section.value("model")?.string("the name of a model")
    if kind == .llm, name == "openai" {
      service.temperature = section.value("temperature")?.number(0...2)
      service.maximumTokens = section.value("maximum_tokens")?.integer(1...100_000)
      service.sees = section.value("sees").map { sees($0) }
    }
    if kind == .tts { service.style = section.value("instructions")?.string("text") }
    if kind == .tts { service.voice = section.value("voice")?.string("the name of a voice") }
    let url = section.value("url")
    service.url = url.flatMap {
      self.url($0, schemes: name == "deepgram" ? ["wss", "ws", "https", "http"] : ["https", "http"])
    }
    if let key = section.value("api_key") {
      service.apiKey = key.secret()
    } else if url == nil {
      reader.mistake(section.key("api_key"), section.node, "is missing; \(name) wants a key, as ${NAME} or file:/path")
    }
    service.timeout = section.value("timeout")?.duration(.milliseconds(500) ... .seconds(60))
    return service
  }

  private func sees(_ value: ConfigurationValue) -> Set<DialogueAttachment.Kind> {
    Set(
      value.list("image or document").compactMap { item in
        guard let text = item.string("image or document") else { return nil }
        if let kind = DialogueAttachment.Kind(rawValue: text) { return kind }
        item.mistake("\"\(text)\" is nothing that can be seen; expected image or document")
        return nil
      })
  }

  private func scripted(
    _ value: ConfigurationValue, _ section: ConfigurationSection, _ language: String
  ) -> ProviderConfiguration? {
    let inline = section.value("dialogue")
    let file = section.value("file")
    switch (inline, file) {
    case (let inline?, nil): return dialogue(inline, language)
    case (nil, let file?):
      guard let path = file.string("a path").map({ reader.path($0) }) else { return nil }
      guard let text = reader.contents(path) else {
        file.mistake("the file \(path) can't be read")
        return nil
      }
      // What is wrong in there is wanted with that file's name and lines.
      let inner = ConfigurationReader(file: path, environment: [:], contents: { _ in nil })
      defer { reader.adopt(inner) }
      do {
        guard let node = try Yams.compose(yaml: text) else {
          file.mistake("the file \(path) is empty")
          return nil
        }
        return dialogue(ConfigurationValue(reader: inner, key: "", node: node), language)
      } catch {
        let (line, message) = (error as? YamlError)?.place ?? (0, "is not YAML: \(error)")
        inner.mistake("", line: line, message)
        return nil
      }
    case (nil, nil):
      if !Self.isEnglish(language) {
        value.mistake("needs `dialogue` or `file`: the built-in dialogue is English, the assistant speaks \(language)")
      }
      return .scripted(.builtInEnglish)
    default:
      value.mistake("expected either `dialogue` or `file`")
      return nil
    }
  }

  /// What the embedded parts that know one language alone understand.
  private static func isEnglish(_ language: String) -> Bool {
    language.split(separator: "-").first?.lowercased() == "en"
  }

  private func dialogue(_ value: ConfigurationValue, _ language: String) -> ProviderConfiguration? {
    let definition: ScriptedDialogueDefinition
    do {
      definition = try YAMLDecoder().decode(ScriptedDialogueDefinition.self, from: value.node)
    } catch {
      let (path, message) = Self.explain(error)
      value.reader.mistake(value.key, value.node.nearest(to: path), "is not a dialogue: \(message)")
      return nil
    }
    do {
      _ = try ScriptedLanguageModel(definition, language: language)
    } catch {
      for problem in error.problems {
        value.reader.mistake(
          value.key.isEmpty ? problem.key : "\(value.key).\(problem.key)", value.node.nearest(to: problem.key),
          problem.message)
      }
      return nil
    }
    DialogueKeys().check(value)
    return .scripted(definition)
  }

  /// Where in the dialogue decoding failed, and why.
  private static func explain(_ error: any Error) -> (path: String, message: String) {
    func path(_ context: DecodingError.Context) -> String {
      let keys = context.codingPath.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
      return keys.hasPrefix(".") ? String(keys.dropFirst()) : keys
    }
    switch error as? DecodingError {
    case .keyNotFound(let key, let context):
      let place = path(context)
      return (place, "\(place.isEmpty ? "" : "\(place): ")`\(key.stringValue)` is missing")
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      return (path(context), "\(path(context)): \(context.debugDescription)")
    default: return ("", "\(error)")
    }
  }
}
