/// A message that the stand-in has accepted.
public struct CloudAcceptedMessage: Sendable {
  /// Counted from 1.
  public var number: Int
  /// Its id, `wamid.…`.
  public var id: String
  /// Whom to: the number without `+`, or the business-scoped user id, as the request named them.
  public var recipient: String
  /// `text`, `interactive`, `audio` and so on.
  public var type: String
  /// What the customer reads: the text, the body, the caption, or a template's name.
  public var text: String?
  /// The request's `biz_opaque_callback_data`.
  public var callbackData: String?
  /// The message that it answers.
  public var contextID: String?
  /// The medium that it carries.
  public var mediaID: String?
  /// Whether it is a voice note.
  public var isVoice: Bool
  /// Whether it shows with a play button: only up to 512 KB.
  public var hasPlayButton: Bool
  /// When, in time since 1970.
  public var time: Duration
  /// The request's body.
  public var body: [UInt8]

  /// The request.
  public var json: CloudJSON { (try? CloudJSON(parsing: body)) ?? .null }

  /// The reply buttons.
  public var buttons: [(id: String, title: String)] {
    (json["interactive"]?["action"]?["buttons"]?.array ?? []).map {
      ($0["reply"]?["id"]?.string ?? "", $0["reply"]?["title"]?.string ?? "")
    }
  }

  /// The rows of a list, over all its sections.
  public var rows: [(id: String, title: String)] {
    (json["interactive"]?["action"]?["sections"]?.array ?? []).flatMap { $0["rows"]?.array ?? [] }.map {
      ($0["id"]?.string ?? "", $0["title"]?.string ?? "")
    }
  }
}

/// A customer's message that was marked as read.
public struct CloudReadCall: Sendable, Equatable {
  /// The customer's message.
  public var messageID: String
  /// Whether typing was to show as well.
  public var isTyping: Bool
  /// When, in time since 1970.
  public var time: Duration
}

/// A request that the stand-in has refused.
public struct CloudRefusal: Sendable, Equatable {
  /// The verb.
  public var method: String
  /// The path.
  public var path: String
  /// Why.
  public var error: CloudError
  /// Whether it was an injected fault.
  public var isInjected: Bool
}
