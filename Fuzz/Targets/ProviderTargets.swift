import Providers
import NetClient
import VoicePipeline

extension FuzzTarget {
  /// A stream of events gives the same in one piece and in many, and a language model's answer in it ends or fails.
  static let eventStream = FuzzTarget("event-stream") { bytes throws(Finding) in
    var input = FuzzInput(bytes)
    let size = Int(input.byte())
    let stream = input.all()
    var whole = EventStreamParser(maximumLineBytes: 1024, maximumEventBytes: 2048)
    let expected = try? whole.feed(stream)
    var parser = EventStreamParser(maximumLineBytes: 1024, maximumEventBytes: 2048)
    var events: [ServerSentEvent]? = []
    input = FuzzInput(stream)
    for piece in input.pieces(of: size) where events != nil {
      if let more = try? parser.feed(piece) { events? += more } else { events = nil }
    }
    try expect(events == expected, "pieces of \(size) give other events")
    var answer = ChatCompletionReader()
    do {
      for event in expected ?? [] { _ = try answer.receive(event.data) }
      _ = try answer.finish()
    } catch {}
  }

  /// Frames of a server, each after a byte of flags and another of its length: no message is larger than the bound, and
  /// texts are UTF-8.
  static let webSocket = FuzzTarget("web-socket") { bytes throws(Finding) in
    var input = FuzzInput(bytes)
    var receiver = WebSocketReceiver(maximumMessageBytes: 300)
    let opcodes: [WebSocketReceiver.Opcode] = [.continuation, .text, .binary, .close, .ping, .pong, .unknown, .text]
    while !input.isEmpty {
      let flags = input.byte()
      let action = receiver.receive(
        opcodes[Int(flags & 7)], isFinal: flags & 0x80 == 0, isMasked: flags & 0x40 != 0,
        hasReservedBits: flags & 0x20 != 0, input.piece())
      switch action {
      case .deliver(.text(let text)): try expect(text.utf8.count <= 300, "a text of \(text.utf8.count) bytes")
      case .deliver(.binary(let data)): try expect(data.count <= 300, "\(data.count) bytes")
      case .pong(let payload): try expect(payload.count <= 125, "a pong of \(payload.count) bytes")
      case .deliver(.closed): throw Finding("a close delivered as a message")
      case .closed, .fail: return
      case nil: break
      }
    }
  }

  /// A grammar that can be read is the same when it is written and read again, without the words that no dictionary has.
  static let jsgf = FuzzTarget("jsgf") { bytes throws(Finding) in
    guard let grammar = try? JSGFGrammar(String(decoding: bytes, as: UTF8.self)) else { return }
    let strange = grammar.words.filter { $0.isEmpty || !$0.utf8.allSatisfy(isPlain) }
    guard let known = grammar.pruning(Set(strange)), known.name.utf8.allSatisfy(isPlain) else { return }
    let again = try? JSGFGrammar(known.text)
    try expect(again?.words == known.words, "other words: \(known.text)")
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "'")
  }
}
