import Store
import Testing

@testable import ChatBridge

@Suite("Deliveries of WhatsApp")
struct CloudDeliveryTests {
  private typealias Fixture = CloudFixture

  private func report(_ status: String) -> StatusReport? {
    guard case .status(let report) = Fixture.read(Fixture.statuses(status)).updates.first else { return nil }
    return report
  }

  // MARK: Statuses

  @Test("every status is read", arguments: ["sent", "delivered", "read", "played", "failed"])
  func statuses(word: String) {
    let report = report(
      #"{"id":"wamid.OUT","status":"\#(word)","timestamp":"1790000001","recipient_id":"15557770000","recipient_user_id":"US.1","biz_opaque_callback_data":"msg_01H","pricing":{"billable":true,"category":"service"}}"#
    )
    #expect(
      report
        == StatusReport(
          channel: "whatsapp", channelID: "wamid.OUT", key: "msg_01H", state: MessageState(rawValue: word) ?? .queued,
          at: Timestamp(seconds: 1_790_000_001)))
  }

  @Test("a failure says why")
  func failure() {
    let report = report(
      #"{"id":"w","status":"failed","timestamp":"1790000001","errors":[{"code":131047,"title":"Re-engagement message","message":"m","error_data":{"details":"d"},"href":"h"}]}"#
    )
    #expect(report?.code == 131_047 && report?.failure == "Re-engagement message" && report?.key == nil)
    #expect(self.report(#"{"id":"w","status":"failed"}"#)?.code == nil)
    #expect(self.report(#"{"id":"w","status":"failed","errors":[]}"#)?.state == .failed)
    let odd = self.report(
      #"{"id":"w","status":"failed","errors":[{"code":"131026","title":"\#(String(repeating: "x", count: 999))"}]}"#)
    #expect(odd?.code == 131_026 && odd?.failure?.count == 200)
  }

  @Test(
    "a status that says nothing of a message of ours is noted",
    arguments: [
      #"{"id":"w","status":"warped"}"#, #"{"id":"w","status":"queued"}"#, #"{"id":"w","status":"withdrawn"}"#,
      #"{"id":"w","status":"pending"}"#, #"{"id":"w","status":"answered"}"#, #"{"status":"sent"}"#, #"{"id":"w"}"#,
      #"{"id":"w","status":1}"#, "{}", "7",
    ])
  func otherStatuses(status: String) {
    let delivery = Fixture.read(Fixture.statuses(status))
    #expect(delivery.updates.isEmpty && delivery.problem?.hasPrefix("a status that is not known") == true)
  }

  @Test("statuses out of order, and twice, are all handed on in their order")
  func disorder() {
    let words = ["read", "sent", "delivered", "played", "delivered", "sent"]
    let delivery = Fixture.delivery(
      value: Fixture.value(
        "\"statuses\":[" + words.map { #"{"id":"w","status":"\#($0)"}"# }.joined(separator: ",") + "]"))
    let states = Fixture.read(delivery).updates.map { update in
      if case .status(let report) = update { report.state.rawValue } else { "" }
    }
    #expect(states == words)
  }

  // MARK: What else is delivered

  @Test("an error of the account is noted")
  func accountError() {
    let delivery = Fixture.read(
      Fixture.delivery(value: Fixture.value(#""errors":[{"code":130429,"title":"Rate limit hit"}]"#)))
    #expect(delivery.updates.isEmpty && delivery.problem == "an error of the account: 130429 Rate limit hit")
  }

  @Test(
    "other fields are passed over in silence",
    arguments: [
      "calls", "account_update", "phone_number_quality_update", "user_preferences", "message_template_status_update",
      "message_template_quality_update", "message_template_components_update", "account_settings_update",
      "group_lifecycle_update", "group_participants_update", "group_settings_update", "group_status_update",
    ])
  func quietFields(field: String) {
    let delivery = Fixture.read(
      Fixture.delivery(field: field, value: #"{"calls":[{"id":"wacid.1","event":"connect"}]}"#))
    #expect(delivery.updates.isEmpty && delivery.problem == nil)
  }

  @Test("a field that nobody knows yet is noted, and what stands beside it is read")
  func unknownField() {
    let text = Fixture.message(#""type":"text","text":{"body":"hola"}"#)
    let known = #"{"field":"messages","value":\#(Fixture.value("\"messages\":[\(text)]"))}"#
    let delivery = Fixture.read(
      #"{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"telepathy","value":{}},\#(known)]},7,{"changes":[null,\#(known)]}]}"#
    )
    #expect(delivery.updates.count == 2 && delivery.problem == "a field that is not known: telepathy")
  }

  @Test("an entry without changes, or a change without a value, says nothing")
  func emptiness() {
    for text in [
      #"{"object":"whatsapp_business_account"}"#, #"{"object":"whatsapp_business_account","entry":[]}"#,
      #"{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages"}]}]}"#,
      Fixture.delivery(value: Fixture.value("")),
    ] {
      let delivery = Fixture.read(text)
      #expect(delivery.updates.isEmpty && delivery.problem == nil, "\(text)")
    }
  }

  @Test("what is no delivery of WhatsApp is noted")
  func otherObjects() {
    #expect(Fixture.read("").problem == "the delivery is not JSON")
    #expect(Fixture.read("<xml/>").problem == "the delivery is not JSON")
    for text in ["{}", "[]", "7", #"{"object":"page"}"#, #"{"object":["whatsapp_business_account"]}"#] {
      #expect(Fixture.read(text).problem == "the delivery is of another object than a WhatsApp account")
    }
  }

  @Test("a number that this delivery may not speak of is passed over, its neighbour is read")
  func foreignNumber() {
    let message = Fixture.message(#""type":"text","text":{"body":"hola"}"#)
    let foreign =
      #"{"metadata":{"phone_number_id":"999"},"messages":[\#(message)],"statuses":[{"id":"w","status":"read"}]}"#
    let own = Fixture.value("\"messages\":[\(message)]")
    let delivery = Fixture.read(
      #"{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":\#(foreign)},{"field":"messages","value":\#(own)}]}]}"#
    )
    #expect(delivery.updates.count == 1)
    #expect(delivery.problem == "a number that is not configured, or not with the key of this delivery")
    for metadata in ["{}", "7", #"{"phone_number_id":106540000000001}"#, "null"] {
      let delivery = Fixture.read(Fixture.delivery(value: #"{"metadata":\#(metadata),"messages":[\#(message)]}"#))
      #expect(delivery.updates.isEmpty && delivery.problem != nil)
    }
  }

  // MARK: Times and numbers

  @Test(
    "times may be strings or numbers, and absurd ones neither trap nor pass for good",
    arguments: [
      ("\"1790000000\"", 1_790_000_000_000), ("1790000000", 1_790_000_000_000), ("1.79e9", 1_790_000_000_000),
      // What is no time counts as when the delivery came.
      ("\"\"", 1_790_000_000_000), ("\"soon\"", 1_790_000_000_000), ("null", 1_790_000_000_000), ("-1", -1000),
      ("1790000000.5", 1_790_000_000_000), ("1e300", 1_790_000_000_000),
      ("\"9223372036854775807\"", .max), ("\"-9223372036854775808\"", .min),
      ("\"99999999999999999999\"", 1_790_000_000_000),
      ("[]", 1_790_000_000_000),
    ] as [(String, Int64)])
  func times(text: String, milliseconds: Int64) {
    let message = #"{"from":"15557770000","id":"w","timestamp":\#(text),"type":"text","text":{"body":"x"}}"#
    let incoming = Fixture.incoming(in: Fixture.read(Fixture.messages(message)))
    #expect(incoming?.sentAt == Timestamp(milliseconds: milliseconds))
    #expect(report(#"{"id":"w","status":"read","timestamp":\#(text)}"#)?.at == Timestamp(milliseconds: milliseconds))
  }

  @Test("escaped and plain Unicode read the same, and a broken escape costs one character")
  func unicode() {
    #expect(Fixture.incoming(#""type":"text","text":{"body":"ma\u00f1ana \ud83d\udc4d \/"}"#)?.text == "mañana 👍 /")
    #expect(Fixture.incoming(#""type":"text","text":{"body":"mañana 👍 /"}"#)?.text == "mañana 👍 /")
    #expect(Fixture.incoming(#""type":"text","text":{"body":"hola \ud83d"}"#)?.text == "hola \u{FFFD}")
    #expect(Fixture.incoming(#""type":"text","text":{"body":"\u0000\u202e"}"#)?.text == "\0\u{202E}")
  }
}
