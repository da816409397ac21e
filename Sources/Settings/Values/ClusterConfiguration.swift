/// `cluster`: how several nodes know of each other.
package struct ClusterConfiguration: Sendable, Equatable {
  /// `redis://…`
  package var url: Secret
}
