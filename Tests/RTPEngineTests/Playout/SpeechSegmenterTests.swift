import Audio
import Testing

@testable import RTPEngine

@Suite("Speech segmenter")
struct SpeechSegmenterTests {
  private let start = ContinuousClock.now

  private func at(_ packet: Int) -> Instant { start + .milliseconds(20 * packet) }

  /// What each packet of the pattern brings about; `S` is speech, `.` none.
  private func events(_ pattern: String) -> [Int: SpeechSegmenter.Event] {
    var segmenter = SpeechSegmenter()
    var events: [Int: SpeechSegmenter.Event] = [:]
    for (index, mark) in pattern.enumerated() {
      if let event = segmenter.process(isSpeech: mark == "S", arrival: at(index)) { events[index] = event }
    }
    return events
  }

  @Test("speech begins with the second speech packet and is dated to the first")
  func onset() {
    #expect(events("..SSSS") == [3: .started(at: at(2))])
    #expect(events("..S.SS") == [4: .started(at: at(2))])
  }

  @Test("a lone packet is a click")
  func click() {
    #expect(events("S....S....S...") == [:])
    #expect(events("S..S.S") == [5: .started(at: at(3))])
  }

  @Test("speech stops 60 ms after its last packet and is dated to it")
  func stop() {
    #expect(events("SSSS...") == [1: .started(at: at(0)), 6: .stopped(lastSpeech: at(3))])
    #expect(events("SS..SS..SS") == [1: .started(at: at(0))])
  }

  @Test("each stretch has one beginning and one end")
  func stretches() {
    let events = events("SSS...SSS...")
    #expect(
      events == [
        1: .started(at: at(0)), 5: .stopped(lastSpeech: at(2)), 7: .started(at: at(6)),
        11: .stopped(lastSpeech: at(8)),
      ])
  }
}
