import struct TestSupport.SeededGenerator
import JSON
import Store
import Testing

@testable import ChatBridge

@Suite("Hostile deliveries")
struct HostileDeliveryTests {
  private typealias Fixture = CloudFixture

  private static let odd = [
    "null", "true", "0", "-1", "1e400", "99999999999999999999", "1.5", "\"\"", "\"x\"", "\"\\ud83d\"", "[]", "{}",
    "[[]]",
    "[null]", "{\"\":null}", "\"-9223372036854775808\"", "[{\"id\":1}]",
  ]

  /// Every value in `value` with its place, as a path of steps.
  private static func places(in value: JSONValue) -> [[Step]] {
    switch value {
    case .array(let values):
      return [[]] + values.indices.flatMap { index in places(in: values[index]).map { [.index(index)] + $0 } }
    case .object(let values):
      return [[]] + values.keys.sorted().flatMap { key in places(in: values[key] ?? .null).map { [.key(key)] + $0 } }
    default: return [[]]
    }
  }

  private enum Step {
    case index(Int)
    case key(String)
  }

  /// `value` with what stands at `path` put in its place, or taken out.
  private static func replaced(_ value: JSONValue, at path: ArraySlice<Step>, with new: JSONValue?) -> JSONValue? {
    guard let step = path.first else { return new }
    switch (value, step) {
    case (.array(var values), .index(let index)) where values.indices.contains(index):
      if let inner = replaced(values[index], at: path.dropFirst(), with: new) {
        values[index] = inner
      } else {
        values.remove(at: index)
      }
      return .array(values)
    case (.object(var values), .key(let key)):
      values[key] = values[key].flatMap { replaced($0, at: path.dropFirst(), with: new) }
      return .object(values)
    default: return value
    }
  }

  /// Everything that is done with what was read.
  private func touch(_ delivery: CloudDelivery, _ note: String) {
    #expect((delivery.problem ?? "").utf8.count < 2000, "\(note)")
    for update in delivery.updates {
      guard case .message(let message) = update else { continue }
      #expect(!message.identities.isEmpty && !message.channelID.isEmpty && message.account == Fixture.number, "\(note)")
      #expect(message.kind.count <= 64 && (message.name?.count ?? 0) <= 200, "\(note)")
      if let detail = message.detail { #expect(JSONValue(Array(detail.utf8)) != nil, "\(note)") }
    }
  }

  @Test("wrong types everywhere, and anything missing, never trap")
  func wrongTypes() throws {
    for text in Fixture.all {
      let root = try #require(JSONValue(Array(text.utf8)), "\(text)")
      for path in Self.places(in: root) {
        for odd in Self.odd.map({ JSONValue(Array($0.utf8)) }) + [nil] {
          let mutant = (Self.replaced(root, at: path[...], with: odd) ?? .null).text
          touch(Fixture.read(mutant), mutant)
        }
      }
    }
  }

  @Test("mutated bytes never trap, and what is read of them keeps its bounds", arguments: 1...8)
  func mutations(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let fragments = (Self.odd + ["\"", "\\", "{", "}", "[", "]", ",", ":", "\u{0}", "wa_id", "from"]).map {
      Array($0.utf8)
    }
    let sources = Fixture.all.map { Array($0.utf8) }
    for round in 0..<250 {
      var bytes = sources.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        let at = Int.random(in: 0...bytes.count, using: &random)
        let length = Int.random(in: 0...min(12, bytes.count - at), using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes.removeSubrange(at..<(at + length))
        case 1: bytes.insert(contentsOf: fragments.randomElement(using: &random) ?? [], at: at)
        case 2: bytes.insert(contentsOf: bytes[at..<(at + length)], at: at)
        case 3: if at < bytes.count { bytes[at] = UInt8.random(in: 0...255, using: &random) }
        default: bytes = Array(bytes.prefix(max(at, 10)))
        }
      }
      touch(
        CloudDelivery(bytes, numbers: [Fixture.number], at: Timestamp(seconds: 1_790_000_000)),
        "seed \(seed), round \(round)")
    }
  }

  @Test("a thousand updates in one delivery are all read, each with its own sender")
  func batch() {
    let numbers = (0..<1000).map { String(15_550_000_000 + $0) }
    let contacts = numbers.map { #"{"wa_id":"\#($0)","user_id":"US.\#($0)","profile":{"name":"N\#($0)"}}"# }
    let messages = numbers.map {
      #"{"from":"\#($0)","id":"w\#($0)","timestamp":"1790000000","type":"text","text":{"body":"x"}}"#
    }
    let delivery = Fixture.read(
      Fixture.delivery(
        value: Fixture.value(
          "\"contacts\":[\(contacts.joined(separator: ","))],\"messages\":[\(messages.joined(separator: ","))]")))
    #expect(delivery.updates.count == 1000 && delivery.problem == nil)
    for (update, number) in zip(delivery.updates, numbers) {
      guard case .message(let message) = update else { continue }
      #expect(message.name == "N\(number)")
      #expect(
        message.identities == [CustomerIdentity(.whatsappUser, "US.\(number)"), CustomerIdentity(.phone, number)])
    }
  }

  @Test("three megabytes full of messages and contacts are read in work that grows with their number")
  func crowd() {
    // With a look at every contact for every message this would be a billion looks.
    let contacts = (0..<40_000).map { #"{"wa_id":"\#(15_550_000_000 + $0)"}"# }.joined(separator: ",")
    let messages = (0..<40_000).map { #"{"from":"\#(15_550_099_999 - $0)","id":"w\#($0)","type":"text"}"# }.joined(
      separator: ",")
    let text = Fixture.delivery(value: Fixture.value("\"contacts\":[\(contacts)],\"messages\":[\(messages)]"))
    #expect(text.utf8.count > 2_500_000)
    #expect(Fixture.read(text).updates.count == 40_000)
  }

  @Test("one text of three megabytes is one message")
  func largeText() {
    let message = Fixture.incoming(#""type":"text","text":{"body":"\#(String(repeating: "ñ", count: 1_500_000))"}"#)
    #expect(message?.text.count == 1_500_000)
  }

  @Test("deep nesting is refused, at any depth and anywhere", arguments: [512, 600, 100_000, 1_000_000])
  func nesting(depth: Int) {
    let deep = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    let delivery = Fixture.read(Fixture.messages(Fixture.message(#""type":"text","text":{"body":\#(deep)}"#)))
    #expect(delivery.updates.isEmpty && delivery.problem == "the delivery is not JSON")
    let objects = String(repeating: #"{"entry":"#, count: depth)
    #expect(Fixture.read(objects).problem == "the delivery is not JSON")
  }

  @Test("three megabytes of nests side by side cost no more than their bytes")
  func manyNests() {
    let nest = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    let nests = Array(repeating: nest, count: 15_000).joined(separator: ",")
    let delivery = Fixture.read(Fixture.delivery(field: "calls", value: "[\(nests)]"))
    #expect(delivery.updates.isEmpty && delivery.problem == nil)
  }

  @Test("the same message twice in a delivery is handed on twice: the store knows it by its id")
  func duplicates() {
    let message = Fixture.message(#""type":"text","text":{"body":"hola"}"#)
    let updates = Fixture.read(Fixture.messages(message, message)).updates
    #expect(updates.count == 2 && updates[0] == updates[1])
  }
}
