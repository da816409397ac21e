import Store
import Testing

@Suite("Who is signed in, and what they did", .everyStore)
struct SessionTests {
  let test: TestStore
  var store: RowStore { test.store }

  init() throws { test = try TestStore() }

  private func session(_ id: String, _ person: String = "ana") -> SessionRecord {
    SessionRecord(
      id: id, tokenDigest: "digest of \(id)", person: person, role: "agent", createdAt: at(1_000),
      lastSeenAt: at(1_000), expiresAt: at(2_000), address: "127.0.0.1", agent: "browser")
  }

  @Test("a session is found by its digest until it ends")
  func found() async throws {
    try await store.open(session("s1"))
    #expect(try await store.session(digest: "digest of s1", at: at(1_999)) == session("s1"))
    #expect(try await store.session(digest: "digest of s1", at: at(2_000)) == nil)
    #expect(try await store.session(digest: "another", at: at(1_000)) == nil)
    try await store.touch("s1", at: at(1_500))
    try await store.touch("s1", at: at(1_400))
    #expect(try await store.session(digest: "digest of s1", at: at(1_600))?.lastSeenAt == at(1_500))
    await #expect(throws: StoreError.self) { try await store.open(session("s1")) }
  }

  @Test("a session that was revoked is none any more")
  func revoked() async throws {
    for (id, person) in [("s1", "ana"), ("s2", "ana"), ("s3", "bob"), ("s4", "bob")] {
      try await store.open(session(id, person))
    }
    try await store.touch("s2", at: at(1_100))
    #expect(try await store.sessions(person: "ana").map(\.id) == ["s2", "s1"])
    #expect(try await store.sessions(person: nil).count == 4)
    #expect(try await store.revoke("s1", at: at(1_200)))
    #expect(try await !store.revoke("s1", at: at(1_200)))
    #expect(try await !store.revoke("s4", at: at(2_000)))
    #expect(try await store.session(digest: "digest of s1", at: at(1_200)) == nil)
    #expect(try await store.revokeAll(person: "ana") == ["s2"])
    #expect(try await store.sessions(person: nil).map(\.id) == ["s3"])
    try await store.forgetSessions(before: at(2_000))
    #expect(try await store.sessions(person: nil).count == 1)
    try await store.forgetSessions(before: at(2_001))
    #expect(try await store.sessions(person: nil).isEmpty)
  }

  @Test("what was done is listed by pages, the newest first, while more is done, and forgotten by age")
  func audited() async throws {
    for index in 0..<5 {
      try await store.audit(
        NewAudit(
          at: at(1_000 + Int64(index)), who: "ana", action: "recording.heard", subject: "call_\(index)", detail: "d",
          address: "127.0.0.1"))
    }
    let page = try await store.audits(before: nil, limit: 2)
    #expect(page.map(\.subject) == ["call_4", "call_3"])
    let made = try await store.audit(NewAudit(at: at(1_010), who: "bob", action: "session.open"))
    #expect(made.sequence == 6 && made.subject == nil)
    let rest = try await store.audits(before: page.last?.sequence, limit: 10)
    #expect(rest.map(\.subject) == ["call_2", "call_1", "call_0"])
    #expect(rest.first?.who == "ana" && rest.first?.action == "recording.heard" && rest.first?.detail == "d")
    try await store.forgetAudits(before: at(1_003))
    #expect(try await store.audits(before: nil, limit: 10).map(\.sequence) == [6, 5, 4])
  }
}
