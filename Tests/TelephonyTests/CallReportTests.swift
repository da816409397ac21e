import Foundation
import RTPEngine
import SIPStack
import Testing

@testable import Telephony

@Suite("Call report")
struct CallReportTests {
  private static var answered: CallerParty.Report {
    var report = CallerParty.Report()
    report.replies = [(utterance: 1, delay: .microseconds(612_340)), (utterance: 3, delay: .milliseconds(20))]
    report.ending = CallEnding(by: .remote, text: "the peer hung up")
    report.statistics.stream.packetsReceived = 600
    report.statistics.stream.packetsSent = 598
    report.statistics.stream.lost = 2
    report.statistics.stream.late = 1
    report.statistics.stream.jitter = .microseconds(1260)
    report.statistics.stream.roundTrip = .milliseconds(40)
    return report
  }

  @Test("the text has one line a figure, times in milliseconds to a tenth")
  func text() {
    let report = CallReport(Self.answered, answeredAfter: .microseconds(21_449))
    #expect(
      report.text == """
        set-up        21.4 ms
        received      600 packets, 2 lost, 1 late, jitter 1.3 ms
        sent          598 packets, round trip 40.0 ms
        quality       MOS \(report.meanOpinionScore)
        reply 1       after 612.3 ms
        reply 3       after 20.0 ms
        ended         the peer hung up
        """)
    #expect((1...4.5).contains(report.meanOpinionScore))
  }

  @Test("a call that nobody answered says why, with the status if there is one")
  func unanswered() {
    var failed = CallerParty.Report()
    failed.ending = CallEnding(by: .remote, status: 404, text: "Not Found")
    #expect(CallReport(failed, answeredAfter: nil).text == "not answered: Not Found (404)")
    failed.ending?.status = nil
    #expect(CallReport(failed, answeredAfter: nil).text == "not answered: Not Found")
    failed.ending = nil
    #expect(CallReport(failed, answeredAfter: nil).text == "not answered: unknown")
  }

  @Test("the JSON holds the same figures under stable names")
  func json() throws {
    let text = CallReport(Self.answered, answeredAfter: .milliseconds(21)).json
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["answered"] as? Bool == true)
    #expect(object["setUpMilliseconds"] as? Double == 21)
    #expect(object["packetsReceived"] as? Int == 600)
    #expect(object["packetsLost"] as? Int == 2)
    #expect(object["roundTripMilliseconds"] as? Double == 40)
    #expect(object["ending"] as? String == "the peer hung up")
    let replies = try #require(object["replies"] as? [[String: Any]])
    #expect(replies.map { $0["utterance"] as? Int } == [1, 3])
    #expect(replies.map { $0["milliseconds"] as? Double } == [612.3, 20])
  }

  @Test("what is not known is left out of the JSON, not guessed")
  func unknown() throws {
    let text = CallReport(CallerParty.Report(), answeredAfter: nil).json
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["answered"] as? Bool == false)
    #expect(object["setUpMilliseconds"] == nil)
    #expect(object["roundTripMilliseconds"] == nil)
    #expect(object["status"] == nil)
  }
}
