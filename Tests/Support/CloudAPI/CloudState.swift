/// What Meta knows of one business number. No input or output; time comes in as an argument.
struct CloudState {
  let settings: CloudSettings
  /// Customers by a key of their own, since neither number nor user id stays.
  private(set) var customers: [CloudCustomer] = []
  private var keyOfNumber: [String: Int] = [:]
  private var keyOfUserID: [String: Int] = [:]
  private(set) var media: [String: CloudMedia] = [:]
  /// What a download URL's token stands for, and until when.
  private var downloads: [String: (mediaID: String, end: Duration)] = [:]
  /// When each known message was, and whether a customer wrote it.
  private var messages: [String: (time: Duration, isInbound: Bool)] = [:]
  private var rates: CloudRates
  private(set) var accepted: [CloudAcceptedMessage] = []
  private(set) var acceptedCount = 0
  private(set) var reads: [CloudReadCall] = []
  private(set) var refusals: [CloudRefusal] = []
  private(set) var refusedCounts: [Int: Int] = [:]
  private var faults: [(endpoint: CloudEndpoint?, fault: CloudFault)] = []
  private var serial = 0
  /// Since when each customer waits for an answer.
  private var waiting: [Int: ContinuousClock.Instant] = [:]
  private(set) var replyTimes = CloudTimes()

  init(settings: CloudSettings) {
    self.settings = settings
    rates = CloudRates(perSecond: settings.messagesPerSecond, hasPairRate: settings.hasPairRate)
  }

  // MARK: Faults and refusals

  mutating func inject(_ faults: [CloudFault], on endpoint: CloudEndpoint?) {
    self.faults += faults.map { (endpoint, $0) }
  }

  mutating func takeFault(for endpoint: CloudEndpoint) -> CloudFault? {
    guard let index = faults.firstIndex(where: { $0.endpoint == nil || $0.endpoint == endpoint }) else { return nil }
    return faults.remove(at: index).fault
  }

  mutating func refuse(_ refusal: CloudRefusal) {
    refusedCounts[refusal.error.code, default: 0] += 1
    if refusals.count < 10_000 { refusals.append(refusal) }
  }

  // MARK: Customers

  /// The key of a customer by number or user id.
  func key(_ id: String) -> Int? { keyOfNumber[id] ?? keyOfUserID[id] }

  mutating func addCustomer(waID: String, name: String?, userID: String?) -> Int {
    if let key = keyOfNumber[waID] {
      if let name { customers[key].name = name }
      return key
    }
    let key = customers.count
    let customer = CloudCustomer(waID: waID, name: name ?? waID, userID: userID ?? newUserID(country: "US"))
    customers.append(customer)
    keyOfNumber[waID] = key
    keyOfUserID[customer.userID] = key
    return key
  }

  mutating func change(_ key: Int, _ change: (inout CloudCustomer) -> Void) {
    let old = customers[key]
    change(&customers[key])
    let new = customers[key]
    if new.waID != old.waID {
      keyOfNumber[old.waID] = nil
      keyOfNumber[new.waID] = key
    }
    if new.userID != old.userID {
      keyOfUserID[old.userID] = nil
      keyOfUserID[new.userID] = key
    }
  }

  mutating func newUserID(country: String) -> String {
    serial += 1
    return "\(country).\(13_491_208_655_302_000_000 as UInt64 + UInt64(clamping: serial))"
  }

  /// A customer has written or called.
  mutating func heardFrom(_ key: Int, at now: Duration, waitsSince due: ContinuousClock.Instant?) {
    customers[key].lastContact = now
    if let due, waiting[key] == nil { waiting[key] = due }
  }

  // MARK: Messages

  mutating func newMessageID(inbound: Bool, at now: Duration) -> String {
    serial += 1
    let id = "wamid." + CloudDigest.base64(Array("\u{1c}\u{18}\(inbound ? "in" : "out")/\(serial)?>~".utf8))
    if messages.count >= 1_000_000 { messages = [:] }
    messages[id] = (now, inbound)
    return id
  }

  mutating func read(_ check: CloudReadCheck, at now: Duration) throws(CloudError) {
    guard let message = messages[check.messageID], message.isInbound else {
      throw CloudError(100, "Param message_id is not the id of a message to this phone number.")
    }
    guard now - message.time <= .seconds(30 * 86400) else {
      throw CloudError(100, "Param message_id is of a message that is older than 30 days.")
    }
    if reads.count < 100_000 {
      reads.append(CloudReadCall(messageID: check.messageID, isTyping: check.isTyping, time: now))
    }
  }

