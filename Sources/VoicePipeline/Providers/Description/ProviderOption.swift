/// One thing that the configuration may say of a provider.
package struct ProviderOption: Sendable {
  /// Its key.
  package let name: String
  /// What form it has.
  package let form: Form
  /// What holds when it is left out, as the documentation writes it. Nil where that depends on other things.
  package let standard: String?
  /// What it does, in one line.
  package let help: String

  /// The form of a value. What is of another form, or out of range, is refused when the configuration is loaded.
  package enum Form: Sendable {
    /// A text; the words tell what is expected.
    case text(String)
    /// A whole number.
    case integer(ClosedRange<Int>)
    /// A number.
    case number(ClosedRange<Double>)
    /// A duration.
    case duration(ClosedRange<Duration>)
    /// A key or password, which is never shown.
    case secret
    /// A URL with one of these schemes.
    case url([String])
    /// A file or folder, relative to the file that names it.
    case path
    /// A list of some of these words; `otherwise` is what another word is.
    case words([String], otherwise: String)
    /// A document that is written in place of the value.
    case document
    /// A document in a file.
    case file
  }
}

/// An option together with the type of its value, so that nobody asks for it as another.
package struct ProviderKey<Value>: Sendable {
  /// The option.
  package let option: ProviderOption

  private init(_ name: String, _ form: ProviderOption.Form, _ standard: String?, _ help: String) {
    option = ProviderOption(name: name, form: form, standard: standard, help: help)
  }
}

extension ProviderKey<String> {
  /// A text; `expected` tells what.
  package static func text(_ name: String, _ expected: String, standard: String? = nil, _ help: String) -> Self {
    Self(name, .text(expected), standard, help)
  }

  /// A URL with one of `schemes`.
  package static func url(_ name: String, _ schemes: [String], standard: String? = nil, _ help: String) -> Self {
    Self(name, .url(schemes), standard, help)
  }

  /// A file or folder.
  package static func path(_ name: String, standard: String? = nil, _ help: String) -> Self {
    Self(name, .path, standard, help)
  }
}

extension ProviderKey<Int> {
  /// A whole number in `range`.
  package static func integer(
    _ name: String, _ range: ClosedRange<Int>, standard: String? = nil, _ help: String
  ) -> Self {
    Self(name, .integer(range), standard, help)
  }
}

extension ProviderKey<Double> {
  /// A number in `range`.
  package static func number(
    _ name: String, _ range: ClosedRange<Double>, standard: String? = nil, _ help: String
  ) -> Self {
    Self(name, .number(range), standard, help)
  }
}

extension ProviderKey<Duration> {
  /// A duration in `range`.
  package static func duration(
    _ name: String, _ range: ClosedRange<Duration>, standard: String? = nil, _ help: String
  ) -> Self {
    Self(name, .duration(range), standard, help)
  }
}

extension ProviderKey<Private<String>> {
  /// A key or password.
  package static func secret(_ name: String, _ help: String) -> Self { Self(name, .secret, nil, help) }
}

extension ProviderKey<Set<String>> {
  /// A list of some of `words`; another word is `otherwise`.
  package static func words(_ name: String, _ words: [String], otherwise: String, _ help: String) -> Self {
    Self(name, .words(words, otherwise: otherwise), nil, help)
  }
}

extension ProviderKey<ProviderDocument.Source> {
  /// A document that is written in place of the value.
  package static func document(_ name: String, _ help: String) -> Self { Self(name, .document, nil, help) }

  /// A document in a file.
  package static func file(_ name: String, _ help: String) -> Self { Self(name, .file, nil, help) }
}
