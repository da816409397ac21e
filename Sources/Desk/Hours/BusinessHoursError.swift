/// What is wrong with a text that says when somebody is there.
package struct BusinessHoursError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong and what was expected, in one line.
  package let description: String

  init(_ description: String) { self.description = description }
}
