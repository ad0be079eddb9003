// The names of "Coming from PyTorch", each in use, so that the page cannot name what is not there.
//
// swift run -c release PyTorchNames
import Foundation
import Gannet

let x = Tensor(uniform: [2, 3])
let (a, b) = (Tensor(zeros: [2, 3]), Tensor(ones: [2, 3]))
let symmetric = Tensor([[2, 1], [1, 3]])
let labels = IntTensor([0, 1])

let made: [Tensor] = [
  Tensor([[1, 2]]), Tensor(repeating: 2, shape: [2, 3]), Tensor(normal: [2, 3]),
  Tensor(bernoulli: [2], probability: 0.5), Tensor(rangeFrom: 0, to: 5), Tensor(identity: 3),
  Tensor(diagonal: Tensor([1, 2])), Tensor(oneHot: labels, classCount: 3),
  Tensor(IntTensor(permutation: 3)),
]
print(x.shape, x.rank, x.count, x.sum().scalar, x.scalars.count, x[0], x[0..<1], x[0, 1])
let shaped: [Tensor] = [
  x.reshaped(to: [3, 2]), x.flattened(from: 0), x.permuted([1, 0]), x.transposed(0, 1),
  x.transposed(), x.unsqueezed(at: 0).squeezed(at: 0), x.expanded(to: [4, 2, 3]),
  x.tiled([2, 1]), x.flipped(along: 0), concatenate([a, b]), stack([a, b]), x.unstacked()[0],
  x.split(sizes: [1, 1])[0], x.split(into: 2)[0], x.slices(at: labels),
  x.gathered(at: IntTensor([[0, 0, 0]]), along: 0), x.addingSlices(b, at: labels),
  x.scatterAdding(b, at: IntTensor([[0, 0, 0], [1, 1, 1]]), along: 0),
  x.sliced(1..<3, along: 1), x.selected(where: x .> 0.5), Tensor(x.nonzeroIndices()),
  b.replacing(with: a, where: x .> 0.5), x.replacing(with: 1, where: x .> 0.5),
  symmetric.lowerTriangle(), symmetric.upperTriangle(),
]
let computed: [Tensor] = [
  matmul(symmetric, x), einsum("ij,jk->ik", symmetric, x), x.sum(along: 1, keepingAxes: true),
  x.mean(), x.product(), x.max(along: 1), Tensor(x.argmax(along: 1)), x.variance(),
  x.standardDeviation(), x.median(), x.quantile(0.5), x.topK(2).values, x.sorted().values,
  Tensor(x.argsort()), x.cumulativeSum(along: 1), x.norm(), logSumExp(x, along: 1),
  x.clamped(to: 0...1), maximum(a, b), a .== b, exp(x), log(x), square(x), pow(x, 2),
]
let solved: [Tensor] = [
  try solve(symmetric, symmetric), try leastSquares(symmetric, symmetric), try symmetric.inverse(),
  try symmetric.determinant(), try symmetric.cholesky(), try symmetric.qr().q,
  try symmetric.symmetricEigen().values, try symmetric.singularValueDecomposition().values,
  try symmetric.pseudoInverse(),
]
print(made.count, shaped.count, computed.count, solved.count, allClose(a, b))

let variable = x.requiringGradient()
let loss = square(variable).sum()
loss.backward(keepingTape: true)
print(variable.gradient!.shape, loss.graphviz().count)
print(gradients(of: loss, withRespectTo: [variable], recording: true)[0].detached().shape)

let model = Sequential {
  Linear(3, 4, hasBias: false, weightInitializer: .heNormal())
  GELU(isApproximate: true)
  Linear(4, 4, weightInitializer: .xavierUniform(), biasInitializer: .zeros)
  Softmax(along: 1)
}
print(model.parameters.matching("0.*").names, model.namedModules.count)
print(model.summary(input: [1, 3]))
model.freeze("0.*")
model.eval()
model.train()
try model.load(model.stateDictionary, excluding: "0.*")
let images = Tensor(zeros: [1, 1, 4, 4])
let layers: [any Layer] = [
  Conv2D(1, 2, kernelSize: 3, padding: .same(3)), GroupNorm(1, groups: 1), Upsample(by: 2),
  AdaptiveAveragePool2D(1), GlobalAveragePool2D(), Flatten(), Identity(),
]
for layer in layers { print(layer(images).shape) }
let token = Tensor(zeros: [1, 2, 8])
let encoded = TransformerEncoderLayer(8, heads: 2, normalization: .pre)(token)
let attended = scaledDotProductAttention(query: token, key: token, value: token, mask: .causal)
print(Embedding(4, 2, paddingIndex: 0)(labels).shape, encoded.shape, attended.shape)
print(images.interpolated(by: 2).shape, images.padded(by: 1, mode: .reflect).shape)

let losses: [Tensor] = [
  crossEntropy(x, labels, ignoring: 0, labelSmoothing: 0.1), crossEntropy(x, softmax(a)),
  binaryCrossEntropy(x, b), meanSquaredError(a, b), meanAbsoluteError(a, b), huberLoss(a, b),
  smoothL1Loss(a, b, reduction: .none), negativeLogLikelihood(logSoftmax(x), labels),
  klDivergence(logSoftmax(x), softmax(a)),
]
let optimizers: [Optimizer] = [
  SGD(model.parameters, learningRate: 0.1, momentum: 0.9, isNesterov: true),
  Adam(model.parameters, isAMSGrad: true),
]
let schedules: [Schedule] = [
  .step(1, every: 2, factor: 0.1), .multiStep(1, at: [2], factor: 0.1),
  .exponential(1, factor: 0.9), .cosine(from: 1, over: 3), .cosineRestarts(from: 1, over: 3),
  .oneCycle(peak: 1, over: 10), .linear(from: 1, to: 0, over: 4).warmedUp(over: 5),
]
print(losses.count, optimizers.count, schedules.count)
