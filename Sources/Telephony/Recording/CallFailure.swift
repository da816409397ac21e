/// Why a call can't be connected to what it is meant for: one line that says what to do.
struct CallFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
