/// Checks `template` messages against the templates that are approved.
enum CloudTemplateCheck {
  /// - Returns: the template's name.
  static func check(_ message: CloudFields, known: [CloudSettings.Template]) throws(CloudError) -> String {
    let template = try CloudFields(message.json("template"), "template")
    try template.only("name", "language", "components")
    let name = try template.string("name", max: 512)
    let language = try template.object("language")
    try language.only("code", "policy")
    let code = try language.string("code", max: 10)
    if language.has("policy") { _ = try language.string("policy", oneOf: "deterministic") }
    guard let approved = known.first(where: { $0.name == name && $0.language == code }) else {
      throw CloudError(132001, "template name (\(name)) does not exist in \(code)")
    }
    var bodyParameters = 0
    if template.has("components") {
      for (index, json) in try template.array("components", 0...20).enumerated() {
        let component = try CloudFields(json, "template['components'][\(index)]")
        // Meta takes these in upper case too.
        let type = try component.string("type", max: 16).lowercased()
        guard ["header", "body", "button"].contains(type) else {
          throw component.invalid("type", "must be one of {HEADER, BODY, BUTTON}")
        }
        if type == "button" {
          try component.only("type", "sub_type", "index", "parameters")
          _ = try component.string("sub_type", oneOf: "quick_reply", "url", "copy_code", "flow", "voice_call")
          guard component.json("index")?.integer != nil || component.json("index")?.string.flatMap({ Int($0) }) != nil
          else { throw component.missing("index") }
        } else {
          try component.only("type", "parameters")
        }
        let parameters = component.has("parameters") ? try component.array("parameters", 0...100) : []
        for (parameterIndex, parameterJSON) in parameters.enumerated() {
          try checkParameter(
            CloudFields(parameterJSON, "\(component.path)['parameters'][\(parameterIndex)]", code: 132012))
        }
        if type == "body" { bodyParameters += parameters.count }
      }
    }
    guard bodyParameters == approved.bodyParameters else {
      throw CloudError(
        132000,
        "body: number of localizable_params (\(bodyParameters)) does not match the expected number of params "
          + "(\(approved.bodyParameters))")
    }
    return name
  }

  private static func checkParameter(_ parameter: CloudFields) throws(CloudError) {
    let type = try parameter.string(
      "type", oneOf: "text", "payload", "currency", "date_time", "image", "video", "document", "location", "action")
    try parameter.only("type", type, "parameter_name")
    _ = try parameter.optionalString("parameter_name", max: 64)
    switch type {
    case "text":
      let text = try parameter.string("text", max: 1024)
      // Meta refuses these since they break the layout of the template.
      guard !text.contains(where: \.isNewline), !text.contains("\t"), !text.contains("     ") else {
        throw CloudError(132012, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces")
      }
    case "payload": _ = try parameter.string("payload", max: 256)
    default: _ = try parameter.object(type)
    }
  }
}
