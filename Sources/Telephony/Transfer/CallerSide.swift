import RTPEngine
import VoicePipeline

/// The caller in a hand-over: their call, their sound, and the assistant that talks with them, if there is one.
struct CallerSide: Sendable {
  let inbox: CallInbox
  let leg: MediaLeg
  let conversation: Conversation?

  /// Silences the assistant, then lets the caller and `person` hear each other. What a person writes is still spoken
  /// to the caller, so that their playout goes on; the assistant has no way to it.
  func connect(to person: MediaLeg) async {
    await conversation?.suspend()
    leg.dropPlayout()
    leg.bridge(with: person, playout: .mixed, others: .mixed)
  }

  func disconnect() { leg.unbridge() }

  func handBack(note: String?) async { await conversation?.resume(note: note) }
}
