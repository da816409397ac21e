import Desk
import Settings
import Store
import Testing

@testable import ControlAPI

@Suite("Signing in at the console")
struct SignInsTests {
  @Test("the right password opens a session, of which the store knows no more than a digest")
  func password() async throws {
    try await AccessBench.run { bench in
      let opened = try await bench.signIn()
      #expect(opened.principal.person == AccessBench.ana.person)
      #expect(try await bench.signIns.principal(of: opened.secret) == opened.principal)
      let record = try #require(try await bench.store.sessions(person: "ana").first)
      #expect(record.id == opened.principal.session)
      #expect(record.tokenDigest != opened.secret)
      #expect(record.address == "192.0.2.1")
      #expect(try await bench.signIns.principal(of: record.tokenDigest) == nil)
      #expect(try await bench.store.audits(before: nil, limit: 5).map(\.action) == ["session.opened"])
    }
  }

  @Test(
    "a wrong password, and a name that nobody has, are refused alike and written down",
    arguments: [("ana", "wrong"), ("ana", ""), ("nobody", "correct horse"), ("ANA", "correct horse")])
  func wrong(username: String, password: String) async throws {
    try await AccessBench.run { bench in
      await #expect(throws: SignIns.Failure.badCredentials) { _ = try await bench.signIn(username, password) }
      let entry = try await bench.store.audits(before: nil, limit: 5).first
      #expect(entry?.action == "session.refused")
      #expect(entry?.who == username)
      #expect(try await bench.store.sessions(person: nil).isEmpty)
    }
  }

  @Test("after some failures even the right password has to wait, and then it works")
  func tooMany() async throws {
    try await AccessBench.run { bench in
      for _ in 0..<SignInLimiter.free {
        await #expect(throws: SignIns.Failure.badCredentials) { _ = try await bench.signIn("ana", "wrong") }
      }
      await #expect(throws: SignIns.Failure.tooMany(wait: .seconds(1))) { _ = try await bench.signIn() }
      _ = try await bench.signIn("sam", "battery staple")
      bench.clock.pass(.seconds(1))
      _ = try await bench.signIn()
    }
  }

  @Test("a link signs in once, as a supervisor where nobody is configured")
  func link() async throws {
    try await AccessBench.run(people: []) { bench in
      let link = bench.signIns.makeLink()
      await #expect(throws: SignIns.Failure.badCredentials) {
        let other = (link.first == "0" ? "1" : "0") + link.dropFirst()
        _ = try await bench.signIns.signIn(link: other, address: "a", agent: "")
      }
      let opened = try await bench.signIns.signIn(link: link, address: "a", agent: "")
      #expect(opened.principal.person?.role == .supervisor)
      #expect(try await bench.signIns.principal(of: opened.secret) == opened.principal)
      await #expect(throws: SignIns.Failure.badCredentials) {
        _ = try await bench.signIns.signIn(link: link, address: "a", agent: "")
      }
    }
  }

  @Test("a link is good for an hour, and a new one ends the one before")
  func linkEnds() async throws {
    try await AccessBench.run(people: []) { bench in
      let first = bench.signIns.makeLink()
      let second = bench.signIns.makeLink()
      await #expect(throws: SignIns.Failure.badCredentials) {
        _ = try await bench.signIns.signIn(link: first, address: "a", agent: "")
      }
      bench.clock.pass(SignIns.linkLifetime)
      await #expect(throws: SignIns.Failure.badCredentials) {
        _ = try await bench.signIns.signIn(link: second, address: "a", agent: "")
      }
    }
  }

  @Test("a session that is not used for two hours is over; one that is used goes on, but not longer than twelve")
  func expiry() async throws {
    try await AccessBench.run { bench in
      let idle = try await bench.signIn()
      bench.clock.pass(SignIns.idle)
      #expect(try await bench.signIns.principal(of: idle.secret) != nil)
      bench.clock.pass(SignIns.idle + .milliseconds(1))
      #expect(try await bench.signIns.principal(of: idle.secret) == nil)

      let used = try await bench.signIn()
      for _ in 0..<11 {
        bench.clock.pass(.seconds(3600))
        #expect(try await bench.signIns.principal(of: used.secret) != nil)
      }
      bench.clock.pass(.seconds(3600))
      #expect(try await bench.signIns.principal(of: used.secret) == nil)
    }
  }

  @Test("a revoked session is over, and others of the same person go on")
  func revoked() async throws {
    try await AccessBench.run { bench in
      let (one, other) = (try await bench.signIn(), try await bench.signIn())
      #expect(one.secret != other.secret)
      let id = try #require(one.principal.session)
      #expect(try await bench.store.revoke(id, at: bench.clock.now))
      #expect(try await bench.signIns.principal(of: one.secret) == nil)
      #expect(try await bench.signIns.principal(of: other.secret) != nil)
    }
  }

  @Test(
    "who is not configured any more is not signed in any more, nor is whoever came by the link once there are people")
  func gone() async throws {
    try await AccessBench.run(people: []) { bench in
      let link = try await bench.signIns.signIn(link: bench.signIns.makeLink(), address: "a", agent: "")
      let before = SignIns(people: [AccessBench.ana, AccessBench.sam], book: bench.store, clock: bench.clock)
      let ana = try await before.signIn(username: "ana", password: "correct horse", address: "a", agent: "")
      let after = SignIns(people: [AccessBench.sam], book: bench.store, clock: bench.clock)
      #expect(try await before.principal(of: ana.secret) != nil)
      #expect(try await after.principal(of: ana.secret) == nil)
      #expect(try await after.principal(of: link.secret) == nil)
    }
  }

  @Test("what can't be a secret is nobody's", arguments: ["", "x", String(repeating: "a", count: 10_000), "\0"])
  func nobody(secret: String) async throws {
    try await AccessBench.run { bench in
      let principal = try await bench.signIns.principal(of: secret)
      #expect(principal == nil)
    }
  }
}
