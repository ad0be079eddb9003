import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct SequentialTests {
  /// The layers after a linear layer, fused or not.
  private static let tails: [[Tail]] = [
    [], [.relu], [.dropout], [.relu, .dropout], [.dropout, .relu], [.relu, .dropout, .relu],
    [.relu, .relu], [.sigmoid, .dropout],
    [.tanh], [.gelu], [.gelu, .dropout], [.geluTanh], [.silu], [.elu, .dropout], [.softplus],
  ]

  enum Tail: Sendable {
    case relu, dropout, sigmoid, tanh, gelu, geluTanh, silu, elu, softplus

    var layer: any Layer {
      switch self {
      case .relu: ReLU()
      case .dropout: Dropout(0.5)
      case .sigmoid: Sigmoid()
      case .tanh: Tanh()
      case .gelu: GELU()
      case .geluTanh: GELU(isApproximate: true)
      case .silu: SiLU()
      case .elu: ELU(alpha: 0.7)
      case .softplus: Softplus()
      }
    }
  }

  /// Layers whose weights and random streams are equal at each call.
  private static func network(_ tail: [Tail]) -> Sequential {
    withRandomSeed(7) {
      Sequential([Flatten(), Linear(12, 40)] + tail.map(\.layer) + [Linear(40, 3)])
    }
  }

  @Test(arguments: tails)
  func fusedLayersAreTheSameLayers(_ tail: [Tail]) {
    let (fused, plain) = (Self.network(tail), Self.network(tail))
    let inputs = (0..<2).map { _ in Tensor(hash: 1, [33, 3, 4]).requiringGradient() }
    for _ in 0..<2 {  // the second time from where the streams are then
      let together = fused(inputs[0])
      let oneByOne = plain.reduce(inputs[1]) { x, layer in layer(x) }
      expectIdentical(together, oneByOne)
      let seed = Tensor(hash: 2, together.shape)
      together.backward(seed: seed)
      oneByOne.backward(seed: seed)
      expectIdentical(inputs[0].gradient!, inputs[1].gradient!)
      for (a, b) in zip(fused.parameters, plain.parameters) {
        expectIdentical(a.gradient!, b.gradient!, a.name)
      }
    }
  }

  @Test(arguments: tails)
  func fusedConvolutionsAreTheSameLayers(_ tail: [Tail]) {
    let (fused, plain) = (Self.images(tail), Self.images(tail))
    let inputs = (0..<2).map { _ in Tensor(hash: 1, [5, 3, 6, 7]).requiringGradient() }
    let together = fused(inputs[0])
    let oneByOne = plain.reduce(inputs[1]) { x, layer in layer(x) }
    expectIdentical(together, oneByOne)
    let seed = Tensor(hash: 2, together.shape)
    together.backward(seed: seed)
    oneByOne.backward(seed: seed)
    expectIdentical(inputs[0].gradient!, inputs[1].gradient!)
    for (a, b) in zip(fused.parameters, plain.parameters) {
      expectIdentical(a.gradient!, b.gradient!, a.name)
    }
  }

  private static func images(_ tail: [Tail]) -> Sequential {
    withRandomSeed(7) {
      Sequential(
        [Conv2D(3, 5, kernelSize: 3, padding: 1)] + tail.map(\.layer)
          + [Conv2D(5, 2, kernelSize: 3)])
    }
  }

  /// The layer's node is that of the activation too.
  @Test func activationsThatKeepTheirInputAreFused() {
    let x = Tensor(hash: 1, [4, 3, 5, 5])
    let activations: [any Layer] = [
      GELU(), GELU(isApproximate: true), SiLU(), ELU(), Softplus(),
    ]
    for activation in activations {
      let convolved = Sequential([Conv2D(3, 3, kernelSize: 3), activation])(x)
      #expect("\(convolved.node!.operation)" == "conv2D")
      let normalized = Sequential([BatchNorm2D(3), activation])(x)
      #expect("\(normalized.node!.operation)" == "batchNorm")
    }
  }

  @Test func dropoutIsFusedInTrainingAlone() {
    let model = Self.network([.relu, .dropout])
    let x = Tensor(hash: 1, [5, 12])
    let predicted = model.evaluating { model(x) }
    let byHand = model.evaluating { model.reduce(x) { $1($0) } }
    expectIdentical(predicted, byHand)
    #expect(model(x).scalars != predicted.scalars)
  }

  @Test func theBuilderTakesLoopsAndConditions() {
    func build(deep: Bool) -> Sequential {
      Sequential {
        if deep {
          for width in [4, 5] { Linear(3, width) }
        } else {
          ReLU()
        }
        if deep { Sigmoid() }
        [Tanh(), Tanh()] as [any Layer]
      }
    }
    #expect(
      build(deep: true).map { "\(type(of: $0))" }
        == ["Linear", "Linear", "Sigmoid", "Tanh", "Tanh"])
    #expect(build(deep: false).count == 3)
  }

  @Test func anEmptyChainIsTheIdentity() {
    let x = Tensor(hash: 1, [2, 3])
    expectIdentical(Sequential([])(x), x)
  }

  @Test func flatteningKeepsTheBatch() {
    let x = Tensor(hash: 1, [2, 3, 4, 5])
    #expect(Flatten()(x).shape == [2, 60])
    #expect(Flatten(from: 2)(x).shape == [2, 3, 20])
    expectIdentical(Flatten()(x.channelsLast()), x.reshaped(to: [2, 60]))
  }
}
