import VoicePipeline

/// Where a scripted dialogue is held, and what can be done there.
struct ScriptedSetting {
  var isSpoken = true
  var abilities: Set<DialogueAbility> = [.transferToHuman, .endConversation]

  init(_ context: DialogueContext) {
    isSpoken = context.medium == .phone
    abilities = context.abilities
  }

  /// A message beside the conversation makes no sense in a chat, which is messages.
  func can(_ ability: DialogueAbility) -> Bool {
    abilities.contains(ability) && (isSpoken || ability != .sendMessage)
  }
}

extension Script {
  /// What is answered to `text` at `position`, which moves on.
  func answer(_ text: String, in setting: ScriptedSetting, at position: inout ScriptedPosition) -> [ReplyEvent] {
    guard let state = states[position.state] else { return [] }
    let heard = Words.normalised(titles[text] ?? text)
    guard let (intent, match) = best(for: heard, in: state) else { return miss(in: state, setting, at: &position) }
    position.misses = 0
    position.slots.merge(match.slots) { $1 }
    let branch = intent.cases.firstIndex { entry in
      entry.when.allSatisfy { slot, value in
        guard let known = position.slots[slot] else { return false }
        return value == "*" || Words.normalised(known) == Words.normalised(value)
      }
    }
    let outcome = branch.map { intent.cases[$0].outcome } ?? intent.outcome
    let key = branch.map { "\(intent.key).cases[\($0)]" } ?? intent.key
    return events(of: outcome, key: key, setting, at: &position)
  }

  /// What `heard` means in `state`.
  func best(for heard: [String], in state: State) -> (Intent, PhraseMatcher.Match)? {
    var best: (Intent, PhraseMatcher.Match)?
    // The state's own intents come first, so that at equal score they win over what may be said everywhere.
    for intent in state.intents + intents {
      for matcher in intent.matchers {
        guard let match = matcher.match(heard, slots: slots), match.score >= threshold else { continue }
        if match.score > best?.1.score ?? 0 { best = (intent, match) }
      }
    }
    return best
  }

  private func miss(in state: State, _ setting: ScriptedSetting, at position: inout ScriptedPosition) -> [ReplyEvent] {
    position.misses += 1
    let fallback = state.fallback
    if position.misses > fallback.after, let then = fallback.then {
      position.misses = 0
      return events(of: then, key: "states.\(position.state).fallback", setting, at: &position)
    }
    return notUnderstood(in: state, misses: position.misses, setting, position)
  }

  private func notUnderstood(
    in state: State, misses: Int, _ setting: ScriptedSetting, _ position: ScriptedPosition
  ) -> [ReplyEvent] {
    let fallback = state.fallback
    guard let last = fallback.say.last else { return [.text("Sorry, I did not understand that.")] }
    let index = misses - 1
    let text = fallback.say.indices.contains(index) ? fallback.say[index] : last
    let answer = ReplyEvent.text(filled(text, with: position.slots, isSpoken: setting.isSpoken))
    guard setting.can(.offerChoices), !fallback.choices.isEmpty else { return [answer] }
    return [answer, .choices(fallback.choices)]
  }

  private func events(
    of outcome: Outcome, key: String, _ setting: ScriptedSetting, at position: inout ScriptedPosition
  ) -> [ReplyEvent] {
    var outcome = outcome
    if outcome.calls, !setting.can(.callCustomer) {
      // Who wants to be rung wants a person to see to it, if nobody else does.
      outcome = Outcome(transfer: "the customer wants to be called")
    }
    var texts: [String] = []
    if let message = outcome.message, !setting.can(.sendMessage) {
      texts.append(filled(message, with: position.slots, isSpoken: setting.isSpoken))
    } else if let line = next(outcome.say, key: key, setting, at: &position) {
      texts.append(line)
    }
    if let goto = outcome.goto {
      position.state = goto
      if let line = next(states[goto]?.say ?? [], key: "states.\(goto)", setting, at: &position) { texts.append(line) }
    }
    var events: [ReplyEvent] = texts.isEmpty ? [] : [.text(texts.joined(separator: " "))]
    if let message = outcome.message, setting.can(.sendMessage) {
      events.append(.sendMessage(filled(message, with: position.slots, isSpoken: false)))
    }
    let choices = outcome.choices.isEmpty ? outcome.goto.flatMap { states[$0]?.choices } ?? [] : outcome.choices
    if setting.can(.offerChoices), !choices.isEmpty, !texts.isEmpty { events.append(.choices(choices)) }
    if outcome.calls { events.append(.callCustomer) }
    if let reason = outcome.transfer, setting.can(.transferToHuman) { events.append(.transferToHuman(reason: reason)) }
    if outcome.hangsUp, setting.can(.endConversation) { events.append(.hangUp) }
    // What can't be done here must not end in silence.
    if events.isEmpty, outcome.transfer != nil || outcome.hangsUp, let state = states[position.state] {
      return notUnderstood(in: state, misses: .max, setting, position)
    }
    return events
  }

  private func next(
    _ lines: [String], key: String, _ setting: ScriptedSetting, at position: inout ScriptedPosition
  ) -> String? {
    guard !lines.isEmpty else { return nil }
    let count = position.uses[key, default: 0]
    position.uses[key] = count &+ 1
    return filled(lines[count % lines.count], with: position.slots, isSpoken: setting.isSpoken)
  }
}
