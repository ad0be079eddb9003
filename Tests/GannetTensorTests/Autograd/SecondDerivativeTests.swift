import GannetTensor
import TestSupport
import Testing

@Suite struct SecondDerivativeTests {
  private let x = Tensor(hash: 1, [3, 4], low: 0.5, high: 1.5)
  private let y = Tensor(hash: 2, [4], low: 0.5, high: 1.5)

  @Test func elementwiseOperations() {
    expectSecondDerivatives([x, y]) { $0[0] * $0[1] + $0[0] }
    expectSecondDerivatives([x, y]) { $0[0] * $0[0] - $0[1] * $0[1] * $0[0] }
    expectSecondDerivatives([x, y]) { $0[0] / $0[1] }
    expectSecondDerivatives([y, x]) { $0[0] / $0[1] }
    expectSecondDerivatives([x]) { 2 / $0[0] - $0[0] * 3 }
    expectSecondDerivatives([x]) { -$0[0] * $0[0] }
    expectSecondDerivatives([x]) { exp($0[0]) }
    expectSecondDerivatives([x]) { log($0[0]) }
    expectSecondDerivatives([x]) { sqrt($0[0]) }
    expectSecondDerivatives([x]) { tanh($0[0]) }
    expectSecondDerivatives([x]) { sigmoid($0[0]) }
    expectSecondDerivatives([Tensor(hashAwayFromZero: 1, [3, 4])]) { x in
      relu(x[0]) * x[0] * x[0]
    }
  }

  @Test func productsReductionsAndViews() {
    let z = Tensor(hash: 3, [4, 2])
    expectSecondDerivatives([x, z]) { matmul($0[0], $0[1]) }
    expectSecondDerivatives([x, z]) { inputs in
      let y = matmul(inputs[1], inputs[0], transposingA: true, transposingB: true)
      return y * y
    }
    expectSecondDerivatives([x]) { x in
      let y = x[0].sum(along: 0)
      return y * y * x[0]
    }
    expectSecondDerivatives([x]) { x in exp(x[0].mean(along: 1, keepingAxes: true)) * x[0] }
    expectSecondDerivatives([x]) { x in
      let y = x[0].transposed().reshaped(to: [2, 6]).sliced(1..<5, along: 1)
      return y * y * y
    }
    expectSecondDerivatives([x]) { x in
      let y = x[0][1].unsqueezed(at: 0).expanded(to: [3, 4])
      return y * y * x[0]
    }
    expectSecondDerivatives([Tensor(hash: 1, [1, 2, 3, 2])]) { x in
      let y = x[0].channelsLast().permuted([2, 0, 3, 1]).squeezed(at: 1).flattened()
      return y * y * y
    }
  }

  @Test func thirdDerivativeOfThePolynomial() {
    let x = Tensor([1, 2, 3]).requiringGradient()
    let y = x * x * x * x
    func derivative(_ y: Tensor) -> Tensor {
      gradients(of: y, withRespectTo: [x], seed: Tensor(ones: [3]), recording: true)[0]
    }
    let first = derivative(y)
    let second = derivative(first)
    let third = derivative(second)
    #expect(first.scalars == [4, 32, 108])
    #expect(second.scalars == [12, 48, 108])
    #expect(third.scalars == [24, 48, 72])
    #expect(derivative(derivative(third)).scalars == [0, 0, 0])
  }

  /// The Hessian of xᵀ A x / 2 is (A + Aᵀ) / 2, row by row.
  @Test func hessianOfAQuadraticForm() {
    let a = Tensor(hash: 4, [4, 4])
    let x = Tensor(hash: 5, [4, 1]).requiringGradient()
    let y = matmul(matmul(x, a, transposingA: true), x).sum() / 2
    let gradient = gradients(of: y, withRespectTo: [x], recording: true)[0]
    expectClose(gradient.detached(), matmul((a + a.transposed()) / 2, x.detached()))
    for row in 0..<4 {
      let seed = Tensor((0..<4).map { $0 == row ? 1 : 0 }, shape: [4, 1])
      let found = gradients(of: gradient, withRespectTo: [x], seed: seed, keepingTape: true)[0]
      expectClose(found.flattened(), ((a + a.transposed()) / 2)[row])
    }
  }

