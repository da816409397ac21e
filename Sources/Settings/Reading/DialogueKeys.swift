import Yams

/// Looks for keys that a written dialogue does not have. The values are checked by the dialogue itself.
struct DialogueKeys {
  private static let deeds = ["say", "goto", "transfer", "hangup", "message", "call"]

  func check(_ dialogue: ConfigurationValue) {
    guard let section = dialogue.section() else { return }
    known(section, ["start", "threshold"])
    each(section, "slots") { known($0, ["type", "length", "min", "max", "values"], close: true) }
    intents(section, "intents")
    each(section, "states") { state in
      known(state, ["say"])
      choices(state)
      intents(state, "expect")
      fallback(state)
      state.close()
    }
    fallback(section)
    section.close()
  }

  private func intents(_ section: ConfigurationSection, _ key: String) {
    for intent in section.value(key)?.list("intents").compactMap({ $0.section() }) ?? [] {
      known(intent, ["phrases"] + Self.deeds)
      choices(intent)
      for outcome in intent.value("cases")?.list("cases").compactMap({ $0.section() }) ?? [] {
        choices(outcome)
        known(outcome, ["when"] + Self.deeds, close: true)
      }
      intent.close()
    }
  }

  private func fallback(_ section: ConfigurationSection) {
    guard let body = section.value("fallback")?.section() else { return }
    choices(body)
    known(body, ["after"] + Self.deeds, close: true)
  }

  private func choices(_ section: ConfigurationSection) {
    for choice in section.value("choices")?.list("choices") ?? [] where choice.node.mapping != nil {
      if let body = choice.section() { known(body, ["id", "title", "description"], close: true) }
    }
  }

  private func each(_ section: ConfigurationSection, _ key: String, _ body: (ConfigurationSection) -> Void) {
    guard let all = section.value(key)?.section() else { return }
    for name in all.keys {
      if let inner = all.value(name)?.section() { body(inner) }
    }
  }

  private func known(_ section: ConfigurationSection, _ keys: [String], close: Bool = false) {
    for key in keys { _ = section.value(key) }
    if close { section.close() }
  }
}

extension Node {
  /// The value at a path like `states.main.expect[0].say`, or the last one on the way there. A key on the way may
  /// hold dots itself.
  func nearest(to path: some StringProtocol) -> Node {
    if path.first == "[" {
      guard let end = path.firstIndex(of: "]"), let items = sequence,
        let index = Int(path.dropFirst().prefix(upTo: end)),
        items.indices.contains(index)
      else { return self }
      return items[index].nearest(to: path[path.index(after: end)...])
    }
    let rest = path.first == "." ? path.dropFirst() : path[...]
    for (name, value) in mapping ?? [:] {
      guard let key = name.scalar?.string, !key.isEmpty, rest.hasPrefix(key) else { continue }
      let behind = rest.dropFirst(key.count)
      if behind.isEmpty || behind.first == "." || behind.first == "[" { return value.nearest(to: behind) }
    }
    return self
  }
}
