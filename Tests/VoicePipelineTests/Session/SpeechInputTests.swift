import Audio
import Testing

@testable import VoicePipeline

@Suite("What is heard")
struct SpeechInputTests {
  private func frame(_ sample: Int16 = 0) -> AudioFrame {
    AudioFrame(samples: [sample], sampleRate: 8000, arrival: .now)
  }

  @Test(
    "sound and requests that come before the recognition is open are given to it first, up to five seconds of 20 ms")
  func early() {
    var input = SpeechInput()
    for number in 0..<SpeechInput.earlyFrameLimit + 3 {
      let isSent = input.take(frame(Int16(number)))
      #expect(!isSent)
    }
    let isAsked = input.finishUtterance()
    #expect(!isAsked)
    #expect(input.droppedFrames == 3)
    let early = input.opened()
    #expect(early.frames.map { $0.samples[0] } == (0..<250).map { Int16($0) })
    #expect(early.finishes == 1)
    let isSent = input.take(frame())
    let isAskedNow = input.finishUtterance()
    #expect(isSent && isAskedNow)
    let again = input.opened()
    #expect(again.frames.isEmpty && again.finishes == 0)
  }

  @Test("a recognition that dies is replaced once, a text in between makes that once more, and then it is lost")
  func deaths() {
    var input = SpeechInput()
    _ = input.opened()
    let first = input.died()
    #expect(first)
    // What was asked of the dead one is not asked of the next.
    _ = input.opened()
    input.heard("hello", confidence: nil, isTurns: true)
    let second = input.died()
    #expect(second)
    _ = input.finishUtterance()
    input.heard("", confidence: nil, isTurns: true)
    let third = input.died()
    #expect(!third && input.isLost)
    let isSent = input.take(frame())
    #expect(!isSent && input.droppedFrames == 0)
  }

  @Test("requests to a recognition that dies before it is open are gone with it")
  func requestsDie() {
    var input = SpeechInput()
    _ = input.finishUtterance()
    _ = input.died()
    #expect(input.opened().finishes == 0)
  }

  @Test("a turn is as sure as its least sure text, until it is settled")
  func confidence() {
    var input = SpeechInput()
    #expect(input.confidence == nil)
    input.heard("one", confidence: 0.8, isTurns: true)
    input.heard("", confidence: 0.1, isTurns: true)
    input.heard("two", confidence: 0.6, isTurns: true)
    input.heard("three", confidence: 0.9, isTurns: true)
    input.heard("four", confidence: nil, isTurns: true)
    #expect(input.confidence == 0.6)
    input.turnSettled()
    #expect(input.confidence == nil)
  }

  @Test("texts are counted off a person's only once the turn machine has had its own")
  func owed() {
    let start = Instant.now
    var input = SpeechInput()
    _ = input.opened()
    input.beginOverhearing(
      Overhearing(silence: .milliseconds(500), longest: .seconds(60), isSpeaking: true, at: start))
    input.speechStopped(lastSpeech: start + .seconds(1))
    let tooSoon = input.tick(at: start + .seconds(1))
    let due = input.tick(at: start + .seconds(2))
    #expect(!tooSoon && due)
    input.heard("before", confidence: nil, isTurns: true)
    #expect(input.overhearing?.owed == 1)
    input.speechStarted(at: start + .seconds(3))
    #expect(input.overhearing?.nextDeadline == start + .seconds(63))
    let owed = input.endOverhearing()
    #expect(owed == 1 && input.overhearing == nil)
    let nobody = input.tick(at: start + .seconds(100))
    #expect(!nobody)
  }

  @Test("a hint that says what is known already is none")
  func hints() {
    var input = SpeechInput()
    let hint = RecognitionHint(grammar: nil, phrases: ["yes"])
    let same = input.expect(nil)
    let other = input.expect(hint)
    let again = input.expect(hint)
    #expect(!same && other && !again)
    #expect(input.hint == hint)
  }
}
