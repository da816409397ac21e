import Testing

@testable import ControlAPI

@Suite("Who looks at a conversation")
struct ViewersTests {
  private static func viewers(_ watches: (page: String, person: String, conversation: String)...) -> Viewers {
    var viewers = Viewers()
    for (page, person, conversation) in watches {
      _ = viewers.watch(conversation, by: page, username: person, name: person.uppercased(), limit: 2)
    }
    return viewers
  }

  private static func names(_ viewers: Viewers, _ conversation: String = "c") -> [String] {
    viewers.people(in: conversation).map { $0.username + ($0.isTyping ? "…" : "") }
  }

  @Test("each person is told once, however many pages they have, and goes with the last of them")
  func pages() {
    var viewers = Self.viewers(("p1", "ana", "c"), ("p2", "ana", "c"), ("p3", "sam", "c"), ("p3", "sam", "d"))
    #expect(Self.names(viewers) == ["ana", "sam"])
    #expect(viewers.people(in: "c").first?.name == "ANA")
    let first = viewers.left("p1")
    #expect(Self.names(viewers) == ["ana", "sam"])
    let others = [viewers.left("p2"), viewers.left("p3")]
    #expect(first == ["c"])
    #expect(others == [["c"], ["c", "d"]])
    #expect(Self.names(viewers).isEmpty)
    let again = viewers.left("p3")
    #expect(again.isEmpty)
  }

  @Test("a page looks at no more than it may, and at what it looks at already as often as it likes")
  func limit() {
    var viewers = Self.viewers(("p", "ana", "c"), ("p", "ana", "d"))
    func watch(_ conversation: String) -> Bool {
      viewers.watch(conversation, by: "p", username: "ana", name: "Ana", limit: 2)
    }
    let (known, third) = (watch("c"), watch("e"))
    #expect(known)
    #expect(!third)
    #expect(Self.names(viewers, "e").isEmpty)
    _ = viewers.unwatch("d", by: "p")
    let now = watch("e")
    #expect(now)
  }

  @Test("who writes is told once, and only where they look")
  func typing() {
    var viewers = Self.viewers(("p1", "ana", "c"), ("p2", "ana", "c"), ("p3", "sam", "d"))
    let begun = viewers.typing(true, in: "c", by: "p1")
    let again = viewers.typing(true, in: "c", by: "p1")
    let elsewhere = viewers.typing(true, in: "c", by: "p3")
    let nowhere = viewers.typing(true, in: "c", by: "p9")
    #expect([begun, again, elsewhere, nowhere] == [true, false, false, false])
    #expect(Self.names(viewers) == ["ana…"])
    let ended = viewers.typing(false, in: "c", by: "p1")
    #expect(ended)
    #expect(Self.names(viewers) == ["ana"])
  }

  @Test("who looks away does not write any more")
  func unwatch() {
    var viewers = Self.viewers(("p1", "ana", "c"))
    _ = viewers.typing(true, in: "c", by: "p1")
    let first = viewers.unwatch("c", by: "p1")
    let second = viewers.unwatch("c", by: "p1")
    #expect([first, second] == [true, false])
    _ = viewers.watch("c", by: "p1", username: "ana", name: "Ana", limit: 2)
    #expect(Self.names(viewers) == ["ana"])
  }
}
