import Desk
import Yams

extension ConfigurationParser {
  func people(_ value: ConfigurationValue) -> [PersonConfiguration] {
    var seen: Set<String> = []
    return value.list("people").compactMap { item in
      guard let section = item.section(), let result = person(section) else { return nil }
      if !seen.insert(result.person.username).inserted {
        item.mistake("there are two people with the username \"\(result.person.username)\"")
      }
      return result
    }
  }

  private func person(_ section: ConfigurationSection) -> PersonConfiguration? {
    defer { section.close() }
    let username = section.required("username", "a name")?.string("a name")
    let password = section.required("password", "a secret, as ${NAME} or file:/path")?.secret()
    let name = section.value("name")?.string("a name")
    let sip = section.value("sip").flatMap { sipURI($0) }
    let skills = section.value("skills")?.list("words").compactMap { $0.string("a word") } ?? []
    let role = section.value("role")?.choice(Person.Role.self) ?? .agent
    let capacity = section.value("capacity")?.integer(0...100)
    guard let username, let password else { return nil }
    var person = Person(username: username, name: name, role: role, skills: Set(skills), sip: sip)
    if let capacity { person.capacity = capacity }
    return PersonConfiguration(person: person, password: password)
  }

  func queue(_ value: ConfigurationValue, _ section: ConfigurationSection) -> DeskSettings {
    var result = DeskSettings()
    func duration(_ key: String, _ path: WritableKeyPath<DeskSettings, Duration>, _ range: ClosedRange<Duration>) {
      if let value = section.value(key)?.duration(range) { result[keyPath: path] = value }
    }
    if let automatic = section.value("automatic")?.bool() { result.isAutomatic = automatic }
    duration("offer", \.offer, .seconds(5) ... .seconds(600))
    duration("ask_again", \.pause, .seconds(1) ... .seconds(3600))
    duration("idle", \.idle, .seconds(30) ... .seconds(86_400))
    duration("idle_grace", \.idleGrace, .zero ... .seconds(86_400))
    duration("absence", \.absence, .seconds(1) ... .seconds(3600))
    if let target = section.value("return_to")?.choice(DeskSettings.ReturnTarget.self) { result.returnTo = target }
    result.service.standard = times(section, standard: SLASettings.Times())
    if let priorities = section.value("priorities")?.section() {
      for key in priorities.keys {
        guard let value = priorities.value(key), let body = value.section() else { continue }
        if let priority = Int(key), (1...5).contains(priority) {
          result.service.byPriority[priority] = times(body, standard: result.service.standard)
          body.close()
        } else {
          value.mistake("is not a priority; expected 1 (the most urgent) to 5")
        }
      }
    }
    if let section = section.value("hours")?.section(), let hours = hours(section) { result.hours = hours }
    section.close()
    return result
  }

  private func times(_ section: ConfigurationSection, standard: SLASettings.Times) -> SLASettings.Times {
    var result = standard
    let range = Duration.seconds(1) ... .seconds(60 * 86_400)
    if let value = section.value("first_reply")?.duration(range) { result.firstReply = value }
    if let value = section.value("next_reply")?.duration(range) { result.nextReply = value }
    if let value = section.value("resolution")?.duration(range) { result.resolution = value }
    return result
  }

  private func hours(_ section: ConfigurationSection) -> BusinessHours? {
    defer { section.close() }
    let zone = section.required("time_zone", "a time zone, e.g. Europe/Madrid").flatMap { value -> String? in
      guard let name = value.string("a time zone, e.g. Europe/Madrid") else { return nil }
      guard BusinessHours.hasTimeZone(name) else {
        value.mistake("\"\(name)\" is not a time zone; expected e.g. Europe/Madrid")
        return nil
      }
      return name
    }
    let week = section.required("week", "a list like [\"mon-fri 09:00-14:00, 16:00-20:00\"]")
    let items = week?.list("a list like [\"mon-fri 09:00-14:00, 16:00-20:00\"]") ?? []
    let rules = items.compactMap { item in
      read(item, "days and times, e.g. mon-fri 09:00-14:00") { text throws(BusinessHoursError) in try WeekRule(text) }
    }
    if let week, items.isEmpty, week.node.sequence != nil { week.mistake("is empty; expected days and times") }
    let holidays =
      section.value("holidays")?.list("dates like 12-25 or 2026-12-25").compactMap { item in
        read(item, "a date, e.g. 12-25 or 2026-12-25") { text throws(BusinessHoursError) in try Holiday(text) }
      } ?? []
    guard let zone, let week, !rules.isEmpty else { return nil }
    do {
      return try BusinessHours(timeZone: zone, week: rules, holidays: holidays)
    } catch {
      week.mistake(error.description)
      return nil
    }
  }

  private func read<Value>(
    _ item: ConfigurationValue, _ expected: String, as parse: (String) throws(BusinessHoursError) -> Value
  ) -> Value? {
    guard let text = item.string(expected) else { return nil }
    do {
      return try parse(text)
    } catch {
      item.mistake(error.description)
      return nil
    }
  }
}
