/// The providers that the configuration may name.
package struct ProviderCatalogue: Sendable {
  /// Those that there are, in the order in which they are offered.
  package let descriptions: [ProviderDescription]
  /// Names that are kept for later, and refused in their own words until then.
  package let reserved: [ProviderRole: [String]]

  /// A catalogue.
  package init(_ descriptions: [ProviderDescription], reserved: [ProviderRole: [String]] = [:]) {
    self.descriptions = descriptions
    self.reserved = reserved
  }

  /// The providers in one role, such as `\.stt`.
  package func offers<Product>(
    _ role: KeyPath<ProviderDescription, ProviderOffer<Product>?>
  ) -> [(name: String, offer: ProviderOffer<Product>)] {
    descriptions.compactMap { description in description[keyPath: role].map { (description.name, $0) } }
  }

  /// The one that stands in where none is named: the first that needs no service.
  package func embedded<Product>(
    _ role: KeyPath<ProviderDescription, ProviderOffer<Product>?>
  ) -> (name: String, offer: ProviderOffer<Product>)? {
    descriptions.lazy.filter(\.isEmbedded).compactMap { description in
      description[keyPath: role].map { (description.name, $0) }
    }.first
  }

  /// That one as it is when nothing more is said.
  package func embeddedPlans<Product>(
    _ role: KeyPath<ProviderDescription, ProviderOffer<Product>?>, language: String
  ) -> [ProviderPlan<Product>] {
    embedded(role).flatMap { $0.offer.plan(ProviderOptions(language: language)) }.map { [$0] } ?? []
  }
}
