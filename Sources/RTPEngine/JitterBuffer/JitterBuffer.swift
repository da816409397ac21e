internal import Audio

/// Holds the packets of one source until their time, and says at each pull what sounds next (see
/// docs/design/jitter-buffer.md).
///
/// Places are those of `SequenceTracker`, and samples are ticks of the RTP clock here. Timestamps are put on a timeline of their own that never jumps by more than a
/// second, so that nothing is ever allocated or looped over by a difference that came from the wire.
///
/// Media path: does not allocate.
struct JitterBuffer: ~Copyable {
  /// Packets held at most: 1.28 s of 10 ms packets.
  static let slots = 128
  /// Bytes of the largest payload taken: 60 ms of G.711.
  static let slotBytes = 480

  /// What a packet carries.
  enum Content: Equatable {
    /// Voice in `codec`, of `samples` clock ticks.
    case audio(AudioCodec, samples: Int)
    /// No voice, but proof that nothing was lost here: comfort noise, a telephone event, an unknown type.
    case filler
  }

  /// What became of a packet.
  enum Insertion: Equatable {
    case stored
    /// It has been here before.
    case duplicate
    /// Its time is over.
    case late
    /// Its payload is larger than a slot.
    case tooLong
  }

  /// What sounds next.
  enum Next: Equatable {
    /// Voice: `count` bytes of the payload in `slot`, of which the first `skip` ticks are over already.
    case packet(slot: Int, codec: AudioCodec, count: Int, skip: Int, arrival: Instant)
    /// `samples` that never came (or too late).
    case lost(samples: Int)
    /// `samples` in which the sender said nothing on purpose.
    case silence(samples: Int)
    /// Nothing is there yet; what sounds now is added to the delay, if the packet still comes.
    case waiting
  }

  private struct Slot {
    var index: Int64 = -1
    var isHeld = false
    var content = Content.filler
    var count = 0
    var timestamp: Int64 = 0
    var arrival: Instant
  }

  private let settings: JitterBufferSettings
  private let clockRate: Int64
  /// Samples of a pull.
  private let frame: Int64
  private var slots: [Slot]
  /// The payloads: slot by slot, `slotBytes` each.
  private var payloads: [UInt8]
  private var model = ArrivalModel()

  // The timeline: a sample's place is its timestamp less the wire's at the start, plus `bias` after jumps.
  private var epoch: Instant
  private var newestWire: UInt32 = 0
  private var newestTimestamp: Int64 = 0
  private var newestIndex: Int64 = 0
  private var newestSamples: Int64 = 0
  private var newestTransit: Int64 = 0
  private var newestEnd: Int64 = 0
  private var hasStarted = false

  /// The place and the sample that come next.
  private var nextIndex: Int64 = 0
  private var playhead: Int64?
  /// Samples put out while the playhead stood still.
  private var stalled: Int64 = 0
  private var isSilentSpell = false
  /// How long the last two packets would have waited here, had they been among the fastest.
  private var margin: Int64 = 0
  private var previousMargin: Int64 = 0

  /// Packets whose time was over when they came.
  private(set) var late: UInt64 = 0
  /// Packets that came twice.
  private(set) var duplicates: UInt64 = 0
  /// Packets that came after one that had been sent later.
  private(set) var reordered: UInt64 = 0
  /// Packets that never came, or too late.
  private(set) var missed: UInt64 = 0
  /// Packets that came in time but could not be kept, or were dropped to bring an excessive delay down.
  private(set) var discarded: UInt64 = 0
  /// Jumps of the timestamp that were bridged.
  private(set) var jumps: UInt64 = 0

  init(settings: JitterBufferSettings, clockRate: Int, frame: Int, at now: Instant) {
    self.settings = settings
    self.clockRate = Int64(clockRate)
    self.frame = Int64(frame)
    epoch = now
    slots = Array(repeating: Slot(arrival: now), count: JitterBuffer.slots)
    payloads = Array(repeating: 0, count: JitterBuffer.slots * JitterBuffer.slotBytes)
  }

  /// Begins anew for another source; the counters go on.
  mutating func reset(at now: Instant) {
    for index in slots.indices {
      slots[index].index = -1
      slots[index].isHeld = false
    }
    model.reset()
    epoch = now
    hasStarted = false
    newestTimestamp = 0
    newestSamples = 0
    newestEnd = 0
    playhead = nil
    stalled = 0
    isSilentSpell = false
    margin = 0
    previousMargin = 0
  }

  // MARK: Arrivals

