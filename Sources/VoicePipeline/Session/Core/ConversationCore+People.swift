// A person takes the caller, works with the assistant unheard, and gives the caller back.
extension ConversationCore {
  /// Whether a person has the caller.
  var isSuspended: Bool { input.overhearing != nil }

  /// A person has the caller from now on: what the assistant is saying or working out ends at once, and what is queued
  /// is dropped. The caller is still listened to. Idempotent.
  mutating func suspend(at moment: Moment) -> [ConversationAction] {
    guard !isSuspended, !isOver else { return [] }
    return step(moment) { core in
      let words = core.turns.unfinishedWords
      core.input.beginOverhearing(
        Overhearing(
          silence: core.settings.turn.silence, longest: core.settings.turn.longestTurn,
          isSpeaking: core.turns.isSpeechActive, at: moment.now))
      core.commitCaller()
      core.transcript.add(.caller, words)
      core.stepEscalation(.withdrawn)
      if let id = core.output.speech?.id, case .announcement = id { core.stopSpeech(id) }
      core.feed(.suspend)
      core.output.dropped(isFillerOver: true)
      core.act(.dropPlayout)
      core.armBargeIn(false)
      core.transcript.add(
        .system, "A person has taken over: what the caller says from here on is said to that person.")
      core.act(.log("conversation.suspended"))
    }
  }

  /// The assistant has the caller back: with `note`, what the person has to say about it, in the context, and a short
  /// phrase instead of a greeting. Ignored unless a person has the caller.
  mutating func resume(note: String?, at moment: Moment) -> [ConversationAction] {
    guard isSuspended, !isOver else { return [] }
    return step(moment) { core in
      if case .person? = core.output.speech?.id { core.endPersonSpeech(isCutOff: true) }
      core.output.forgetPerson()
      let owed = core.input.endOverhearing()
      var fact = "The person has given the caller back to you."
      if let note, !note.isBlank { fact += " The person's note: \(note)" }
      core.transcript.add(.system, fact)
      core.lookout.handedBack()
      core.armBargeIn()
      core.feed(.resume(.custom(core.settings.phrases.backWithAssistant), owed: owed))
      // The recogniser died while nobody needed an answer.
      if core.input.isLost { core.feed(.recognitionLost) }
      core.act(.log("conversation.resumed"))
    }
  }

  /// The person gave the caller back; `note` is what the assistant shall know of it.
  mutating func handedBack(note: String?) {
    lookout.handedBack()
    if let note, !note.isEmpty {
      transcript.add(.system, "A colleague of yours spoke with the caller: \(note)")
    }
  }

  /// Tells the assistant something that the caller does not hear.
  mutating func coach(_ text: String, at moment: Moment) -> [ConversationAction] {
    guard !text.isBlank, !isOver else { return [] }
    return step(moment) { core in
      core.transcript.tell("Instruction from a colleague, which the caller does not hear: \(text)")
      core.act(.log("conversation.coached"))
    }
  }

  /// Has `text` spoken: for the person who has the caller, else in place of what the assistant is saying. Nil if it
  /// can't be spoken now.
  mutating func say(_ text: String, at moment: Moment) -> [ConversationAction]? {
    guard !text.isBlank, !isOver else { return nil }
    guard isSuspended else {
      if turns.phase == .transferring || turns.phase == .ended { return nil }
      return step(moment) { $0.feed(.say(text)) }
    }
    guard output.enqueue(text) else { return nil }
    return step(moment) { $0.sayNextForPerson() }
  }

  private mutating func sayNextForPerson() {
    guard isSuspended, let (id, text) = output.beginNextOfPerson() else { return }
    act(.speak(id, text))
  }

  /// What is being said for a person is over: heard to its end, or cut off.
  mutating func endPersonSpeech(isCutOff: Bool) {
    guard let id = output.speech?.id, case .person = id, let ending = isCutOff ? output.stop(id) : output.end(id) else {
      return
    }
    act(.cancel(id))
    if isCutOff { act(.dropPlayout) }
    let heard = ending.ledger.heard(upTo: moment.played)
    if !heard.isEmpty {
      transcript.add(.system, "The person said to the caller: \(heard)")
      act(.emit(.personSpoke(Private(heard))))
    }
    if !isCutOff { sayNextForPerson() }
  }
}
