import Audio
import Testing

@Suite("A line's mailbox")
struct LineMailboxTests {
  private static let now = Instant.now

  private static func sound(_ value: Int16) -> LineEvent {
    .audio(AudioFrame(samples: [value], sampleRate: 8000, arrival: now))
  }

  private static func name(_ event: LineEvent) -> String {
    switch event {
    case .audio(let frame): "sound \(frame.samples[0])"
    case .digit(let digit): "digit \(digit)"
    case .speechStarted: "speech"
    case .closed: "closed"
    default: "other"
    }
  }

  private static func all(_ mailbox: LineMailbox) async -> [String] {
    var names: [String] = []
    for await event in mailbox.events { names.append(name(event)) }
    return names
  }

  @Test("a reader that lags loses the newest sound, counted, and nothing else")
  func lagging() async {
    let mailbox = LineMailbox(audioBacklog: 3)
    for value in 1...5 {
      let isKept = mailbox.push(Self.sound(Int16(value)))
      #expect(isKept == (value <= 3))
      mailbox.push(.digit(Character("\(value)")))
    }
    #expect(!mailbox.hasRoomForAudio())
    mailbox.push(.closed)
    let seen = await Self.all(mailbox)
    #expect(
      seen == ["sound 1", "digit 1", "sound 2", "digit 2", "sound 3", "digit 3", "digit 4", "digit 5", "closed"])
    #expect(mailbox.drops.audio == 3)
    #expect(mailbox.drops.events == 0)
  }

  @Test("events that nobody reads are bounded; digits fit longer, and the end always")
  func flood() async {
    let mailbox = LineMailbox(eventBacklog: 4)
    for _ in 0..<10 { mailbox.push(.speechStarted(at: Self.now)) }
    for _ in 0..<10 { mailbox.push(.digit("5")) }
    mailbox.push(.closed)
    #expect(mailbox.drops.events == 12)
    let seen = await Self.all(mailbox)
    #expect(seen.count { $0 == "speech" } == 4)
    #expect(seen.count { $0 == "digit 5" } == 4)
    #expect(seen.last == "closed")
  }

  @Test("nothing follows the end")
  func end() async {
    let mailbox = LineMailbox()
    mailbox.push(.closed)
    #expect(!mailbox.push(.digit("1")))
    #expect(!mailbox.hasRoomForAudio())
    let seen = await Self.all(mailbox)
    #expect(seen == ["closed"])
    #expect(mailbox.drops == LineMailbox.Drops())
  }

  @Test("a reader that gives up leaves what it has not read to the next one")
  func handOver() async {
    let mailbox = LineMailbox()
    let first = Task { await Self.all(mailbox) }
    mailbox.push(.digit("1"))
    first.cancel()
    let seen = await first.value
    mailbox.push(.digit("2"))
    mailbox.push(.closed)
    let rest = await Self.all(mailbox)
    #expect(seen + rest == ["digit 1", "digit 2", "closed"])
  }

  @Test("whoever watches sees each event before its reader does")
  func watching() async {
    let mailbox = LineMailbox()
    let (shown, sink) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(10))
    let watched = mailbox.events.watched { sink.yield(Self.name($0)) }.watched { sink.yield("again " + Self.name($0)) }
    mailbox.push(.digit("1"))
    mailbox.push(.closed)
    for await event in watched { sink.yield("read " + Self.name(event)) }
    sink.finish()
    var order: [String] = []
    for await line in shown { order.append(line) }
    #expect(order == ["digit 1", "again digit 1", "read digit 1", "closed", "again closed", "read closed"])
  }
}

@Suite("A line's positions")
struct LinePositionTests {
  @Test("they never come before the beginning, and distances never run backwards")
  func bounds() {
    let position = LinePosition(100)
    #expect(position.advanced(by: 60) == 160)
    #expect(position.advanced(by: -160) == .start)
    #expect(position.samples(since: 40) == 60)
    #expect(LinePosition(40).samples(since: position) == 0)
    #expect(LinePosition(24_000).duration(since: 8000, at: 8000) == .seconds(2))
    #expect(LinePosition(24_000).duration(since: 8000, at: 16_000) == .seconds(1))
    #expect(LinePosition(.max).advanced(by: 1) < position)
    #expect(LinePosition(.max).duration(since: 0, at: 8000) > .seconds(1_000_000))
    #expect([LinePosition(3), 1, 2].sorted() == [1, 2, 3])
  }

  @Test("lost sound adds up in time, whatever its rate")
  func lost() {
    let lost = LostSound()
    lost.add(samples: 80, at: 8000)
    lost.add(samples: 160, at: 16_000)
    lost.add(.milliseconds(5))
    lost.add(samples: -1, at: 8000)
    lost.add(.milliseconds(-5))
    #expect(lost.total == .milliseconds(25))
  }
}