  /// Accepts a message.
  /// - Returns: the message, and the code with which it fails later, if it does.
  mutating func accept(
    _ check: CloudMessageCheck, body: [UInt8], at now: Duration
  ) throws(CloudError) -> (message: CloudAcceptedMessage, failure: Int?) {
    if let id = check.contextID, messages[id] == nil {
      throw CloudError(100, "Param context['message_id'] is not the id of a message of this conversation.")
    }
    if let id = check.reactionTo {
      guard let message = messages[id], now - message.time <= .seconds(30 * 86400) else {
        throw CloudError(131009, "Param reaction['message_id'] is not the id of a message of the last 30 days.")
      }
    }
    let medium = try check.medium.map { (id, kind) throws(CloudError) in
      guard let medium = media[id], medium.isUploaded, !medium.isExpired(at: now) else {
        throw CloudError(
          100, "Param \(kind.rawValue)['id'] is not a valid whatsapp business account media attachment ID")
      }
      guard CloudMediaKind(mimeType: medium.mimeType) == kind else {
        throw CloudError(131053, "The medium is no \(kind.rawValue) but of type \(medium.mimeType).")
      }
      return medium
    }
    if check.isVoice {
      guard let medium else { throw CloudError(131053, "A voice note must be uploaded.") }
      guard medium.isVoiceNote else { throw CloudError(131053, "A voice note must be Ogg with one channel of Opus.") }
    }
    let (key, recipient) = try self.recipient(check.recipient)
    var failure: Int?
    if check.type != "template", key.map({ customers[$0].isInWindow(at: now) }) != true {
      guard settings.windowFailsLater else {
        throw CloudError(
          131047,
          "Message failed to send because more than 24 hours have passed since the customer last replied to this number."
        )
      }
      failure = 131047
    }
    try rates.take(customer: key.map { "#\($0)" } ?? recipient, at: now)
    acceptedCount += 1
    let message = CloudAcceptedMessage(
      number: acceptedCount, id: newMessageID(inbound: false, at: now), recipient: recipient, type: check.type,
      text: check.text, callbackData: check.callbackData, contextID: check.contextID, mediaID: medium?.id,
      isVoice: check.isVoice, hasPlayButton: check.isVoice && (medium?.bytes.count ?? 0) <= 512 << 10, time: now,
      body: body)
    accepted.append(message)
    // A quarter goes at once, so that forgetting is cheap.
    if accepted.count > max(settings.remembersMessages, 4) { accepted.removeFirst(accepted.count / 4) }
    if let key, let due = waiting.removeValue(forKey: key) { replyTimes.add(.now - due) }
    return (message, failure)
  }

  private func recipient(_ recipient: CloudMessageCheck.Recipient) throws(CloudError) -> (key: Int?, name: String) {
    switch recipient {
    case .number(let number, _):
      guard number != settings.displayPhoneNumber else {
        throw CloudError(131021, "Recipient phone number cannot be the sender phone number")
      }
      return (keyOfNumber[number], number)
    case .userID(let id):
      guard let key = keyOfUserID[id] else {
        throw CloudError(131026, "The user ID does not exist, is of another business, or was replaced.")
      }
      return (key, id)
    }
  }

  // MARK: Media

  mutating func addMedium(
    _ bytes: [UInt8], mimeType: String, filename: String?, isUploaded: Bool, at now: Duration
  ) -> CloudMedia {
    serial += 1
    let medium = CloudMedia(
      id: String(1_166_846_181_421_000 + serial), mimeType: mimeType, filename: filename, bytes: bytes,
      isUploaded: isUploaded, time: now)
    media[medium.id] = medium
    return medium
  }

  /// A medium that has neither expired nor been deleted.
  func medium(_ id: String, at now: Duration) -> CloudMedia? {
    media[id].flatMap { $0.isExpired(at: now) ? nil : $0 }
  }

  mutating func deleteMedium(_ id: String) {
    media[id] = nil
  }

  /// The query of a URL that stays good for five minutes.
  mutating func newDownload(_ id: String, at now: Duration) -> String {
    serial += 1
    let end = now + .seconds(300)
    let token = CloudDigest.hex(Array(CloudDigest.sha256(Array("\(id)/\(serial)".utf8)).prefix(16)))
    if downloads.count > 10_000 { downloads = downloads.filter { $0.value.end > now } }
    downloads[token] = (id, end)
    return "mid=\(id)&source=getMedia&ext=\(end.components.seconds)&hash=\(token)"
  }

  func download(_ token: String, at now: Duration) -> CloudMedia? {
    guard let download = downloads[token], now < download.end else { return nil }
    return medium(download.mediaID, at: now)
  }
}
