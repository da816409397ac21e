import Store

@testable import ChatBridge

/// Deliveries of WhatsApp, written for these tests.
enum CloudFixture {
  static let number = "106540000000001"
  static let contacts =
    #"[{"profile":{"name":"Ana","username":"ana.m"},"wa_id":"15557770000","user_id":"US.13491208655302741918"}]"#

  /// A delivery of one change of `field`.
  static func delivery(field: String = "messages", value: String) -> String {
    #"{"object":"whatsapp_business_account","entry":[{"id":"WABA","changes":[{"field":"\#(field)","value":\#(value)}]}]}"#
  }

  /// The value of a change with `parts` beside the account's.
  static func value(_ parts: String) -> String {
    """
    {"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001111",\
    "phone_number_id":"\(number)"}\(parts.isEmpty ? "" : ",")\(parts)}
    """
  }

  /// A message with `fields` beside those that all have.
  static func message(_ fields: String, id: String = "wamid.AAA") -> String {
    """
    {"from":"15557770000","from_user_id":"US.13491208655302741918","id":"\(id)","timestamp":"1790000000",\(fields)}
    """
  }

  /// A delivery of messages.
  static func messages(_ messages: String..., contacts: String? = contacts) -> String {
    let list = "\"messages\":[\(messages.joined(separator: ","))]"
    return delivery(value: value(contacts.map { "\"contacts\":\($0),\(list)" } ?? list))
  }

  /// A delivery of statuses.
  static func statuses(_ statuses: String...) -> String {
    delivery(value: value("\"statuses\":[\(statuses.joined(separator: ","))]"))
  }

  static func read(_ text: String) -> CloudDelivery {
    CloudDelivery(Array(text.utf8), numbers: [number], at: Timestamp(seconds: 1_790_000_000))
  }

  /// The one message in a delivery of a message with `fields`.
  static func incoming(_ fields: String) -> IncomingMessage? { incoming(in: read(messages(message(fields)))) }

  static func incoming(in delivery: CloudDelivery) -> IncomingMessage? {
    guard delivery.updates.count == 1, case .message(let message) = delivery.updates[0] else { return nil }
    return message
  }

  /// The fields of a message of each type that WhatsApp has.
  static let types: [(type: String, fields: String)] = [
    ("text", #""type":"text","text":{"body":"hola"}"#),
    (
      "audio",
      #""type":"audio","audio":{"mime_type":"audio/ogg; codecs=opus","sha256":"b64=","id":"MEDIA","url":"https:\/\/lookaside.fbsbx.com\/whatsapp_business\/attachments\/?mid=1","voice":true}"#
    ),
    ("image", #""type":"image","image":{"mime_type":"image/jpeg","sha256":"b64=","id":"MEDIA","caption":"factura"}"#),
    ("video", #""type":"video","video":{"mime_type":"video/mp4","sha256":"b64=","id":"MEDIA","caption":"mira"}"#),
    (
      "document",
      #""type":"document","document":{"filename":"a.pdf","mime_type":"application/pdf","sha256":"b64=","id":"MEDIA"}"#
    ),
    (
      "sticker", #""type":"sticker","sticker":{"mime_type":"image/webp","sha256":"b64=","id":"MEDIA","animated":false}"#
    ),
    (
      "location",
      #""type":"location","location":{"latitude":4.6,"longitude":-74.1,"name":"Caf\u00e9","address":"Cra 7"}"#
    ),
    (
      "contacts",
      #""type":"contacts","contacts":[{"name":{"formatted_name":"Luis P","first_name":"Luis"},"phones":[{"phone":"+57 300","wa_id":"57300","type":"CELL"}]}]"#
    ),
    ("reaction", #""type":"reaction","reaction":{"message_id":"wamid.BBB","emoji":"\ud83d\udc4d"}"#),
    (
      "button",
      #""type":"button","button":{"payload":"PAY","text":"S\u00ed"},"context":{"from":"15550001111","id":"wamid.OUT"}"#
    ),
    (
      "interactive",
      #""type":"interactive","context":{"from":"15550001111","id":"wamid.OUT"},"interactive":{"type":"button_reply","button_reply":{"id":"agent","title":"Hablar con un agente"}}"#
    ),
    (
      "interactive",
      #""type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"r1","title":"Saldo","description":"de hoy"}}"#
    ),
    (
      "interactive",
      #""type":"interactive","interactive":{"type":"call_permission_reply","call_permission_reply":{"response":"accept","is_permanent":false,"expiration_timestamp":"1790600000","response_source":"user_action"}}"#
    ),
    (
      "interactive",
      #""type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent","response_json":"{\"a\":1}"}}"#
    ),
    (
      "order",
      #""type":"order","order":{"catalog_id":"C","text":"","product_items":[{"product_retailer_id":"X","quantity":1,"item_price":3,"currency":"USD"}]}"#
    ),
    (
      "unsupported",
      #""type":"unsupported","errors":[{"code":131051,"title":"Message type unknown","error_data":{"details":"not supported"}}],"unsupported":{"type":"poll"}"#
    ),
  ]

  /// Whole deliveries of every kind.
  static var all: [String] {
    types.map { messages(message($0.fields)) } + [
      messages(
        message(#""type":"system","system":{"body":"A to B","wa_id":"15557779999","type":"user_changed_number"}"#),
        contacts: nil),
      messages(
        message(
          #""type":"edit","edit":{"original_message_id":"wamid.O","message":{"type":"text","text":{"body":"x"}}}"#)),
      messages(message(#""type":"revoke","revoke":{"original_message_id":"wamid.O"}"#)),
      statuses(
        #"{"id":"wamid.OUT","status":"delivered","timestamp":"1790000001","recipient_id":"15557770000","biz_opaque_callback_data":"msg_1","pricing":{"billable":true}}"#,
        #"{"id":"wamid.OUT","status":"failed","timestamp":"1790000001","recipient_id":"15557770000","errors":[{"code":131047,"title":"Re-engagement message","error_data":{"details":"x"}}]}"#
      ),
      delivery(value: value(#""errors":[{"code":130429,"title":"Rate limit hit"}]"#)),
      delivery(field: "account_update", value: #"{"event":"VERIFIED_ACCOUNT"}"#),
    ]
  }
}
