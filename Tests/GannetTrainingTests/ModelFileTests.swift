import GannetData
import GannetModels
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

/// A model's values in a file of their own.
struct ModelFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aModelGoesThroughAFile() throws {
    let (model, other) = (BatchNormLeNet(), BatchNormLeNet())
    _ = model(Tensor(hash: 1, [4, 1, 28, 28]))  // moves the running statistics
    let file = folder.file("model.safetensors")
    try model.save(to: file)
    try other.load(from: file)
    for (name, value) in model.stateDictionary {
      expectIdentical(other.stateDictionary[name]!, value)
    }
  }

  @Test func aPartOfAFile() throws {
    let file = folder.file("model.safetensors")
    let pretrained = ResNet.narrow(depth: 8, classCount: 10)
    try pretrained.save(to: file)
    let net = ResNet.narrow(depth: 8, classCount: 10)
    net.fc = Linear(64, 3)
    let error = #expect(throws: StateError.self) { try net.load(from: file) }
    #expect(
      error?.description == "\(file.path): the state does not fit: of another shape "
        + "fc.weight ([3, 64], given [10, 64]), fc.bias ([3], given [10])")
    try net.load(from: file, excluding: "fc.*")
    expectIdentical(net.conv1.weight.value, pretrained.conv1.weight.value)
    #expect(net(Tensor(hash: 1, [2, 1, 16, 16])).shape == [2, 3])
  }

  @Test func aMissingOrDamagedFileIsNamed() throws {
    let model = Linear(2, 2)
    let missing = #expect(throws: FileError.self) {
      try model.load(from: folder.file("no.safetensors"))
    }
    #expect(missing?.kind == .missing)
    let damaged = try folder.write("damaged", "damaged.safetensors")
    #expect(throws: FileError.self) { try model.load(from: damaged) }
  }

  @Test func aTrainingResumesIfThereIsAFile() throws {
    func trainer() -> Trainer<Batch<Tensor, IntTensor>> {
      let model = Linear(4, 3)
      return Trainer(
        model, optimizer: Adam(model.parameters), loss: .classification,
        showsProgress: false)
    }
    let examples = TensorDataset(
      inputs: Tensor(hash: 1, [6, 4]), targets: IntTensor([0, 1, 2, 0, 1, 2]))
    let file = folder.file("state.safetensors")
    let first = trainer()
    #expect(try !first.resumeIfThere(from: file))
    first.callbacks = [Checkpoints(file)]
    try first.fit(DataLoader(examples, batchSize: 2), epochs: 2)

    let second = trainer()
    #expect(try second.resumeIfThere(from: file))
    #expect(second.stepCount == 6)
    expectIdentical(
      second.model.stateDictionary["weight"]!, first.model.stateDictionary["weight"]!)

    let damaged = try folder.write("damaged", "state.safetensors")
    #expect(throws: FileError.self) { try second.resumeIfThere(from: damaged) }
  }
}
