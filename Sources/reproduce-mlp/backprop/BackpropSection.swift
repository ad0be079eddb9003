import Gannet
import Reproduction

extension Section {
  /// The one-hidden-layer network of section 5.3 with its L2 term: every gradient by formula, by
  /// the tape and by finite differences; what training keeps in memory; time by layer width.
  static let backprop = Section(
    "backprop", title: "Forward and back propagation", reference: "5.3, backprop", seconds: 6,
    published: BackpropFigures.all
  ) { context in
    context.seeded {
      let network = RegularizedNetwork()
      var result = SectionResult()
      for (figures, byFormula, byTape, numerical) in network.gradients() {
        result[figures.tape] = relativeDifference(byTape, byFormula)
        result[figures.differences] = relativeDifference(numerical, byFormula)
      }
      let w = network.w1.detached()
      result[BackpropFigures.frobeniusNorm] =
        abs(Double(sqrt((w * w).sum()).scalar) / Double(w.flattened().norm().scalar) - 1)

      result.graphs = [network.graph]

      let memory = MemoryByDepth(depths: context.isQuick ? [2, 4, 8] : [2, 4, 8, 16, 32])
      result[BackpropFigures.trainingMemory] = memory.trainingGrowth
      result[BackpropFigures.predictionMemory] = memory.predictionGrowth
      let times = TimeByWidth(widths: 250...257, repetitions: context.isQuick ? 3 : 30)
      result.plots = [memory.plot, times.plot]
      result.notes = [.remark(times.summary)]
      return result
    }
  }

  private static func relativeDifference(_ a: Tensor, _ b: Tensor) -> Double {
    Double((a - b).norm().scalar / b.norm().scalar)
  }
}

/// z = W⁽¹⁾x, h = φ(z), o = W⁽²⁾h, J = L + s with L the cross-entropy of softmax(o) and
/// s = λ/2 (‖W⁽¹⁾‖² + ‖W⁽²⁾‖²); φ is tanh, since finite differences want a smooth function.
private struct RegularizedNetwork {
  private let label = 1
  private let lambda: Float = 0.1
  private let x = Tensor(normal: [6, 1])
  let w1 = Tensor(normal: [5, 6], standardDeviation: 0.5).requiringGradient()
  private let w2 = Tensor(normal: [3, 5], standardDeviation: 0.5).requiringGradient()

  private struct Variables {
    let z, h, o, loss, penalty, objective: Tensor
  }

  private func forward(_ x: Tensor, w1: Tensor, w2: Tensor) -> Variables {
    let z = matmul(w1, x)
    let h = tanh(z)
    let o = matmul(w2, h)
    let loss = objective(ofOutput: o)
    let penalty = lambda / 2 * ((w1 * w1).sum() + (w2 * w2).sum())
    return Variables(z: z, h: h, o: o, loss: loss, penalty: penalty, objective: loss + penalty)
  }

  /// The tape of figure 5.3.1, with the section's letters.
  var graph: GraphDrawing {
    let v = forward(x.requiringGradient().named("x"), w1: w1.named("W1"), w2: w2.named("W2"))
    let variables = ["z": v.z, "h": v.h, "o": v.o, "L": v.loss, "s": v.penalty, "J": v.objective]
    for (name, variable) in variables { _ = variable.named(name) }
    return GraphDrawing("tape", title: "The computational graph", text: v.objective.graphviz())
  }

  private func objective(ofOutput o: Tensor) -> Tensor {
    crossEntropy(o.reshaped(to: [1, 3]), IntTensor([Int32(label)]))
  }

  /// Each gradient of the section: by the book's formula, by the tape, by central differences.
  func gradients() -> [(figures: GradientFigures, formula: Tensor, tape: Tensor, numerical: Tensor)]
  {
    let v = forward(x, w1: w1, w2: w2)
    let tape = Gannet.gradients(
      of: v.objective, withRespectTo: [v.o, w2, v.h, v.z, w1], keepingTape: true)
    let (w1, w2) = (w1.detached(), w2.detached())

    let one = Tensor([0, 1, 0], shape: [3, 1])
    let byO = softmax(v.o.detached(), along: 0) - one
    let byW2 = matmul(byO, v.h.detached(), transposingB: true) + lambda * w2
    let byH = matmul(w2, byO, transposingA: true)
    let byZ = byH * (1 - square(v.h.detached()))
    let byW1 = matmul(byZ, x, transposingB: true) + lambda * w1
    let formula = [byO, byW2, byH, byZ, byW1]

    let numerical = [
      differences(v.o) { objective(ofOutput: $0) },
      differences(w2) { forward(x, w1: w1, w2: $0).objective },
      differences(v.h) { objective(ofOutput: matmul(w2, $0)) },
      differences(v.z) { objective(ofOutput: matmul(w2, tanh($0))) },
      differences(w1) { forward(x, w1: $0, w2: w2).objective },
    ]
    let figures = [
      BackpropFigures.outputs, BackpropFigures.outputWeight, BackpropFigures.hidden,
      BackpropFigures.scores, BackpropFigures.hiddenWeight,
    ]
    return figures.indices.map { (figures[$0], formula[$0], tape[$0], numerical[$0]) }
  }

