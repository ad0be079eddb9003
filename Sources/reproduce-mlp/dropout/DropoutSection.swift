import Gannet
import Reproduction

extension Section {
  /// 784-256-256-10 with half of each hidden layer dropped, from raw tensors and from layers.
  static let dropout = Section(
    "dropout", title: "Dropout", reference: "5.6, dropout", seconds: 22, epochs: 10,
    published: DropoutFigures.all
  ) { context in
    try context.seeded {
      let task = try ImageTask(context)
      let scratch = trainScratch(task)
      let model = MultilayerPerceptron.dropout()
      let concise = try task.train(model)
      let plain = MultilayerPerceptron.dropout(rates: (0, 0))
      _ = try task.train(plain, as: "plain")

      var result = SectionResult(figures: [
        DropoutFigures.parameters: Double(model.parameters.scalarCount)
      ])
      result.add(scratch, as: DropoutFigures.scratch, title: "Dropout from raw tensors")
      result.add(concise, as: DropoutFigures.concise, title: "Dropout from layers")
      let noise = PixelNoise()
      let (with, without) = (noise.accuracies(model, task), noise.accuracies(plain, task))
      result[.ours("accuracy lost to noise of 0.3, with dropout")] = with[0] - with[3]
      result[.ours("accuracy lost to noise of 0.3, without")] = without[0] - without[3]
      result[DropoutFigures.accuracyKept] =
        (without[0] - without[3]) - (with[0] - with[3])
      let bishop = try BishopNoise(copies: context.isQuick ? 500 : 20_000)
      result[DropoutFigures.noisyInputs] = bishop.noisyAgainstRidge
      result[DropoutFigures.cleanInputs] = bishop.plainAgainstRidge
      result.plots.insert(noise.plot(["with dropout": with, "without": without]), at: 0)
      result.notes = demonstration()
      return result
    }
  }

  /// The network from raw tensors; weights as PyTorch's layers draw them, as in the book's own
  /// version.
  private static func trainScratch(_ task: ImageTask) -> TrainingCurves {
    let sizes = [784, 256, 256, 10]
    var variables: [Tensor] = []
    for (inputs, outputs) in zip(sizes, sizes.dropFirst()) {
      let bound = 1 / Float(inputs).squareRoot()
      variables.append(Tensor(uniform: [inputs, outputs], low: -bound, high: bound))
      variables.append(Tensor(uniform: [outputs], low: -bound, high: bound))
    }
    variables = variables.map { $0.requiringGradient() }
    var stream = RandomSource.current.makeStream()

    func logits(_ images: Tensor, rate: Float) -> Tensor {
      var h = images.flattened(from: 1)
      for layer in 0..<3 {
        h = matmul(h, variables[2 * layer]) + variables[2 * layer + 1]
        if layer < 2 { h = dropoutLayer(relu(h), rate: rate, using: &stream) }
      }
      return h
    }
    return task.train("scratch") { images, labels in
      let loss = crossEntropy(logits(images, rate: 0.5), labels)
      loss.backward()
      takeStep(&variables, learningRate: 0.1)
      return Double(loss.scalar)
    } logits: {
      logits($0, rate: 0)
    }
  }

  /// Section 5.6.2: keeps an element where a uniform draw exceeds the rate, and scales what is
  /// kept.
  private static func dropoutLayer(
    _ x: Tensor, rate: Float, using stream: inout RandomStream
  ) -> Tensor {
    if rate == 0 { return x }
    if rate == 1 { return x * 0 }
    let draws = Tensor(uniform: x.shape, using: &stream)
    let mask = Tensor(draws.scalars.map { $0 > rate ? 1 : 0 }, shape: x.shape)
    return mask * x / (1 - rate)
  }

  /// Dropout of the numbers 0 to 15 at three rates.
  private static func demonstration() -> [Note] {
    var stream = RandomSource.current.makeStream()
    let x = Tensor(rangeFrom: 0, to: 16).reshaped(to: [2, 8])
    let rates: [Float] = [0, 0.5, 1]
    return rates.map { rate in
      let kept = "\(dropoutLayer(x, rate: rate, using: &stream))"
      return .row(["rate": "\(rate)", "0 to 15": kept.replacing("\n", with: "")])
    }
  }
}
