import Coordination

extension StandInCloudAPI {
  func upload(_ request: StandInRequest) throws(CloudError) -> CloudJSON {
    guard
      let form = CloudMultipart(contentType: request.header("content-type") ?? "", body: request.body)
    else { throw CloudError(100, "The body must be a form of multipart/form-data.") }
    for part in form.parts where !["messaging_product", "type", "file"].contains(part.name) {
      throw CloudError(100, "Unexpected key \"\(part.name)\".")
    }
    guard form.text("messaging_product") == "whatsapp" else {
      throw CloudError(100, "(#100) The parameter messaging_product is required.")
    }
    let files = form.parts.filter { $0.name == "file" }
    guard files.count == 1, let file = files.first, let filename = file.filename, !filename.isEmpty else {
      throw CloudError(100, "The parameter file is required.")
    }
    guard let type = form.text("type"), !type.isEmpty else { throw CloudError(100, "The parameter type is required.") }
    if let contentType = file.contentType, CloudMediaKind.plain(contentType) != CloudMediaKind.plain(type) {
      throw CloudError(100, "The file is of type \(contentType), but type says \(type).")
    }
    try CloudMedia.check(file.bytes, mimeType: type)
    let medium = state.withLock {
      $0.addMedium(
        file.bytes, mimeType: file.contentType ?? type, filename: filename, isUploaded: true, at: now)
    }
    signal.fire()
    return ["id": .string(medium.id)]
  }

  func describe(_ id: String, _ request: StandInRequest) throws(CloudError) -> CloudJSON {
    let medium = try medium(id, request)
    return [
      "messaging_product": "whatsapp", "url": .string(downloadURL(of: id)), "mime_type": .string(medium.mimeType),
      "sha256": .string(CloudDigest.hex(CloudDigest.sha256(medium.bytes))),
      "file_size": .string(String(medium.bytes.count)), "id": .string(id),
    ]
  }

  func delete(_ id: String, _ request: StandInRequest) throws(CloudError) -> CloudJSON {
    _ = try medium(id, request)
    state.withLock { $0.deleteMedium(id) }
    return ["success": true]
  }

  private func medium(_ id: String, _ request: StandInRequest) throws(CloudError) -> CloudMedia {
    for parameter in request.query where parameter.name != "phone_number_id" {
      throw CloudError(100, "Unexpected parameter \(parameter.name).")
    }
    guard request.queryValues("phone_number_id").allSatisfy({ $0 == settings.phoneNumberID }),
      let medium = state.withLock({ $0.medium(id, at: now) })
    else { throw .noSuchObject(id, method: request.method) }
    return medium
  }

  /// A URL for a medium's bytes, good for five minutes and with the token only.
  func downloadURL(of id: String) -> String {
    url + Self.downloadPath + "?" + state.withLock { $0.newDownload(id, at: now) }
  }

  func download(_ request: StandInRequest, losesResponse: Bool, _ writer: StandInResponseWriter) async throws {
    // Meta's download host refuses requests without a usual User-Agent; with which answer is not documented.
    guard let agent = request.header("user-agent"), agent.contains("/") || agent.contains("curl") else {
      throw CloudError(10, "The User-Agent is missing.")
    }
    let hash = request.queryValues("hash").first ?? ""
    guard let medium = state.withLock({ $0.download(hash, at: now) }),
      request.queryValues("mid") == [medium.id]
    else {
      try await writer.answer(404, [("content-type", "text/html")], Array("URL signature expired".utf8))
      return
    }
    if losesResponse {
      // Half of the file, and then nothing.
      try await writer.head(200, [("content-type", medium.mimeType), ("content-length", "\(medium.bytes.count)")])
      try await writer.write(Array(medium.bytes.prefix(medium.bytes.count / 2)))
      await writer.drop()
      return
    }
    try await writer.answer(200, [("content-type", medium.mimeType)], medium.bytes)
  }
}
