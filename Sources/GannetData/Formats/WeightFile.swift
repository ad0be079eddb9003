import Foundation
import GannetTensor

/// Reader of a network's weights, of whichever format.
public enum WeightFile {
  /// Reads all tensors of a safetensors file, of an index of several such files
  /// (`model.safetensors.index.json`), or of a file of `torch.save` (`.pt`, `.pth`), which its first
  /// bytes tell apart.
  ///
  /// - Throws: `FileError`, as ``Safetensors/read(from:)``, ``SafetensorsIndex`` and
  ///   ``PyTorch/read(from:under:)`` do.
  public static func read(from url: URL) throws -> [String: Tensor] {
    let signature = try FileSignature(InputFile(url).start)
    if let signature, signature.isJSON { return try SafetensorsIndex(url).tensors.all() }
    if let signature, signature.isZip || signature.isTorch { return try PyTorch.read(from: url) }
    return try Safetensors.read(from: url)
  }
}
