// The umbrella: `import Gannet` brings the whole library.
@_exported import GannetData
@_exported import GannetModels
@_exported import GannetNN
@_exported import GannetTensor
@_exported import GannetTraining

/// The versions of the library and of its BLAS kernel.
public enum BuildInfo {
  /// The version, by semantic versioning.
  public static let version = "0.1.0"

  /// OpenBLAS's kernel for this processor, such as "Zen" or "Cooperlake".
  public static var blasKernel: String { BLAS.kernelName }
}
