import Gannet
import Reproduction

extension Section {
  /// The book's cross-correlation by hand and by the library; the convolution, whose kernel is
  /// turned by half a turn; and that a learned kernel makes up for that turn.
  static let correlation = Section(
    "correlation", title: "Cross-correlation and convolution", reference: "7.2, conv-layer",
    seconds: 1, published: CorrelationFigures.all
  ) { context in
    context.seeded {
      let x = Tensor(rangeFrom: 0, to: 9).reshaped(to: [3, 3])
      let kernel: Tensor = [[0, 1], [2, 3]]
      var result = SectionResult()
      result.add(CorrelationFigures.correlation, correlate(x, kernel))
      result.add(CorrelationFigures.convolution, convolve(x, kernel))
      let random = (x: Tensor(normal: [9, 11]), kernel: Tensor(normal: [3, 5]))
      result[CorrelationFigures.byHand] = largestDifference(
        correlateByHand(random.x, random.kernel), correlate(random.x, random.kernel))
      result[CorrelationFigures.convolutionSwapped] = commutator(convolve)
      result[CorrelationFigures.correlationSwapped] = commutator(correlate)
      let learned = LearnedKernels(kernel: kernel)
      result[CorrelationFigures.learnedKernels] = learned.asTheyAre
      result[CorrelationFigures.learnedKernelsTurned] = learned.turned
      result[CorrelationFigures.learnedOutputs] = learned.outputs
      return result
    }
  }

  /// The convolution of two matrices: the correlation with the kernel turned by half a turn.
  private static func convolve(_ x: Tensor, _ kernel: Tensor) -> Tensor {
    correlate(x, kernel.turned)
  }

  /// The difference of an operation, over all overlapping positions, when its operands are
  /// exchanged.
  private static func commutator(_ operation: (Tensor, Tensor) -> Tensor) -> Double {
    let (a, b) = (Tensor(normal: [5, 5]), Tensor(normal: [3, 3]))
    func full(_ x: Tensor, _ kernel: Tensor) -> Tensor {
      let margin = kernel.shape.map { $0 - 1 }
      return operation(x.padded(before: margin, after: margin), kernel)
    }
    return largestDifference(full(a, b), full(b, a))
  }
}

/// One kernel learned from a correlation's results twice: by correlation and by convolution.
private struct LearnedKernels {
  /// The distance between the two kernels, relative to the norm of the true one.
  let asTheyAre: Double
  /// The relative distance with one of them turned by half a turn.
  let turned: Double
  /// The largest difference between their outputs.
  let outputs: Double

  init(kernel: Tensor) {
    let x = Tensor(normal: [8, 8])
    let y = correlate(x, kernel)
    func learn(_ output: (Tensor) -> Tensor) -> Tensor {
      var variables = [Tensor(normal: kernel.shape).requiringGradient()]
      for _ in 0..<300 {
        square(output(variables[0]) - y).mean().backward()
        takeStep(&variables, learningRate: 0.1)
      }
      return variables[0].detached()
    }
    let correlated = learn { correlate(x, $0) }
    let convolved = learn { correlate(x, $0.turned) }
    func distance(_ other: Tensor) -> Double {
      Double((other - correlated).norm().scalar / kernel.norm().scalar)
    }
    asTheyAre = distance(convolved)
    turned = distance(convolved.turned)
    outputs = largestDifference(correlate(x, correlated), correlate(x, convolved.turned))
  }
}
