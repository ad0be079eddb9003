// Weights in and out: safetensors, NumPy's archives, parts of a model, ONNX.
//
// swift run -c release WeightFiles
import Foundation
import Gannet
import GannetONNX

let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
let file = folder.appending(path: "model.safetensors")
// snippet.save
let model = LeNet()
try model.save(to: file)
try model.load(from: file)  // or a file of torch.save, or an index of several files
// snippet.parts
let other = LeNet(classCount: 7)
try other.load(from: file, excluding: "net.11.*")  // all but the last layer
// snippet.tensors
let tensors = try WeightFile.read(from: file)
for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) { print(name, tensor.shape) }
let opened = try SafetensorsFile(file)  // reads only what is asked for
print(try opened.tensor(opened.names[0]).shape)
// snippet.numpy
let archive = folder.appending(path: "arrays.npz")
try NPZ.write(["x": Tensor(normal: [3, 4])], integers: ["y": IntTensor([0, 1, 2])], to: archive)
let arrays = try NPZFile(archive)
print(try arrays.tensor("x").shape, try arrays.integers("y"))
// snippet.onnx
#if ONNX
let exported = folder.appending(path: "lenet.onnx")
let example = Tensor(uniform: [2, 1, 28, 28])
try ONNX.export(model, example: example, to: exported)

let imported = try ONNXModel(contentsOf: exported)
let difference = (imported(example) - model.evaluating { model(example) }).norm(.infinity)
print("the imported model differs by", difference.scalar)
#endif
// snippet.end
try FileManager.default.removeItem(at: folder)
