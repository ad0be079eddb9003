import Foundation

/// What is wrong with a file, and what to do about it.
///
/// Every reader and writer of Gannet throws this type and no other. Its description names the file,
/// what was found and expected there, and the remedy:
///
///     train-images-idx3-ubyte.gz: the compressed data ends too early. Get the file again.
public struct FileError: Error, Hashable, Sendable {
  /// The sort of fault, for programs that react to it.
  public enum Kind: Sendable {
    /// The file or folder isn't there.
    case missing
    /// The system refuses to open or read it.
    case unreadable
    /// The system refuses to write it: no permission, no room.
    case unwritable
    /// It ends before its content does.
    case truncated
    /// Its content contradicts itself, or a checksum.
    case corrupt
    /// It holds more than it declares, or more than the reader accepts.
    case tooLarge
    /// It is sound, as far as can be seen, but of a sort that the reader doesn't know.
    case unsupported
  }

  public let kind: Kind

  /// The file's path.
  public let path: String

  /// The line of a text file, counted from 1.
  public let line: Int?

  /// What was found, and what was expected.
  public let problem: String

  /// What the user can do.
  public let advice: String

  public init(
    _ kind: Kind, path: String, line: Int? = nil, _ problem: String, advice: String? = nil
  ) {
    self.kind = kind
    self.path = path
    self.line = line
    self.problem = problem
    self.advice = advice ?? kind.advice
  }
}

extension FileError: CustomStringConvertible, LocalizedError {
  public var description: String {
    let place = line.map { "\(path), line \($0)" } ?? path
    return "\(place): \(problem). \(advice)"
  }

  public var errorDescription: String? { description }
}

extension FileError.Kind {
  fileprivate var advice: String {
    switch self {
    case .missing: "Check the path."
    case .unreadable: "Check the file's permissions."
    case .unwritable: "Check the folder's permissions and the space left on the disk."
    case .truncated, .corrupt: "Get or make the file again."
    case .tooLarge: "Check that it is the right file."
    case .unsupported: "Convert it, or choose another file."
    }
  }
}

extension FileError {
  /// The error that `errno` stands for, after a call that `action` names.
  package static func system(_ kind: Kind, path: String, _ action: String) -> FileError {
    let code = errno
    return FileError(
      code == ENOENT ? .missing : kind, path: path,
      "cannot \(action): \(String(cString: strerror(code)))")
  }
}
