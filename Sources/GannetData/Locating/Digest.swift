import Foundation

/// A checksum of a file, in hexadecimal.
///
/// It is computed by the system's `md5sum`, `sha1sum` or `sha256sum`: a data set is verified once, when it is
/// downloaded, and a cryptography library would be the package's heaviest dependency.
public enum Digest: Hashable, Sendable {
  /// A checksum of MD5.
  case md5(String)
  /// A checksum of SHA-1.
  case sha1(String)
  /// A checksum of SHA-256.
  case sha256(String)

  private var program: String {
    switch self {
    case .md5: "md5sum"
    case .sha1: "sha1sum"
    case .sha256: "sha256sum"
    }
  }

  private var expected: String {
    switch self {
    case .md5(let digits), .sha1(let digits), .sha256(let digits): digits.lowercased()
    }
  }

  /// Checks that a file has this checksum.
  ///
  /// - Throws: `FileError`, if the checksum differs or could not be computed.
  public func verify(_ url: URL) throws {
    // Read from standard input, because a name with a backslash would change the output's format.
    let outcome = ChildProcess.run("sh", "-c", "exec \(program) < \"$0\"", url.path)
    guard outcome.status == 0 else {
      throw FileError(
        .unreadable, path: url.path, "\(program) fails: \(outcome.errors.trimmed)",
        advice: outcome.isMissing ? "Install \(program) (coreutils)." : nil)
    }
    let found = outcome.output.prefix { $0.isHexDigit }
    guard found == expected else {
      throw FileError(
        .corrupt, path: url.path, "\(program) gives \(found), where \(expected) was expected")
    }
  }
}

extension String {
  var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
