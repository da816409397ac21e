import JSON

/// The shapes of what the API answers.
enum APISchemas {
  private static let time = JSONSchema.string(0...40, format: "date-time")
  private static let text = JSONSchema.string()
  private static let maybe = JSONSchema.nullable(.string())
  private static let maybeTime = JSONSchema.nullable(time)

  static let call = JSONSchema.named(
    "Call",
    .object(
      [
        .required("id", text), .required("conversation", maybe),
        .required("direction", .oneOf(["inbound", "outbound"])),
        .required("from", text), .required("to", text), .required("assistant", maybe),
        .required("state", .oneOf(["ringing", "answered", "ended"])), .required("metadata", .any),
        .required("started_at", time), .required("answered_at", maybeTime), .required("ended_at", maybeTime),
        .required("reason", maybe), .required("media", .any), .required("recording", .any),
        .optional("turns", .array(turn)),
      ], isOpen: true))

  private static let turn = JSONSchema.named(
    "Turn",
    .object([
      .required("turn", .integer()), .required("at", time),
      .required("steps", .described("Milliseconds after the caller's last speech packet, by step.", .any)),
    ]))

  static let conversation = JSONSchema.named(
    "Conversation",
    .object(
      [
        .required("id", text), .required("owner", .oneOf(["assistant", "queue", "person"])), .required("person", maybe),
        .required("epoch", .integer()), .required("created_at", time), .required("updated_at", time),
        .required("customer", .any), .required("channels", .array(.any)), .optional("call", maybe),
        .optional("last_message", .any),
      ], isOpen: true))

  static let message = JSONSchema.named(
    "Message",
    .object(
      [
        .required("id", text), .required("sequence", .integer()), .required("conversation", text),
        .required("channel", text), .required("author", .oneOf(["customer", "assistant", "person", "system"])),
        .required("person", maybe), .required("kind", text), .required("text", text), .required("media", maybe),
        .required("call", maybe), .required("reply_to", maybe), .required("at", time), .required("state", text),
        .required("failure", maybe),
      ], isOpen: true))

  static let escalation = JSONSchema.named(
    "Escalation",
    .object(
      [
        .required("id", text), .required("conversation", text), .required("kind", text), .required("reason", text),
        .required("channel", text), .required("state", text), .required("priority", .integer(1...5)),
        .required("skills", .array(text)), .required("person", maybe), .required("created_at", time),
        .optional("epoch", .integer()), .optional("package", .any),
      ], isOpen: true))

  static let person = JSONSchema.named(
    "Person",
    .object(
      [
        .required("username", text), .required("name", text), .required("role", .oneOf(["agent", "supervisor"])),
        .required("status", .oneOf(["online", "away", "busy", "offline"])), .required("skills", .array(text)),
        .required("sip", maybe), .required("capacity", .integer()), .required("load", .integer()),
      ], isOpen: true))

  static let session = JSONSchema.named(
    "Session",
    .object([
      .required("id", text), .required("person", text), .required("role", text), .required("address", maybe),
      .required("agent", maybe), .required("created_at", time), .required("last_seen_at", time),
      .required("expires_at", time), .required("current", .boolean),
    ]))

  static let audit = JSONSchema.named(
    "AuditEntry",
    .object([
      .required("sequence", .integer()), .required("at", time), .required("person", text), .required("action", text),
      .required("subject", maybe), .required("detail", maybe), .required("address", maybe),
    ]))

  /// What a request that begins something answers when there is nothing else to say.
  static let accepted = JSONSchema.object([.required("id", text)], isOpen: true)
  static let statistics = JSONSchema.named("Statistics", .object([], isOpen: true))
}