  /// Stores a packet whose place in the sequence is `index`.
  mutating func insert(
    index: Int64, timestamp: UInt32, content: Content, payload: Span<UInt8>, at arrival: Instant
  ) -> Insertion {
    guard payload.count <= JitterBuffer.slotBytes else {
      discarded += 1
      return .tooLong
    }
    let place = Int(truncatingIfNeeded: index) & (JitterBuffer.slots - 1)
    if hasStarted, slots[place].index == index {
      duplicates += 1
      return .duplicate
    }
    let isOvertaken = hasStarted && index < newestIndex
    if isOvertaken { reordered += 1 }
    let position = locate(timestamp, index: index, content: content, isOvertaken: isOvertaken, at: arrival)
    if !hasStarted {
      hasStarted = true
      nextIndex = index
    }
    if index < nextIndex {
      // Before anything has sounded, what the first packet overtook is still welcome.
      guard playhead == nil, newestIndex - index < Int64(JitterBuffer.slots) else {
        late += 1
        return .late
      }
      nextIndex = index
    }
    makeRoom(for: index)
    slots[place] = Slot(
      index: index, isHeld: true, content: content, count: payload.count, timestamp: position, arrival: arrival)
    var target = payloads.mutableSpan
    let start = place * JitterBuffer.slotBytes
    for offset in 0..<payload.count { target[start + offset] = payload[offset] }
    return .stored
  }

  /// Gives up the oldest packets until `index` has a slot.
  private mutating func makeRoom(for index: Int64) {
    let first = index - Int64(JitterBuffer.slots) + 1
    guard nextIndex < first else { return }
    let end = min(first, nextIndex + Int64(JitterBuffer.slots))
    while nextIndex < end {
      release(nextIndex, countsAsDiscarded: true)
      nextIndex += 1
    }
    nextIndex = first
    // What comes next starts a timeline of its own: the gap in between is not worth sounding.
    playhead = nil
    stalled = 0
  }

  private mutating func release(_ index: Int64, countsAsDiscarded: Bool = false) {
    let place = Int(truncatingIfNeeded: index) & (JitterBuffer.slots - 1)
    if slots[place].isHeld, slots[place].index == index {
      slots[place].isHeld = false
      if countsAsDiscarded { discarded += 1 }
    }
  }

  /// Puts a packet on the timeline, and teaches the arrival model.
  private mutating func locate(
    _ timestamp: UInt32, index: Int64, content: Content, isOvertaken: Bool, at arrival: Instant
  ) -> Int64 {
    let now = (arrival - epoch).inMicroseconds
    guard hasStarted else {
      newestIndex = index
      if case .audio(_, let samples) = content { remember(timestamp, 0, samples: Int64(samples), transit: now) }
      model.insert(arrival: now, transit: now, isOvertaken: false)
      newestWire = timestamp
      return 0
    }
    let step = Int64(Int32(bitPattern: timestamp &- newestWire))
    var position = newestTimestamp + step
    let advance = max(-4096, min(4096, index - newestIndex)) * max(newestSamples, 1)
    if !isOvertaken { newestIndex = index }
    guard case .audio(_, let samples) = content else { return position }
    var transit = now - microseconds(position)
    let isOffSequence = abs(step - advance) > clockRate
    if isOffSequence, isOvertaken {
      // From before a jump: only its place in the sequence means anything.
      return newestTimestamp + advance
    }
    let change = abs(transit - newestTransit)
    if isOffSequence && change > 1_000_000 || change > 60_000_000 {
      // The sender's clock jumped: go on from where we are, as if this packet had come on time.
      jumps += 1
      position = max(newestEnd, (now - model.base) * clockRate / 1_000_000)
      transit = now - microseconds(position)
    }
    model.insert(arrival: now, transit: transit, isOvertaken: isOvertaken)
    if !isOvertaken { remember(timestamp, position, samples: Int64(samples), transit: transit) }
    return position
  }

  private mutating func remember(_ timestamp: UInt32, _ position: Int64, samples: Int64, transit: Int64) {
    newestWire = timestamp
    newestTimestamp = position
    newestSamples = samples
    newestEnd = max(newestEnd, position + samples)
    newestTransit = transit
  }

  private func microseconds(_ samples: Int64) -> Int64 {
    samples * 1_000_000 / clockRate
  }

  // MARK: Playout

  /// Microseconds above the fastest packets that playout aims at.
  var target: Int64 {
    min(max(model.target, settings.minimumDelay.inMicroseconds), settings.maximumDelay.inMicroseconds)
  }

  /// Microseconds above the fastest packets that playout has now.
  var delay: Int64 { playhead == nil ? 0 : max(0, min(margin, previousMargin)) }

  /// Whole frames by which playout lags more than it should.
  var excessFrames: Int {
    guard playhead != nil else { return 0 }
    return Int(max(0, min(margin, previousMargin) - target) / microseconds(frame))
  }

  /// Whether playout should lag by a frame more.
  var wantsGrowth: Bool {
    playhead != nil && min(margin, previousMargin) < min(target, settings.maximumDelay.inMicroseconds)
  }

