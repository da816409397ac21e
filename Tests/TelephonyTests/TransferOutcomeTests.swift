import SIPStack
import Testing
import VoicePipeline

@testable import Telephony

@Suite("How a conversation sees a transfer")
struct TransferOutcomeTests {
  private static let table: [(ReferOutcome, TransferOutcome)] = [
    (.succeeded(status: 200), .succeeded),
    (.peerHungUp, .succeeded),
    (.failed(status: 486, reason: "Busy Here"), .failed(status: 486, reason: "Busy Here")),
    (.refused(status: 603, reason: "Decline"), .failed(status: 603, reason: "Decline")),
  ]

  @Test("a transfer worked when the target answered or the carrier took the call over", arguments: table)
  func told(_ outcome: ReferOutcome, _ expected: TransferOutcome) {
    #expect(outcome.forConversation == expected)
  }

  @Test(
    "a transfer without a clear result has failed: the caller is still ours",
    arguments: [
      (ReferOutcome.timedOut(lastStatus: nil), 408), (.timedOut(lastStatus: 180), 408),
      (.unconfirmed(lastStatus: 100), 480),
      (.callEnded, 487),
    ])
  func untold(_ outcome: ReferOutcome, _ status: Int) {
    guard case .failed(let found, let reason) = outcome.forConversation else {
      Issue.record("\(outcome) counts as a success")
      return
    }
    #expect(found == status)
    #expect(!reason.isEmpty)
  }
}
