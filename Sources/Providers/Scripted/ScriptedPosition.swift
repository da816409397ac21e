import JSON
import VoicePipeline

/// Where one conversation stands in a scripted dialogue.
struct ScriptedPosition: Sendable, Equatable {
  var state: String
  var slots: [String: String] = [:]
  var misses = 0
  /// How often each list of answers has been used.
  var uses: [String: Int] = [:]

  /// Tells the memory of a scripted dialogue from that of other models.
  private static let kind = "scripted"

  init(state: String) { self.state = state }

  /// The position as it is stored; nil if the customer has filled in more than can be kept.
  var memory: DialogueMemory? {
    let json: JSONValue = [
      "kind": .string(Self.kind), "state": .string(state), "slots": .object(slots.mapValues { .string($0) }),
      "misses": .integer(Int64(misses)), "uses": .object(uses.mapValues { .integer(Int64($0)) }),
    ]
    let text = json.text
    return text.utf8.count <= DialogueMemory.maximumBytes ? DialogueMemory(text: text) : nil
  }

  /// What was stored; nil if it is not ours.
  init?(_ memory: DialogueMemory) {
    guard memory.text.utf8.count <= DialogueMemory.maximumBytes, let json = JSONValue(json: memory.text),
      json["kind"]?.string == Self.kind, let state = json["state"]?.string
    else { return nil }
    self.state = state
    slots = json["slots"]?.members.compactMapValues(\.string) ?? [:]
    // Counts from outside must not overflow, nor pick an answer below the first.
    misses = min(max(0, json["misses"]?.int ?? 0), 1000)
    uses = json["uses"]?.members.compactMapValues { $0.int.map { min(max(0, $0), 1_000_000) } } ?? [:]
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
