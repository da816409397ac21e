import Audio
import Testing
import TestSupport

@testable import Providers
@testable import VoicePipeline

@Suite("A Deepgram session")
struct DeepgramSessionTests {
  private let start = ContinuousClock.now
  private let lost = ProviderError(.unreachable, provider: "deepgram", message: "hung up")
  private let finalize = DeepgramSession.Action.sendText(#"{"type":"Finalize"}"#)

  private func at(_ milliseconds: Int) -> Instant { start + .milliseconds(milliseconds) }

  private func open() -> DeepgramSession {
    var session = DeepgramSession(sampleRate: 8000, finalizeTimeout: .milliseconds(1500), now: start)
    _ = session.connected(at: start)
    return session
  }

  private func frame(_ value: Int16 = 1, isSpeech: Bool = true, count: Int = 160) -> AudioFrame {
    AudioFrame(samples: [Int16](repeating: value, count: count), sampleRate: 8000, arrival: start, isSpeech: isSpeech)
  }

  /// Speaks for so many frames of 20 ms.
  private func speak(_ session: inout DeepgramSession, frames: Int, at now: Int = 0) {
    for _ in 0..<frames { _ = session.send(frame(), at: at(now)) }
  }

  private func text(_ actions: [DeepgramSession.Action]) -> [RecognitionEvent] {
    actions.compactMap { if case .emit(let event) = $0 { event } else { nil } }
  }

  @Test("frames go out at once as little-endian samples, never empty")
  func audio() {
    var session = open()
    #expect(
      session.send(AudioFrame(samples: [1, -2], sampleRate: 8000, arrival: start), at: at(0))
        == [.sendAudio([1, 0, 0xfe, 0xff])])
    #expect(session.send(frame(count: 0), at: at(0)) == [])
    #expect(session.send(AudioFrame(samples: [1], sampleRate: 16000, arrival: start), at: at(0)) == [])
    #expect(session.droppedBytes == 2)
  }

