import Foundation
import GannetTensor

/// Reader of the dictionaries of tensors that PyTorch's `torch.save` writes (`.pt`, `.pth`).
public enum PyTorch {
  /// Reads all tensors of a file, contiguous or not, in the same conversions as
  /// `Safetensors.read(from:)`.
  ///
  ///     let state = try PyTorch.read(from: url)  // torch.save(model.state_dict(), path)
  ///     let other = try PyTorch.read(from: url, under: "state_dict")  // of a checkpoint
  ///
  /// Values that are not tensors are skipped; `PyTorchFile.otherEntries` lists them.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - key: The key of the dictionary to read; see `PyTorchFile.init(_:under:)`.
  /// - Throws: `FileError`, if the file is missing, damaged, of another format or holds more than
  ///   tensors, an integer has no equal float, or two names are canonically equivalent.
  public static func read(from url: URL, under key: String? = nil) throws -> [String: Tensor] {
    try PyTorchFile(url, under: key).tensors.allByStorage()
  }
}
