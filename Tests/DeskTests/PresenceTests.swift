import Store
import Testing

@testable import Desk

@Suite("Presence")
struct PresenceTests {
  private func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_800_000_000 + seconds) }

  private func change(_ person: String, _ status: PersonStatus) -> [Presence.Change] {
    [Presence.Change(person: person, status: status)]
  }

  @Test("who connects is online, whoever it is")
  func connects() {
    var presence = Presence()
    #expect(presence.status(of: "ana") == .offline)
    #expect(presence.connected("ana", connection: "a", at: at(0)) == change("ana", .online))
    #expect(presence.connected("ana", connection: "b", at: at(1)) == [])
    #expect(presence.status(of: "ana") == .online)
    #expect(presence.nextDeadline == nil)
  }

  @Test("a page that is loaded again is no absence, and keeps what was chosen")
  func reload() {
    var presence = Presence()
    _ = presence.connected("ana", connection: "a", at: at(0))
    #expect(presence.choose(.away, for: "ana", at: at(5)) == change("ana", .away))
    #expect(presence.disconnected("ana", connection: "a", at: at(10)) == [])
    #expect(presence.nextDeadline == at(40))
    #expect(presence.connected("ana", connection: "b", at: at(12)) == [])
    #expect(presence.status(of: "ana") == .away)
    #expect(presence.expire(at: at(1000)) == [])
  }

  @Test("who has been gone for the grace time is offline, and online again when they come back")
  func gone() {
    var presence = Presence()
    _ = presence.connected("ana", connection: "a", at: at(0))
    _ = presence.connected("ana", connection: "b", at: at(0))
    _ = presence.choose(.busy, for: "ana", at: at(1))
    #expect(presence.disconnected("ana", connection: "a", at: at(2)) == [])
    #expect(presence.nextDeadline == nil)
    #expect(presence.disconnected("ana", connection: "b", at: at(3)) == [])
    #expect(presence.expire(at: at(32)) == [])
    #expect(presence.expire(at: at(33)) == change("ana", .offline))
    #expect(presence.expire(at: at(34)) == [])
    #expect(presence.connected("ana", connection: "c", at: at(100)) == change("ana", .online))
  }

  @Test("who chose to be offline is, while connected, and after a reload")
  func chosenOffline() {
    var presence = Presence()
    _ = presence.connected("ana", connection: "a", at: at(0))
    #expect(presence.choose(.offline, for: "ana", at: at(1)) == change("ana", .offline))
    _ = presence.disconnected("ana", connection: "a", at: at(2))
    #expect(presence.connected("ana", connection: "b", at: at(3)) == [])
    #expect(presence.choose(.online, for: "ana", at: at(4)) == change("ana", .online))
  }

  @Test("without a connection a status holds for the grace time, and on with each thing that is done")
  func withoutConnection() {
    var presence = Presence(grace: .seconds(10))
    #expect(presence.active("ben", at: at(0)) == [])
    #expect(presence.status(of: "ben") == .offline)
    #expect(presence.choose(.online, for: "ben", at: at(0)) == change("ben", .online))
    #expect(presence.active("ben", at: at(9)) == [])
    #expect(presence.lastActivity(of: "ben") == at(9))
    #expect(presence.nextDeadline == at(19))
    #expect(presence.expire(at: at(19)) == change("ben", .offline))
  }

  @Test("an end of a connection that is not known changes nothing")
  func unknown() {
    var presence = Presence()
    #expect(presence.disconnected("ana", connection: "a", at: at(0)) == [])
    _ = presence.connected("ana", connection: "a", at: at(0))
    _ = presence.disconnected("ana", connection: "z", at: at(5))
    #expect(presence.nextDeadline == nil)
  }
}
