import Desk
import Testing

@testable import Settings

@Suite("Configuration of people and the queue")
struct PeopleConfigurationTests {
  private static let least = "assistants: {desk: {llm: {provider: scripted}}}\n"

  private func read(_ text: String) throws -> Configuration {
    try Configuration.read(
      Self.least + text, file: "a.yaml", environment: ["ANA_PASSWORD": "from-outside"])
  }

  private func mistakes(_ text: String) -> [String] {
    do {
      _ = try read(text)
      return []
    } catch let error as ConfigurationError {
      return error.mistakes.map(\.description)
    } catch {
      return ["\(error)"]
    }
  }

  @Test("a person has a name, a role, skills and room for four conversations unless it is said otherwise")
  func people() throws {
    let people = try read(
      """
      people:
        - {username: ana, password: "${ANA_PASSWORD}"}
        - {username: ben, password: b, name: Ben B., role: supervisor, skills: [billing, french], capacity: 0,
           sip: "sip:ben@pbx.example"}
      """
    ).people
    #expect(people.map(\.password.value) == ["from-outside", "b"])
    #expect(
      people.map(\.person) == [
        Person(username: "ana", name: "ana", role: .agent, capacity: 4),
        Person(
          username: "ben", name: "Ben B.", role: .supervisor, skills: ["billing", "french"],
          sip: "sip:ben@pbx.example", capacity: 0),
      ])
  }

  @Test("without a file, and without the section, nobody is known, offers are made and somebody is always there")
  func defaults() throws {
    #expect(Configuration.default.people == [])
    #expect(Configuration.default.queue == DeskSettings())
    let settings = try read("people: [{username: ana, password: a}]").queue
    #expect(settings == DeskSettings())
    #expect(settings.offer == .seconds(30))
    #expect(settings.isAutomatic)
    #expect(settings.service.times(priority: 3).firstReply == .seconds(120))
    #expect(settings.idle == .seconds(600))
    #expect(settings.hours.isAlways)
  }

  @Test("every setting of the queue is read")
  func queue() throws {
    let settings = try read(
      """
      queue:
        automatic: false
        offer: 20s
        ask_again: 1m
        first_reply: 3m
        next_reply: 5m
        priorities: {1: {first_reply: 30s, resolution: 1h}}
        idle: 5m
        idle_grace: 30s
        return_to: assistant
        absence: 10s
        hours:
          time_zone: Europe/Madrid
          week:
            - mon-fri 09:00-14:00, 16:00-20:00
            - sat 10:00-13:00
          holidays: [12-25, 2026-10-12, "12-24 09:00-13:00"]
      """
    ).queue
    var expected = DeskSettings()
    expected.isAutomatic = false
    expected.offer = .seconds(20)
    expected.pause = .seconds(60)
    expected.idle = .seconds(300)
    expected.idleGrace = .seconds(30)
    expected.returnTo = .assistant
    expected.absence = .seconds(10)
    expected.service.standard = SLASettings.Times(firstReply: .seconds(180), nextReply: .seconds(300))
    expected.service.byPriority[1] = SLASettings.Times(
      firstReply: .seconds(30), nextReply: .seconds(300), resolution: .seconds(3600))
    expected.hours = try BusinessHours(
      timeZone: "Europe/Madrid",
      week: [WeekRule("mon-fri 09:00-14:00, 16:00-20:00"), WeekRule("sat 10:00-13:00")],
      holidays: [Holiday("12-25"), Holiday("2026-10-12"), Holiday("12-24 09:00-13:00")])
    #expect(settings == expected)
  }

  @Test(
    "a mistake is named with its place",
    arguments: [
      (
        "people: [{username: ana, password: a}, {username: ana, password: b}]",
        "a.yaml:2: people[1]: there are two people with the username \"ana\""
      ),
      (
        "people: [{username: ana, password: a, capacity: 101}]",
        "a.yaml:2: people[0].capacity: \"101\" is not a whole number from 0 to 100"
      ),
      ("queue: {offers: 30s}", "a.yaml:2: queue.offers: is not known; did you mean `offer`?"),
      ("queue: {offer: 1s}", "a.yaml:2: queue.offer: 1s is out of range; expected 5s to 10m"),
      (
        "queue: {return_to: nobody}",
        "a.yaml:2: queue.return_to: \"nobody\" is not known; expected one of assistant, queue"
      ),
      (
        "queue: {priorities: {0: {first_reply: 1m}}}",
        "a.yaml:2: queue.priorities.0: is not a priority; expected 1 (the most urgent) to 5"
      ),
      (
        "queue: {hours: {time_zone: Madrid, week: [mon 09:00-14:00]}}",
        "a.yaml:2: queue.hours.time_zone: \"Madrid\" is not a time zone; expected e.g. Europe/Madrid"
      ),
      (
        "queue: {hours: {time_zone: UTC}}",
        "a.yaml:2: queue.hours.week: is missing; expected a list like [\"mon-fri 09:00-14:00, 16:00-20:00\"]"
      ),
      (
        "queue: {hours: {time_zone: UTC, week: []}}",
        "a.yaml:2: queue.hours.week: is empty; expected days and times"
      ),
      (
        "queue: {hours: {time_zone: UTC, week: [mon 09:00-14:00, monday 15:00-16:00]}}",
        "a.yaml:2: queue.hours.week[1]: \"monday\" is not a day; expected mon, tue, wed, thu, fri, sat, sun"
      ),
      (
        "queue: {hours: {time_zone: UTC, week: [mon 09:00-14:00, mon 13:00-16:00]}}",
        "a.yaml:2: queue.hours.week: \"mon\": 09:00-14:00 and 13:00-16:00 overlap"
      ),
      (
        "queue: {hours: {time_zone: UTC, week: [mon 09:00-14:00], holidays: [christmas]}}",
        "a.yaml:2: queue.hours.holidays[0]: \"christmas\" is not a date; expected e.g. 2026-12-25, or 12-25 for every year"
      ),
    ])
  func mistake(text: String, expected: String) {
    #expect(mistakes(text) == [expected])
  }
}
