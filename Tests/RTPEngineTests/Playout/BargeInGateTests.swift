import Audio
import Testing

@testable import RTPEngine

@Suite("Barge-in gate")
struct BargeInGateTests {
  /// The number (from 1) of the packet that interrupts; `S` is speech, `.` none.
  private func interruption(_ pattern: String, _ policy: InterruptionPolicy = InterruptionPolicy()) -> Int? {
    var gate = BargeInGate(policy: policy)
    for (index, mark) in pattern.enumerated() where gate.process(isSpeech: mark == "S", isPlaying: true) {
      return index + 1
    }
    return nil
  }

  @Test(
    "interrupts in the packet that completes the policy's speech",
    arguments: [
      ("SSSSSS", 6), ("...SSSSSS", 9), ("SSS.SSS", 7), ("S.S.S.S.S.S", 11), ("SSSSS..SSSSSS", 13),
      ("SS..SS..SS..SS", nil), ("SSSSS", nil), ("....", nil),
    ] as [(String, Int?)])
  func pattern(pattern: String, packet: Int?) {
    #expect(interruption(pattern) == packet)
  }

  @Test("a click shorter than 60 ms never interrupts, however often it comes")
  func clicks() {
    #expect(interruption(String(repeating: "SS...", count: 200)) == nil)
  }

  @Test("the policy sets how much is needed, within 40 ms and 2 s")
  func policy() {
    #expect(interruption("SSSS", .init(speech: .milliseconds(50))) == 3)
    #expect(interruption("SSSS", .init(speech: .zero)) == 2)
    #expect(interruption(String(repeating: "S", count: 500), .init(speech: .seconds(60))) == 100)
    #expect(interruption(String(repeating: "S", count: 500), .init(isEnabled: false)) == nil)
  }

  /// How many of `packets` packets of speech interrupt.
  private func interruptions(_ gate: inout BargeInGate, packets: Int, isPlaying: Bool = true) -> Int {
    var count = 0
    for _ in 0..<packets where gate.process(isSpeech: true, isPlaying: isPlaying) { count += 1 }
    return count
  }

  @Test("speech counts only while playout runs")
  func onlyWhilePlaying() {
    var gate = BargeInGate()
    let before = interruptions(&gate, packets: 50, isPlaying: false)
    let early = interruptions(&gate, packets: 5)
    let sixth = interruptions(&gate, packets: 1)
    #expect([before, early, sixth] == [0, 0, 1])
  }

  @Test("arming anew keeps the speech counted so far")
  func rearm() {
    var gate = BargeInGate(policy: .init(speech: .seconds(1)))
    let before = interruptions(&gate, packets: 5)
    gate.arm(InterruptionPolicy())
    let after = interruptions(&gate, packets: 1)
    #expect([before, after] == [0, 1])
  }
}