  /// Central differences of the scalar `function` at `point`, element by element.
  private func differences(_ point: Tensor, _ function: (Tensor) -> Tensor) -> Tensor {
    let step: Float = 1e-2
    var scalars = point.scalars
    return withoutGradients {
      Tensor(shape: point.shape) { slopes in
        for index in slopes.indices {
          let middle = scalars[index]
          let ends = [middle + step, middle - step].map { value in
            scalars[index] = value
            return function(Tensor(scalars, shape: point.shape)).scalar
          }
          scalars[index] = middle
          slopes[index] = (ends[0] - ends[1]) / (2 * step)
        }
      }
    }
  }
}

/// The memory of a pass through layers of 256 units at batch size 256, without the parameters.
private struct MemoryByDepth {
  private let depths: [Int]
  private var training: [Double] = []
  private var prediction: [Double] = []
  /// One layer's activations, in bytes.
  private let activation = 256.0 * 256 * 4

  init(depths: [Int]) {
    self.depths = depths
    let x = Tensor(normal: [256, 256])
    for depth in depths {
      let model = Sequential(
        (0..<depth).flatMap { _ in [Linear(256, 256), ReLU()] as [any Layer] })
      training.append(Self.peak { model(x) })
      prediction.append(Self.peak { model.evaluating { model(x) } })
    }
  }

  /// The peak of additional bytes in use while `body` runs and its result lives.
  private static func peak(_ body: () -> Tensor) -> Double {
    let before = BufferPool.statistics.liveBytes
    BufferPool.resetPeak()
    withExtendedLifetime(body()) {}
    return Double(BufferPool.statistics.peakBytes - before)
  }

  /// The memory of an additional layer, in units of its activations.
  var trainingGrowth: Double { growth(training) }
  var predictionGrowth: Double { growth(prediction) }

  private func growth(_ bytes: [Double]) -> Double {
    (bytes.last! - bytes[0]) / Double(depths.last! - depths[0]) / activation
  }

  var plot: Plot {
    let x = depths.map(Double.init)
    return Plot(
      "memory", title: "Memory of a forward pass", x: Axis("layers"), y: Axis("MB"),
      series: [
        Series("training", x: x, y: training.map { $0 / 1e6 }),
        Series("prediction", x: x, y: prediction.map { $0 / 1e6 }),
      ])
  }
}

/// The time of a step at layer widths around a power of two.
private struct TimeByWidth {
  private let widths: [Int]
  private var milliseconds: [Double] = []

  init(widths: ClosedRange<Int>, repetitions: Int) {
    self.widths = Array(widths)
    let x = Tensor(normal: [256, 784])
    let labels = IntTensor((0..<256).map { Int32($0 % 10) })
    for width in self.widths {
      let model = Sequential {
        Linear(784, width)
        ReLU()
        Linear(width, 10)
      }
      let times = (0..<repetitions).map { _ in
        ContinuousClock().measure {
          crossEntropy(model(x), labels).backward()
        } / .milliseconds(1)
      }
      milliseconds.append(times.sorted()[times.count / 2])
    }
  }

  var plot: Plot {
    Plot(
      "widths", title: "Time by layer width", x: Axis("width of the hidden layer"),
      y: Axis("ms", range: 0...(milliseconds.max()! * 1.1)),
      series: [Series("", x: widths.map(Double.init), y: milliseconds, style: .bars)])
  }

  var summary: String {
    let list = zip(widths, milliseconds).map { "\($0): \(($1 * 1000).rounded() / 1000)" }
    return "forward and backward by width, ms: " + list.joined(separator: ", ")
  }
}
