/// `recording`: whether calls are kept as sound.
package struct RecordingConfiguration: Sendable, Equatable {
  /// Whether calls with an assistant, and those that are driven through the API, are recorded. Default false: whoever
  /// records has to tell callers so.
  package var calls = false
  /// The folder for them, made if it is missing. Default `recordings` in the working folder.
  package var folder = "recordings"
}
