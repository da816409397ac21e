package import Desk

/// `people`: who may take over at the console.
package struct PersonConfiguration: Sendable, Equatable {
  package var person: Person
  package var password: Secret
}