  /// A penalty on the gradient's norm, collected by `backward()` in the leaves.
  @Test func backwardThroughAGradient() {
    let x = Tensor([1, 2]).requiringGradient()
    let first = gradients(of: (x * x * x).sum(), withRespectTo: [x], recording: true)[0]
    (first * first).sum().backward()  // (3x²)², of which the derivative is 36x³
    #expect(x.gradient!.scalars == [36, 288])
  }

  private struct Layer {
    let name: String
    let inputs: [Tensor]
    let function: ([Tensor]) -> Tensor
  }

  private let mask = {
    var stream = RandomStream(seed: 3)
    return DropoutMask(count: 12, probability: 0.4, using: &stream)
  }()
  private let images = Tensor(hash: 1, [2, 4, 5, 4])
  /// Elements at least 1/4 apart.
  private let distinct = Tensor((0..<24).map { Float($0 * 7 % 24) / 4 - 3 }, shape: [1, 2, 4, 3])
  private let labels = IntTensor([2, 0, 2, 1])
  private let channels = [Tensor(hash: 2, [4], low: 0.5, high: 2), Tensor(hash: 3, [4])]
  private let affine = [
    Tensor(hash: 1, [3, 5]), Tensor(hash: 2, [4, 5]), Tensor(hash: 3, [4]),
  ]

  /// Layers, squared where they are linear in an input, so that all inputs have a second derivative.
  private var layers: [Layer] {
    [
      Layer(name: "linear", inputs: affine) {
        square(linear($0[0], weight: $0[1], bias: $0[2], dropout: mask))
      },
      Layer(name: "linear, tanh", inputs: affine) {
        linear($0[0], weight: $0[1], bias: $0[2], activation: .tanh, dropout: mask)
      },
      Layer(name: "linear, GELU", inputs: affine) {
        linear($0[0], weight: $0[1], bias: $0[2], activation: .gelu, dropout: mask)
      },
      Layer(name: "linear, softplus", inputs: affine) {
        linear($0[0], weight: $0[1], bias: $0[2], activation: .softplus)
      },
      Layer(name: "conv2D, SiLU", inputs: [images, Tensor(hash: 2, [3, 4, 3, 2])]) {
        conv2D($0[0], weight: $0[1], padding: 1, activation: .silu)
      },
      Layer(
        name: "batchNorm, GELU", inputs: [images] + channels + [Tensor(hash: 4, [2, 4, 5, 4])]
      ) {
        batchNorm($0[0], weight: $0[1], bias: $0[2], residual: $0[3], activation: .geluTanh).result
      },
      Layer(name: "conv2D", inputs: [images, Tensor(hash: 2, [6, 2, 3, 2]), Tensor(hash: 3, [6])]) {
        conv2D(
          $0[0], weight: $0[1], bias: $0[2], stride: Size2D(2, 1), padding: 1, groups: 2,
          activation: .sigmoid)
      },
      Layer(
        name: "transposedConv2D",
        inputs: [images, Tensor(hash: 2, [4, 1, 3, 3]), Tensor(hash: 3, [2])]
      ) {
        transposedConv2D(
          $0[0], weight: $0[1], bias: $0[2], stride: 2, padding: 1, outputPadding: 1, dilation: 2,
          groups: 2, activation: .tanh)
      },
      Layer(name: "averagePool2D", inputs: [images]) {
        square(averagePool2D($0[0], kernelSize: 3, stride: 2, padding: 1, countsPadding: false))
      },
      Layer(name: "maxPool2D", inputs: [distinct]) {
        square(maxPool2D($0[0], kernelSize: 2, stride: 1))
      },
      Layer(name: "layerNorm", inputs: [Tensor(hash: 1, [3, 4])] + channels) {
        layerNorm($0[0], weight: $0[1], bias: $0[2])
      },
      Layer(name: "groupNorm", inputs: [images] + channels) {
        groupNorm($0[0], groups: 2, weight: $0[1], bias: $0[2])
      },
      Layer(name: "batchNorm", inputs: [images] + channels + [Tensor(hash: 4, [2, 4, 5, 4])]) {
        batchNorm($0[0], weight: $0[1], bias: $0[2], residual: $0[3], activation: .tanh).result
      },
      Layer(name: "batchNorm, predicting", inputs: [images] + channels) {
        batchNorm(
          $0[0], mean: channels[1], variance: channels[0], weight: $0[1], bias: $0[2],
          activation: .sigmoid)
      },
      Layer(name: "crossEntropy", inputs: [Tensor(hash: 1, [4, 3])]) {
        crossEntropy(
          $0[0], labels, classWeights: Tensor([0.5, 2, 1]), ignoring: 1, labelSmoothing: 0.2)
      },
      Layer(name: "crossEntropy, probabilities", inputs: [Tensor(hash: 1, [4, 3])]) {
        crossEntropy($0[0], softmax(Tensor(hash: 2, [4, 3]), along: 1))
      },
    ]
  }

