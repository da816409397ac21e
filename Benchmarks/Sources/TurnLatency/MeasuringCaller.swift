import Wire

/// A caller that speaks, listens and interrupts by the clock of its own packets, and notes when they came and went.
///
/// One turn: the sentence, then silence until the reply has been heard to its end. Every second turn it interrupts the
/// reply instead, with the same sentence, which is then answered in its turn.
final class MeasuringCaller {
  private enum Phase {
    case hearingGreeting
    case speaking(frame: Int)
    case awaitingReply(lastSpeech: Int64)
    case hearingReply(since: Int64)
    case interrupting(frame: Int, firstSpeech: Int64)
  }

  let socket = UDPSocket()
  let call: TestCall
  /// Last speech packet out to first audible reply packet in, in ms, the configured silence not taken off.
  private(set) var replies: [Double] = []
  /// First speech packet of an interruption out to last audible packet in, in ms.
  private(set) var interruptions: [Double] = []
  /// Turns in which no reply was heard for ten seconds.
  private(set) var unanswered = 0
  private(set) var isFinished = false

  private let sentence: [[UInt8]]
  private let turns: Int
  private let interrupts: Bool
  private var turn = 0
  private var phase = Phase.hearingGreeting
  private var sequence: UInt16 = 0
  private var timestamp: UInt32 = 0
  private var lastAudible: Int64
  /// When the next packet is due; 0 before the first, which sets the grid.
  private var nextFrame: Int64 = 0

  init?(
    number: Int, serverPort: UInt16, signalling: UDPSocket, sentence: [[UInt8]], turns: Int, interrupts: Bool
  ) {
    guard
      let call = TestCall.dial(
        "bench", through: signalling, serverPort: serverPort, mediaPort: socket.port, number: number)
    else { return nil }
    self.call = call
    self.sentence = sentence
    self.turns = turns
    self.interrupts = interrupts
    lastAudible = monotonicNanoseconds()
  }

  /// Sends what is due and returns when the next packet will be.
  func tick() -> Int64 {
    let now = monotonicNanoseconds()
    if nextFrame == 0 { nextFrame = now }
    guard now >= nextFrame else { return nextFrame }
    nextFrame += 20_000_000
    send(nextPayload(at: now))
    return nextFrame
  }

  private func nextPayload(at now: Int64) -> [UInt8] {
    switch phase {
    case .hearingGreeting:
      if now - lastAudible > 700_000_000 { phase = .speaking(frame: 0) }
    case .speaking(let frame):
      if frame < sentence.count {
        phase = frame + 1 == sentence.count ? .awaitingReply(lastSpeech: now) : .speaking(frame: frame + 1)
        return sentence[frame]
      }
    case .awaitingReply(let lastSpeech):
      if now - lastSpeech > 10_000_000_000 {
        unanswered += 1
        finishTurn()
      }
    case .hearingReply(let since):
      if interrupts, turn % 2 == 1, now - since > 1_500_000_000 {
        phase = .interrupting(frame: 1, firstSpeech: now)
        return sentence[0]
      }
      if now - lastAudible > 700_000_000 { finishTurn() }
    case .interrupting(let frame, let firstSpeech):
      if frame < sentence.count {
        phase = .interrupting(frame: frame + 1, firstSpeech: firstSpeech)
        return sentence[frame]
      }
      interruptions.append(Double(lastAudible - firstSpeech) / 1e6)
      turn += 1  // so that the answer to the interruption is heard out
      phase = .awaitingReply(lastSpeech: now - 20_000_000)
    }
    return TelephoneLine.quiet
  }

  private func finishTurn() {
    turn += 1
    isFinished = replies.count + unanswered >= turns
    phase = .speaking(frame: 0)
  }

  private func send(_ payload: [UInt8]) {
    var packet: [UInt8] = [0x80, 0, UInt8(sequence >> 8), UInt8(sequence & 0xFF)]
    for shift in [24, 16, 8, 0] as [UInt32] { packet.append(UInt8((timestamp >> shift) & 0xFF)) }
    packet += [0x51, 0x52, 0x53, 0x54]
    socket.send(packet + payload, to: call.mediaPort)
    sequence &+= 1
    timestamp &+= 160
  }

  /// Takes one packet that has arrived.
  func receive(_ packet: [UInt8], at now: Int64) {
    guard packet.count > 12, TelephoneLine.isAudible(packet.dropFirst(12)) else { return }
    lastAudible = now
    if case .awaitingReply(let lastSpeech) = phase {
      replies.append(Double(now - lastSpeech) / 1e6)
      phase = .hearingReply(since: now)
    }
  }
}
