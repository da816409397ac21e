import Coordination
package import Logging

/// Several minds in the order of preference: each turn goes to the first that gives a word.
package struct FailoverLanguageModel: LanguageModel {
  private let providers: [any LanguageModel]
  private let logger: Logger
  private let tasks = TaskOwner()

  /// The minds and where failures are noted.
  package init(providers: [any LanguageModel], logger: Logger) {
    self.providers = providers
    self.logger = logger
  }

  /// All names, with commas.
  package var name: String { providers.map { $0.name }.joined(separator: ",") }

  /// Whether all of them do.
  package var readsFreely: Bool { providers.allSatisfy(\.readsFreely) }

  /// That of the first that has one.
  package var classifier: (any EscalationClassifier)? { providers.lazy.compactMap(\.classifier).first }

  /// That of the first that has one.
  package var summariser: (any ConversationSummariser)? { providers.lazy.compactMap(\.summariser).first }

  /// What all of them see: whichever answers has to know what it was sent.
  package var sees: Set<DialogueAttachment.Kind> {
    guard let first = providers.first else { return [] }
    return providers.dropFirst().reduce(first.sees) { $0.intersection($1.sees) }
  }

  /// The minds of one conversation.
  package func makeDialogue(resuming memory: DialogueMemory?) -> any Dialogue {
    makeDialogue(resuming: memory, asNewSession: false)
  }

  /// The memory goes to all: whose it is not, ignores it.
  package func makeDialogue(resuming memory: DialogueMemory?, asNewSession: Bool) -> any Dialogue {
    FailoverDialogue(
      providers.map { $0.makeDialogue(resuming: memory, asNewSession: asNewSession) }, logger: logger, tasks: tasks)
  }

  /// Each joins what is its own.
  package func joined(_ memory: DialogueMemory, with other: DialogueMemory) -> DialogueMemory {
    providers.reduce(other) { $1.joined(memory, with: $0) }
  }

  /// Ends what all of them do.
  package func shutDown() async {
    await tasks.end()
    for provider in providers { await provider.shutDown() }
  }
}

/// The minds of one conversation.
private final class FailoverDialogue: Dialogue {
  private let dialogues: [any Dialogue]
  private let logger: Logger
  private let tasks: TaskOwner
  /// The one that gave the last answer.
  private let answering = Locked<Int?>(nil)

  init(_ dialogues: [any Dialogue], logger: Logger, tasks: TaskOwner) {
    self.dialogues = dialogues
    self.logger = logger
    self.tasks = tasks
  }

  func reply(to context: DialogueContext) -> AsyncThrowingStream<ReplyEvent, any Error> {
    tasks.firstOf(Array(dialogues.enumerated()), logger: logger) { numbered, deliver in
      for try await event in numbered.element.reply(to: context) {
        self.answering.withLock { $0 = numbered.offset }
        try deliver(event)
      }
    }
  }

  func hint() async -> RecognitionHint? {
    for dialogue in dialogues {
      if let hint = await dialogue.hint() { return hint }
    }
    return nil
  }

  /// That of the one that answered.
  var facts: [DialogueFact] {
    if let index = answering.withLock(\.self) { return dialogues[index].facts }
    return dialogues.lazy.map(\.facts).first { !$0.isEmpty } ?? []
  }

  var wantsFact: Bool {
    answering.withLock(\.self).map { dialogues[$0].wantsFact } ?? false
  }

  /// That of the one that answered; where it needs none, what another one knew before is not lost.
  var memory: DialogueMemory? {
    if let index = answering.withLock(\.self), let memory = dialogues[index].memory { return memory }
    return dialogues.lazy.compactMap(\.memory).first
  }
}
