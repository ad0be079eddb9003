import GannetTensor
import TestSupport
import Testing

@Suite struct ChannelBufferTests {
  /// Convolutions by every path, groups, strides and kinds of activation, which write side by side.
  private static let forms: [Form] = [
    Form(3, kernel: 1, .relu), Form(3, kernel: 3, .relu), Form(5, kernel: 1, .identity),
    Form(5, kernel: 3, .gelu), Form(4, kernel: 3, groups: 2, .relu),
    Form(40, inputs: 20, kernel: 3, .relu), Form(20, inputs: 20, kernel: 5, .identity),
    Form(40, inputs: 40, kernel: 3, groups: 2, .tanh), Form(16, inputs: 200, kernel: 3, .relu),
  ]

  private struct Form: CustomStringConvertible {
    let outputs: Int
    let inputs: Int
    let kernel: Int
    let groups: Int
    let activation: Activation

    init(
      _ outputs: Int, inputs: Int = 6, kernel: Int, groups: Int = 1, _ activation: Activation
    ) {
      (self.outputs, self.inputs, self.kernel) = (outputs, inputs, kernel)
      (self.groups, self.activation) = (groups, activation)
    }

    var description: String { "\(inputs) to \(outputs), \(kernel)x\(kernel), \(activation)" }

    /// Weight and bias of two such convolutions.
    var parameters: [Tensor] {
      let shape: Shape = [outputs, inputs / groups, kernel, kernel]
      return [
        Tensor(hash: 2, shape) * 0.2, Tensor(hash: 3, [outputs]), Tensor(hash: 4, shape) * 0.2,
        Tensor(hash: 5, [outputs]),
      ]
    }

    /// x itself and two convolutions of it, joined.
    func joined(_ tensors: [Tensor], in buffer: ChannelBuffer?) -> Tensor {
      let x = tensors[0]
      let parts =
        [buffer?.append(x) ?? x]
        + [1, 3].map { index in
          conv2D(
            x, weight: tensors[index], bias: tensors[index + 1], padding: Padding2D(kernel / 2),
            groups: groups, activation: activation, into: buffer)
        }
      return buffer?.joined ?? concatenate(parts, along: 1)
    }
  }

  @Test(arguments: forms.indices, MemoryForm.allCases)
  func convolutionsInABufferAreThoseConcatenated(index: Int, memory: MemoryForm) {
    let form = Self.forms[index]
    let inputs = [memory(Tensor(hash: 1, [2, form.inputs, 6, 7]))] + form.parameters
    let results = [true, false].map { isBuffered in
      let leaves = inputs.map { $0.requiringGradient() }
      let y = form.joined(
        leaves, in: isBuffered ? ChannelBuffer(channels: form.inputs + 2 * form.outputs) : nil)
      y.backward(seed: Tensor(hash: 6, y.shape).channelsLast())
      return [y] + leaves.map { $0.gradient! }
    }
    for number in results[0].indices {
      if number == 3 || number == 5 {  // the biases, whose sums fold rows of few channels
        expectClose(results[0][number], results[1][number], "\(form), \(number)")
      } else {
        expectIdentical(results[0][number], results[1][number], "\(form), \(number)")
      }
    }
  }
}
