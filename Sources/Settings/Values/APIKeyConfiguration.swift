/// One of `http.api_keys`: a program that may use the API.
package struct APIKeyConfiguration: Sendable, Equatable {
  /// What the audit log calls it.
  package var name: String
  package var key: Secret
  /// What it may do; all if the configuration says nothing of it.
  package var scopes: Set<APIScope>
}
