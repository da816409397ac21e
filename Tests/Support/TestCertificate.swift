import Foundation

/// A self-signed certificate for 127.0.0.1 and `assist.test`, made by the openssl program for this run.
package struct TestCertificate {
  package let certificateFile: String
  package let keyFile: String
  private let folder: URL

  package struct Failure: Error {}

  package init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("assist-tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    certificateFile = folder.appendingPathComponent("cert.pem").path
    keyFile = folder.appendingPathComponent("key.pem").path
    let openssl = Process()
    openssl.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    openssl.arguments = [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", keyFile, "-out",
      certificateFile, "-days", "2", "-subj", "/CN=assist.test", "-addext",
      "subjectAltName=DNS:assist.test,IP:127.0.0.1",
    ]
    openssl.standardError = FileHandle.nullDevice
    openssl.standardOutput = FileHandle.nullDevice
    try openssl.run()
    openssl.waitUntilExit()
    guard openssl.terminationStatus == 0 else { throw Failure() }
  }

  package func remove() {
    try? FileManager.default.removeItem(at: folder)
  }
}