  /// Whether delay is beyond what is ever allowed.
  var isBeyondMaximum: Bool {
    playhead != nil && min(margin, previousMargin) >= settings.maximumDelay.inMicroseconds + microseconds(frame)
  }

  /// Whether the packet that comes next is here and follows without a gap.
  var isNextHere: Bool {
    let place = Int(truncatingIfNeeded: nextIndex) & (JitterBuffer.slots - 1)
    return slots[place].isHeld && slots[place].index == nextIndex && slots[place].timestamp == playhead
  }

  /// A frame was dropped (or, with a negative count, put in) by the caller.
  mutating func playoutMoved(ahead frames: Int) {
    margin -= microseconds(frame) * Int64(frames)
    previousMargin -= microseconds(frame) * Int64(frames)
  }

  /// Takes what sounds next, at most `limit` samples of anything but a packet.
  mutating func next(limit: Int, at now: Instant) -> Next {
    let clock = (now - epoch).inMicroseconds
    while let found = firstHeld() {
      let place = Int(truncatingIfNeeded: found) & (JitterBuffer.slots - 1)
      if found > nextIndex, mayStillCome(at: clock) { return wait(limit) }
      guard case .audio(let codec, let samples) = slots[place].content else {
        take(found)
        isSilentSpell = true
        continue
      }
      let timestamp = slots[place].timestamp
      let gap = timestamp - (playhead ?? timestamp)
      // How long the packet would have waited, had it been among the fastest and were it played now.
      let waited = clock - microseconds(timestamp) - model.base
      if gap > 0, let filler = fill(gap, isLoss: found > nextIndex, waited: waited, limit: Int64(limit)) {
        return filler
      }
      let skip = max(0, -gap)
      take(found)
      guard skip < samples else {
        late += 1
        continue
      }
      previousMargin = playhead == nil ? waited : margin
      margin = waited
      playhead = timestamp + Int64(samples)
      stalled = 0
      isSilentSpell = false
      return .packet(
        slot: place, codec: codec, count: slots[place].count, skip: Int(skip), arrival: slots[place].arrival)
    }
    return wait(limit)
  }

  /// What sounds in the `gap` before the packet that comes next; `nil` when enough has.
  private mutating func fill(_ gap: Int64, isLoss: Bool, waited: Int64, limit: Int64) -> Next? {
    // What sounded while the playhead stood still has filled that much of the gap.
    let covered = min(gap, stalled)
    stalled -= covered
    let open = gap - covered
    let count = min(open, limit)
    let head = (playhead ?? 0) + covered
    playhead = head
    guard open > 0, open <= clockRate else { return nil }
    if isLoss {
      playhead = head + count
      return .lost(samples: Int(count))
    }
    // The pause may end a little sooner or later than it did for the sender: here delay is set right for free.
    guard waited + microseconds(frame) / 2 < target else { return nil }
    playhead = head + count
    return .silence(samples: Int(count))
  }

  /// Nothing sounds from the buffer for `limit` samples.
  private mutating func wait(_ limit: Int) -> Next {
    // Bounded, so that a silence of days does not overflow.
    if playhead != nil { stalled = min(stalled + Int64(limit), clockRate * 86_400) }
    return isSilentSpell ? .silence(samples: limit) : .waiting
  }

  /// Whether what is missing at the playhead may be on its way.
  private func mayStillCome(at clock: Int64) -> Bool {
    guard let playhead else { return false }
    return clock - microseconds(playhead) - model.base < target
  }

  /// Takes the packet at `index` out, and gives up those before it.
  private mutating func take(_ index: Int64) {
    missed += UInt64(max(0, index - nextIndex))
    nextIndex = index + 1
    slots[Int(truncatingIfNeeded: index) & (JitterBuffer.slots - 1)].isHeld = false
  }

  /// The oldest packet here.
  private func firstHeld() -> Int64? {
    guard hasStarted else { return nil }
    var index = nextIndex
    let end = min(newestIndex, nextIndex + Int64(JitterBuffer.slots) - 1)
    while index <= end {
      let place = Int(truncatingIfNeeded: index) & (JitterBuffer.slots - 1)
      if slots[place].isHeld, slots[place].index == index { return index }
      index += 1
    }
    return nil
  }

  /// Has `decoder` decode the payload that `next` returned, until the next insertion; returns the samples that it became.
  func decode(
    slot: Int, count: Int, codec: AudioCodec, by decoder: inout AudioDecoder, into samples: inout [Int16]
  ) -> Int {
    let start = slot * JitterBuffer.slotBytes
    var target = samples.mutableSpan
    return decoder.decode(payloads.span.extracting(start..<start + count), as: codec, into: &target)
  }
}