  @Test("settled pieces are joined, guesses replace each other, Finalize brings the final")
  func transcript() {
    var session = open()
    speak(&session, frames: 100)
    typealias Result = StandInDeepgram.Result
    #expect(text(session.receive(Result("I").json, at: at(0))) == [.partial("I")])
    #expect(text(session.receive(Result("I", duration: 1).json, at: at(0))) == [])
    #expect(
      text(session.receive(Result("I want", isFinal: true, duration: 1, confidence: 1).json, at: at(0)))
        == [.partial("I want")])
    #expect(text(session.receive(Result("a", start: 1).json, at: at(0))) == [.partial("I want a")])
    #expect(session.finishUtterance(at: at(10)) == [finalize])
    let answer = Result(
      "a room", isFinal: true, isSpeechFinal: true, isFromFinalize: true, start: 1, duration: 1, confidence: 0.5)
    #expect(text(session.receive(answer.json, at: at(20))) == [.final("I want a room", confidence: 0.75)])
  }

  @Test("a turn that the provider has ended itself needs no Finalize")
  func settled() {
    var session = open()
    speak(&session, frames: 50)
    let result = StandInDeepgram.Result("yes", isFinal: true, isSpeechFinal: true, duration: 1.2)
    #expect(text(session.receive(result.json, at: at(0))) == [.partial("yes"), .endOfTurn])
    #expect(session.finishUtterance(at: at(100)) == [.emit(.final("yes", confidence: 0.98))])
    speak(&session, frames: 50)
    #expect(session.finishUtterance(at: at(200)) == [finalize])
  }

  @Test("silence gives an empty final at once")
  func silence() {
    var session = open()
    _ = session.send(frame(isSpeech: false), at: at(0))
    #expect(session.finishUtterance(at: at(0)) == [.emit(.final("", confidence: nil))])
  }

  @Test("results that come twice count once")
  func duplicates() {
    var session = open()
    speak(&session, frames: 100)
    let first = StandInDeepgram.Result("one", isFinal: true, isSpeechFinal: true, duration: 1).json
    let second = StandInDeepgram.Result("two", isFinal: true, start: 1, duration: 1, confidence: 0.98).json
    #expect(text(session.receive(first, at: at(0))) == [.partial("one"), .endOfTurn])
    #expect(session.receive(first, at: at(0)) == [])
    #expect(text(session.receive(second, at: at(0))) == [.partial("one two")])
    #expect(session.receive(second, at: at(0)) == [])
    #expect(session.receive(first, at: at(0)) == [])
    #expect(session.finishUtterance(at: at(0)) == [.emit(.final("one two", confidence: 0.98))])
  }

  @Test("UtteranceEnd ends a turn that speech_final did not, and only once")
  func utteranceEnd() {
    var session = open()
    speak(&session, frames: 50)
    let end = #"{"type":"UtteranceEnd","channel":[0,1],"last_word_end":2.4}"#
    #expect(session.receive(end, at: at(0)) == [])
    _ = session.receive(StandInDeepgram.Result("one", isFinal: true, duration: 1).json, at: at(0))
    #expect(text(session.receive(end, at: at(0))) == [.endOfTurn])
    #expect(session.receive(end, at: at(0)) == [])
  }

  @Test("an unanswered Finalize ends in time with what there is, guesses included")
  func fallback() {
    var session = open()
    speak(&session, frames: 100)
    _ = session.receive(StandInDeepgram.Result("one", isFinal: true, duration: 1).json, at: at(0))
    _ = session.finishUtterance(at: at(100))
    _ = session.receive(StandInDeepgram.Result("tw", start: 1).json, at: at(200))
    #expect(session.nextDeadline == at(1600))
    #expect(session.tick(at: at(1599)) == [])
    #expect(text(session.tick(at: at(1600))) == [.final("one tw", confidence: 0.98)])
    // The late answer is not the next utterance's.
    let late = StandInDeepgram.Result("two", isFinal: true, isFromFinalize: true, start: 1, duration: 1).json
    #expect(session.receive(late, at: at(1700)) == [])
    #expect(session.finishUtterance(at: at(1800)) == [.emit(.final("", confidence: nil))])
  }

  @Test("each finish has its own final, in order")
  func twoFinishes() {
    var session = open()
    speak(&session, frames: 50)
    #expect(session.finishUtterance(at: at(0)) == [finalize])
    speak(&session, frames: 50)
    #expect(session.finishUtterance(at: at(0)) == [finalize])
    let one = StandInDeepgram.Result("one", isFinal: true, isFromFinalize: true, duration: 1).json
    let two = StandInDeepgram.Result("two", isFinal: true, isFromFinalize: true, start: 1, duration: 1).json
    #expect(text(session.receive(one, at: at(10))) == [.final("one", confidence: 0.98)])
    #expect(text(session.receive(two, at: at(20))) == [.final("two", confidence: 0.98)])
    #expect(session.receive(two, at: at(30)) == [])
  }

  @Test("a silent line is kept alive every four seconds")
  func keepAlive() {
    var session = open()
    #expect(session.nextDeadline == at(4000))
    #expect(session.tick(at: at(3999)) == [])
    #expect(session.tick(at: at(4000)) == [.sendText(#"{"type":"KeepAlive"}"#)])
    _ = session.send(frame(isSpeech: false), at: at(6000))
    #expect(session.tick(at: at(8000)) == [])
    #expect(session.nextDeadline == at(10000))
  }

  @Test("after a hang-up it connects again and sends what was said meanwhile, two seconds at most")
  func reconnect() {
    var session = open()
    speak(&session, frames: 10)
    _ = session.receive(StandInDeepgram.Result("he", duration: 0.2).json, at: at(0))
    #expect(session.disconnected(lost, at: at(100)) == [.disconnect])
    for _ in 0..<150 { #expect(session.send(frame(7), at: at(150)) == []) }
    #expect(session.nextDeadline == at(200))
    #expect(session.tick(at: at(200)) == [.connect])
    let actions = session.connected(at: at(300))
    #expect(actions.count == 100)
    #expect(actions.allSatisfy { if case .sendAudio(let bytes) = $0 { bytes.count == 320 } else { false } })
    #expect(session.droppedBytes == 50 * 320)
    // What was only a guess when the line broke is kept.
    _ = session.finishUtterance(at: at(400))
    let rest = StandInDeepgram.Result("llo", isFinal: true, isFromFinalize: true, duration: 2, confidence: 0.9).json
    #expect(text(session.receive(rest, at: at(500))) == [.final("he llo", confidence: 0.9)])
  }

  @Test("a finish during a reconnection is asked on the new line, or ends in time")
  func finishWhileAway() {
    var session = open()
    speak(&session, frames: 10)
    _ = session.finishUtterance(at: at(0))
    _ = session.disconnected(lost, at: at(100))
    #expect(session.tick(at: at(200)) == [.connect])
    #expect(session.connected(at: at(300)) == [finalize])
    var away = open()
    speak(&away, frames: 10)
    _ = away.disconnected(lost, at: at(0))
    #expect(away.finishUtterance(at: at(0)) == [])
    #expect(away.tick(at: at(100)) == [.connect])
    #expect(away.tick(at: at(1500)) == [.emit(.final("", confidence: nil))])
  }

  @Test("it gives up after five tries that brought nothing, and says why")
  func giveUp() {
    var session = open()
    var now = 0
    #expect(session.disconnected(lost, at: at(now)) == [.disconnect])
    for _ in 0..<4 {
      now += 2000
      #expect(session.tick(at: at(now)) == [.connect])
      #expect(session.connectFailed(lost, canRetry: true, at: at(now)) == [.disconnect])
    }
    now += 2000
    #expect(session.tick(at: at(now)) == [.connect])
    #expect(session.connectFailed(lost, canRetry: true, at: at(now)) == [.disconnect, .emit(.failed(lost)), .end])
    #expect(session.send(frame(), at: at(now)) == [] && session.finishUtterance(at: at(now)) == [])
    #expect(session.nextDeadline == nil)
  }

  @Test("a refused key ends it at once")
  func refused() {
    var session = open()
    _ = session.disconnected(lost, at: at(0))
    _ = session.tick(at: at(100))
    let refused = ProviderError(.unauthorized, provider: "deepgram", message: "no")
    #expect(
      session.connectFailed(refused, canRetry: false, at: at(200)) == [.disconnect, .emit(.failed(refused)), .end])
  }

  @Test("a line on which nothing at all comes after Finalize is taken for dead")
  func deaf() {
    var session = open()
    speak(&session, frames: 10)
    _ = session.finishUtterance(at: at(0))
    #expect(session.tick(at: at(1500)) == [.emit(.final("", confidence: nil)), .disconnect])
    #expect(session.tick(at: at(1600)) == [.connect])
  }

  @Test("closing says so, once")
  func close() {
    var session = open()
    #expect(session.close() == [.sendText(#"{"type":"CloseStream"}"#), .disconnect, .end])
    #expect(session.close() == [])
    #expect(session.receive(StandInDeepgram.Result("x", isFinal: true).json, at: at(0)) == [])
  }

  @Test(
    "hostile messages change nothing",
    arguments: [
      "", "{", "[]", "null", #"{"type":7}"#, #"{"type":"Results"}"#,
      #"{"type":"Results","channel":{"alternatives":[]}}"#,
      #"{"type":"Results","channel":{"alternatives":[{"transcript":"x"}]},"is_final":true,"start":-1e300,"duration":1e300}"#,
    ])
  func hostile(message: String) {
    var session = open()
    speak(&session, frames: 10)
    for action in session.receive(message, at: at(0)) {
      guard case .emit(.partial) = action else {
        Issue.record("did \(action)")
        continue
      }
    }
    #expect(session.finishUtterance(at: at(0)) == [finalize])
  }
}
