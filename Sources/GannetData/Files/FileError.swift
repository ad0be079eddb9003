import Foundation

/// An error about a file: the fault and its remedy.
///
/// All readers and writers of Gannet throw this type alone. Its description names the file, the
/// content found and expected, and the remedy:
///
///     train-images-idx3-ubyte.gz: the compressed data ends too early. Get the file again.
public struct FileError: Error, Hashable, Sendable {
  /// The kind of fault, for programs that react to it.
  public enum Kind: Sendable {
    /// The file or folder does not exist.
    case missing
    /// The system cannot open or read the file.
    case unreadable
    /// The system cannot write the file: no permission or no space.
    case unwritable
    /// The file ends too early.
    case truncated
    /// The content contradicts itself or a checksum.
    case corrupt
    /// The file holds more than it declares or than the reader accepts.
    case tooLarge
    /// The file seems sound, but the reader does not support its format.
    case unsupported
  }

  /// The kind of fault.
  public let kind: Kind

  /// The file's path.
  public let path: String

  /// The line of a text file, counted from 1.
  public let line: Int?

  /// The fault: the content found and expected.
  public let problem: String

  /// The remedy: advice to the user.
  public let advice: String

  /// Makes an error about the file at `path`; without `advice`, the kind's own is given.
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
  /// The error of a failed system call, from `errno`; `action` describes the call.
  package static func system(_ kind: Kind, path: String, _ action: String) -> FileError {
    let code = errno
    return FileError(
      code == ENOENT ? .missing : kind, path: path,
      "cannot \(action): \(String(cString: strerror(code)))")
  }
}