  @Test func layersAreThoseOfDifferences() {
    for layer in layers {
      expectSecondDerivatives(layer.inputs, tolerance: 3e-3, of: layer.function)
    }
  }

  /// Fused gradients and recorded ones are equal.
  @Test func recordedGradientsAreTheFastOnes() {
    for layer in layers {
      let leaves = layer.inputs.map { $0.requiringGradient() }
      let y = layer.function(leaves)
      let seed = Tensor(hash: upstreamSeed, y.shape)
      let fast = gradients(of: y, withRespectTo: leaves, seed: seed, keepingTape: true)
      let recorded = gradients(of: y, withRespectTo: leaves, seed: seed, recording: true)
      for (a, b) in zip(fast, recorded) {
        expectClose(b.detached(), a, tolerance: 5e-6, layer.name)
      }
      #expect(recorded[0].requiresGradient)
    }
  }

  /// Only some inputs have gradients; the others are constants.
  @Test func constantInputsStayConstant() {
    let (x, weight) = (Tensor(hash: 1, [3, 5]), Tensor(hash: 2, [4, 5]))
    expectSecondDerivatives([x]) { linear($0[0], weight: weight, activation: .tanh) }
    expectSecondDerivatives([weight]) { linear(x, weight: $0[0], activation: .sigmoid) }
    expectSecondDerivatives([x]) { linear($0[0], weight: weight, activation: .gelu) }
    expectSecondDerivatives([weight]) { linear(x, weight: $0[0], activation: .silu) }
    let kernel = Tensor(hash: 2, [3, 4, 2, 2])
    expectSecondDerivatives([kernel]) { conv2D(images, weight: $0[0], activation: .gelu) }
    expectSecondDerivatives([images]) { conv2D($0[0], weight: kernel, activation: .tanh) }
    expectSecondDerivatives([kernel]) { conv2D(images, weight: $0[0], activation: .tanh) }
    expectSecondDerivatives([Tensor(hash: 3, [3, 3])]) { linear($0[0], weight: $0[0]) }
  }

  /// The third derivative of t = tanh(w x) is w^3 (6 t^2 - 2) (1 - t^2).
  @Test func thirdDerivativeOfALayer() {
    let (x, w) = (Tensor([0.3, -1.1], shape: [2, 1]).requiringGradient(), Float(0.8))
    func derivative(_ y: Tensor) -> Tensor {
      gradients(of: y.sum(), withRespectTo: [x], recording: true)[0]
    }
    let y = linear(x, weight: Tensor([w], shape: [1, 1]), activation: .tanh)
    let squares = square(y.detached())
    expectClose(
      derivative(derivative(derivative(y))).detached(),
      (squares * 6 - 2) * (1 - squares) * (w * w * w))
  }
}
