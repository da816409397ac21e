import VoicePipeline

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
      name: name, conversation: conversation, stt: providers(section, .stt, \.stt, language),
      llm: providers(section, .llm, \.llm, language), tts: providers(section, .tts, \.tts, language))
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
}
