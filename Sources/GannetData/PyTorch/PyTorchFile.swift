import Foundation
import GannetTensor

/// A file of `torch.save` (`.pt`, `.pth`) with a dictionary of tensors, read one tensor at a time.
///
/// Such a file is a zip archive of a pickle, a program that in Python may run any code, and the
/// storages of the tensors. Here the pickle may only build tensors and containers of them; another
/// class or function is refused by its name. Files from before PyTorch 1.6, which are not archives,
/// and TorchScript's are refused as well.
public struct PyTorchFile {
  /// The keys in the dictionary whose values are not tensors, sorted.
  public let otherEntries: [String]

  let tensors: TensorTable<PyTorchTensor>

  /// Advice on files that hold more than tensors.
  static let advice =
    "In Python, load it with torch.load and save its state dictionary alone, "
    + "or write it with safetensors.torch.save_file."

  /// Opens a file and reads its names and shapes.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - key: The key of the dictionary to read, in a file of several: `"state_dict"`. By default it
  ///     is the file's own dictionary or, where that has no tensors, the only one in it that has.
  /// - Throws: `FileError`, if the file is missing, damaged, of another format, or holds more than
  ///   tensors, or if the dictionary is not found.
  public init(_ url: URL, under key: String? = nil) throws {
    let archive = try Self.open(url)
    let path = archive.path
    guard let pickle = archive.entries.first(where: { $0.name.hasSuffix("/data.pkl") }) else {
      throw try FileSignature(archive.start)?.error(path, expected: "an archive of torch.save")
        ?? FileError(.unsupported, path: path, "the archive is not one of torch.save")
    }
    let folder = String(pickle.name.dropLast("data.pkl".count))
    guard archive.entry(folder + "constants.pkl") == nil else {
      throw FileError(
        .unsupported, path: path, "this is a program of TorchScript",
        advice: "In Python, save torch.jit.load(path).state_dict().")
    }
    // A compressed pickle could grow a thousandfold.
    guard pickle.method == 0, pickle.size <= 1 << 26 else {
      throw FileError(
        .tooLarge, path: path, "its pickle is compressed or has more than 64 MB",
        advice: Self.advice)
    }
    var machine = PickleMachine(try archive.bytes(pickle), path: path)
    let root = try machine.run()
    let dictionary = try machine.heap.stateDictionary(root, under: key, path: path)
    let views: [ExactKey<String>: PyTorchView]
    (views, otherEntries) = try machine.heap.views(of: dictionary, path: path)
    tensors = try TensorTable(views, in: archive, folder)
  }

  /// The tensors' names, sorted.
  public var names: [String] { tensors.names }

  /// The shape of a tensor; nil where the dictionary has no tensor of that name.
  public func shape(_ name: String) -> Shape? { tensors[name]?.shape }

  /// Reads a tensor, as `PyTorch.read(from:under:)` does. Names are compared by Unicode scalars.
  public func tensor(_ name: String) throws -> Tensor { try tensors.read(name) }

  /// Reads a tensor of integers; values beyond 32 bits are an error.
  public func integers(_ name: String) throws -> IntTensor { try tensors.read(name) }

  private static func open(_ url: URL) throws -> ZipArchive {
    let file = try InputFile(url)
    if let signature = try FileSignature(file.start), !signature.isZip {
      throw signature.error(file.path, expected: "an archive of torch.save")
    }
    return try ZipArchive(url)
  }
}
