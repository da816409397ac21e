import Store
import Testing

@testable import ControlAPI

@Suite("Pages of calls that are going on")
struct CallPageTests {
  private static func call(_ id: String, in conversation: String? = nil) -> CallRecord {
    CallRecord(
      id: id, conversation: conversation, sipCallID: id, direction: .inbound, from: "1", to: "2",
      startedAt: Timestamp(seconds: 1))
  }

  @Test(
    "they are the newest first, of the conversation that is asked for, after the cursor, and no more than asked for")
  func page() {
    let calls = [
      Self.call("call_2", in: "a"), Self.call("call_4", in: "b"), Self.call("call_1", in: "a"), Self.call("call_3"),
    ]
    func page(_ conversation: String? = nil, before id: String? = nil, limit: Int = 10) -> [String] {
      let filter = CallFilter(conversation: conversation)
      return CallOperations.page(of: calls.filter(filter.admits), before: id, limit: limit).map(\.id)
    }
    #expect(page() == ["call_4", "call_3", "call_2", "call_1"])
    #expect(page("a") == ["call_2", "call_1"])
    #expect(page(limit: 2) == ["call_4", "call_3"])
    #expect(page(before: "call_3") == ["call_2", "call_1"])
  }
}
