import Foundation
import Gannet
import Testing

@Suite("Fine-tuning")
struct FineTuningTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try Pictures.write(6, to: folder)
  }

  @Test("changes the last stage and a new layer of torchvision's network, and nothing else")
  func training() throws {
    // Weights under torchvision's names, of 1,000 classes.
    let weights = folder.url.appending(path: "resnet18.safetensors")
    let original = ResNet.torchvision(depth: 18)
    try original.save(to: weights)
    let model = folder.path("tuned.safetensors")
    let output = try Program.run(
      "fine-tuning",
      [folder.path("pictures"), "--weights", weights.path, "--model", model, "--quick"])
    let accuracy = try #require(output.number(after: "pictures held out:"))
    #expect((0...1).contains(accuracy))

    let names = try String(contentsOfFile: folder.path("tuned.txt"), encoding: .utf8)
    #expect(names == "cold\nwarm")
    let tuned = ResNet.torchvision(depth: 18, classCount: 2)
    try tuned.load(from: URL(filePath: model))
    let (before, after) = (original.stateDictionary, tuned.stateDictionary)
    for (name, tensor) in after where !name.hasPrefix("fc.") {
      let isSame = tensor.scalars == before[name]?.scalars
      #expect(isSame != name.hasPrefix("layer4."), "\(name)")
    }
  }

  @Test("says what is wrong with weights and folders")
  func errors() throws {
    let pictures = folder.path("pictures")
    try Program.expectError("fine-tuning", [pictures], "--weights")
    try Program.expectError(
      "fine-tuning", [pictures, "--weights", folder.path("none.pth")], "none.pth")
    let other = folder.url.appending(path: "other.safetensors")
    try Linear(2, 3).save(to: other)
    try Program.expectError("fine-tuning", [pictures, "--weights", other.path], "conv1.weight")
    try Program.expectError(
      "fine-tuning", [folder.path("none"), "--weights", other.path], "none")
  }
}
