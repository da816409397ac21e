import FoundationEssentials
import VoicePipeline

/// Where one conversation stands in a scripted dialogue.
struct ScriptedPosition: Sendable, Equatable, Codable {
  /// Tells the memory of a scripted dialogue from that of other models.
  private var kind = ScriptedPosition.kind
  var state: String
  var slots: [String: String] = [:]
  var misses = 0
  /// How often each list of answers has been used.
  var uses: [String: Int] = [:]

  private static let kind = "scripted"

  init(state: String) { self.state = state }

  /// The position as it is stored; nil if the customer has filled in more than can be kept.
  var memory: DialogueMemory? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let json = try? encoder.encode(self), json.count <= DialogueMemory.maximumBytes else { return nil }
    return DialogueMemory(text: String(decoding: json, as: UTF8.self))
  }

  /// What was stored; nil if it is not ours.
  init?(_ memory: DialogueMemory) {
    guard memory.text.utf8.count <= DialogueMemory.maximumBytes,
      let stored = try? JSONDecoder().decode(Self.self, from: Data(memory.text.utf8)), stored.kind == Self.kind
    else { return nil }
    self = stored
    // Counts from outside must not overflow, nor pick an answer below the first.
    misses = min(max(0, misses), 1000)
    uses = uses.mapValues { min(max(0, $0), 1_000_000) }
  }
}

extension Script {
  /// Where a conversation begins that goes on from `memory`. What the dialogue does not have any more is forgotten.
  func position(from memory: DialogueMemory?, asNewSession: Bool) -> ScriptedPosition {
    var position = ScriptedPosition(state: start)
    guard let stored = memory.flatMap({ ScriptedPosition($0) }) else { return position }
    position.slots = stored.slots.filter { slots[$0.key] != nil }
    guard !asNewSession, states[stored.state] != nil else { return position }
    position.state = stored.state
    position.misses = stored.misses
    position.uses = stored.uses
    return position
  }
}
