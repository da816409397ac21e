import Store
import Testing
import TestSupport

@testable import Desk

@Suite("Who is offered what")
struct AssignmentPolicyTests {
  typealias Waiting = AssignmentPolicy.Waiting
  typealias Candidate = AssignmentPolicy.Candidate
  typealias Offer = AssignmentPolicy.Offer

  private let policy = AssignmentPolicy(knownSkills: ["billing", "french"])

  private func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_800_000_000 + seconds) }

  private func wish(
    _ id: String, priority: Int = 3, since: Int64 = 0, skills: Set<String> = [], isCall: Bool = false
  ) -> Waiting {
    Waiting(id: id, priority: priority, createdAt: at(since), skills: skills, isCall: isCall)
  }

  private func offers(
    _ waiting: [Waiting], _ candidates: [Candidate], asked: [String: [String: Timestamp]] = [:], now: Int64 = 100
  ) -> [String] {
    policy.offers(waiting: waiting, candidates: candidates, asked: asked, at: at(now))
      .map { "\($0.escalation)→\($0.person)" }
  }

  @Test("the most urgent first, then who waits longest")
  func order() {
    let waiting = [wish("late", since: 9), wish("early", since: 1), wish("urgent", priority: 1, since: 20)]
    #expect(offers(waiting, [Candidate(username: "ana")]) == ["urgent→ana"])
    #expect(
      offers(waiting, [Candidate(username: "ana"), Candidate(username: "ben"), Candidate(username: "cy")])
        == ["urgent→ana", "early→ben", "late→cy"])
  }

  @Test("it goes to whoever was given something longest ago; never is longest")
  func idle() {
    let people = [
      Candidate(username: "ana", lastAssignedAt: at(50)), Candidate(username: "ben", lastAssignedAt: at(10)),
      Candidate(username: "cy"),
    ]
    #expect(offers([wish("a"), wish("b", since: 1), wish("c", since: 2)], people) == ["a→cy", "b→ben", "c→ana"])
  }

  @Test("nothing is offered to who is not online, has no room, or has an open offer")
  func room() {
    let people = [
      Candidate(username: "away", status: .away), Candidate(username: "busy", status: .busy),
      Candidate(username: "off", status: .offline), Candidate(username: "full", load: 4),
      Candidate(username: "over", load: 7, capacity: 2), Candidate(username: "none", capacity: 0),
      Candidate(username: "asked", hasOffer: true),
    ]
    #expect(offers([wish("a")], people) == [])
  }

  @Test("all the skills are wanted, but for those that nobody was given")
  func skills() {
    let ana = Candidate(username: "ana", skills: ["billing"])
    let ben = Candidate(username: "ben", skills: ["billing", "french"], lastAssignedAt: at(1))
    #expect(offers([wish("a", skills: ["french", "billing"])], [ana, ben]) == ["a→ben"])
    #expect(offers([wish("a", skills: ["french"])], [ana]) == [])
    #expect(offers([wish("a", skills: ["astrology"])], [ana]) == ["a→ana"])
    #expect(offers([wish("a", skills: ["astrology", "french"])], [ana, ben]) == ["a→ben"])
  }

  @Test("what nobody here can do keeps nobody from what comes after it")
  func noBlocking() {
    #expect(
      offers([wish("a", priority: 1, skills: ["french"]), wish("b")], [Candidate(username: "ana")]) == ["b→ana"])
  }

  @Test("who is on the telephone takes chats and no second call")
  func calls() {
    let ana = Candidate(username: "ana", load: 1, isInCall: true)
    #expect(offers([wish("call", isCall: true), wish("chat", since: 1)], [ana]) == ["chat→ana"])
  }

  @Test("who let it lapse is asked again when everybody was, and not at once")
  func asked() {
    let ana = Candidate(username: "ana")
    let ben = Candidate(username: "ben", lastAssignedAt: at(90))
    #expect(offers([wish("a")], [ana, ben], asked: ["a": ["ana": at(95)]]) == ["a→ben"])
    let both = ["a": ["ana": at(60), "ben": at(50)]]
    #expect(offers([wish("a")], [ana, ben], asked: both, now: 79) == [])
    #expect(policy.nextRound(waiting: [wish("a")], candidates: [ana, ben], asked: both, after: at(79)) == at(80))
    #expect(offers([wish("a")], [ana, ben], asked: both, now: 80) == ["a→ben"])
    #expect(offers([wish("a")], [ana, ben], asked: both, now: 95) == ["a→ben"])
    // What one declined they may still be offered of something else.
    #expect(offers([wish("b")], [ana], asked: both) == ["b→ana"])
  }

  @Test("offers keep to room, skills and order, whatever the queue", arguments: 1...40 as ClosedRange<UInt64>)
  func properties(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let words = ["billing", "french", "astrology"]
    func some() -> Set<String> { Set(words.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }) }
    let people = (0..<Int.random(in: 0...8, using: &random)).map { index in
      Candidate(
        username: "p\(index)", status: PersonStatus.allCases.randomElement(using: &random) ?? .online,
        load: .random(in: 0...4, using: &random), capacity: .random(in: 0...4, using: &random),
        skills: some().subtracting(["astrology"]), lastAssignedAt: at(.random(in: 0...90, using: &random)),
        hasOffer: Int.random(in: 0..<4, using: &random) == 0, isInCall: .random(using: &random))
    }
    let waiting = (0..<Int.random(in: 0...12, using: &random)).map { index in
      wish(
        "e\(index)", priority: .random(in: 1...5, using: &random), since: .random(in: 0...9, using: &random),
        skills: some(), isCall: .random(using: &random))
    }
    var asked: [String: [String: Timestamp]] = [:]
    for wish in waiting {
      for person in people where Int.random(in: 0..<3, using: &random) == 0 {
        asked[wish.id, default: [:]][person.username] = at(.random(in: 40...100, using: &random))
      }
    }
    let now = at(100)
    let offers = policy.offers(waiting: waiting, candidates: people, asked: asked, at: now)
    let note: Comment = "seed \(seed)"
    #expect(Set(offers.map(\.person)).count == offers.count, note)
    #expect(Set(offers.map(\.escalation)).count == offers.count, note)
    var free = people.filter { $0.status == .online && $0.load < $0.capacity && !$0.hasOffer }
    // Walked through in its order, each wish has the best of who is left, and none only if nobody is left for it.
    for wish in waiting.sorted(by: { $0.comesBefore($1) }) {
      let suitable = free.filter { person in
        wish.skills.subtracting(["astrology"]).isSubset(of: person.skills) && !(wish.isCall && person.isInCall)
      }
      let fresh = suitable.filter { asked[wish.id]?[$0.username] == nil }
      let again = suitable.filter { (asked[wish.id]?[$0.username] ?? at(0)) <= at(70) }
      guard let offer = offers.first(where: { $0.escalation == wish.id }) else {
        #expect(fresh.isEmpty && again.isEmpty, note)
        continue
      }
      let person = people.first { $0.username == offer.person }
      #expect((fresh.isEmpty ? again : fresh).contains { $0.username == offer.person }, note)
      if !fresh.isEmpty {
        #expect(fresh.allSatisfy { ($0.lastAssignedAt ?? at(0)) >= (person?.lastAssignedAt ?? at(0)) }, note)
      }
      free.removeAll { $0.username == offer.person }
    }
  }

  @Test(
    "everybody comes to be helped, as long as people take some of what they are offered",
    arguments: 1...20 as ClosedRange<UInt64>)
  func noStarvation(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var people = (0..<3).map { index in
      Candidate(username: "p\(index)", capacity: 2, skills: index == 0 ? ["billing", "french"] : ["billing"])
    }
    var waiting: [Waiting] = []
    var asked: [String: [String: Timestamp]] = [:]
    var working: [(person: String, until: Int64)] = []
    var second: Int64 = 0
    var made = 0
    while made < 60 || !waiting.isEmpty {
      second += 10
      guard second < 40_000 else { break }
      if made < 60, Int.random(in: 0..<2, using: &random) == 0 {
        made += 1
        waiting.append(
          wish(
            "e\(made)", priority: .random(in: 1...5, using: &random), since: second,
            skills: [[], ["billing"], ["french"]].randomElement(using: &random) ?? []))
      }
      for index in people.indices {
        people[index].load = working.filter { $0.person == people[index].username && $0.until > second }.count
      }
      for offer in policy.offers(waiting: waiting, candidates: people, asked: asked, at: at(second)) {
        guard let index = people.firstIndex(where: { $0.username == offer.person }) else { continue }
        #expect(people[index].load < people[index].capacity, "seed \(seed)")
        if Int.random(in: 0..<3, using: &random) == 0 {
          waiting.removeAll { $0.id == offer.escalation }
          people[index].lastAssignedAt = at(second)
          working.append((offer.person, second + .random(in: 30...600, using: &random)))
        } else {
          asked[offer.escalation, default: [:]][offer.person] = at(second)
        }
      }
    }
    #expect(waiting.isEmpty, "seed \(seed)")
  }
}
