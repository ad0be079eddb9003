/// The format of a file, recognized by its first bytes, so that an error can name a wrong file's
/// format.
package struct FileSignature {
  /// The format with its article: "a Git LFS pointer".
  package let name: String
  /// Advice to the user on files of this format.
  package let advice: String

  /// Number of bytes at a file's start that suffice.
  package static let length = 512

  /// Whether the file is a zip archive of some kind.
  let isZip: Bool

  /// Whether the file is of `torch.save`, of any version.
  var isTorch: Bool { name == Self.torch.0 || name == Self.oldTorch.0 }

  /// Whether the file looks like JSON; it may be any other text that begins with a brace.
  var isJSON: Bool { name == Self.json.0 }

  /// Recognizes the format of a file that begins with `start`; nil where it is unknown.
  package init?(_ start: [UInt8]) {
    guard let found = Self.binary(start) ?? Self.text(start) else { return nil }
    (name, advice) = found
    isZip = start.starts(with: [0x50, 0x4b])
  }

  /// The error of a reader of `expected` files.
  package func error(_ path: String, expected: String) -> FileError {
    let isCut = name == Self.empty.0
    return FileError(
      isCut ? .truncated : .unsupported, path: path,
      "this is \(name), where \(expected) was expected",
      advice: advice)
  }

  private typealias Sort = (String, String)

  private static let empty: Sort = ("an empty file", "Get or make the file again.")
  private static let torch: Sort = ("an archive of torch.save", "Read it with PyTorch.read.")
  private static let oldTorch: Sort = (
    "a file of torch.save from before PyTorch 1.6, which is no archive",
    "In Python, load it with torch.load and write it anew with torch.save."
  )
  private static let pickle: Sort = (
    "a pickle of Python", "Convert it, as to NumPy's format or to safetensors."
  )
  private static let page: Sort = (
    "an HTML page, as servers send for an error or a login",
    "Download the file itself, not the page about it."
  )
  private static let pointer: Sort = (
    "a Git LFS pointer, which stands for the file", "Get the file itself: `git lfs pull`."
  )

  private static let json: Sort = ("a JSON document", "Check that it is the right file.")

  private static func binary(_ start: [UInt8]) -> Sort? {
    func begins(_ bytes: UInt8...) -> Bool { start.starts(with: bytes) }
    func begins(_ text: String) -> Bool { start.starts(with: text.utf8) }
    if start.isEmpty { return empty }
    if begins(0x50, 0x4b, 3, 4) || begins(0x50, 0x4b, 5, 6) { return zip(start) }
    // A pickle of the number 0x1950a86a20f9469cfc6c.
    if begins(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50) {
      return oldTorch
    }
    // Protocol 2 to 5 of pickle, whose first operations are a frame, a number, a memo or a
    // container.
    if start.count > 2, begins(0x80), (2...5).contains(start[1]), isPickle(start[2]) {
      return pickle
    }
    if begins(0x1f, 0x8b) { return ("compressed by gzip", "Decompress it: `gunzip`.") }
    if begins("BZh") { return ("compressed by bzip2", "Decompress it: `bunzip2`.") }
    if begins(0xfd, 0x37, 0x7a, 0x58, 0x5a) {
      return ("compressed by xz", "Decompress it: `unxz`.")
    }
    if begins(0x28, 0xb5, 0x2f, 0xfd) {
      return ("compressed by zstd", "Decompress it: `unzstd`.")
    }
    if begins(0x93), start.dropFirst().starts(with: "NUMPY".utf8) {
      return ("a NumPy array (.npy)", "Read it with NPY.read.")
    }
    if begins(0x89), start.dropFirst().starts(with: "HDF\r\n".utf8) {
      return ("an HDF5 file", "Convert it, as to safetensors.")
    }
    if begins(0x89), start.dropFirst().starts(with: "PNG\r\n".utf8) {
      return ("a PNG image", "Check that it is the right file.")
    }
    if begins(0xff, 0xd8, 0xff) { return ("a JPEG image", "Check that it is the right file.") }
    if begins("%PDF-") { return ("a PDF document", "Check that it is the right file.") }
    if begins("GGUF") { return ("a GGUF file", "Get the network as safetensors.") }
    if start.dropFirst(257).starts(with: "ustar".utf8) {
      return ("a tar archive", "Unpack it: `tar -xf`.")
    }
    return isSafetensors(start) ? ("a safetensors file", "Read it with Safetensors.read.") : nil
  }

  private static func text(_ start: [UInt8]) -> Sort? {
    if start.starts(with: [0xff, 0xfe]) || start.starts(with: [0xfe, 0xff]) {
      return ("a text in UTF-16", "Save it as UTF-8.")
    }
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let text = (start.starts(with: mark) ? start.dropFirst(3) : start[...])
      .drop { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
    if text.starts(with: "version https://git-lfs".utf8) { return pointer }
    let lower = text.prefix(16).map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
    if ["<!doctype html", "<html", "<head", "<body"].contains(where: { lower.starts(with: $0.utf8) }
    ) {
      return page
    }
    if ["<?xml", "<error"].contains(where: { lower.starts(with: $0.utf8) }) {
      return ("an XML document, as servers send for an error", "Download the file itself.")
    }
    if text.first == UInt8(ascii: "{") {
      return json
    }
    return nil
  }

  /// The kind of zip archive, by the name of its first entry.
  private static func zip(_ start: [UInt8]) -> Sort {
    let name = start.dropFirst(30)
    func names(_ text: String) -> Bool { name.firstRange(of: Array(text.utf8)) != nil }
    if names("data.pkl") || names("/.format_version") || names("/version") { return torch }
    if names(".npy") { return ("an .npz archive", "Read it with NPZ.read.") }
    if names("[Content_Types].xml") {
      return ("a document of an office program", "Save it as CSV.")
    }
    return ("a zip archive", "Unpack it: `unzip`.")
  }

  private static func isPickle(_ operation: UInt8) -> Bool {
    operation == 0x95 || "(}]Kcq.)JM\u{8a}X".unicodeScalars.contains(Unicode.Scalar(operation))
  }

  /// Whether the start is a header's length, which is not text, and the header's opening brace.
  private static func isSafetensors(_ start: [UInt8]) -> Bool {
    start.count > 8 && start[8] == UInt8(ascii: "{") && start[5...7] == [0, 0, 0]
  }
}
