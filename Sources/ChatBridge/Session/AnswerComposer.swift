import VoicePipeline

/// What a dialogue answered, gathered from its pieces.
struct DialogueAnswer: Sendable, Equatable {
  var text = ""
  var choices: [ReplyChoice] = []
  /// Why a person is wanted, if one is.
  var transfer: String?
  var callsCustomer = false

  mutating func take(_ event: ReplyEvent) {
    switch event {
    case .text(let piece): text += piece
    case .choices(let offered): choices = offered
    case .transferToHuman(let reason): transfer = reason
    case .callCustomer: callsCustomer = true
    // A chat is not hung up; and what would be sent to the customer's phone is said here.
    case .hangUp: break
    case .sendMessage(let message): text += (text.isEmpty ? "" : "\n\n") + message
    }
  }
}

/// Gives an answer the form that a channel can show.
struct AnswerComposer {
  let limits: ChannelLimits
  /// What the button that opens a list is called.
  let open: String

  /// The messages that say `text`, with `choices` under the last. One where it can be: each is a sound on somebody's
  /// phone, and services count them.
  func messages(_ text: String, choices: [ReplyChoice]) -> [OutgoingContent] {
    let text = text.trimmed
    guard !choices.isEmpty else { return TextSplitter.split(text, limit: limits.text).map { .text($0) } }
    guard let offered = offer(choices) else {
      let list = choices.enumerated().map { "\n\($0.offset + 1). \($0.element.title)" }.joined()
      let pieces = TextSplitter.split(text + "\n" + list, limit: limits.text)
      return pieces.dropLast().map { .text($0) } + pieces.suffix(1).map { .numbered($0, choices) }
    }
    let limit = isList(offered) ? limits.textWithList : limits.textWithButtons
    var pieces = TextSplitter.split(text, limit: limits.text)
    // Under the last piece, if it is short enough for that.
    guard let last = pieces.last, last.length <= limit else {
      return pieces.map { .text($0) } + [.choices(open, offered, open: open)]
    }
    pieces.removeLast()
    return pieces.map { .text($0) } + [.choices(last, offered, open: open)]
  }

  /// The choices as the channel can show them; nil if it can't.
  private func offer(_ choices: [ReplyChoice]) -> [ReplyChoice]? {
    let fitsButtons =
      choices.count <= limits.buttons
      && choices.allSatisfy { $0.title.length <= limits.buttonTitle && $0.description == nil }
    let fitsList =
      choices.count <= limits.listRows
      && choices.allSatisfy {
        $0.title.length <= limits.rowTitle && ($0.description?.length ?? 0) <= limits.rowDescription
      }
    let areUnique = Set(choices.map(\.title)).count == choices.count && Set(choices.map(\.id)).count == choices.count
    guard areUnique, choices.allSatisfy({ !$0.title.trimmed.isEmpty && !$0.id.isEmpty }), fitsButtons || fitsList else {
      return nil
    }
    return choices
  }

  private func isList(_ choices: [ReplyChoice]) -> Bool {
    choices.count > limits.buttons
      || !choices.allSatisfy { $0.title.length <= limits.buttonTitle && $0.description == nil }
  }
}
