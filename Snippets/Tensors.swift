// Tensors, gradients and second derivatives in small steps.
//
// swift run -c release Tensors
import Gannet

// snippet.making
let matrix = Tensor([[1, 2, 3], [4, 5, 6]])
let noise = Tensor(normal: [2, 3], mean: 0, standardDeviation: 0.1)
let labels = IntTensor([0, 2])
print(matrix.shape, matrix.rank, matrix.count)
// snippet.parts
let row = matrix[0]  // one index or a range: a part, [3]
let element = matrix[1, 2]  // two indices or more: an element, 6
let columns = matrix.sliced(1..<3, along: 1)  // [2, 2]
// snippet.computing
let shifted = matrix + Tensor([10, 20, 30])  // broadcast, as in NumPy
let product = matmul(shifted, matrix.transposed())  // [2, 2]
let normed = shifted / shifted.sum(along: 1, keepingAxes: true)
let largest = normed.argmax(along: 1)  // an IntTensor, [2]
let positive = noise.replacing(with: 0, where: noise .< 0)
// snippet.gradients
var w = Tensor([1, -2, 3]).requiringGradient()
let loss = (square(w) * w).sum()  // of w³
loss.backward()
print(w.gradient!)  // 3 w²: [3, 12, 27]
// snippet.higher
let x = Tensor([0.5, 1]).requiringGradient()
let first = gradients(of: sin(x).sum(), withRespectTo: [x], recording: true)[0]
let second = gradients(of: first.sum(), withRespectTo: [x])[0]
print(allClose(second, -sin(x), absoluteTolerance: 1e-6))
// snippet.update
for _ in 0..<100 {
  w.gradient = nil
  square(w).mean().backward()
  // In place, and not recorded: w stays the same leaf.
  withoutGradients { w.add(w.gradient!, scaledBy: -0.1) }
}
// snippet.end
print(row, element, columns.shape, product.shape, largest, positive.shape, labels.shape)
