package import VoicePipeline

extension ProviderDescription {
  /// A written dialogue in place of a model.
  package static let scripted = ProviderDescription(name: "scripted", isEmbedded: true, llm: ScriptedOptions.llm)
}

/// What the configuration may say of a written dialogue.
private enum ScriptedOptions {
  static let dialogue = ProviderKey<ProviderDocument.Source>.document("dialogue", "the dialogue, written here")
  static let file = ProviderKey<ProviderDocument.Source>.file("file", "the dialogue, in a YAML file of its own")

  static let llm = ProviderOffer<any LanguageModel>(
    options: [dialogue.option, file.option], example: "{provider: scripted, dialogue: …}"
  ) { options in
    guard let definition = definition(options) else { return nil }
    return ProviderPlan(name: "scripted", settings: definition) { _, language throws(ProviderError) in
      do {
        return try ScriptedLanguageModel(definition, language: language)
      } catch {
        throw ProviderError(.missing, provider: "scripted", message: "the dialogue does not work: \(error)")
      }
    }
  }

  private static func definition(_ options: ProviderOptions) -> ScriptedDialogueDefinition? {
    switch (options.isGiven(dialogue), options.isGiven(file)) {
    case (true, true):
      options.mistake("expected either `dialogue` or `file`")
      return nil
    case (false, false):
      if !Language.isEnglish(options.language) {
        options.mistake(
          "needs `dialogue` or `file`: the built-in dialogue is English, the assistant speaks \(options.language)")
      }
      return .builtInEnglish
    case (true, false): return options[dialogue]?().flatMap { read($0, options.language) }
    case (false, true): return options[file]?().flatMap { read($0, options.language) }
    }
  }

  private static func read(_ document: any ProviderDocument, _ language: String) -> ScriptedDialogueDefinition? {
    guard let definition = document.decode(ScriptedDialogueDefinition.self, as: "a dialogue") else { return nil }
    do {
      _ = try ScriptedLanguageModel(definition, language: language)
    } catch {
      for problem in error.problems { document.mistake(at: problem.key, problem.message) }
      return nil
    }
    document.check(shape)
    return definition
  }

  // MARK: The keys of a dialogue

  private static let deeds = ["say", "goto", "transfer", "hangup", "message", "call"]
  /// A choice may be a plain text instead.
  private static let choices = DocumentShape.list(.section(plain: ["id", "title", "description"]))
  private static let intents = DocumentShape.list(
    .section(
      plain: ["phrases"] + deeds,
      [("choices", choices), ("cases", .list(.section(plain: ["when"] + deeds, [("choices", choices)])))]))
  private static let fallback = DocumentShape.section(plain: ["after"] + deeds, [("choices", choices)])
  static let shape = DocumentShape.section(
    plain: ["start", "threshold"],
    [
      ("slots", .named(.section(plain: ["type", "length", "min", "max", "values"]))), ("intents", intents),
      (
        "states",
        .named(.section(plain: ["say"], [("choices", choices), ("expect", intents), ("fallback", fallback)]))
      ), ("fallback", fallback),
    ])
}
