import NetClient
import Testing

@Suite("Server-sent events")
struct EventStreamParserTests {
  private func parse(_ text: String) throws -> [ServerSentEvent] {
    var parser = EventStreamParser()
    return try parser.feed(Array(text.utf8))
  }

  @Test("data lines are joined by line feeds, one space after the colon is dropped")
  func dataLines() throws {
    #expect(try parse("data: a\ndata:b\ndata:  c\n\n") == [ServerSentEvent(data: "a\nb\n c")])
  }

  @Test("LF, CR and CRLF all end lines", arguments: ["\n", "\r", "\r\n"])
  func lineEnds(end: String) throws {
    let text = ["event: x", "data: 1", "", ": comment", "data: 2", "", ""].joined(separator: end)
    #expect(try parse(text) == [ServerSentEvent(type: "x", data: "1"), ServerSentEvent(data: "2")])
  }

  @Test("a byte order mark at the start is no part of the first field")
  func byteOrderMark() throws {
    #expect(try parse("\u{feff}data: a\n\n") == [ServerSentEvent(data: "a")])
  }

  @Test("id stays until it changes and is ignored with a NUL inside, retry takes digits only")
  func fields() throws {
    var parser = EventStreamParser()
    let text = "id: 7\nretry: 12\ndata: a\n\nid: x\0y\nretry: 1s\ndata\n\n"
    let events = try parser.feed(Array(text.utf8))
    #expect(events == [ServerSentEvent(data: "a", id: "7"), ServerSentEvent(data: "", id: "7")])
    #expect(parser.reconnectionMilliseconds == 12)
    #expect(parser.lastEventID == "7")
  }

  @Test("an event without data, or without its blank line, is none")
  func incomplete() throws {
    #expect(try parse("event: x\n\ndata: a\n") == [])
  }

  @Test("lines and events beyond their bounds are refused")
  func bounds() {
    var lines = EventStreamParser(maximumLineBytes: 10)
    #expect(throws: EventStreamError.lineTooLong) { try lines.feed(Array("data: 12345".utf8)) }
    var events = EventStreamParser(maximumLineBytes: 100, maximumEventBytes: 10)
    #expect(throws: EventStreamError.eventTooLong) { try events.feed(Array("data: 12345\ndata: 67890\n".utf8)) }
  }

  @Test("however the bytes are cut, the events are the same", arguments: 0..<40)
  func anySplit(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let fragments = [
      "data: Ol\u{e1} \u{1f600}", "data:", "event: delta", ": ping", "id: 9", "retry: 5", "", "", "data: x:y", "x",
      "\u{feff}data: z",
    ]
    let ends = ["\n", "\r", "\r\n"]
    var text = ""
    for _ in 0..<60 {
      text += fragments[Int.random(in: 0..<fragments.count, using: &random)]
      text += ends[Int.random(in: 0..<3, using: &random)]
    }
    let bytes = Array(text.utf8)
    var whole = EventStreamParser()
    let expected = try whole.feed(bytes)
    #expect(!expected.isEmpty)
    var parser = EventStreamParser()
    var events: [ServerSentEvent] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Int.random(in: 0...min(7, rest.count), using: &random)
      events += try parser.feed(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    #expect(events == expected)
  }
}

/// A random number generator that repeats itself from its seed.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}
