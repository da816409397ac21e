import Audio
import Foundation
import NetClient
import Providers
import VoicePipeline

let turnCases: [BudgetCase] = [
  BudgetCase("turn: from the caller's first word to the end of the answer") {
    let start = ContinuousClock.now
    func at(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }
    var greeted = TurnMachine(settings: TurnSettings(), language: "en", hasPerson: false)
    _ = greeted.handle(.started(greets: false), at: start)
    let inputs: [(TurnInput, Int)] = [
      (.speechStarted(at: at(100)), 100), (.partial("what time"), 600), (.partial("what time is it"), 900),
      (.speechStopped(lastSpeech: at(1000)), 1080), (.tick, 1500), (.final("what time is it"), 1510),
      (.queued(speech: 1, from: 0, to: 16_000, until: at(3600)), 1600), (.audible(at: at(1601), position: 0), 1601),
      (.speechFinished(1, then: .listen), 1700), (.playedOut(at: at(3600), position: 16_000), 3600),
    ]
    return .plain { [greeted] in
      var machine = greeted
      for (input, milliseconds) in inputs { _ = machine.handle(input, at: at(milliseconds)) }
    }
  },
  BudgetCase("escalation: hear a sentence of the customer", runs: 20) {
    let watch = EscalationWatch(settings: EscalationSettings(), language: "en")
    let date = Date(timeIntervalSince1970: 1_790_000_000)
    return .plain {
      var watch = watch
      _ = watch.customerSaid("i have been trying to change my booking for tomorrow evening", id: "m1", at: date)
    }
  },
  BudgetCase("speech: cut an answer into sentences") {
    let tokens = "Your table is booked for Mr. Smith at 8.30 p.m. tomorrow. See you then! Is there anything else?"
      .split(separator: " ").map { "\($0) " }
    return .plain {
      var splitter = SentenceSplitter()
      for token in tokens { _ = splitter.append(token) }
      _ = splitter.flush()
    }
  },
  BudgetCase("language model: read an answer of 20 pieces", runs: 20) {
    let chunk = #"data: {"id":"c","choices":[{"index":0,"delta":{"content":"word "},"finish_reason":null}]}"#
    let stream = Array((String(repeating: chunk + "\n\n", count: 20) + "data: [DONE]\n\n").utf8)
    return .plain {
      var parser = EventStreamParser()
      var reader = ChatCompletionReader()
      for event in (try? parser.feed(stream)) ?? [] { _ = try? reader.receive(event.data) }
    }
  },
]
