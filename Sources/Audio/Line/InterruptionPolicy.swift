/// When speech of the far end interrupts what is played, decided by the line the moment the condition is met.
public struct InterruptionPolicy: Sendable, Equatable {
  /// Whether the far end may interrupt at all.
  public var isEnabled: Bool
  /// How much speech interrupts. Default 120 ms: longer than a click or a cough's attack, shorter than a word. Values
  /// outside 40 ms to 2 s are brought inside.
  public var speech: Duration

  /// A policy.
  public init(isEnabled: Bool = true, speech: Duration = .milliseconds(120)) {
    self.isEnabled = isEnabled
    self.speech = speech
  }
}
