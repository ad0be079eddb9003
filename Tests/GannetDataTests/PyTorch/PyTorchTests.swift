import Foundation
import GannetData
import GannetTensor
import TestSupport
import Testing

/// Files that PyTorch wrote.
struct PyTorchTests {
  private func file(_ name: String) -> URL { pyTorchFiles.appending(path: name) }

  /// The tensors that PyTorch has in a file.
  private func expected(_ name: String) throws -> [String: Tensor] {
    let values = try SafetensorsFile(file("values.safetensors"))
    var result: [String: Tensor] = [:]
    for key in values.names where key.hasPrefix("\(name)/") {
      result[String(key.dropFirst(name.count + 1))] = try values.tensor(key)
    }
    return result
  }

  private func expectEqual(_ read: [String: Tensor], _ wanted: [String: Tensor]) {
    #expect(!wanted.isEmpty)
    #expect(read.keys.sorted() == wanted.keys.sorted())
    for (name, tensor) in wanted {
      #expect(read[name]?.shape == tensor.shape, "\(name)")
      #expect(read[name]?.scalars == tensor.scalars, "\(name)")
    }
  }

  @Test(arguments: ["types", "views", "model", "checkpoint"])
  func tensorsAreThoseOfPyTorch(name: String) throws {
    expectEqual(try PyTorch.read(from: file("\(name).pt")), try expected(name))
  }

  @Test func everyTensorAlone() throws {
    let views = try PyTorchFile(file("views.pt"))
    let wanted = try expected("views")
    #expect(views.names == wanted.keys.sorted() && views.otherEntries == [])
    for name in views.names {
      #expect(views.shape(name) == wanted[name]!.shape)
      #expect(try views.tensor(name).scalars == wanted[name]!.scalars, "\(name)")
    }
    #expect(views.shape("absent") == nil)
    expectFileError(.missing, file("views.pt"), "no tensor absent", "base, channelsLast") {
      _ = try views.tensor("absent")
    }
  }

  @Test func integers() throws {
    let types = try PyTorchFile(file("types.pt"))
    let wanted = try types.tensor("float32").scalars.map { Int32($0) }
    #expect(types.names.count == 13)
    for name in types.names where name != "bool" {
      #expect(try types.integers(name).scalars == wanted, "\(name)")
    }
  }

  @Test func otherProtocols() throws {
    expectEqual(try PyTorch.read(from: file("protocol4.pt")), try expected("views"))
  }

  @Test func dictionariesInDictionaries() throws {
    let file = file("checkpoint.pt")
    #expect(try PyTorchFile(file).names == PyTorchFile(file, under: "state_dict").names)
    expectFileError(.missing, file, "no dictionary model", "state_dict") {
      _ = try PyTorch.read(from: file, under: "model")
    }
    let several = self.file("several.pt")
    expectFileError(.unsupported, several, "model, ema", "under:") {
      _ = try PyTorch.read(from: several)
    }
    expectEqual(try PyTorch.read(from: several, under: "ema"), try expected("several"))
    #expect(try PyTorchFile(several, under: "model").otherEntries == ["note"])
  }

  @Test(arguments: [
    ("namespace", "numpy"), ("bytes", "_codecs.encode"),
    ("sparse", "torch._utils._rebuild_sparse_tensor"),
    ("complex", "torch.ComplexFloatStorage"), ("float8", "torch.float8_e4m3fn"),
    ("module", "torch.nn.modules.linear.Linear"), ("tensor", "no dictionary of tensors"),
  ])
  func moreThanTensorsIsRefusedByName(name: String, words: String) {
    expectFileError(.unsupported, file("\(name).pt"), words, "In Python") {
      _ = try PyTorch.read(from: file("\(name).pt"))
    }
  }

  @Test func oldFilesAreRefused() {
    expectFileError(.unsupported, file("old.pt"), "before PyTorch 1.6", "anew with torch.save") {
      _ = try PyTorch.read(from: file("old.pt"))
    }
    expectFileError(.unsupported, file("old.pt"), "before PyTorch 1.6") {
      _ = try WeightFile.read(from: file("old.pt"))
    }
  }

  @Test func programsOfTorchScript() throws {
    let folder = try TemporaryFolder()
    let url = try folder.write(
      pyTorchArchive(Pickled.file([]), others: [("constants.pkl", [])]), "x.pt")
    expectFileError(.unsupported, url, "TorchScript", "state_dict") {
      _ = try PyTorch.read(from: url)
    }
  }

  @Test func anyWeights() throws {
    expectEqual(try WeightFile.read(from: file("model.pt")), try expected("model"))
    let index = file("model.safetensors.index.json")
    expectEqual(try WeightFile.read(from: index), try expected("model"))
    let values = try WeightFile.read(from: file("values.safetensors"))
    #expect(values["types/int64"]?.shape == [3, 4])
    let folder = try TemporaryFolder()
    let arrays = folder.file("x.npz")
    try NPZ.write(["a": Tensor([1])], to: arrays)
    expectFileError(.unsupported, arrays, "an .npz archive", "archive of torch.save") {
      _ = try WeightFile.read(from: arrays)
    }
  }
}
