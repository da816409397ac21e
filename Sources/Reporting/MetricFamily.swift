/// Numbers about the running server, as a metrics page shows them.
package struct MetricFamily: Sendable, Equatable {
  /// What kind of number it is.
  package enum Kind: String, Sendable {
    /// Only grows.
    case counter
    case gauge
    case histogram
  }

  /// One number with what sets it apart from the others of the family.
  package struct Sample: Sendable, Equatable {
    /// Behind the family's name, e.g. `_bucket`.
    package var suffix = ""
    package var labels: [(name: String, value: String)] = []
    package var value: Double

    package static func == (left: Sample, right: Sample) -> Bool {
      left.suffix == right.suffix && left.value == right.value && left.labels.elementsEqual(right.labels, by: ==)
    }
  }

  /// As Prometheus wants it, e.g. `assist_calls_total`.
  package var name: String
  /// One line: what it counts, and in what unit.
  package var help: String
  package var kind: Kind
  package var samples: [Sample]

  /// One number without labels.
  package init(_ name: String, _ help: String, _ kind: Kind, _ value: Double) {
    self.init(name, help, kind, samples: [Sample(value: value)])
  }

  /// Numbers told apart by `label`.
  package init(_ name: String, _ help: String, _ kind: Kind, by label: String, _ values: [(String, Double)]) {
    self.init(
      name, help, kind, samples: values.map { Sample(labels: [(name: label, value: $0.0)], value: $0.1) })
  }

  package init(_ name: String, _ help: String, _ kind: Kind, samples: [Sample]) {
    self.name = name
    self.help = help
    self.kind = kind
    self.samples = samples
  }

  /// How durations spread, in seconds.
  package init(_ name: String, _ help: String, _ histogram: LatencyHistogram) {
    var samples: [Sample] = []
    var below: UInt64 = 0
    for (bound, count) in zip(LatencyHistogram.bounds, histogram.counts) {
      below += count
      samples.append(Sample(suffix: "_bucket", labels: [(name: "le", value: "\(bound)")], value: Double(below)))
    }
    samples.append(Sample(suffix: "_bucket", labels: [(name: "le", value: "+Inf")], value: Double(histogram.total)))
    samples.append(Sample(suffix: "_sum", value: histogram.sum))
    samples.append(Sample(suffix: "_count", value: Double(histogram.total)))
    self.init(name, help, .histogram, samples: samples)
  }
}

/// Counts durations by their size.
package struct LatencyHistogram: Sendable, Equatable {
  /// Upper bounds in seconds: fine where a caller feels a difference.
  package static let bounds: [Double] = [0.02, 0.03, 0.045, 0.06, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10]

  /// How many fell into each, not counting those of the smaller ones.
  package private(set) var counts = [UInt64](repeating: 0, count: LatencyHistogram.bounds.count)
  package private(set) var total: UInt64 = 0
  /// Seconds in all.
  package private(set) var sum = 0.0

  package mutating func record(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let value = Double(seconds) + Double(attoseconds) / 1e18
    total += 1
    sum += value
    if let index = Self.bounds.firstIndex(where: { value <= $0 }) { counts[index] += 1 }
  }
}

/// Prometheus' text format, version 0.0.4.
package enum PrometheusText {
  package static func render(_ families: [MetricFamily]) -> String {
    var text = ""
    for family in families {
      text += "# HELP \(family.name) \(escape(family.help, quotes: false))\n"
      text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
      for sample in family.samples {
        text += family.name + sample.suffix
        if !sample.labels.isEmpty {
          text +=
            "{" + sample.labels.map { "\($0.name)=\"\(escape($0.value, quotes: true))\"" }.joined(separator: ",") + "}"
        }
        text += " \(number(sample.value))\n"
      }
    }
    return text
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    if let whole = Int64(exactly: value) { return "\(whole)" }
    return "\(value)"
  }

  private static func escape(_ text: String, quotes: Bool) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quotes: result += "\\\""
      default: result.append(character)
      }
    }
    return result
  }
}
